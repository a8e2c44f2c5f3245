"""Hold one hop of a walk, with all that is known of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from doctor.checks import parts
from doctor.facts import Distribution, Facts, Unread
from doctor.names import Names
from doctor.visits.hops import Hop, Hops

#: Lists the keys of a bucket below a prefix.
Keys = Callable[[Names, str, str], tuple[str, ...] | Unread]

#: The website answers with HTML, and the bucket itself with XML.
_CODE_OF_S3 = re.compile(rb"(?:Code: |<Code>)(\w+)")


class Part(StrEnum):
    """Name the distribution that answers a hop."""

    DELIVERY = "delivery"
    GENERATOR = "generator"


def part_of(url: str, facts: Facts, first: Hop | None) -> Part | None:
    """Say which distribution answers at ``url``. ``None`` means neither, or no https.

    If the doctor could not read the stack, viewers begin at delivery, and the first hop of a walk, ``first``,
    leads to the generator.
    """
    split, delivery, generator = urlsplit(url), facts.delivery, facts.generator
    if split.scheme != "https":
        return None
    if split.netloc == urlsplit(facts.names.base_url).netloc:
        return Part.DELIVERY
    if isinstance(delivery, Distribution) and delivery.answers_to(split.netloc):
        return Part.DELIVERY
    if isinstance(generator, Distribution):
        return Part.GENERATOR if generator.answers_to(split.netloc) else None
    return Part.GENERATOR if first and split.netloc == urlsplit(first.target).netloc else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Hold one hop. ``before`` are the hops before it."""

    facts: Facts
    keys: Keys
    part: Part
    hop: Hop
    before: Hops

    @property
    def where(self) -> str:
        """Write the hop's number, from 1, and its part."""
        return f"hop {len(self.before) + 1}, {self.part}"

    @property
    def status(self) -> int:
        """Give the status of the answer."""
        return self.hop.response.status

    @property
    def path(self) -> str:
        """Give the requested path, decoded, without its first slash."""
        return unquote(urlsplit(self.hop.url).path).removeprefix("/")

    @property
    def is_redirect(self) -> bool:
        """Say whether a browser goes on from here."""
        return bool(self.hop.target)

    @property
    def is_of_function(self) -> bool:
        """Say whether a redirect looks like one of the function."""
        kept = "no-store" not in self.hop.response.headers.get("cache-control", "")
        return self.is_redirect and self.status == HTTPStatus.FOUND and not kept

    @property
    def asks_api(self) -> bool:
        """Say whether the answer may be from the API or the function. JSON is, also for an unknown stack."""
        return self.part is Part.GENERATOR or parts.fails_over(self.facts) or self.is_json

    @property
    def leads_to(self) -> Part | None:
        """Say where a redirect leads. ``None`` means out of the loop."""
        return part_of(self.hop.target, self.facts, self.before[0] if self.before else self.hop)

    @property
    def changes_the_key(self) -> bool:
        """Say whether a redirect leads to another key. A space may become a plus sign on the way."""
        target = unquote(urlsplit(self.hop.target).path).removeprefix("/")
        return self.is_redirect and target.replace("+", " ") != self.path.replace("+", " ")

    @property
    def was_asked_before(self) -> bool:
        """Say whether the walk was at this address before."""
        return any(hop.url == self.hop.url for hop in self.before)

    @property
    def is_of_cloudfront(self) -> bool:
        """Say whether CloudFront itself answered.

        Source: AWS knowledge center, "How do I troubleshoot 403 errors from CloudFront?".
        """
        return self.hop.response.headers.get("server", "").lower() == "cloudfront"

    @property
    def is_json(self) -> bool:
        """Say whether the answer is JSON, like those of the function and the API."""
        return self.hop.media_type == "application/json"

    @property
    def is_picture(self) -> bool:
        """Say whether the answer has the type of a picture."""
        return self.hop.media_type.startswith("image/")

    @property
    def error(self) -> str:
        """Name the function's error. The text is empty if something else answered."""
        if self.status == HTTPStatus.NOT_FOUND and self.is_picture:
            return "SourceNotFound"  # the answer is the fallback of the site
        return self._said("error")

    @property
    def code_of_s3(self) -> str:
        """Name S3's error. The text is empty if the answer names none."""
        match = _CODE_OF_S3.search(self.hop.response.body)
        return match[1].decode() if match else ""

    @property
    def text(self) -> str:
        """Write the answer as text."""
        response = self.hop.response
        headers = response.headers
        words = [str(self.status), headers.get("x-cache", "")]
        words.append(f"age {headers['age']} s" if "age" in headers else "")
        if self.is_redirect:
            words.append(f"to {self.hop.target}")
        elif self.status == HTTPStatus.OK:
            words += [self.hop.media_type, f"{headers.get('content-length', len(response.body))} bytes"]
            words.append(f"made {headers['last-modified']}" if "last-modified" in headers else "")
        else:
            words += [self.code_of_s3, self._said("error"), self._said("message")]
        return ", ".join(word for word in words if word)

    def _said(self, name: str) -> str:
        """Read one text of a JSON answer. It is empty if there is none."""
        if not self.is_json:
            return ""
        try:
            said = json.loads(self.hop.response.body)
        except ValueError:
            return ""
        text = said.get(name) if isinstance(said, dict) else None
        return text if isinstance(text, str) else ""
