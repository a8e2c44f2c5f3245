"""Read the statements of a policy from AWS's JSON."""

from __future__ import annotations

import json

from doctor.facts import Statement


def statements(policy: str) -> tuple[Statement, ...]:
    """Parse a policy. A single statement may come without a list."""
    statements = json.loads(policy)["Statement"]
    return tuple(statements) if isinstance(statements, list) else (statements,)
