"""Read ``urls.json``, the vectors that Python, JavaScript and the function at the edge agree on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec

FILE: Final = Path(__file__).with_suffix(".json")
VECTORS: Final[Mapping[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
#: The presets behind ``p-NAME`` in all vectors.
PRESETS: Final[Mapping[str, Spec]] = {name: parse_spec(spec) for name, spec in VECTORS["presets"].items()}
SITE: Final = Site(presets=PRESETS)
