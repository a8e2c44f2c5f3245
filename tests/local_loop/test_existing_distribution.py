"""A distribution of a site in front of the loop, with the code of docs/existing-cloudfront.md."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given

from local_loop import cloudfront_function
from local_loop.cloudfront_function import CloudFrontFunction, negotiation
from local_loop.distribution import Distribution, DistributionConfiguration
from local_loop.failover import failover
from local_loop.http import Piece, Request, Response
from local_loop.stack import Wired
from local_loop.viewer import Viewer, Walk
from resizer_core import Delivery
from tests.javascript_apps import documented
from tests.local_loop.distributions import ZERO
from tests.local_loop.failover_world import FAILOVER, FailoverBase, FailoverWorld
from tests.local_loop.test_cloudfront_function import CHROME, accepts, specs
from tests.local_loop.views import RED, expected
from tests.local_loop.world import SECRET, STANDARD, World
from tests.vectors.urls import PRESETS

PAGE = "existing-cloudfront.md"
#: The cache policy of the page.
POLICY = replace(ZERO, key_headers=("accept",))


@pytest.fixture(scope="module")
def outer_edge(node: str) -> Iterator[CloudFrontFunction]:
    with CloudFrontFunction(documented(PAGE, "img-request.js"), node=node) as running:
        yield running


@pytest.fixture(scope="module")
def inner_edge(node: str) -> Iterator[CloudFrontFunction]:
    with CloudFrontFunction(negotiation(PRESETS, delivery=Delivery.FAILOVER), node=node) as running:
        yield running


@pytest.fixture
def failing_over(inner_edge: CloudFrontFunction, pictures: dict[str, bytes]) -> FailoverWorld:
    configuration = failover(delivery_host="img.test", secret=SECRET, edge=inner_edge, presets=PRESETS)
    environment = {**FAILOVER.environment, "RESIZER_PRESETS": '{"any": "8x4_f-auto"}'}
    return FailoverWorld.like_s3(FailoverBase(configuration, environment), pictures)


def answered(node: str, response: Response) -> Response:
    """Run the function that changes answers on one answer."""
    headers = {name: {"value": value} for name, value in response.headers.items()}
    lines = (documented(PAGE, "img-response.js"), {"response": {"headers": headers}})
    runner = Path(cloudfront_function.__file__).with_suffix(".js")
    run = subprocess.run(
        [node, runner], input="\n".join(map(json.dumps, lines)), capture_output=True, text=True, check=True
    )
    made = json.loads(run.stdout)["made"]["headers"]
    return replace(response, headers={name: header["value"] for name, header in made.items()})


def view(
    loop: Wired, edge: CloudFrontFunction, path: str, *, node: str = "", accept: str = "*/*", times: int = 1
) -> Walk:
    """The last of some views at the site; with ``node`` the function on the answers runs too."""
    configuration = DistributionConfiguration(origin_host="img.test", cache_policy=POLICY, edge=edge)
    outer = Distribution(configuration, known_by_host(loop), clock=lambda: 0.0)

    def site(request: Request) -> Response:
        response = outer(request)
        return answered(node, response) if node and response.is_redirect else response

    viewer = Viewer({**loop.hosts, "www.test": site})
    walks = [viewer.walk(f"http://www.test{path}", headers={"accept": accept}) for _ in range(times)]
    return walks[-1]


def known_by_host(loop: Wired) -> Piece:
    """The inner distribution, which CloudFront finds by Host."""
    return lambda request: loop.hosts[request.headers["host"]](request)


def test_a_first_view_is_one_answer_and_the_second_comes_from_the_outer_cache(
    failing_over: FailoverWorld, outer_edge: CloudFrontFunction, pictures: dict[str, bytes]
) -> None:
    walk = view(failing_over.loop, outer_edge, f"/img{RED}", times=2)
    assert [hop.response.status for hop in walk.hops] == [200]
    assert walk.response.body == expected(pictures, RED)
    assert walk.hops[0].steps == ()  # not even the inner distribution was asked
    assert "sandbox" in walk.response.headers["content-security-policy"]
    assert failing_over.outcomes() == ["made"]


@pytest.mark.parametrize("path", ["/img/8x4_f-auto/red.png", "/img/p-any/red.png"])
def test_each_browser_gets_its_format_through_both_caches(
    failing_over: FailoverWorld, outer_edge: CloudFrontFunction, path: str
) -> None:
    for accept, media_type in {CHROME: "avif", "image/webp,*/*": "webp", "*/*": "jpeg"}.items():
        walk = view(failing_over.loop, outer_edge, path, accept=accept)
        assert walk.redirects == 0
        assert walk.response.headers["content-type"] == f"image/{media_type}"


@given(specs, accepts)
@example("9x_f-auto", "image/avif; q = 0.0, image/webp")
def test_the_three_values_choose_as_the_whole_header_does(
    outer_edge: CloudFrontFunction, inner_edge: CloudFrontFunction, spec: str, accept: str
) -> None:
    path, headers = f"/{spec}/cat.jpg", {"accept": accept}
    through = outer_edge(Request(path=f"/img{path}", headers=headers))
    assert isinstance(through, Request)
    assert through.headers["accept"] in ("image/avif", "image/webp", "*/*")
    chosen, directly = inner_edge(through), inner_edge(Request(path=path, headers=headers))
    assert getattr(chosen, "path", None) == getattr(directly, "path", None)


def test_an_address_without_a_format_to_choose_is_kept_once(outer_edge: CloudFrontFunction) -> None:
    asked = [outer_edge(Request(path=f"/img{RED}", headers={"accept": it})) for it in (CHROME, "image/webp")]
    assert asked[0] == asked[1]


def test_a_redirect_to_the_canonical_path_keeps_the_prefix(
    failing_over: FailoverWorld, outer_edge: CloudFrontFunction, node: str
) -> None:
    walk = view(failing_over.loop, outer_edge, "/img/4x8_F-PNG/red.png", node=node)
    assert [hop.url for hop in walk.hops][1:] == ["http://www.test/img/4x8_f-png/red.png"]
    assert walk.response.status == 200


def test_a_redirect_to_another_host_is_left_alone(node: str) -> None:
    for location in ("https://img.example.com/4x8/red.png", "//img.example.com/4x8/red.png"):
        response = Response(status=302, headers={"location": location})
        assert answered(node, response) == response


def test_with_redirects_the_first_viewer_leaves_the_site_and_the_next_one_stays(
    outer_edge: CloudFrontFunction, pictures: dict[str, bytes]
) -> None:
    world = World.over(STANDARD, pictures)
    walks = [view(world.loop, outer_edge, f"/img{RED}") for _ in range(2)]
    hosts = [[urlsplit(hop.url).netloc for hop in walk.hops] for walk in walks]
    assert hosts == [["www.test", "gen.test", "img.test"], ["www.test"]]
