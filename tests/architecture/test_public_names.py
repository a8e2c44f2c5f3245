"""The public door. A new name here is a decision: it can never be taken back quietly."""

from __future__ import annotations

import re
from pathlib import Path

import resizer_core

API = Path(__file__).parents[2] / "docs" / "api.md"

PUBLIC = """
    Access Argument Bounds Box Colour ConfigurationError CorruptImage Defaults Delivery DerivativeKey FORMATS
    Fit FocalPoint Format Generator Gravity Html ImageHeader InvalidKey InvalidSpec LimitExceeded Limits
    MAX_ANSWER_BYTES NotAllowed OPERATIONS ObjectStore Operation Orientation Outcome PixelOperation
    Placement Plan PluginError Plugins ProduceResult RenderError RequestError Resizer ResizerError Result
    Settings Site Size SourceError SourceForbidden SourceNotFound Spec StorageError StorageForbidden
    StoredObject StoredWatermarks
    TRUSTED_FORMATS UnsupportedFormat detect make_plan negotiate open_store parse_path parse_presets
    parse_spec picture place plan_for preload read_object resize sign srcset url verify
    IndexedSpecs ListedSpecs Specs Stale Staleness Upkeep cache_tag index_key read_variables specs_in_use
    spellings_back
    Answer CONDITIONAL_HEADERS ERROR_RESPONSES EVERYWHERE MethodNotAllowed Overloaded error_response
    Service check_origin_secret error_text is_for_the_owner path_without_signature without_signature
    grammar_table read_header
"""


def test_the_public_names_are_these() -> None:
    assert sorted(resizer_core.__all__) == sorted(PUBLIC.split())


def test_every_public_name_is_there() -> None:
    assert [name for name in resizer_core.__all__ if not hasattr(resizer_core, name)] == []


def test_the_names_that_are_loaded_late_are_listed_as_well() -> None:
    assert set(resizer_core.__all__) <= set(dir(resizer_core))


def test_the_page_of_the_api_has_each_once() -> None:
    lines = [line for line in API.read_text().splitlines() if line.startswith("`")]
    assert sorted(re.findall(r"`(\w+)`", " ".join(lines))) == sorted(PUBLIC.split())
