"""Run a stack for visits: the emulated loop of its facts, over two buckets in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pyvips

from doctor.facts import Facts, known
from doctor.loop import Run, emulated
from handler import Function
from local_loop.bucket import Bucket
from local_loop.failover import FailoverConfiguration, FailoverLoop
from local_loop.http import Piece, Request, Response
from local_loop.http_api import HttpApi
from local_loop.stack import Loop
from local_loop.viewer import Walk
from resizer_core import ObjectStore, Settings, open_store
from resizer_core.stores.segments import SegmentedStore
from tests.doctor.failover_stack import at_edge
from tests.local_loop.doubles import SetClock


def picture() -> bytes:
    """Make a PNG of 16 by 8 pixels in one colour."""
    image = pyvips.Image.black(16, 8, bands=3).linear([1, 1, 1], [200, 60, 90]).cast("uchar")
    return bytes(image.copy(interpretation="srgb").write_to_buffer(".png"))


def _originals(buckets: Mapping[str, ObjectStore], settings: Settings) -> ObjectStore:
    stores = {
        beginning: buckets[urlsplit(url).netloc] for beginning, url in settings.originals_by_beginning.items()
    }
    return stores[""] if "" in stores else SegmentedStore(stores)


@dataclass
class Deployed:
    """Run the loop that the facts describe, and answer requests to its public servers.

    ``original`` is the key of the one original, ``run`` what runs code at the edge. ``buckets`` are those of
    the stack, and one more.
    """

    facts: Facts
    original: str = "pictures/red.png"
    run: Run = at_edge
    buckets: dict[str, ObjectStore] = field(init=False)
    asked: list[str] = field(default_factory=list)
    loop: Loop | FailoverLoop = field(init=False)
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
        api = HttpApi(configuration.api, function, clock=clock)
        self.servers = {known(self.facts.api, "the API").host: api}
        if isinstance(configuration, FailoverConfiguration):
            self.loop = FailoverLoop(configuration, buckets=self.buckets, function=function, clock=clock)
            closed = replace(configuration.bucket, readable=False, listable=False)
            bucket = self.buckets[closed.bucket]
            self.servers |= {configuration.bucket_host: Bucket(closed, bucket)}  # for whoever signs nothing
        else:
            self.loop = Loop(configuration, buckets=self.buckets, function=function, clock=clock)
            self.servers |= {configuration.website_host: self.loop.website}
        self.servers |= self.loop.hosts

    def view(self, path: str) -> Walk:
        """View a path with a new browser."""
        return self.loop.walk(path)

    def fetch(self, url: str, headers: Mapping[str, str]) -> Response:
        """Ask one of its servers. Raise OSError for any other server."""
        self.asked.append(url)
        split = urlsplit(url)
        if split.netloc not in self.servers:
            raise OSError(f"there is no server {split.netloc}")
        target = f"{split.path}?{split.query}" if split.query else split.path
        return self.servers[split.netloc](Request.to(target, headers={**headers, "host": split.netloc}))
