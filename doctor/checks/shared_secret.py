"""Compare the secret that one part sends with those that another accepts, without showing any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from doctor.findings import Observation

#: Characters. Shorter secrets can be guessed.
LENGTH: Final = 32


def compared(
    sent: str | None, accepted: tuple[str, ...], *, sender: str, receiver: str, what: str
) -> Iterator[Observation]:
    """Say how long the secrets are, how many are accepted, and whether the sent one is among them."""
    short = [len(secret) for secret in accepted if len(secret) < LENGTH]
    yield bool(accepted), f"{receiver} names {len(accepted)}"
    if short:
        yield False, f"{receiver} names one of {short[0]} characters"
    if sent is None:
        yield False, f"{sender} sends no {what}"
    else:
        names = "names" if sent in accepted else "does not name"
        yield (
            sent in accepted,
            f"{sender} sends a {what} of {len(sent)} characters, which {receiver} {names}",
        )
