"""``python -m doctor``: what is right in a deployed stack, what is wrong, and why it matters."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from textwrap import wrap
from urllib.parse import urlsplit

from doctor import reading
from doctor.checks import check, parts
from doctor.diagnosis import Keys, diagnose, without_stack
from doctor.facts import Facts, NotRead, NotThere, Unread
from doctor.findings import Finding, Status
from doctor.names import Names
from doctor.policies import NotUnderstood
from doctor.visits import Fetch, first_picture, over_the_network, visit

_DESCRIPTION = """\
Reads a deployed stack through AWS's API, with calls that change nothing, and asks it for a few addresses.
Prints what is right, what is wrong, and why that matters. Nobody has asked for one of the addresses before,
so one small derivative stays behind."""

_EPILOG = "exit status: 0 if all is right, 1 if something is wrong, 2 if something could not be found out"


def _read(names: Names) -> Facts:
    return reading.read(names, reading.open_session(names))


def _keys(names: Names, bucket: str, prefix: str) -> tuple[str, ...] | Unread:
    return reading.keys(bucket, prefix, reading.open_session(names))


def main(
    arguments: list[str] | None = None,
    *,
    read: Callable[[Names], Facts] = _read,
    keys: Keys = _keys,
    fetch: Fetch = over_the_network,
) -> int:
    """Look at a stack and print the findings. The exit status gives the result.

    ``read``, ``keys`` and ``fetch`` ask AWS and the stack.
    """
    options = _parser().parse_args(arguments)
    try:
        text = sys.stdin.read() if options.stack == "-" else Path(options.stack).read_text(encoding="utf-8")
        urlsplit(options.url or "")  # raises for text that is no address
        names = None if options.url and not text.strip() else Names.from_json(text)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    if names is None:
        print("no stack was named, so only the hops of the address are checked", file=sys.stderr)

    facts = read(names) if names else without_stack(options.url)
    hops: tuple[str, ...] = ()
    if options.url:
        diagnosis = diagnose(options.url, facts, fetch, keys)
        hops, findings = (*diagnosis.hops, ""), diagnosis.findings
    else:
        findings = check(facts)
        if not options.no_visits:
            key = options.key or _original(facts, keys)
            findings += visit(facts, fetch, key=key, version=secrets.token_hex(8))
    if options.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        print("\n".join((*hops, *_lines(findings))))
    return _status(findings)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m doctor",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--stack",
        metavar="FILE",
        default="-",
        help="what `terraform output -json stack` prints (default: -, the standard input)",
    )
    parser.add_argument(
        "--key",
        help="the key of the original to ask for (default: the first picture in the bucket of originals)",
    )
    parser.add_argument(
        "--url",
        help="tell only why this one address fails; with an empty FILE, check its hops alone",
    )
    parser.add_argument("--no-visits", action="store_true", help="only read settings, and ask for no address")
    parser.add_argument("--json", action="store_true", help="print a JSON list")
    return parser


def _original(facts: Facts, keys: Keys) -> str | Unread:
    """Find the key of an original as in an address, without the prefix of its store."""
    try:
        beginning, (bucket, prefix) = next(iter(parts.originals(facts).items()))
    except (NotRead, NotThere, NotUnderstood) as error:
        return Unread(str(error))
    found = keys(facts.names, bucket, prefix)
    if isinstance(found, Unread):
        return found
    picture = first_picture(beginning + key.removeprefix(prefix) for key in found)
    return picture or Unread("no picture among the first originals: name one with --key")


def _lines(findings: Iterable[Finding]) -> Iterable[str]:
    counts = Counter(finding.status for finding in findings)
    for finding in findings:
        rule = f" (rule {finding.rule})" if finding.rule else ""
        yield f"{finding.status:8} {finding.title}{rule}"
        if finding.status is not Status.RIGHT:
            # The grammar marks the wrong part on separate lines.
            found = finding.found.replace("\n", "\n" + 19 * " ")
            yield f"         expected: {finding.expected}"
            yield f"         found:    {found}"
            yield from wrap(finding.why, 110, initial_indent=9 * " ", subsequent_indent=9 * " ")
    yield ""
    yield ", ".join(f"{counts[status]} {status}" for status in Status)


def _status(findings: Iterable[Finding]) -> int:
    statuses = {finding.status for finding in findings}
    return 1 if Status.WRONG in statuses else 2 if Status.UNKNOWN in statuses else 0


if __name__ == "__main__":
    sys.exit(main())
