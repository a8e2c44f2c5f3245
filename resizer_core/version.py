"""Hold the version of the package, for what stores it with each derivative."""

from __future__ import annotations

__version__ = "0.1.0"
