"""Read the numbers and words of the grammar, and write them back.

Every reader raises ``ValueError`` with what was expected and what came; ``grammar`` adds where it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_INTEGER = re.compile(r"0|[1-9][0-9]*")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[1-9])?")
_WORD = re.compile(r"[a-z0-9.]{1,64}")


def integer(text: str, lowest: int, highest: int, what: str) -> int:
    """Read a whole number without a leading zero; ``m`` stands for minus.

    >>> integer("m5", -100, 100, "percent")
    -5
    """
    digits = text.removeprefix("m") if lowest < 0 else text
    # The length is checked first: int() of a very long text is slow.
    if len(digits) <= 6 and _INTEGER.fullmatch(digits) and text != "m0":
        value = -int(digits) if text.startswith("m") else int(digits)
        if lowest <= value <= highest:
            return value
    raise ValueError(f"expected {_range(lowest, highest, what)}, got {shown(text)}")


def decimal(text: str, lowest: float, highest: float, what: str) -> float:
    """Read a number of at most one decimal, which is not 0.

    >>> decimal("2.5", 0.3, 100, "px")
    2.5
    """
    if len(text) <= 6 and _DECIMAL.fullmatch(text) and lowest <= float(text) <= highest:
        return float(text)
    raise ValueError(f"expected {_range(lowest, highest, what)}, got {shown(text)}")


def word(text: str, what: str) -> str:
    """Read a word of 1 to 64 lower-case letters, digits and dots."""
    if _WORD.fullmatch(text):
        return text
    raise ValueError(f"expected {what}, got {shown(text)}")


def choice(text: str, words: tuple[str, ...]) -> str:
    """Read one of ``words``."""
    if text in words:
        return text
    meant = did_you_mean(text, words).strip()
    raise ValueError(f"expected one of {', '.join(words)}, got {shown(text)}{meant and f'; {meant}'}")


def flag(arguments: list[str]) -> bool:
    """Read an option that takes no argument."""
    if arguments:
        raise ValueError(f"expected no argument, got {shown('-'.join(arguments))}")
    return True


def single_argument(arguments: list[str], what: str) -> str:
    """Take the one argument of an option."""
    if len(arguments) == 1:
        return arguments[0]
    raise ValueError(f"expected {what}, got {shown('-'.join(arguments))}")


def format_number(number: float) -> str:
    """Write a number as the readers above take it.

    >>> format_number(-5), format_number(2.5), format_number(3.0)
    ('m5', '2.5', '3')
    """
    return f"{number:.6g}".replace("-", "m")


def times(value: float, factor: float, *, decimals: int = 0) -> float:
    """Multiply two numbers of at most one decimal, rounded half up to ``decimals`` (0 or 1).

    Worked out in whole tenths, since 0.5 px more or less must not depend on binary fractions.

    >>> times(25, 1.5), times(0.3, 1.5, decimals=1)
    (38, 0.5)
    """
    hundredths = round(value * 10) * round(factor * 10)
    return (hundredths + 50) // 100 if decimals == 0 else ((hundredths + 5) // 10) / 10


def shown(text: str) -> str:
    """Quote what was given, for an error."""
    return repr(text) if text else "nothing"


def unknown(what: str, given: str, known: Iterable[str], *, spellings: Iterable[str] = ()) -> ValueError:
    """Make the error of a word that nobody knows.

    >>> print(unknown("option", "blr", ["blur", "fit"]))
    unknown option 'blr'; did you mean blur? known: blur, fit

    Args:
        what: the kind of word.
        given: the word.
        known: what is shown as known; "none is configured" where there is nothing.
        spellings: other words that would have been right.
    """
    words = list(known)
    meant = did_you_mean(given, [*words, *spellings])
    return ValueError(f"unknown {what} {given!r}; {meant}known: {', '.join(words) or 'none is configured'}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Ask for the known word that is nearest, for the middle of an error; empty where none is near.

    >>> did_you_mean("blr", ["blur", "fit"])
    'did you mean blur? '
    """
    from difflib import get_close_matches  # only an error needs it

    # At 0.7 one letter in four may be wrong, and of "vh" nobody can say whether it is "v" or "h".
    nearest = get_close_matches(given, list(known), n=1, cutoff=0.7)
    return "".join(f"did you mean {near}? " for near in nearest)


def _range(lowest: float, highest: float, what: str) -> str:
    return f"{format_number(lowest)} to {format_number(highest)} {what}".rstrip()
