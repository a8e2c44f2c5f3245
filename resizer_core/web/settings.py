"""Hold what the environment says: read once, at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from resizer_core.formats import BUILTIN, HEIC, TRUSTED
from resizer_core.model import Buffer
from resizer_core.plugins import Plugins
from resizer_core.shown import by_fields
from resizer_core.site import DEFAULT_SITE, Access, Defaults, Limits, Site
from resizer_core.urls.grammar import parse_presets
from resizer_core.web.secrets import read_secrets
from resizer_core.web.variables import (
    BASE_URL,
    LIMITS,
    PRESETS,
    SECRETS,
    VARIABLES,
    Delivery,
    naming,
    read,
    read_variables,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Hold what the environment says; a wrong value stops the start with the variable's name.

    Attributes:
        originals: URL of the store that is read; or those of several, by the first segments of keys.
        derivatives: URL of the store that is written; not the same one (rule 18).
        index: URL of the store that notes which derivatives there may be; empty notes nothing.
        base_url: of the delivery distribution, without a slash at the end: where redirects lead (rule 11).
            Empty with ``FAILOVER`` alone: they lead to another path on the host that was asked.
        delivery: the way that a viewer's request takes to the function.
        site: what may be asked for, but for the pictures of watermarks, which are in a store.
        watermarks: where in their store the pictures are that ``wm-NAME`` stands for.
        watermarks_store: URL of that store; empty is that of the originals.
        fallback: the key of the original that stands in for one that is missing; empty is none.
        origin_secrets: one of them has to be in the header ``x-resizer-secret``; none asks for no secret.
        metrics: the namespace of the metrics; empty, which no variable can say, writes none.
    """

    originals: str | Mapping[str, str]
    derivatives: str
    base_url: str = ""
    delivery: Delivery = Delivery.REDIRECT
    site: Site = DEFAULT_SITE
    watermarks: Mapping[str, str] = field(default_factory=dict)
    watermarks_store: str = ""
    fallback: str = ""
    index: str = ""
    origin_secrets: tuple[str, ...] = field(default=(), repr=False)
    metrics: str = "Resizer"

    __repr__ = by_fields

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], *, read_object: Callable[[str], Buffer] | None = None
    ) -> Settings:
        """Read and check every variable of ``VARIABLES``.

        Args:
            environ: the environment.
            read_object: reads the object of ``RESIZER_SECRETS`` by its URL; without it there may be none.

        Raises:
            ValueError: the text begins with the name of the variable, and says what was expected.
        """
        given = read(environ)
        if "secrets" in given:
            with naming(SECRETS):
                _take_secrets(given, read_object)
        site = _take_site(given)
        settings = cls(site=site, **given)
        if settings.delivery is Delivery.REDIRECT and not settings.base_url:
            raise ValueError(f"{BASE_URL.name}: expected {BASE_URL.expected}, got nothing")
        if _place(settings.derivatives) in map(_place, settings.originals_by_beginning.values()):
            raise ValueError("RESIZER_DERIVATIVES: expected another store than RESIZER_ORIGINALS")
        if settings.index and _place(settings.index) in map(
            _place, (settings.derivatives, *settings.originals_by_beginning.values())
        ):
            raise ValueError("RESIZER_INDEX: expected another store than those of originals and derivatives")
        if site.access is Access.PRESETS and not site.presets:
            raise ValueError("RESIZER_PRESETS: expected at least one preset with RESIZER_ACCESS=presets")
        return settings

    @property
    def originals_by_beginning(self) -> Mapping[str, str]:
        """URLs by how keys begin: the empty text, for the one store of all keys, or first segments."""
        return {"": self.originals} if isinstance(self.originals, str) else self.originals


def _place(url: str) -> str:
    """Say where a store is, however its URL is spelled."""
    return url.partition("?region=")[0].rstrip("/")


def _take_secrets(given: dict[str, Any], read_object: Callable[[str], Buffer] | None) -> None:
    """Put what the object of secrets says in the place of its URL."""
    if read_object is None:
        raise ValueError("got one where no object is read")
    named = read_secrets(read_object(given.pop("secrets")))
    for variable in VARIABLES:
        if variable.field in named and variable.field in given:
            raise ValueError(f"got an object with a value that {variable.name} sets as well")
    given.update(named)


def read_site(environ: Mapping[str, str], *names: str, svg: bool = False) -> Site:
    """Read the variables of these names alone, for whoever runs no function.

    Args:
        environ: the environment.
        names: of variables that ``Settings.site`` is made of.
        svg: whether SVG originals are read.

    Raises:
        ValueError: as ``Settings.from_environment``.
    """
    return _take_site({**read_variables(environ, *names), "svg": svg})


def _take_site(given: dict[str, Any]) -> Site:
    """Take what makes up a site out of the values by field."""
    formats = dict(BUILTIN if given.pop("svg", False) else TRUSTED)
    if not given.pop("heic", True):
        del formats[HEIC.name]
    plugins = Plugins(given.pop("plugins", None), formats=formats)
    site = Site(
        formats=plugins.formats,
        operations=plugins.operations,
        limits=Limits(**{name: given.pop(name) for name in LIMITS if name in given}),
        defaults=Defaults(**{name: given.pop(name) for name in ("format", "quality") if name in given}),
    )
    if "presets" in given:
        with naming(PRESETS):
            site = replace(site, presets=parse_presets(given.pop("presets"), site))
    if given.get("access") is Access.SIGNED and not given.get("keys"):
        raise ValueError("RESIZER_SIGNING_KEYS: expected at least one key with RESIZER_ACCESS=signed")
    own = {name: given.pop(name) for name in ("access", "keys", "cache_control") if name in given}
    return replace(site, **own)
