"""Resize pictures by SPECs of a small grammar: ``resize(data, "300x200_fit-cover_f-webp").body``.

The names below are public. The import loads some of them only when they are first used: those that need
libvips or a store, and those that no request needs. So ``import resizer_core`` is quick, and you can parse,
plan and sign without libvips and without a store.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

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
    SourceForbidden,
    SourceNotFound,
    StorageError,
    StorageForbidden,
    UnsupportedFormat,
)
from resizer_core.formats import BUILTIN as FORMATS
from resizer_core.formats import TRUSTED as TRUSTED_FORMATS
from resizer_core.formats import Format, detect
from resizer_core.gravity import FocalPoint, Gravity
from resizer_core.model import Bounds, Box, Colour, Fit, ImageHeader, Orientation, Size
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation, PixelOperation
from resizer_core.site import Access, Defaults, Limits, Site
from resizer_core.spec import Spec
from resizer_core.tokens import Argument
from resizer_core.urls.grammar import parse_presets, parse_spec
from resizer_core.urls.paths import DerivativeKey, cache_tag, parse_path, spellings_back
from resizer_core.urls.signing import sign, verify
from resizer_core.version import __version__ as __version__

if TYPE_CHECKING:
    from resizer_core.generator import Generator, read_object
    from resizer_core.markup.html import Html
    from resizer_core.markup.pictures import picture, preload, srcset, url
    from resizer_core.outcome import Outcome, ProduceResult
    from resizer_core.pipeline import Result, plan_for, read_header, resize
    from resizer_core.planning.accept import negotiate
    from resizer_core.planning.geometry import Placement, place
    from resizer_core.planning.plan import Plan
    from resizer_core.planning.planner import make_plan
    from resizer_core.plugins import Plugins
    from resizer_core.resizer import MAX_ANSWER_BYTES, Resizer
    from resizer_core.serving.service import Service
    from resizer_core.stores.contract import ObjectStore, StoredObject
    from resizer_core.stores.opening import open_store
    from resizer_core.stores.watermarks import StoredWatermarks
    from resizer_core.upkeep.purging import Upkeep
    from resizer_core.upkeep.specs import IndexedSpecs, ListedSpecs, Specs, index_key, specs_in_use
    from resizer_core.upkeep.staleness import Stale, Staleness
    from resizer_core.urls.table import grammar_table
    from resizer_core.web.answers import (
        ERROR_RESPONSES,
        EVERYWHERE,
        Answer,
        MethodNotAllowed,
        Overloaded,
        error_response,
    )
    from resizer_core.web.conditional import CONDITIONAL_HEADERS
    from resizer_core.web.log_text import (
        error_text,
        is_for_the_owner,
        path_without_signature,
        without_signature,
    )
    from resizer_core.web.secrets import check_origin_secret
    from resizer_core.web.settings import Settings
    from resizer_core.web.variables import Delivery, read_variables


#: The modules of the names that are loaded when they are first used.
_LAZY = {
    "Answer": "resizer_core.web.answers",
    "CONDITIONAL_HEADERS": "resizer_core.web.conditional",
    "Delivery": "resizer_core.web.variables",
    "ERROR_RESPONSES": "resizer_core.web.answers",
    "EVERYWHERE": "resizer_core.web.answers",
    "Generator": "resizer_core.generator",
    "Html": "resizer_core.markup.html",
    "IndexedSpecs": "resizer_core.upkeep.specs",
    "ListedSpecs": "resizer_core.upkeep.specs",
    "MAX_ANSWER_BYTES": "resizer_core.resizer",
    "MethodNotAllowed": "resizer_core.web.answers",
    "ObjectStore": "resizer_core.stores.contract",
    "Outcome": "resizer_core.outcome",
    "Overloaded": "resizer_core.web.answers",
    "Placement": "resizer_core.planning.geometry",
    "Plan": "resizer_core.planning.plan",
    "Plugins": "resizer_core.plugins",
    "ProduceResult": "resizer_core.outcome",
    "Resizer": "resizer_core.resizer",
    "Result": "resizer_core.pipeline",
    "Service": "resizer_core.serving.service",
    "Settings": "resizer_core.web.settings",
    "Specs": "resizer_core.upkeep.specs",
    "Stale": "resizer_core.upkeep.staleness",
    "Staleness": "resizer_core.upkeep.staleness",
    "StoredObject": "resizer_core.stores.contract",
    "StoredWatermarks": "resizer_core.stores.watermarks",
    "Upkeep": "resizer_core.upkeep.purging",
    "check_origin_secret": "resizer_core.web.secrets",
    "error_response": "resizer_core.web.answers",
    "error_text": "resizer_core.web.log_text",
    "grammar_table": "resizer_core.urls.table",
    "index_key": "resizer_core.upkeep.specs",
    "is_for_the_owner": "resizer_core.web.log_text",
    "make_plan": "resizer_core.planning.planner",
    "negotiate": "resizer_core.planning.accept",
    "open_store": "resizer_core.stores.opening",
    "picture": "resizer_core.markup.pictures",
    "place": "resizer_core.planning.geometry",
    "plan_for": "resizer_core.pipeline",
    "preload": "resizer_core.markup.pictures",
    "read_header": "resizer_core.pipeline",
    "read_object": "resizer_core.generator",
    "read_variables": "resizer_core.web.variables",
    "resize": "resizer_core.pipeline",
    "specs_in_use": "resizer_core.upkeep.specs",
    "srcset": "resizer_core.markup.pictures",
    "url": "resizer_core.markup.pictures",
    "path_without_signature": "resizer_core.web.log_text",
    "without_signature": "resizer_core.web.log_text",
}

__all__ = [
    "CONDITIONAL_HEADERS",
    "ERROR_RESPONSES",
    "EVERYWHERE",
    "FORMATS",
    "MAX_ANSWER_BYTES",
    "OPERATIONS",
    "TRUSTED_FORMATS",
    "Access",
    "Answer",
    "Argument",
    "Bounds",
    "Box",
    "Colour",
    "ConfigurationError",
    "CorruptImage",
    "Defaults",
    "Delivery",
    "DerivativeKey",
    "Fit",
    "FocalPoint",
    "Format",
    "Generator",
    "Gravity",
    "Html",
    "ImageHeader",
    "IndexedSpecs",
    "InvalidKey",
    "InvalidSpec",
    "LimitExceeded",
    "Limits",
    "ListedSpecs",
    "MethodNotAllowed",
    "NotAllowed",
    "ObjectStore",
    "Operation",
    "Orientation",
    "Outcome",
    "Overloaded",
    "PixelOperation",
    "Placement",
    "Plan",
    "PluginError",
    "Plugins",
    "ProduceResult",
    "RenderError",
    "RequestError",
    "Resizer",
    "ResizerError",
    "Result",
    "Service",
    "Settings",
    "Site",
    "Size",
    "SourceError",
    "SourceForbidden",
    "SourceNotFound",
    "Spec",
    "Specs",
    "Stale",
    "Staleness",
    "StorageError",
    "StorageForbidden",
    "StoredObject",
    "StoredWatermarks",
    "UnsupportedFormat",
    "Upkeep",
    "cache_tag",
    "check_origin_secret",
    "detect",
    "error_response",
    "error_text",
    "grammar_table",
    "index_key",
    "is_for_the_owner",
    "make_plan",
    "negotiate",
    "open_store",
    "parse_path",
    "parse_presets",
    "parse_spec",
    "path_without_signature",
    "picture",
    "place",
    "plan_for",
    "preload",
    "read_header",
    "read_object",
    "read_variables",
    "resize",
    "sign",
    "specs_in_use",
    "spellings_back",
    "srcset",
    "url",
    "verify",
    "without_signature",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_LAZY})
