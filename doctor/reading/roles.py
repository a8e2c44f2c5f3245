"""Read roles from IAM: their rights, and who may take them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from doctor.facts import Statement, Unread
from doctor.reading.answers import read_if_there
from doctor.reading.statements import statements

_NO_ROLE: Final = "NoSuchEntity"


def read_role(iam: Any, name: str) -> tuple[Statement, ...] | Unread | None:
    """Read the statements of a role's inline policies."""
    return read_if_there(lambda: tuple(_role(iam, name)), _NO_ROLE)


def read_trust(iam: Any, name: str) -> tuple[Statement, ...] | Unread | None:
    """Read the statements that say who may take a role."""
    return read_if_there(
        lambda: statements(json.dumps(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"])),
        _NO_ROLE,
    )


def _role(iam: Any, name: str) -> Iterator[Statement]:
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        # boto3 has parsed the document already.
        yield from statements(
            json.dumps(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        )
