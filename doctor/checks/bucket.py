"""Check the bucket of derivatives, for both ways of delivery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.checks import parts
from doctor.facts import Facts, PublicAccessBlock, known
from doctor.findings import Check, Observation

#: Storage classes whose objects must be restored before anybody can read them.
_ARCHIVES: Final = ("GLACIER", "DEEP_ARCHIVE")


def switches(block: PublicAccessBlock, **wanted: bool) -> Iterator[Observation]:
    """Say whether switches of Block Public Access, by their fields, are right."""
    for name, on in wanted.items():
        found: bool = getattr(block, name)
        shown = name.title().replace("_", "")
        yield found is on, f"{shown} {'on' if found else 'off'}"


def _is_encrypted_by_s3(facts: Facts) -> Iterator[Observation]:
    encryption = known(parts.bucket(facts).encryption, "the encryption of the bucket")
    yield encryption == "AES256", encryption


def _owner_is_enforced(facts: Facts) -> Iterator[Observation]:
    ownership = known(parts.bucket(facts).ownership, "the rule of ownership of the bucket")
    yield ownership == "BucketOwnerEnforced", ownership


def _nobody_is_notified(facts: Facts) -> Iterator[Observation]:
    notified = known(parts.bucket(facts).notifications, "the notifications of the bucket")
    yield not notified, ", ".join(notified) or "nobody"


def _nothing_is_archived(facts: Facts) -> Iterator[Observation]:
    rules = parts.bucket(facts).lifecycle
    for rule in known(rules, "the lifecycle of the bucket") if rules is not None else ():
        if rule.expires_after is not None:
            yield True, f"they expire after {rule.expires_after} days"
        for storage in rule.moves_to:
            yield storage not in _ARCHIVES, f"they are moved to {storage}"


CHECKS: Final[tuple[Check[Facts], ...]] = (
    Check(
        title="Derivatives are encrypted by S3's own keys",
        rule=23,
        look=_is_encrypted_by_s3,
        expected="AES256",
        why="S3 cannot serve an object that KMS encrypts to a request without an identity: 403.",
    ),
    Check(
        title="The bucket's owner owns every derivative",
        rule=23,
        look=_owner_is_enforced,
        expected="BucketOwnerEnforced",
        why="The bucket policy does not hold for an object of another account, or with an ACL of its own.",
    ),
    Check(
        title="Derivatives notify nobody",
        rule=18,
        look=_nobody_is_notified,
        expected="no notifications",
        why="A receiver that handles every derivative may make derivatives of derivatives.",
    ),
    Check(
        title="Derivatives are not archived",
        rule=9,
        look=_nothing_is_archived,
        expected=f"rules that let them expire or move, and to none of {', '.join(_ARCHIVES)}",
        why="An archived derivative is 403 at the website, and it is not made again because it exists.",
    ),
)
