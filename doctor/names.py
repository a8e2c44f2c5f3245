"""Read the names of a stack: the output ``stack`` of the Terraform configuration."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Final

from resizer_core import Delivery

_GENERATOR = "generator_distribution_id"
#: Optional parts of a stack: ``on`` or ``off``.
_SWITCHES: Final = ("freshness", "eager", "backfill")
#: Names that a stack of 0.1 does not have.
_OF_0_1: Final = {"delivery": Delivery.REDIRECT.value} | dict.fromkeys(_SWITCHES, "off")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Hold the names to look for in AWS. None is secret.

    Attributes:
        name: the stack's name. The names of its parts begin with it.
        region: the region of all parts except the distributions, which have none.
        base_url: the URL where viewers begin, without a slash at the end.
        delivery: the way of delivery. Stacks of 0.1 do not name it, and have redirects.
        generator_distribution_id: empty with failover, which has one distribution.
        freshness: whether derivatives follow their originals: ``on`` or ``off``. 0.1 does not name it.
        eager: whether the stack makes derivatives of new originals before anybody asks, in the same words.
        backfill: whether jobs make derivatives of existing originals, in the same words.
    """

    name: str
    region: str
    base_url: str
    delivery: Delivery = Delivery.REDIRECT
    delivery_distribution_id: str
    generator_distribution_id: str = ""
    derivatives_bucket: str
    originals_bucket: str
    api_id: str
    function_name: str
    freshness: str = "off"
    eager: str = "off"
    backfill: str = "off"

    @classmethod
    def from_json(cls, text: str) -> Names:
        """Read the JSON object that ``terraform output -json stack`` prints. A null counts as missing.

        Raises:
            ValueError: it is no object with exactly the names of its way of delivery and a text for each, or
                the base URL does not begin with https.
        """
        try:
            given = json.loads(text)
        except json.JSONDecodeError as error:
            where = f"{error.msg} at character {error.pos}" if text.strip() else "nothing"
            raise ValueError(f"the stack: expected a JSON object, got {where}") from error
        if not isinstance(given, dict):
            raise ValueError(f"the stack: expected a JSON object, got {type(given).__name__}")
        given = _OF_0_1 | {name: value for name, value in given.items() if value is not None}
        if given["delivery"] not in list(Delivery):
            expected = " or ".join(Delivery)
            raise ValueError(f"the stack: expected {expected} for delivery, got {given['delivery']!r}")
        absent = {_GENERATOR} if given["delivery"] == Delivery.FAILOVER else set()
        names = [field.name for field in fields(cls) if field.name not in absent]
        missing = [name for name in names if name not in given]
        unknown = sorted(given.keys() - set(names))
        if missing or unknown:
            faults = [f"no {', '.join(missing)}"] if missing else []
            faults += [f"an unknown {', '.join(unknown)}"] if unknown else []
            raise ValueError(f"the stack: expected {', '.join(names)}; got {' and '.join(faults)}")
        wrong = [name for name in names if not isinstance(given[name], str) or not given[name]]
        if wrong:
            raise ValueError(f"the stack: expected a text for {wrong[0]}, got {given[wrong[0]]!r}")
        for switch in _SWITCHES:
            if given[switch] not in ("on", "off"):
                raise ValueError(f"the stack: expected on or off for {switch}, got {given[switch]!r}")
        if not given["base_url"].startswith("https://"):
            raise ValueError(f"the stack: expected a base_url with https, got {given['base_url']!r}")
        return cls(**given | {"delivery": Delivery(given["delivery"])})
