"""Define the presets of these tests, and read the brackets that mark the underlined part of a text."""

from __future__ import annotations

from collections.abc import Mapping

from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec

PRESETS: Mapping[str, Spec] = {
    "thumb": parse_spec("100x100_fit-cover_f-webp_q-70"),
    "wide": parse_spec("99999x_pad-10"),
    "exact": parse_spec("300x_ll"),
    "plain": parse_spec("300x_q-80"),
    "a.1": parse_spec("orig"),
}
SIGNATURE = "abcdefghijklm234"


def between_brackets(marked: str) -> tuple[str, int, int]:
    """Return the text without its brackets, and where they stood."""
    start, end = marked.index("["), marked.index("]") - 1
    return marked.replace("[", "").replace("]", ""), start, end
