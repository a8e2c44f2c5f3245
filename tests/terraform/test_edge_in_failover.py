"""The function at the edge in failover: 404 for what begins with no SPEC, and what stands behind it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from local_loop.cloudfront_function import negotiation
from local_loop.stack import SPEC_BEGINNINGS, standard
from tests.terraform.terraform import MODULES
from tests.vectors.urls import PRESETS, VECTORS

CDN = MODULES / "modules" / "cdn"
GUARD = (CDN / "failover.js").read_text(encoding="utf-8")
#: What stands behind it: as deployed, the file that was given, and nothing.
BEHIND = {
    "negotiation": negotiation(PRESETS),
    "a function of one's own": (MODULES / "tests" / "edge.js").read_text(encoding="utf-8"),
    "nothing": "function handler(event) {\n  return event.request;\n}\n",
}
#: Reads code and requests, as JSON; prints what handler() gives back for each.
RUN = """
const { code, events } = JSON.parse(require("node:fs").readFileSync(0));
const handler = new Function(`"use strict";\\n${code}\\nreturn handler;`)();
console.log(JSON.stringify(events.map(handler)));
"""
NO_SPEC = (
    "/",
    "//",
    "/favicon.ico",
    "/wp-login.php",
    "/ori",
    "/0x9/a.jpg",
    "/px_f-auto/a.jpg",
    "/%33x/a.jpg",
)


def code(behind: str) -> str:
    """The code as Terraform puts it together."""
    return GUARD + behind.replace("function handler(", "function behind(")


def run(behind: str, requests: list[tuple[str, str]]) -> list[Any]:
    """Run paths with their Accept through the edge."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node.js")
    events = [
        {"request": {"method": "GET", "uri": path, "headers": {"accept": {"value": accept}}}}
        for path, accept in requests
    ]
    told = json.dumps({"code": code(behind), "events": events})
    done = subprocess.run([node, "-e", RUN], input=told, capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
def test_what_begins_with_no_spec_is_404_whatever_stands_behind(behind: str) -> None:
    answers = run(behind, [(path, "image/avif") for path in NO_SPEC])
    assert [answer.get("statusCode") for answer in answers] == [404] * len(NO_SPEC)


@pytest.mark.parametrize("behind", BEHIND.values(), ids=BEHIND)
def test_what_begins_like_a_spec_gets_through(behind: str) -> None:
    paths = [f"/{beginning}00/a.jpg" for beginning in SPEC_BEGINNINGS]
    assert [made.get("uri") for made in run(behind, [(path, "") for path in paths])] == paths


def test_of_the_vectors_it_makes_what_the_function_for_redirects_does() -> None:
    rows = list(VECTORS["negotiated"].values())
    made = run(BEHIND["negotiation"], [(row["path"], row["accept"]) for row in rows])
    begins = re.compile(rf"/({'|'.join(SPEC_BEGINNINGS)})")
    expected = [row["edge"] if begins.match(row["path"]) else None for row in rows]
    assert [answer.get("uri") for answer in made] == expected
    assert None in expected


def test_the_404_has_the_headers_of_the_distribution_and_is_kept_10_s() -> None:
    ((answer),) = run(BEHIND["nothing"], [("/", "")])
    given = {name: header["value"] for name, header in answer["headers"].items()}
    loop = standard(delivery_host="a.test", generator_host="b.test", referer="r" * 32, secret="s" * 32)
    added = {name: header.value for name, header in loop.delivery.response_headers.items()}
    assert given == {
        **added,
        "cache-control": "public, max-age=10",
        "content-type": "application/json",
        "strict-transport-security": "max-age=31536000",  # which the local loop, on http, leaves out
    }
    assert json.loads(answer["body"]["data"])["error"] == "InvalidSpec"


def test_it_and_the_negotiation_are_small_enough_for_cloudfront() -> None:
    assert len(code(negotiation({}))) < 10_240


def test_it_has_one_name_and_no_younger_language_than_negotiate() -> None:
    lines = re.sub(r"^\s*//.*$", "", GUARD, flags=re.MULTILINE)
    assert re.findall(r"^(?:function|const|var|let) (\w+)", lines, re.MULTILINE) == ["handler"]
    assert re.findall(r"=>|`|\blet\b|\?\.|\.\.\.", lines) == []
