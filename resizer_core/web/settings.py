"""Hold the settings of the environment. They are read once, at the start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from resizer_core.formats import BUILTIN, HEIC, TRUSTED
from resizer_core.model import Buffer
from resizer_core.plugins import Plugins
from resizer_core.site import DEFAULT_SITE, Access, Defaults, Limits, Site
from resizer_core.urls.grammar import parse_presets
from resizer_core.value import Value, field, replace
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


class Settings(Value, kw_only=True):
    """Hold the settings of the environment. A wrong value stops the start; the error names its variable.

    Attributes:
        originals: the URL of the store of originals; or several URLs, by the first segments of keys.
        derivatives: the URL of the store of derivatives. It must be another store (rule 18).
        index: the URL of the store that notes which derivatives may exist. Empty notes nothing.
        base_url: the URL of the delivery distribution, without a slash at the end. Redirects lead there
            (rule 11). It may be empty only with ``FAILOVER``: redirects then stay on the request's host.
        delivery: the way of a viewer's request to the function.
        site: the configuration of SPECs, without the pictures of watermarks, which are in a store.
        watermarks: the key of the picture of each ``wm-NAME``, in the store of watermarks.
        watermarks_store: the URL of that store. Empty means the store of the originals.
        fallback: the key of the original that replaces a missing one. Empty means no fallback.
        origin_secrets: a request must have one of them in the header ``x-resizer-secret``. If there are none,
            no secret is needed.
        metrics: the namespace of the metrics. Empty writes no metrics; no variable can set it to empty.
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

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], *, read_object: Callable[[str], Buffer] | None = None
    ) -> Settings:
        """Read and check every variable of ``VARIABLES``.

        Args:
            environ: the environment.
            read_object: reads the object of ``RESIZER_SECRETS`` by its URL. If it is None, that variable must
                not be set.

        Raises:
            ValueError: a variable is wrong. The text begins with its name, and says what was expected.
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
        """Map the beginnings of keys to the URLs of stores. "" stands for one store of all keys."""
        return {"": self.originals} if isinstance(self.originals, str) else self.originals


def _place(url: str) -> str:
    """Give the place of a store, which is the same for each spelling of its URL."""
    return url.partition("?region=")[0].rstrip("/")


def _take_secrets(given: dict[str, Any], read_object: Callable[[str], Buffer] | None) -> None:
    """Replace the URL of the object of secrets by the values in that object."""
    if read_object is None:
        raise ValueError("got one where no object is read")
    named = read_secrets(read_object(given.pop("secrets")))
    for variable in VARIABLES:
        if variable.field in named and variable.field in given:
            raise ValueError(f"got an object with a value that {variable.name} sets as well")
    given.update(named)


def read_site(environ: Mapping[str, str], *names: str, svg: bool = False) -> Site:
    """Read only the variables with these names, for programs other than the function.

    Args:
        environ: the environment.
        names: the names of variables that ``Settings.site`` is made of.
        svg: whether SVG originals are read.

    Raises:
        ValueError: as ``Settings.from_environment``.
    """
    return _take_site({**read_variables(environ, *names), "svg": svg})


def _take_site(given: dict[str, Any]) -> Site:
    """Take the values of a site out of ``given``, and make the site."""
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
