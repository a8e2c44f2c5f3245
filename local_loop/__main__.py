"""``python -m local_loop``: the whole redirect loop on this machine, and a page to look at it."""

from __future__ import annotations

import argparse
import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from handler import Function, Settings
from local_loop.attributes import WithAttributes
from local_loop.cloudfront_function import CloudFrontFunction, find_node, negotiation
from local_loop.demo_page import pictures
from local_loop.http_api import LambdaFunction
from local_loop.lambda_runtime import EmulatedFunction, FunctionFailed, find_emulator, of_checkout, of_image
from local_loop.s3 import S3Server
from local_loop.server import LoopServer
from local_loop.stack import Loop, standard
from resizer_core import ObjectStore, Plugins, open_store

_log = logging.getLogger("local_loop")
_CHECKOUT = Path(__file__).resolve().parent.parent
_EXAMPLES = str(_CHECKOUT / "examples" / "originals")
#: How the function is started outside of this process, by what ``--function`` says.
_EMULATED: dict[str, Callable[[dict[str, str]], EmulatedFunction]] = {
    "emulator": lambda variables: of_checkout(variables, emulator=find_emulator()),
    "image": of_image,
}


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGINT or SIGTERM. The exit status is 0 then, and 1 when a port is taken."""
    parser = _parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(format="%(message)s")
    if options.verbose:
        _log.setLevel(logging.INFO)
    if _is_folder(options.originals) and not Path(options.originals).is_dir():
        parser.error(f"there is no folder {options.originals}")
    secret = secrets.token_urlsafe(32)
    environment = {
        # A watermark to try, among the examples.
        **({"RESIZER_WATERMARKS": '{"cup": "cup.png"}'} if options.originals == _EXAMPLES else {}),
        **os.environ,
        "RESIZER_ORIGINALS": options.originals,
        "RESIZER_DERIVATIVES": options.derivatives,
        "RESIZER_BASE_URL": "http://127.0.0.1",  # until the port is known
        "RESIZER_ORIGIN_SECRETS": secret,
    }
    try:
        settings = Settings.from_environment(environment)
        originals = open_store(options.originals)
        derivatives = _open_derivatives(options.derivatives)
    except ValueError as error:
        parser.error(str(error))

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())

    buckets = {"originals": originals, "derivatives": derivatives}
    with ExitStack() as opened:
        node = find_node()
        edge = (
            opened.enter_context(CloudFrontFunction(negotiation(settings.presets), node=node))
            if node
            else None
        )

        def build(delivery_host: str, generator_host: str) -> Loop:
            configuration = standard(
                delivery_host=delivery_host,
                generator_host=generator_host,
                protocol="http",
                referer=secrets.token_urlsafe(32),
                secret=secret,
                edge=edge,
            )
            base_url = f"http://{delivery_host}"
            function: LambdaFunction
            if options.function == "process":
                function = Function(
                    replace(settings, base_url=base_url),
                    originals=originals,
                    derivatives=derivatives,
                    write=lambda line: _log.info(line.rstrip()),
                )
            else:
                s3 = opened.enter_context(S3Server(buckets))
                variables = {name: environment[name] for name in environment if name.startswith("RESIZER_")}
                variables |= s3.environment | {
                    "RESIZER_ORIGINALS": "s3://originals",
                    "RESIZER_DERIVATIVES": "s3://derivatives",
                    "RESIZER_BASE_URL": base_url,
                }
                function = opened.enter_context(_EMULATED[options.function](variables))
            return Loop(configuration, buckets=buckets, function=function)

        try:
            server = LoopServer(
                build,
                originals=originals,
                presets=settings.presets,
                operations=Plugins(settings.plugins).operations,
                port=options.port,
                generator_port=options.generator_port,
            )
        except OSError as error:
            print(f"port {options.port} cannot be served: {error.strerror}", file=sys.stderr)
            return 1
        except (FunctionFailed, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
        with server:
            print(_greeting(server.url, originals), flush=True)
            if edge is None:
                print(
                    "Node.js is not installed: f-auto is answered by the function, not at the edge.",
                    flush=True,
                )
            stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local_loop", description=__doc__)
    parser.add_argument(
        "--originals",
        metavar="URL",
        default=_EXAMPLES,
        help="a folder, or s3://bucket/prefix (default: the examples of this checkout)",
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
        help="where it runs: in this process, or under the runtime interface emulator, from this checkout "
        "(emulator) or in the container image that `make image` built (image); default: process",
    )
    parser.add_argument("--port", type=int, default=8080, help="of the delivery; 0 lets the system choose")
    parser.add_argument(
        "--generator-port", type=int, default=0, help="of the generator (default: the system chooses)"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="print every request, and what the function logs"
    )
    return parser


def _is_folder(url: str) -> bool:
    return "://" not in url and url != "memory:"


def _open_derivatives(url: str) -> ObjectStore:
    """A folder keeps no Cache-Control; a second one beside it does."""
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
