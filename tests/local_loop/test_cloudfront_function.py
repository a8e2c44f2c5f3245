"""The function at the edge: it answers what the Lambda function would, and touches nothing else (rule 15)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from local_loop.cloudfront_function import (
    CloudFrontFunction,
    CloudFrontFunctionFailed,
    negotiated_paths,
    negotiation,
)
from local_loop.http import Request
from local_loop.stack import standard
from resizer_core import (
    Outcome,
    RequestError,
    Resizer,
    Settings,
    SourceNotFound,
    open_store,
    parse_spec,
)
from resizer_core.site import Site
from tests.local_loop.world import REFERER, SECRET, STANDARD, Base, World
from tests.spellings import texts
from tests.vectors.urls import PRESETS, VECTORS

CODE = Path(__file__).parents[2] / "terraform" / "modules" / "cdn" / "negotiate.js"
KEY = "a key of at least 32 characters!"
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"


@pytest.fixture(scope="module")
def edge(node: str) -> Iterator[CloudFrontFunction]:
    with CloudFrontFunction(negotiation(PRESETS), node=node) as running:
        yield running


@pytest.fixture(scope="module")
def resizer() -> Resizer:
    """The function's own mind, with no original to spend time on."""
    stores = (open_store("memory:"), open_store("memory:"))
    return Resizer(
        *stores,
        site=Site(presets=PRESETS, keys=(KEY.encode(),)),
    )


def asked(path: str, accept: str) -> Request:
    return Request(path=path, headers={"accept": accept} if accept else {})


def changed(edge: CloudFrontFunction, path: str, accept: str) -> str:
    """The path that it makes of one."""
    made = edge(asked(path, accept))
    assert isinstance(made, Request)
    return made.path


def led_to(resizer: Resizer, path: str, accept: str) -> str | None:
    """The canonical path where the function would have it; None if it refuses."""
    try:
        done = resizer.produce(unquote(path), accept=accept)
    except SourceNotFound:
        return quote(unquote(path), safe="/-._~")  # as far as the store, so canonical
    except RequestError:
        return None
    assert done.outcome in (Outcome.MOVED, Outcome.NEGOTIATED)
    return done.key.path


# The vectors


@pytest.mark.parametrize("row", VECTORS["negotiated"].values(), ids=VECTORS["negotiated"])
def test_it_makes_of_a_path_what_the_vectors_say(row: dict[str, str], edge: CloudFrontFunction) -> None:
    assert edge(asked(row["path"], row["accept"])) == asked(row["edge"], row["accept"])


@pytest.mark.parametrize("row", VECTORS["negotiated"].values(), ids=VECTORS["negotiated"])
def test_the_function_makes_of_a_path_what_the_vectors_say(
    row: dict[str, str | None], resizer: Resizer
) -> None:
    assert led_to(resizer, str(row["path"]), str(row["accept"])) == row["function"]


# Whatever is asked for

_types = st.sampled_from(["image/avif", "image/webp", "image/*", "*/*", "IMAGE/AVIF", "image/avifx", ""])
_weights = st.sampled_from(
    ["", ";q=0", ";q=0.0", "; q = 0.000", ";q=0.0000", ";q=1", ";q=00", ";v=0;q=0", ";q", ";Q=-0"]
)
accepts = st.one_of(
    st.lists(st.tuples(_types, _weights).map("".join), max_size=4).map(", ".join),
    st.lists(st.sampled_from([*'aAv/*;,=.0q \t"', "image/avif", "image/webp", ";q=0"]), max_size=12).map(
        "".join
    ),
)
_auto = st.sampled_from(
    ["f-auto", "f-auto", "f-webp", "F-AUTO", "format-auto", "ll", "q-60", "s-abcdefghijklmnop"]
)
_heads = st.sampled_from([*(f"p-{name}" for name in PRESETS), "300x200", "x9", "50p", "orig"])
specs = st.one_of(
    texts, st.tuples(_heads, st.lists(_auto, max_size=3)).map(lambda drawn: "_".join([drawn[0], *drawn[1]]))
)


