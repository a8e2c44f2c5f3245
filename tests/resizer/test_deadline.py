"""Test how long a request waits for its stores, whoever wrote them."""

from __future__ import annotations

import threading
import time
import unicodedata
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ClassVar, Self

import pytest
from pyvips import Image

import resizer_core as core
from tests.doubles import Passing, Recording, filled, picture

CAT = {"cat.jpg": picture()}
#: Who waits for longer than a test lasts has not been told when to stop.
TOO_LONG = 20


@dataclass
class Waiting(Passing):
    """Answers the method that is named only once it is let go."""

    method: str = ""
    let_go: threading.Event = field(default_factory=threading.Event)
    gone: threading.Event = field(default_factory=threading.Event)

    def called(self, method: str, key: str) -> None:  # noqa: ARG002
        if method == self.method:
            self.let_go.wait(TOO_LONG)
            self.gone.set()


@pytest.mark.parametrize(
    ("side", "method"), [("originals", "get"), ("derivatives", "head"), ("derivatives", "put")]
)
def test_a_store_of_whatever_kind_is_not_waited_for_after_the_deadline(side: str, method: str) -> None:
    originals, derivatives = filled(CAT), core.open_store("memory:")
    behind = originals if side == "originals" else derivatives
    waiting = Waiting(behind, method)
    stores: dict[str, core.ObjectStore] = {"originals": originals, "derivatives": derivatives, side: waiting}
    with pytest.raises(core.StorageError, match="in time"):
        core.Resizer(stores["originals"], stores["derivatives"]).produce("/30x20/cat.jpg", seconds=0.3)
    waiting.let_go.set()


def test_a_watermarks_store_is_not_waited_for_after_the_deadline() -> None:
    waiting = Waiting(filled({"logo.png": picture(".png")}), "get")
    site = core.Site(watermarks=core.StoredWatermarks(waiting, {"logo": "logo.png"}))
    resizer = core.Resizer(filled(CAT), core.open_store("memory:"), site=site)
    with pytest.raises(core.StorageError, match="in time"):
        resizer.produce("/30x20_wm-logo/cat.jpg", seconds=0.3)
    waiting.let_go.set()
    assert resizer.produce("/30x20_wm-logo/cat.jpg").outcome is core.Outcome.MADE


def test_a_put_that_nobody_waits_for_any_longer_still_stores_the_whole() -> None:
    waiting = Waiting(method="put")
    resizer = core.Resizer(filled(CAT), waiting)
    with pytest.raises(core.StorageError, match="in time"):
        resizer.produce("/30x20/cat.jpg", seconds=2)
    waiting.let_go.set()
    resizer._beside.shutdown()  # waits for it
    found = waiting.behind.get("30x20/cat.jpg")
    assert found is not None
    assert bytes(found.body) == core.resize(picture(), "30x20").body


def test_after_the_deadline_no_other_spelling_is_tried() -> None:
    originals = Waiting(Recording(), "get")
    assert isinstance(originals.behind, Recording)
    resizer = core.Resizer(originals, core.open_store("memory:"))
    name = unicodedata.normalize("NFC", "é+.jpg")  # three spellings
    with pytest.raises(core.StorageError, match="in time"):
        resizer.produce(f"/30x20/{name}", seconds=2)
    originals.let_go.set()
    resizer._beside.shutdown()
    assert originals.behind.calls == [("get", name)]


@dataclass(frozen=True)
class Slow:
    """An operation that takes longer than the request has."""

    name: ClassVar[str] = "acme.slow"
    long_name: ClassVar[str] = "acme.slow"
    order: ClassVar[int] = 500

    @classmethod
    def parse(cls, _: str) -> Self:
        return cls()

    def __str__(self) -> str:
        return self.name

    def measure(self, header: core.ImageHeader) -> core.ImageHeader:
        return header

    def apply(self, image: Image) -> Image:
        time.sleep(1.2)
        return image.invert()


def test_a_picture_is_not_made_after_the_deadline() -> None:
    derivatives = core.open_store("memory:")
    resizer = core.Resizer(filled(CAT), derivatives, site=core.Site(operations={"acme.slow": Slow}))
    with pytest.raises(core.StorageError, match="the original came too late for the picture to be made"):
        resizer.produce("/30x20_acme.slow/cat.jpg", seconds=1)
    assert list(derivatives.list()) == []
    assert resizer.produce("/30x20_acme.slow/cat.jpg").outcome is core.Outcome.MADE


asked_by: ContextVar[str] = ContextVar("asked_by", default="nobody")


@dataclass
class Asking(Passing):
    """Notes who asks."""

    names: set[str] = field(default_factory=set)

    def called(self, method: str, key: str) -> None:  # noqa: ARG002
        self.names.add(asked_by.get())


def test_a_store_is_called_in_the_context_of_the_request() -> None:
    originals, derivatives = Asking(filled(CAT)), Asking()
    token = asked_by.set("this test")
    try:
        core.Resizer(originals, derivatives).produce("/30x20/cat.jpg")
    finally:
        asked_by.reset(token)
    assert originals.names == derivatives.names == {"this test"}
