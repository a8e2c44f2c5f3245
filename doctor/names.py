"""What a stack is called: the output ``stack`` of the Terraform configuration, as a value."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Where to look in AWS. Nothing here is secret.

    Attributes:
        name: of the stack, which those of its parts begin with.
        region: of everything but the distributions, which have none.
        base_url: where viewers begin, without a slash at the end.
    """

    name: str
    region: str
    base_url: str
    delivery_distribution_id: str
    generator_distribution_id: str
    derivatives_bucket: str
    originals_bucket: str
    api_id: str
    function_name: str

    @classmethod
    def from_json(cls, text: str) -> Names:
        """Read the JSON object that ``terraform output -json stack`` prints.

        Raises:
            ValueError: it is no object with exactly these names, each a text that is not empty; or the base
                URL is not one of https.
        """
        expected = [field.name for field in fields(cls)]
        try:
            given = json.loads(text)
        except json.JSONDecodeError as error:
            where = f"{error.msg} at character {error.pos}" if text.strip() else "nothing"
            raise ValueError(f"the stack: expected a JSON object, got {where}") from error
        if not isinstance(given, dict):
            raise ValueError(f"the stack: expected a JSON object, got {type(given).__name__}")
        missing = [name for name in expected if name not in given]
        unknown = sorted(given.keys() - set(expected))
        if missing or unknown:
            faults = [f"no {', '.join(missing)}"] if missing else []
            faults += [f"an unknown {', '.join(unknown)}"] if unknown else []
            raise ValueError(f"the stack: expected {', '.join(expected)}; got {' and '.join(faults)}")
        wrong = [name for name in expected if not isinstance(given[name], str) or not given[name]]
        if wrong:
            raise ValueError(f"the stack: expected a text for {wrong[0]}, got {given[wrong[0]]!r}")
        if not given["base_url"].startswith("https://"):
            raise ValueError(f"the stack: expected a base_url with https, got {given['base_url']!r}")
        return cls(**given)
