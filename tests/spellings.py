"""Generate SPECs as texts: in any legal spelling, and nearly right."""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from typing import Final

from hypothesis import strategies as st

from resizer_core.operations import BUILTIN
from resizer_core.urls.grammar import MAX_BYTES
from tests.strategies import PRESETS, tenths


def _numbers(lowest: int, highest: int) -> st.SearchStrategy[str]:
    return st.integers(lowest, highest).map(str)


def _decimals(lowest: float, highest: float) -> st.SearchStrategy[str]:
    return tenths(lowest, highest).map(lambda number: f"{number:g}")


def _signed() -> st.SearchStrategy[str]:
    return st.integers(-100, 100).map(lambda number: f"{number}".replace("-", "m"))


def _words(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


def _dashed(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("-".join)


_flag = st.just("")
_hexadecimal = st.sampled_from(string.hexdigits)
#: The text that may follow the key of an option, in every accepted spelling. "" means that none follows.
_ARGUMENTS: Final[Mapping[str, st.SearchStrategy[str]]] = {
    "page": _numbers(1, 9999),
    "still": _flag,
    "crop": st.one_of(
        _dashed(_numbers(0, 99_999), _numbers(0, 99_999), _numbers(1, 99_999), _numbers(1, 99_999)),
        _dashed(
            *(_decimals(lowest, 100).map(lambda number: f"{number}p") for lowest in (0, 0, 0.1, 0.1)),
        ),
        st.just("0p-0p-100p-100p"),
    ),
    "trim": st.one_of(_flag, _numbers(0, 255)),
    "rot": _words("90 180 270"),
    "flip": _words("h v hv"),
    "ar": _dashed(_numbers(1, 999), _numbers(1, 999)),
    "fit": _words("inside cover contain fill outside"),
    "g": st.one_of(_words("c n ne e se s sw w nw sm en"), _dashed(_numbers(0, 100), _numbers(0, 100))),
    "up": _flag,
    "blur": _decimals(0.3, 25),
    "sharp": st.one_of(_flag, _decimals(0.1, 10)),
    "pix": _numbers(2, 200),
    "bri": _signed(),
    "con": _signed(),
    "sat": _signed(),
    "gray": _flag,
    "pad": st.one_of(_numbers(0, 500), _dashed(*(_numbers(0, 500) for _ in range(4)))),
    "round": st.one_of(_numbers(1, 1024), st.just("max")),
    "wm": st.one_of(
        st.just("logo"),
        _dashed(st.just("logo.2"), _words("c n ne e se s sw w nw tile")),
        _dashed(st.just("l"), _words("se tile"), _numbers(1, 100)),
        _dashed(st.just("l"), _words("se tile"), _numbers(1, 100), _numbers(1, 100)),
    ),
    "bg": st.sampled_from([3, 6, 8]).flatmap(
        lambda length: st.text(_hexadecimal, min_size=length, max_size=length)
    ),
    "f": _words("jpg jpeg png webp avif gif tif tiff auto"),
    "q": _numbers(1, 100),
    "kb": _numbers(1, 20_000),
    "ll": _flag,
    "meta": _words("none copyright keep"),
    "icc": _words("srgb p3 keep"),
    "hdr": _flag,
    "dl": _flag,
    "v": st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=16),
    "dpr": _decimals(1, 4),
    "s": st.text(string.ascii_lowercase + "234567", min_size=16, max_size=16),
}
_LONG: Final[Mapping[str, str]] = {
    **{operation.name: operation.long_name for operation in BUILTIN.values()},
    "rot": "rotate",
    "ar": "ratio",
    "g": "gravity",
    "up": "enlarge",
    "bg": "background",
    "f": "format",
    "q": "quality",
    "kb": "maxkb",
    "ll": "lossless",
    "meta": "metadata",
    "icc": "profile",
    "dl": "download",
    "v": "version",
    "s": "signature",
}
_HEAD_TEXTS: Final = st.one_of(
    _numbers(1, 24_999).map(lambda side: f"{side}x"),
    _numbers(1, 24_999).map(lambda side: f"x{side}"),
    st.tuples(_numbers(1, 24_999), _numbers(1, 24_999)).map("x".join),
    _numbers(1, 100).map(lambda percent: f"{percent}p"),
    st.just("orig"),
    st.sampled_from([f"p-{name}" for name in PRESETS]),
)


@st.composite
def _any_texts(draw: st.DrawFn) -> str:
    head = draw(_HEAD_TEXTS)
    keys = ["f", "q", "v", "dpr", "s"] if head.startswith("p-") else list(_ARGUMENTS)
    chosen = draw(st.lists(st.sampled_from(keys), max_size=8, unique=True))
    arguments = {key: draw(_ARGUMENTS[key]) for key in _consistent(head, chosen)}
    if arguments.get("g") in ("sm", "en"):
        arguments.pop("fit", None)
    if "ll" in arguments:
        arguments["f"] = draw(_words("webp avif"))
    elif ("q" in arguments or "kb" in arguments) and "f" in arguments:
        arguments["f"] = draw(_words("jpg jpeg webp avif auto"))
    options = "_".join(
        "-".join(filter(None, (draw(st.sampled_from([key, _LONG.get(key, key)])), argument)))
        for key, argument in arguments.items()
    )
    spelt = draw(st.sampled_from([options, options, options.upper(), options.title()]))
    return "_".join(filter(None, (head, spelt)))


def _consistent(head: str, keys: Iterable[str]) -> list[str]:
    """Leave out options that do not go with the head or with another option."""
    sides = head.split("x")
    without = {"ar"} if len(sides) == 2 and all(sides) else set()
    without |= {"q", "kb"} if "ll" in keys else set()
    return [key for key in keys if key not in without]


#: How many characters a canonical spelling may be longer than its text. Three digits of colour become six,
#: and a length that ``dpr`` multiplies may get a digit more.
_LONGER: Final = 10

#: Legal SPECs in any spelling: long names and upper case of options, sugar, any order.
texts = _any_texts().filter(lambda text: len(text) + _LONGER <= MAX_BYTES)


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    """Take a legal text, and insert, remove or replace something at one to three places."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        kept = text[at + draw(st.integers(0, 2)) :]
        text = (
            text[:at]
            + draw(st.sampled_from(["", "_", "-", ".", "0", "x", "X", "p", "P", "m", "9", "É", "/", "\n"]))
            + kept
        )
    return text


#: Texts that are wrong, most of them only a little.
nearly = st.one_of(
    _mutated(),
    texts.map(str.swapcase),
    st.text(max_size=200),
    st.text("0123456789xp._-mfqgbhv", max_size=140),
    st.lists(
        st.one_of(_HEAD_TEXTS, st.sampled_from(list(_ARGUMENTS)), st.text("0129p.-m", max_size=6)),
        max_size=16,
    ).map("_".join),
)
