"""Test a function at the edge that answers by itself, as that of failover does."""

from __future__ import annotations

import pytest

from local_loop.cloudfront_function import CloudFrontFunction, negotiation
from local_loop.failover import failover, only_specs
from local_loop.http import Request, Response
from local_loop.stack import SPEC_BEGINNINGS
from resizer_core import Delivery
from tests.local_loop.failover_world import FAILOVER, FailoverBase, FailoverWorld
from tests.local_loop.views import statuses
from tests.local_loop.world import SECRET
from tests.vectors.urls import PRESETS

CHROME = "image/avif,image/webp,image/*,*/*;q=0.8"

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


def test_f_auto_is_no_redirect_where_the_edge_negotiates(node: str, pictures: dict[str, bytes]) -> None:
    with CloudFrontFunction(negotiation({}, delivery=Delivery.FAILOVER), node=node) as edge:
        configuration = failover(delivery_host="img.test", secret=SECRET, edge=edge)
        base = FailoverBase(configuration, FAILOVER.environment)
        world = FailoverWorld.like_s3(base, pictures)
        walks = [world.view("/8x4_f-auto/red.png", accept=CHROME) for _ in range(2)]
        assert [statuses(walk) for walk in walks] == [[200], [200]]
        assert [walk.response.headers["vary"] for walk in walks] == ["Accept", "Accept"]
        assert walks[1].response.headers["x-cache"] == "Hit from cloudfront"
        assert statuses(world.view("/favicon.ico")) == [404]
        assert world.outcomes() == ["made"]
