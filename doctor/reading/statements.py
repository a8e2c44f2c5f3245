"""Read the statements of a policy, which AWS gives as JSON."""

from __future__ import annotations

import json

from doctor.facts import Statement


def statements(policy: str) -> tuple[Statement, ...]:
    """Parse a policy; JSON lets a single statement stand without its list."""
    statements = json.loads(policy)["Statement"]
    return tuple(statements) if isinstance(statements, list) else (statements,)
