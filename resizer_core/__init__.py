"""Resize pictures by a small grammar: ``resize(data, "300x200_fit-cover_f-webp").body``.

The names below are the public ones. Those that need libvips or a store, and those that no request needs,
are loaded when they are first used, so that ``import resizer_core`` is quick and parsing, planning and
signing need neither.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from resizer_core.accept import negotiate
from resizer_core.encoders import Defaults
from resizer_core.errors import (
    ConfigurationError,
    CorruptImage,
    InvalidKey,
    InvalidSpec,
    LimitExceeded,
    NotAllowed,
    PluginError,
    RenderError,
    RequestError,
    ResizerError,
    SourceError,
    SourceNotFound,
    StorageError,
    UnsupportedFormat,
)
from resizer_core.formats import BUILTIN as FORMATS
from resizer_core.formats import TRUSTED as TRUSTED_FORMATS
from resizer_core.formats import Format, detect
from resizer_core.geometry import Placement, place
from resizer_core.grammar import parse_presets, parse_spec
from resizer_core.model import (
    Bounds,
    Box,
    Colour,
    Fit,
    FocalPoint,
    Frame,
    Gravity,
    Limits,
    Orientation,
    Size,
)
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation, PixelOperation
from resizer_core.paths import DerivativeKey, parse_path
from resizer_core.plan import Plan, make_plan
from resizer_core.signing import Access, sign, verify
from resizer_core.spec import Spec

if TYPE_CHECKING:
    from resizer_core.markup import Html, picture, srcset, url
    from resizer_core.plugins import Plugins
    from resizer_core.service import Derivative, Outcome, Resizer, Result, plan_for, resize
    from resizer_core.storage import ObjectStore, StoredObject, open_store
    from resizer_core.watermarks import StoredWatermarks

__version__ = "0.1.0"

#: Where the names live that are loaded on first use.
_LAZY = {
    "Derivative": "resizer_core.service",
    "Html": "resizer_core.markup",
    "ObjectStore": "resizer_core.storage",
    "Outcome": "resizer_core.service",
    "Plugins": "resizer_core.plugins",
    "Resizer": "resizer_core.service",
    "Result": "resizer_core.service",
    "StoredObject": "resizer_core.storage",
    "StoredWatermarks": "resizer_core.watermarks",
    "open_store": "resizer_core.storage",
    "picture": "resizer_core.markup",
    "plan_for": "resizer_core.service",
    "resize": "resizer_core.service",
    "srcset": "resizer_core.markup",
    "url": "resizer_core.markup",
}

__all__ = [
    "FORMATS",
    "OPERATIONS",
    "TRUSTED_FORMATS",
    "Access",
    "Bounds",
    "Box",
    "Colour",
    "ConfigurationError",
    "CorruptImage",
    "Defaults",
    "Derivative",
    "DerivativeKey",
    "Fit",
    "FocalPoint",
    "Format",
    "Frame",
    "Gravity",
    "Html",
    "InvalidKey",
    "InvalidSpec",
    "LimitExceeded",
    "Limits",
    "NotAllowed",
    "ObjectStore",
    "Operation",
    "Orientation",
    "Outcome",
    "PixelOperation",
    "Placement",
    "Plan",
    "PluginError",
    "Plugins",
    "RenderError",
    "RequestError",
    "Resizer",
    "ResizerError",
    "Result",
    "Size",
    "SourceError",
    "SourceNotFound",
    "Spec",
    "StorageError",
    "StoredObject",
    "StoredWatermarks",
    "UnsupportedFormat",
    "detect",
    "make_plan",
    "negotiate",
    "open_store",
    "parse_path",
    "parse_presets",
    "parse_spec",
    "picture",
    "place",
    "plan_for",
    "resize",
    "sign",
    "srcset",
    "url",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
