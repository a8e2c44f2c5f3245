"""Hold the versions that are stored with each derivative: of the package, and of its pixels."""

from __future__ import annotations

from typing import Final

__version__ = "0.1.0"

#: What our pixels look like: a whole number. A person raises it whenever a change means other pixels for the
#: same SPEC, so that derivatives of before can be found. Each golden notes it (tests/rendering/goldens.tsv).
PIXELS: Final = 3