@given(specs, accepts)
@example("p-any", CHROME)
@example("p-exact_f-auto", CHROME)
def test_it_never_changes_where_a_viewer_ends(
    edge: CloudFrontFunction, resizer: Resizer, spec: str, accept: str
) -> None:
    path = f"/{spec}/cat.jpg"
    assert led_to(resizer, changed(edge, path, accept), accept) == led_to(resizer, path, accept)


@given(specs, accepts)
def test_a_second_run_changes_nothing(edge: CloudFrontFunction, spec: str, accept: str) -> None:
    once = changed(edge, f"/{spec}/cat.jpg", accept)
    assert changed(edge, once, accept) == once


@given(specs, accepts)
def test_a_canonical_path_is_left_alone(
    edge: CloudFrontFunction, resizer: Resizer, spec: str, accept: str
) -> None:
    path = led_to(resizer, f"/{spec}/cat.jpg", accept)
    if path is not None:
        assert changed(edge, path, accept) == path


def test_a_header_that_comes_twice_is_one_list(node: str) -> None:
    twice = "{ value: 'image/png', multiValue: [{ value: 'image/png' }, { value: 'image/webp' }] }"
    begin = "const request = event.request;"
    code = negotiation({}).replace(begin, f"{begin} request.headers.accept = {twice};")
    with CloudFrontFunction(code, node=node) as edge:
        assert changed(edge, "/9x9_f-auto/a.jpg", "") == "/9x9_f-webp/a.jpg"


# What is deployed


def test_it_is_small_enough_for_cloudfront() -> None:
    assert len(CODE.read_bytes()) < 10_240


#: CloudFront's runtime has some of what is younger than ES5.1; only const is used. Source: its developer
#: guide, "JavaScript runtime 2.0 features for CloudFront Functions".
YOUNGER = {
    "an arrow": "=>",
    "a template": "`",
    "an optional chain": r"\?\.",
    "a spread": r"\.\.\.",
    "a class": r"\bclass\b",
    "a block variable": r"\blet\b",
    "for of": r"\bof\b(?=[^;]*\))",
    "an import": r"\b(import|export|require)\b",
    "a named group or a look behind": r"\(\?<",
    "a younger method": r"\.(includes|startsWith|endsWith|matchAll|replaceAll|at|flat|flatMap|find)\(",
}


@pytest.mark.parametrize("pattern", YOUNGER.values(), ids=YOUNGER)
def test_it_uses_no_younger_language(pattern: str) -> None:
    code = re.sub(r"^\s*//.*$", "", CODE.read_text(), flags=re.MULTILINE)
    assert re.findall(pattern, code) == []


def test_the_presets_have_their_place_in_it() -> None:
    assert CODE.read_text().count("{/* presets */}") == 1
    assert 'PRESETS = {"any":"auto","exact":"lossless"};' in negotiation(PRESETS)


# What runs it


def test_a_function_that_raises_is_an_error(node: str) -> None:
    with CloudFrontFunction("function handler() { throw new Error('no'); }", node=node) as edge:
        with pytest.raises(CloudFrontFunctionFailed, match="no"):
            edge(Request(path="/"))
        with pytest.raises(CloudFrontFunctionFailed, match="no"):  # and the next one is answered as well
            edge(Request(path="/"))


def test_code_that_is_none_is_an_error(node: str) -> None:
    with (
        CloudFrontFunction("function (", node=node) as edge,
        pytest.raises(CloudFrontFunctionFailed, match="cannot be run"),
    ):
        edge(Request(path="/"))


def test_the_code_runs_in_strict_mode(node: str) -> None:
    code = "function handler(event) { missing = 1; return event.request; }"
    with (
        CloudFrontFunction(code, node=node) as edge,
        pytest.raises(CloudFrontFunctionFailed, match="missing is not defined"),
    ):
        edge(Request(path="/"))


# In the loop


@pytest.fixture
def world(edge: CloudFrontFunction, pictures: dict[str, bytes]) -> World:
    configuration = standard(
        delivery_host="img.test",
        generator_host="gen.test",
        referer=REFERER,
        secret=SECRET,
        edge=edge,
        presets=PRESETS,
    )
    presets = {"RESIZER_PRESETS": '{"any": "8x4_f-auto"}'}  # auto among the vectors' presets as well
    return World.over(Base(configuration, {**STANDARD.environment, **presets}), pictures)


