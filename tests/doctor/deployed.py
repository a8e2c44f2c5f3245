"""A stack that can be visited: the emulated loop of its facts, over two buckets in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pyvips

from doctor.facts import Facts, known
from doctor.loop import Run, emulated
from handler import Function
from local_loop.http import Piece, Request, Response
from local_loop.http_api import HttpApi
from local_loop.stack import Loop
from local_loop.viewer import Walk
from resizer_core import ObjectStore, Settings, open_store
from resizer_core.stores.segments import SegmentedStore
from tests.local_loop.doubles import SetClock


def picture() -> bytes:
    """A PNG of 16 by 8 pixels in one colour."""
    image = pyvips.Image.black(16, 8, bands=3).linear([1, 1, 1], [200, 60, 90]).cast("uchar")
    return bytes(image.copy(interpretation="srgb").write_to_buffer(".png"))


def _originals(buckets: Mapping[str, ObjectStore], settings: Settings) -> ObjectStore:
    stores = {
        beginning: buckets[urlsplit(url).netloc] for beginning, url in settings.originals_by_beginning.items()
    }
    return stores[""] if "" in stores else SegmentedStore(stores)


@dataclass
class Deployed:
    """The loop that the facts describe, and the servers of it that anybody can ask.

    ``original`` is the key of the one original, ``run`` what runs code at the edge. ``buckets`` are those of
    the stack, and one more.
    """

    facts: Facts
    original: str = "pictures/red.png"
    run: Run | None = None
    buckets: dict[str, ObjectStore] = field(init=False)
    asked: list[str] = field(default_factory=list)
    loop: Loop = field(init=False)
    servers: dict[str, Piece] = field(init=False)

    def __post_init__(self) -> None:
        configuration, environment = emulated(self.facts, self.run)
        settings = Settings.from_environment(environment)
        names = self.facts.names
        self.buckets = {
            name: open_store("memory:")
            for name in (names.originals_bucket, names.derivatives_bucket, "elsewhere")
        }
        self.buckets[names.originals_bucket].put(self.original, picture(), media_type="image/png")
        function = Function(
            settings,
            originals=_originals(self.buckets, settings),
            derivatives=self.buckets[urlsplit(settings.derivatives).netloc],
            write=lambda _line: None,
        )
        clock = SetClock()
        self.loop = Loop(configuration, buckets=self.buckets, function=function, clock=clock)
        delivery = (configuration.delivery_host, *configuration.delivery_aliases)
        api = known(self.facts.api, "the API")
        self.servers = {
            **dict.fromkeys(delivery, self.loop.delivery),
            configuration.generator_host: self.loop.generator,
            configuration.website_host: self.loop.website,
            api.host: HttpApi(configuration.api, function, clock=clock),
        }

    def view(self, path: str) -> Walk:
        """One view by a new browser."""
        return self.loop.walk(path)

    def fetch(self, url: str, headers: Mapping[str, str]) -> Response:
        """Ask one of its servers; OSError for any other."""
        self.asked.append(url)
        split = urlsplit(url)
        if split.netloc not in self.servers:
            raise OSError(f"there is no server {split.netloc}")
        target = f"{split.path}?{split.query}" if split.query else split.path
        return self.servers[split.netloc](Request.to(target, headers={**headers, "host": split.netloc}))
