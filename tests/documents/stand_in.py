"""Stand in for a command that needs an account, and refuse what the command would not find.

The call is ``python stand_in.py NAME ARGUMENTS...``, from the folder where the page has the reader.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import pairwise
from pathlib import Path
from typing import Final

#: What pages read of outputs, by the name of the output.
OUTPUTS: Final[dict[str, dict[str, object]]] = {
    "stack": {"originals_bucket": "pictures"},
    "policies": {"buckets": {"media": "{}"}},
    "freshness": {"notifications": {"pictures": "true"}},
}


def wanted(found: object, what: str) -> None:
    if not found:
        sys.exit(what)


def declares(folder: Path, kind: str, name: str) -> None:
    """Refuse a variable or an output that the configuration of a folder does not declare."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.tf")))
    wanted(text, f"no configuration in {folder}")
    wanted(not name or f'{kind} "{name}"' in text, f"no {kind} {name} in {folder}")


def terraform(*words: str) -> None:
    places = [word.removeprefix("-chdir=") for word in words if word.startswith("-chdir=")]
    verb, *rest = words[len(places) :]
    folder = Path(*places)
    declares(folder, "variable", "")
    for option, value in pairwise(rest):
        if option == "-var":
            declares(folder, "variable", value.partition("=")[0])
    if verb == "output":
        declares(folder, "output", rest[-1])
        sys.stdout.write(json.dumps(OUTPUTS[rest[-1]]) if "-json" in rest else "a value")


def make(*words: str) -> None:
    folder = Path(words[1]) if words[0] == "-C" else Path()
    target, *given = words[2:] if words[0] == "-C" else words
    wanted((folder / "Makefile").is_file(), f"no Makefile in {folder}")
    help_of = re.search(
        rf"^{target}:.*## (.*)", (folder / "Makefile").read_text(encoding="utf-8"), re.MULTILINE
    )
    wanted(help_of, f"no target {target}")
    variables = dict(word.split("=", 1) for word in given)
    for name in variables:
        wanted(help_of and f"{name}=" in help_of[1], f"the target {target} takes no {name}")
    if "STACK" in variables:
        wanted((folder / variables["STACK"]).is_file(), "no file for STACK")
    elif target in {"doctor", "backfill"}:
        reads = {"doctor": "stack", "backfill": "backfill"}[target]
        declares(folder / variables.get("DIR", "terraform/examples/minimal"), "output", reads)


if __name__ == "__main__":
    stands_in = {"terraform": terraform, "make": make}.get(sys.argv[1])
    if stands_in:
        stands_in(*sys.argv[2:])
