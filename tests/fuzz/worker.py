"""Make pictures of what comes in at stdin, many in one process, and say what became of each.

A request is a length and a SPEC, then a length and a file; the answer is a line of JSON.
"""

from __future__ import annotations

import json
import struct
import sys
import traceback
from hashlib import sha256
from typing import Any, BinaryIO, Final

from resizer_core import Limits, RenderError, RequestError, Site, SourceError, resize

#: So low that what a damaged file claims to be is never slow for its size alone.
SITE: Final = Site(
    limits=Limits(input_pixels=4_000_000, in_memory_pixels=4_000_000, animation_pixels=4_000_000)
)
LENGTH: Final = struct.Struct("=I")


def main() -> None:
    """Answer until stdin ends."""
    requests, answers = sys.stdin.buffer, sys.stdout
    while (spec := _taken(requests)) is not None:
        data = _taken(requests)
        assert data is not None
        print(json.dumps(_made(data, spec.decode())), file=answers, flush=True)


def _taken(requests: BinaryIO) -> bytes | None:
    length = requests.read(LENGTH.size)
    return requests.read(LENGTH.unpack(length)[0]) if length else None


def _made(data: bytes, spec: str) -> dict[str, Any]:
    try:
        body = resize(data, spec, site=SITE).body
    except RenderError:  # ours, and a fault of ours
        return {"outcome": "foreign", "told": traceback.format_exc()}
    except (RequestError, SourceError) as error:
        return {"outcome": "refused", "told": type(error).__name__}
    except Exception:
        return {"outcome": "foreign", "told": traceback.format_exc()}
    return {"outcome": "made", "told": sha256(body).hexdigest()}


if __name__ == "__main__":
    main()
