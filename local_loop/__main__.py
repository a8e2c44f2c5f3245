"""``python -m local_loop``: both ways of delivery on this machine, and a page to look at them."""

from __future__ import annotations

import argparse
import logging
import os
import re
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from urllib.parse import quote

from handler import Function, read_object
from local_loop.attributes import WithAttributes
from local_loop.cloudfront_function import CloudFrontFunction, find_node, negotiation
from local_loop.demo_page import pictures
from local_loop.distribution import Edge
from local_loop.dropped import WithDropped, with_dropped
from local_loop.failover import FailoverLoop, failover
from local_loop.freshness import Freshness
from local_loop.http_api import LambdaFunction
from local_loop.lambda_runtime import EmulatedFunction, FunctionFailed, find_emulator, of_checkout, of_image
from local_loop.s3 import S3Server
from local_loop.server import LoopServer
from local_loop.stack import Loop, Wired, standard
from resizer_core import Delivery, ObjectStore, Settings, Site, StoredWatermarks, open_store

_log = logging.getLogger("local_loop")
_CHECKOUT = Path(__file__).resolve().parent.parent
_EXAMPLES = str(_CHECKOUT / "examples" / "originals")
#: Seconds between two looks at the originals, because each list of a bucket costs money.
_PAUSE, _PAUSE_OF_BUCKETS = 0.5, 5.0
#: The memory for dropped originals, in originals of the largest size.
_DROPPED = 4
#: Starts the function outside this process, by the value of ``--function``.
_EMULATED: dict[str, Callable[[dict[str, str]], EmulatedFunction]] = {
    "emulator": lambda variables: of_checkout(variables, emulator=find_emulator()),
    "image": of_image,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Builder:
    """Build the loop of either way of delivery over the same stores, once the ports are known.

    Attributes:
        where: the place of the function, from ``--function``.
        environment: the function's variables, without its base URL and the way of delivery.
        secret: the secret that a distribution sends to the function.
        node: the path of Node.js, which runs the code at the edge. None if it is not installed.
        site: the site's settings, with the pictures of watermarks.
        opened: ends the processes and servers that the function needs.
    """

    where: str
    environment: Mapping[str, str]
    secret: str
    settings: Settings
    buckets: Mapping[str, WithDropped]
    site: Site
    node: str | None
    opened: ExitStack

    def __call__(self, delivery: Delivery, delivery_host: str, generator_host: str = "") -> Wired:
        presets, edge = self.settings.site.presets, self._edge(delivery)
        if delivery is Delivery.FAILOVER:
            return FailoverLoop(
                failover(delivery_host=delivery_host, secret=self.secret, edge=edge, presets=presets),
                buckets=self.buckets,
                function=self._function(delivery, ""),  # a deployed function does not know its host either
            )
        configuration = standard(
            delivery_host=delivery_host,
            generator_host=generator_host,
            protocol="http",
            referer=secrets.token_urlsafe(32),
            secret=self.secret,
            edge=edge,
            presets=presets,
        )
        function = self._function(delivery, f"http://{delivery_host}")
        return Loop(configuration, buckets=self.buckets, function=function)

    def _edge(self, delivery: Delivery) -> Edge | None:
        """Start the code at the edge, if Node.js is installed."""
        if self.node is None:
            return None
        code = negotiation(self.settings.site.presets, delivery=delivery)
        return self.opened.enter_context(CloudFrontFunction(code, node=self.node))

    def _function(self, delivery: Delivery, base_url: str) -> LambdaFunction:
        if self.where == "process":
            return Function(
                replace(self.settings, delivery=delivery, base_url=base_url),
                originals=self.buckets["originals"],
                derivatives=self.buckets["derivatives"],
                write=lambda line: _log.info(line.rstrip()),
            )
        s3 = self.opened.enter_context(S3Server(self.buckets))
        variables = {name: value for name, value in self.environment.items() if name.startswith("RESIZER_")}
        variables |= s3.environment | {
            "RESIZER_ORIGINALS": "s3://originals",
            "RESIZER_DERIVATIVES": "s3://derivatives",
            "RESIZER_DELIVERY": delivery,
            "RESIZER_BASE_URL": base_url,
        }
        return self.opened.enter_context(_EMULATED[self.where](variables))


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM, and exit with 0. Exit with 1 if a port is taken."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    if options.verbose:
        _log.setLevel(logging.INFO)
    secret = secrets.token_urlsafe(32)
    environment = _environment(options, secret)
    try:
        settings = Settings.from_environment(environment, read_object=read_object)
        for url in settings.originals_by_beginning.values():
            if _is_folder(url) and not Path(url).is_dir():
                parser.error(f"there is no folder {url}")
        originals, derivatives = with_dropped(
            open_store(settings.originals),
            _open_derivatives(options.derivatives),
            most=_DROPPED * settings.site.limits.input_bytes,
        )
        marked = settings.watermarks_store
        watermarks = StoredWatermarks(open_store(marked) if marked else originals, settings.watermarks)
    except ValueError as error:
        parser.error(str(error))

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    with ExitStack() as opened:
        builder = _Builder(
            where=options.function,
            environment=environment,
            secret=secret,
            settings=settings,
            buckets={"originals": originals, "derivatives": derivatives},
            site=replace(settings.site, watermarks=watermarks),
            node=find_node(),
            opened=opened,
        )
        return _serve(builder, options, stop)


def _environment(options: argparse.Namespace, secret: str) -> dict[str, str]:
    """Add the options to the variables of this process."""
    return {
        # One of the examples is a watermark to try.
        **({"RESIZER_WATERMARKS": '{"cup": "cup.png"}'} if options.originals == _EXAMPLES else {}),
        # A purge does not reach a browser's copy, so it lives for minutes, as in a deployed stack.
        "RESIZER_CACHE_CONTROL": "public, max-age=300, s-maxage=31536000",
        **os.environ,
        "RESIZER_ORIGINALS": options.originals,
        "RESIZER_DERIVATIVES": options.derivatives,
        "RESIZER_BASE_URL": "http://127.0.0.1",  # until the port is known
        "RESIZER_DELIVERY": options.delivery,
        "RESIZER_ORIGIN_SECRETS": secret,
    }


def _serve(builder: _Builder, options: argparse.Namespace, stop: threading.Event) -> int:
    """Serve until ``stop`` is set. Return 1 if the start failed."""
    originals = builder.buckets["originals"]
    freshness = Freshness(originals, builder.buckets["derivatives"], tell=partial(print, flush=True))
    ports = {Delivery.REDIRECT: [0, options.generator_port], Delivery.FAILOVER: [0]}
    ports[options.delivery][0] = options.port
    servers: dict[Delivery, LoopServer[Wired]] = {}
    ways: dict[Delivery, str] = {}
    try:
        for delivery, its_ports in ports.items():
            servers[delivery] = LoopServer(
                partial(builder, delivery),
                originals=originals,
                freshness=freshness,
                site=builder.site,
                ports=its_ports,
                delivery=delivery,
                ways=ways,
            )
            ways[delivery] = servers[delivery].url
    except OSError as error:
        print(f"port {options.port} cannot be opened: {error.strerror}", file=sys.stderr)
        return 1
    except (FunctionFailed, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    with ExitStack() as serving:
        for server in servers.values():
            serving.enter_context(server)
        print(_greeting(ways[options.delivery], originals), flush=True)
        other = next(delivery for delivery in ways if delivery != options.delivery)
        print(f"The other way of delivery, {other}, over the same stores: {ways[other]}/", flush=True)
        if builder.node is None:
            print(
                "Node.js is not installed: f-auto is answered by the function, not at the edge.", flush=True
            )
        _follow(freshness, builder, stop)
    return 0


def _follow(freshness: Freshness, builder: _Builder, stop: threading.Event) -> None:
    """Purge derivatives whose original changed, until ``stop`` is set."""
    settings = builder.settings
    freshness.keep_following(
        stop,
        pause=_PAUSE if all(map(_is_folder, settings.originals_by_beginning.values())) else _PAUSE_OF_BUCKETS,
        everything=_is_folder(settings.derivatives),  # a bucket may hold derivatives of other originals
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_loop", description=__doc__)
    parser.add_argument(
        "--originals",
        metavar="URL",
        default=_EXAMPLES,
        help="a folder, s3://bucket/prefix, or a JSON object that gives one for each first segment of a key, "
        "as in RESIZER_ORIGINALS (default: the examples of this checkout)",
    )
    parser.add_argument(
        "--derivatives",
        metavar="URL",
        default=str(_CHECKOUT / ".loop" / "derivatives"),
        help="a folder, s3://bucket/prefix, or memory: (default: .loop/derivatives in this checkout)",
    )
    parser.add_argument(
        "--function",
        choices=("process", *_EMULATED),
        default="process",
        help="where the function runs: in this process; under the runtime interface emulator, from this "
        "checkout (emulator); or in the container image that `make image` built (image); default: process",
    )
    parser.add_argument(
        "--delivery",
        choices=tuple(map(str, Delivery)),
        default="redirect",
        help="the way that is served on --port; the other one has a port that the system chooses "
        "(default: redirect)",
    )
    parser.add_argument(
        "--port", type=_port, default=8080, help="the port of delivery; 0 lets the system choose"
    )
    parser.add_argument(
        "--generator-port",
        type=_port,
        default=0,
        help="the port of the generator (default: the system chooses)",
    )
    parser.add_argument(
        "--verbose", action="store_true", help="print every request, and what the function logs"
    )
    return parser


def _port(text: str) -> int:
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"expected a port, 0 to 65535, got {text!r}")
    return int(text)


def _is_folder(url: str) -> bool:
    return "://" not in url and url != "memory:"


def _open_derivatives(url: str) -> ObjectStore:
    """Open the derivatives. A folder keeps no Cache-Control, so a second folder does."""
    if not _is_folder(url):
        return open_store(url)
    return WithAttributes(open_store(url), open_store(f"{url.rstrip('/')}.attributes"))


def _greeting(url: str, originals: ObjectStore) -> str:
    first = next((original.key for original in pictures(originals)), "FILE")
    return "\n".join(
        [
            f"The loop is at {url}/ (Ctrl-C ends it). From a shell:",
            "",
            "  curl -sL -o out.webp -w '%{http_code} %{num_redirects} %{content_type}\\n' \\",
            f"    {url}/300x200_f-webp/{quote(first)}",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
