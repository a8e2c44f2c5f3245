"""Run the command as ``python -m resizer_core``."""

from __future__ import annotations

import sys

from resizer_core.cli.main import main

sys.exit(main())
