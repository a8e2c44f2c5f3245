"""The operations of a plan: what is not available is refused, the others say how large they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from resizer_core.errors import InvalidSpec, LimitExceeded
from resizer_core.formats import BUILTIN
from resizer_core.model import ImageHeader, Size
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation
from resizer_core.planning.limits import check_request
from resizer_core.planning.planner import make_plan
from resizer_core.site import Limits, Site
from resizer_core.urls.grammar import parse_spec
from tests.planning.plans import LANDSCAPE, plan, spec_of, underlined


@dataclass(frozen=True, slots=True)
class Wish:
    """An operation that can be read and not carried out."""

    name: ClassVar[str] = "acme.wish"
    long_name: ClassVar[str] = "acme.wish"
    order: ClassVar[int] = 5

    @classmethod
    def parse(cls, text: str) -> Wish:  # noqa: ARG003
        return cls()

    def __str__(self) -> str:
        return self.name


def test_what_is_not_available_is_refused_and_never_ignored() -> None:
    spec = parse_spec("100x_up_acme.wish_v-1", site=Site(operations={"acme.wish": Wish}))
    with pytest.raises(InvalidSpec) as caught:
        check_request(spec, Site())
    assert (underlined(caught.value), caught.value.reason) == ("acme.wish", "acme.wish is not available")
    with pytest.raises(InvalidSpec, match="acme.wish is not available"):
        make_plan(spec, LANDSCAPE, BUILTIN["jpg"])


def test_what_is_not_available_in_a_preset_underlines_the_preset() -> None:
    with pytest.raises(InvalidSpec, match="unknown watermark 'logo'") as caught:
        check_request(spec_of("p-marked_q-5"), Site())
    assert underlined(caught.value) == "p-marked"


def test_a_watermark_is_one_of_those_with_a_name() -> None:
    check_request(spec_of("100x_wm-logo"), Site(watermarks={"logo": b""}))
    with pytest.raises(InvalidSpec) as caught:
        check_request(spec_of("100x_wm-lgo-c_v-1"), Site(watermarks={"mark": b"", "logo": b""}))
    assert underlined(caught.value) == "wm-lgo-c"
    assert caught.value.reason == "unknown watermark 'lgo'; did you mean logo? known: logo, mark"
    with pytest.raises(InvalidSpec, match="unknown watermark 'logo'; known: none is configured"):
        plan("100x_wm-logo")
    assert plan("100x_wm-logo", watermarks={"logo": b""}).size == Size(100, 75)


@dataclass(frozen=True, slots=True)
class Frill:
    """An operation that can be carried out: it adds ``width`` px on the right."""

    name: ClassVar[str] = "acme.frill"
    long_name: ClassVar[str] = "acme.frill"
    order: ClassVar[int] = 5
    width: int

    @classmethod
    def parse(cls, text: str) -> Frill:
        return cls(int(text))

    def __str__(self) -> str:
        return f"{self.name}-{self.width}"

    def measure(self, header: ImageHeader) -> ImageHeader:
        return ImageHeader(size=Size(header.size.width + self.width, header.size.height))

    def apply(self, image: Any) -> Any:
        return image


WITH_FRILL: Mapping[str, type[Operation]] = {**OPERATIONS, "acme.frill": Frill}


def test_an_operation_that_can_be_carried_out_says_how_large_its_result_is() -> None:
    spec = parse_spec("200x_acme.frill-30", site=Site(operations=WITH_FRILL))
    made = make_plan(spec, LANDSCAPE, BUILTIN["jpg"])
    assert made.operations == (Frill(30),)
    assert made.placement.canvas == Size(200, 150)
    assert made.size == Size(230, 150)


def test_what_an_operation_adds_counts_for_the_limits() -> None:
    spec = parse_spec("200x_acme.frill-30", site=Site(operations=WITH_FRILL))
    with pytest.raises(LimitExceeded, match="expected a result of at most 229 px a side in jpg, got 230x150"):
        make_plan(spec, LANDSCAPE, BUILTIN["jpg"], site=Site(limits=Limits(output_side=229)))
