"""Open the stores that the settings name, and make a Resizer with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from resizer_core.errors import InvalidSpec, RequestError
from resizer_core.formats import AUTO
from resizer_core.mistakes import check_several, check_type
from resizer_core.outcome import ProduceResult
from resizer_core.resizer import Resizer
from resizer_core.site import Access
from resizer_core.spec import Preset, Spec
from resizer_core.stores.contract import ObjectStore
from resizer_core.stores.opening import open_store
from resizer_core.stores.watermarks import StoredWatermarks
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import DerivativeKey
from resizer_core.urls.signing import check_access, sign
from resizer_core.value import replace
from resizer_core.web.settings import Settings

#: The largest object of secrets, bytes.
_LARGEST_OBJECT: Final = 64 * 1024


class Generator:
    """Make derivatives as the settings say.

    Args:
        settings: the settings of the environment.
        originals, derivatives: the stores. If they are not given, their URLs in the settings are opened.

    Attributes:
        settings: as they were given.
        originals, derivatives: the stores.
        index: the store that notes which derivatives may exist, or None.
        resizer: makes the derivatives and stores them.

    Raises:
        ValueError: the URL of a store is wrong, or no derivative of a preset can ever be made. The text names
            the variable.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        originals: ObjectStore | None = None,
        derivatives: ObjectStore | None = None,
    ) -> None:
        instead = "write Settings.from_environment(os.environ)"
        check_type(settings, Settings, expected="Settings", name="settings", instead=instead)
        self.settings = settings
        if originals is None:
            originals = _open("RESIZER_ORIGINALS", settings.originals)
        if derivatives is None:
            derivatives = _open("RESIZER_DERIVATIVES", settings.derivatives)
        self.originals, self.derivatives = originals, derivatives
        marked = settings.watermarks_store
        watermarks = _open("RESIZER_WATERMARKS_STORE", marked) if marked else originals
        self._site = replace(settings.site, watermarks=StoredWatermarks(watermarks, settings.watermarks))
        self.index = _open("RESIZER_INDEX", settings.index) if settings.index else None
        self.resizer = Resizer(originals, derivatives, site=self._site, index=self.index)
        for name, spec in settings.site.presets.items():
            try:
                self.resizer.check(spec)
            except RequestError as error:
                raise ValueError(
                    f"RESIZER_PRESETS: the preset {name!r} could never be made: {error}"
                ) from error

    def __repr__(self) -> str:
        return f"<Generator of {self.settings!r}>"

    def specs(self, texts: Iterable[str]) -> tuple[Spec, ...]:
        """Read the SPECs of derivatives that are made before anybody asks for them, each SPEC once.

        If the site needs a signature, this signs a SPEC without one with the newest key.

        Raises:
            InvalidSpec: a SPEC breaks the grammar, has an option that is not available, or lets the browser
                choose the format.
            NotAllowed: the access policy forbids a SPEC.
            LimitExceeded: a SPEC asks for a size beyond the limits.
        """
        check_several(texts, "texts", expected="several SPECs", instead='write ["300x200"]')
        return tuple(dict.fromkeys(map(self._spec, texts)))

    def _spec(self, text: str) -> Spec:
        spec = parse_spec(text, self._site)
        if spec.resolved.format == AUTO:
            reason = "expected a format, such as f-webp: f-auto is never stored, it leads to another SPEC"
            raise InvalidSpec(reason, source=text, start=0, end=len(text))
        if (
            self._site.access is Access.SIGNED
            and not spec.signature
            and not isinstance(spec.dimensions, Preset)
        ):
            spec = sign(spec, self._site.keys[0])
        check_access(spec, self._site)
        self.resizer.check(spec)
        return spec

    def make(self, spec: Spec, key: str, *, seconds: float = Resizer.LONGEST) -> ProduceResult:
        """Make one derivative of an original and store it, unless it is stored already.

        Raises:
            ResizerError: as ``Resizer.produce``.
        """
        # Nobody needs the bytes, so the bytes of a stored derivative are not read.
        return self.resizer.produce(str(DerivativeKey(spec, key)), seconds=seconds, largest=0)


def read_object(url: str) -> bytes | memoryview:
    """Read a small object by its URL: the URL of its store, ``/`` and its key.

    Raises:
        ValueError: there is no such object, or the URL names no store.
        ResizerError: the store failed, or the object is too large.
    """
    address, question, query = url.partition("?")
    place, _, key = address.rpartition("/")
    found = open_store(place + question + query).get(key, max_bytes=_LARGEST_OBJECT)
    if found is None:
        raise ValueError("there is no such object")
    return found.body


def _open(variable: str, url: str | Mapping[str, str]) -> ObjectStore:
    try:
        return open_store(url)
    except ValueError as error:
        raise ValueError(f"{variable}: {error}") from error
