"""Write addresses of derivatives, alone and as the attributes of a ``<source>``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType

from resizer_core import formats as known_formats
from resizer_core.markup.candidates import Candidate, candidates, whole_px
from resizer_core.mistakes import check_text, check_type
from resizer_core.model import Size
from resizer_core.site import Access, Site, check_site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import DerivativeKey, check_reachable
from resizer_core.urls.signing import check_access, sign
from resizer_core.value import Value, field, replace


class Addresses(Value, kw_only=True):
    """Write addresses of derivatives below one base URL, and sign them if there is a key."""

    base: str
    signing_key: bytes | None = field(repr=False)
    site: Site

    def __post_init__(self) -> None:
        check_text(self.base, "base", expected="an address", instead='write "https://img.example.com"')
        check_type(
            self.signing_key,
            (bytes, NoneType),
            expected="bytes",
            name="signing_key",
            instead="write key.encode()",
        )
        check_site(self.site)

    def read(self, spec: Spec | str) -> Spec:
        """Read a SPEC in any spelling of the grammar."""
        if isinstance(spec, Spec):
            return spec
        return parse_spec(spec, self.site)

    def url(self, spec: Spec, key: str) -> str:
        """Write the address of one derivative.

        Raises:
            InvalidKey: no original may have this key, or no address can lead to it.
            NotAllowed: the policy of the site refuses the SPEC.
        """
        check_text(key, "key", expected="the key of an original", instead='write "people/ann.jpg"')
        check_reachable(key)
        signed = spec if self.signing_key is None else sign(spec, self.signing_key)
        if self.site.access is not Access.OPEN:
            check_access(signed, self.site)
        return self.base.rstrip("/") + DerivativeKey(signed, key).path

    def candidates(
        self,
        spec: Spec | str | None,
        widths: Iterable[int] | None,
        densities: Iterable[float] | None,
        original: Size | tuple[int, int] | None,
    ) -> list[Candidate]:
        """List the candidates of a ``srcset`` as ``candidates.candidates`` does. Refuse a SPEC with ``s``."""
        given = None if spec is None else self.read(spec)
        if given is not None and given.signature:
            raise ValueError(
                f"expected a SPEC without s, got {given}: signing_key signs the SPECs that are made of it"
            )
        known = original if original is None or isinstance(original, Size) else _size(original)
        return candidates(given, widths, densities, known, signed=self.signing_key is not None)

    def srcset(self, offered: Iterable[Candidate], key: str) -> str:
        """Write the value of a ``srcset``."""
        return ", ".join(f"{self.url(one.spec, key)} {one.descriptor}" for one in offered)

    def sources(
        self, offered: Sequence[Candidate], formats: Sequence[str], key: str, shown_in: Mapping[str, object]
    ) -> list[dict[str, object]]:
        """List the attributes of the ``<source>`` elements, one for each format."""
        return [
            {
                "type": known_formats.named(name).media_type,
                "srcset": self.srcset((self.in_format(one, name) for one in offered), key),
                **shown_in,
            }
            for name in formats
        ]

    def in_format(self, candidate: Candidate, name: str) -> Candidate:
        """Ask for the candidate in a format.

        Raises:
            ValueError: its SPEC names a format already, or has an option that this format cannot use.
        """
        spec = candidate.spec
        if spec.format:
            raise ValueError(f"expected a SPEC without f, got {spec}: formats names the formats")
        # Reading the SPEC again refuses options that this format cannot use.
        return replace(candidate, spec=self.read(str(replace(spec, format=name))))


def _size(original: object) -> Size:
    if not isinstance(original, Sequence) or len(original) != 2:
        raise ValueError(f"expected original as (width, height) in px, got {original!r}")
    return Size(*(whole_px(side, "original") for side in original))