def test_f_auto_is_made_once_for_each_format_and_then_served_from_the_cache(world: World) -> None:
    path = "/8x4_f-auto/red.png"
    first = world.view(path, accept=CHROME)
    assert [hop.response.status for hop in first.hops] == [307, 302, 200]
    assert first.response.headers["content-type"] == "image/avif"
    second = world.view(path, accept=CHROME)
    assert [hop.response.status for hop in second.hops] == [200]
    assert second.response.headers["x-cache"] == "Hit from cloudfront"
    other = world.view(path, accept="image/webp")
    assert other.response.headers["content-type"] == "image/webp"
    assert world.stored() == {"8x4_f-avif/red.png", "8x4_f-webp/red.png"}
    assert world.outcomes() == ["made", "made"]


def test_a_preset_that_is_auto_is_served_from_the_cache_as_well(world: World) -> None:
    world.view("/p-any/red.png", accept=CHROME)
    second = world.view("/p-any/red.png", accept=CHROME)
    assert [hop.response.status for hop in second.hops] == [200]
    assert world.stored() == {"p-any_f-avif/red.png"}
    assert world.function.runs == 1


VARIES = {
    "what the browser takes": ("/8x4_f-auto/red.png", ["Accept"]),
    "another option as well": ("/8x4_f-auto_q-60/red.png", ["Accept"]),
    "a preset that stands for it": ("/p-any/red.png", ["Accept"]),
    "and an option as well": ("/p-any_q-60/red.png", ["Accept"]),
    "and once more": ("/p-any_f-auto/red.png", ["Accept"]),
    "one format": ("/8x4_f-webp/red.png", [None]),
    "one format of such a preset": ("/p-any_f-webp_q-60/red.png", [None]),
    "no format": ("/8x4/red.png", [None]),
}


@pytest.mark.parametrize(("path", "vary"), VARIES.values(), ids=VARIES)
def test_caches_behind_are_told_that_the_header_decides_where_it_does(
    world: World, path: str, vary: list[str | None]
) -> None:
    first, second = world.view(path, accept=CHROME), world.view(path, accept=CHROME)
    assert [hop.response.headers.get("vary") for hop in first.hops] == [*vary, None, None]
    assert [hop.response.headers.get("vary") for hop in second.hops] == vary


@given(specs, accepts, st.sampled_from(["cat.jpg", "x_f-webp/p-any_f-y.jpg"]))
def test_every_path_that_it_changes_has_vary(
    edge: CloudFrontFunction, spec: str, accept: str, key: str
) -> None:
    path = f"/{spec}/{key}"
    if changed(edge, path, accept) != path:
        configuration = standard(
            delivery_host="a.test",
            generator_host="b.test",
            referer=REFERER,
            secret=SECRET,
            edge=edge,
            presets=PRESETS,
        )
        assert "vary" in configuration.delivery.headers_for(path)


def test_with_more_presets_than_behaviours_every_preset_has_vary() -> None:
    presets = {f"a{number}": parse_spec("300x_f-auto") for number in range(25)}
    assert negotiated_paths(presets) == (("/*_f-auto*", True), ("/p-*", True))
    assert len(negotiated_paths(dict([*presets.items()][:24]))) + 1 <= 75


def test_without_the_edge_the_function_answers_each_time(pictures: dict[str, bytes]) -> None:
    world = World.over(STANDARD, pictures)
    world.view("/8x4_f-auto/red.png", accept=CHROME)
    second = world.view("/8x4_f-auto/red.png", accept=CHROME)
    assert [hop.response.status for hop in second.hops] == [307, 302, 200]
    assert world.outcomes() == ["negotiated", "made", "negotiated"]


def test_another_method_does_not_reach_it(world: World) -> None:
    def never(request: Request) -> Request:
        raise AssertionError(request)

    world.reconfigure(
        lambda configuration: replace(configuration, delivery=replace(configuration.delivery, edge=never))
    )
    assert world.loop.delivery(Request(method="POST", path="/8x4/red.png")).status == 405


def test_the_settings_of_the_loop_know_the_presets() -> None:
    settings = Settings.from_environment({**STANDARD.environment, "RESIZER_PRESETS": '{"a.1": "9x_f-auto"}'})
    assert '{"a.1":"auto"}' in negotiation(settings.site.presets)
