"""Hold the two versions that are stored with each derivative: the package's, and the pixel version."""

from __future__ import annotations

from typing import Final

__version__ = "0.2.0"

#: The pixel version: a whole number. Raise it by hand when a change gives other pixels for the same SPEC.
#: Then ``purge`` can find the older derivatives. Each golden notes it (tests/rendering/goldens.tsv).
PIXELS: Final = 4
