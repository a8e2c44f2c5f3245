"""Test a function at the edge that answers by itself, as that of failover does."""

from __future__ import annotations

import pytest

from local_loop.cloudfront_function import CloudFrontFunction, negotiation
from local_loop.failover import only_specs
from local_loop.http import Request, Response
from local_loop.stack import SPEC_BEGINNINGS
from resizer_core import Delivery
from tests.vectors.urls import PRESETS

ANSWERS = {
    "with a text": ('{encoding: "text", data: "no"}', b"no"),
    "with bytes": ('{encoding: "base64", data: "/wA="}', b"\xff\x00"),
    "without a body": ("undefined", b""),
}


@pytest.mark.parametrize(("body", "sent"), ANSWERS.values(), ids=ANSWERS)
def test_a_function_may_answer_by_itself(node: str, body: str, sent: bytes) -> None:
    code = f"""function handler() {{
        return {{statusCode: 410, headers: {{"cache-control": {{value: "no-store"}}}}, body: {body}}};
    }}"""
    with CloudFrontFunction(code, node=node) as edge:
        assert edge(Request(path="/")) == Response(
            status=410, headers={"cache-control": "no-store"}, body=sent
        )


# Failing over: what begins with no SPEC

NO_SPEC = ("/", "//1x1/a", "/favicon.ico", "/0x200/a", "/P-thumb/a", "/orgi/a", "/%31x1/a")
LIKE_A_SPEC = tuple(f"/{beginning}00/a" for beginning in SPEC_BEGINNINGS)


@pytest.mark.parametrize("path", [*NO_SPEC, *LIKE_A_SPEC])
def test_without_node_the_same_paths_are_404(node: str, path: str) -> None:
    with CloudFrontFunction(negotiation(PRESETS, delivery=Delivery.FAILOVER), node=node) as edge:
        deployed, ours = edge(Request(path=path)), only_specs(Request(path=path))
    if path in LIKE_A_SPEC:
        assert deployed == ours == Request(path=path)
    else:
        assert isinstance(deployed, Response)
        assert isinstance(ours, Response)
        assert (deployed.status, deployed.body) == (ours.status, ours.body)
        assert ours.headers.items() <= deployed.headers.items()
