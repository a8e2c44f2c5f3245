"""Read the numbers and words of the grammar, and write them back.

Every reader raises a ``ValueError`` that says what was expected and what came. ``grammar`` adds the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

_INTEGER = re.compile(r"0|[1-9][0-9]*")
_DECIMAL = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[1-9])?")
_WORD = re.compile(r"[a-z0-9.]{1,64}")
#: The most words that an error lists, and that it looks through for a similar one.
_LISTED: Final = 100


class Argument(NamedTuple):  # faster to make than a dataclass, so the function starts sooner
    """Describe the argument that may follow the name of an option.

    Attributes:
        kind: ``flag`` (nothing), ``integer``, ``number`` (with at most one decimal) or ``choice``, which
            ``read`` reads. Another word, such as ``colour`` or ``text``, says that another one reads it.
        lowest, highest: the range of every number in it. They are None if there is no range.
        unit: the unit of the numbers, such as ``px``.
        choices: the words that are allowed.
        default: the value if the SPEC does not have the option. It is empty if that does nothing.
        bare: the value if the name stands alone. It is empty if an argument must follow.
        example: an argument with a visible effect on most pictures, as it follows the name.
        parts: the single arguments by name, if several with different meanings follow.
    """

    kind: str
    lowest: float | None = None
    highest: float | None = None
    unit: str = ""
    choices: tuple[str, ...] = ()
    default: str = ""
    bare: str = ""
    example: str = ""
    parts: tuple[tuple[str, Argument], ...] = ()

    def read(self, arguments: list[str]) -> bool | int | float | str:
        """Read a flag, an integer, a number or a choice.

        >>> Argument(kind="integer", lowest=1, highest=100).read(["80"])
        80

        Raises:
            ValueError: the argument is wrong. The text says what was expected.
        """
        if self.kind == "flag":
            return flag(arguments)
        text = self.bare if self.bare and not arguments else single_argument(arguments, self.expected)
        if self.kind == "choice":
            return choice(text, self.choices)
        lowest, highest = self.lowest or 0, self.highest or 0
        if self.kind == "integer":
            return integer(text, int(lowest), int(highest), self.unit)
        return decimal(text, lowest, highest, self.unit)

    def holds(self, value: float) -> bool:
        """Say whether a number lies in the range."""
        return (self.lowest or 0) <= value <= (self.highest or 0)

    @property
    def expected(self) -> str:
        """Describe the range or the words, for an error."""
        if self.choices:
            return " or ".join(filter(None, (", ".join(self.choices[:-1]), self.choices[-1])))
        return _range(self.lowest or 0, self.highest or 0, self.unit)


def integer(text: str, lowest: int, highest: int, what: str) -> int:
    """Read a whole number without a leading zero. ``m`` stands for minus.

    >>> integer("m5", -100, 100, "percent")
    -5
    """
    digits = text.removeprefix("m") if lowest < 0 else text
    # Check the length first, because int() of a very long text is slow.
    if len(digits) <= 6 and _INTEGER.fullmatch(digits) and text != "m0":
        value = -int(digits) if text.startswith("m") else int(digits)
        if lowest <= value <= highest:
            return value
    raise ValueError(f"expected {_range(lowest, highest, what)}, got {shown(text)}")


def decimal(text: str, lowest: float, highest: float, what: str) -> float:
    """Read a number with at most one decimal, which must not be 0.

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
    """Write a number in the spelling that the readers above take.

    >>> format_number(-5), format_number(2.5), format_number(3.0)
    ('m5', '2.5', '3')
    """
    return f"{number:.6g}".replace("-", "m")


def times(value: float, factor: float, *, decimals: int = 0) -> float:
    """Multiply two numbers with at most one decimal, and round half up to ``decimals`` (0 or 1).

    This calculates in whole tenths, because binary fractions would round some products the wrong way.

    >>> times(25, 1.5), times(0.3, 1.5, decimals=1)
    (38, 0.5)
    """
    hundredths = round(value * 10) * round(factor * 10)
    return (hundredths + 50) // 100 if decimals == 0 else ((hundredths + 5) // 10) / 10


def shown(text: str) -> str:
    """Quote the given text, for an error."""
    return repr(text) if text else "nothing"


def unknown(what: str, given: str, known: Iterable[str], *, spellings: Iterable[str] = ()) -> ValueError:
    """Make the error for an unknown word.

    >>> print(unknown("option", "blr", ["blur", "fit"]))
    unknown option 'blr'; did you mean blur? known: blur, fit

    Of more than a hundred known words it takes the nearest hundred in the alphabet. So to refuse a request
    costs little, however many presets there are.

    Args:
        what: the kind of the word.
        given: the word.
        known: the words to list in the error. If there are none, it says "none is configured".
        spellings: other words that are right too.
    """
    from bisect import bisect  # here, because only errors need it

    words = list(known)
    if others := max(0, len(words) - _LISTED):
        words.sort()
        first = min(others, max(0, bisect(words, given) - _LISTED // 2))
        words = words[first : first + _LISTED]
    meant = did_you_mean(given, [*words, *spellings])
    listed = ", ".join(words) or "none is configured"
    more = f" and {others} more" if others else ""
    return ValueError(f"unknown {what} {given!r}; {meant}known: {listed}{more}")


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Suggest the most similar known word, for the middle of an error. If none is similar, return "".

    >>> did_you_mean("blr", ["blur", "fit"])
    'did you mean blur? '
    """
    from difflib import get_close_matches  # here, because only errors need it

    # At 0.7 one letter in four may be wrong. For "vh", which may mean "v" or "h", nothing is suggested.
    nearest = get_close_matches(given, list(known), n=1, cutoff=0.7)
    return "".join(f"did you mean {near}? " for near in nearest)


def _range(lowest: float, highest: float, what: str) -> str:
    return f"{format_number(lowest)} to {format_number(highest)} {what}".rstrip()
