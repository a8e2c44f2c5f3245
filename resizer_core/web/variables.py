"""List the environment variables of the settings, and read and check them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from resizer_core.errors import ResizerError
from resizer_core.formats import BUILTIN, named
from resizer_core.plugins import Plugins
from resizer_core.site import Access, Defaults, Limits
from resizer_core.urls.grammar import parse_spec
from resizer_core.urls.paths import check_source_key
from resizer_core.value import Value
from resizer_core.web.json_text import read_json
from resizer_core.web.secrets import read_origin_secrets, read_signing_keys


class Delivery(StrEnum):
    """Choose the way of a viewer's request to a picture that is not stored yet."""

    REDIRECT = "redirect"  #: a public website redirects the viewer to the function, which redirects back
    FAILOVER = "failover"  #: the distribution asks a private bucket first, and then the function


_Value = TypeVar("_Value", bound=StrEnum)


class Variable(Value, kw_only=True):
    """Describe one environment variable: its name, the field that it sets, and how it is read."""

    name: str
    field: str
    expected: str
    read: Callable[[str], Any]
    required: bool = False


@contextmanager
def naming(variable: Variable) -> Iterator[None]:
    """Begin the text of an error with the variable's name and the expected value."""
    try:
        yield
    except (ValueError, ResizerError) as error:
        raise ValueError(f"{variable.name}: expected {variable.expected}; {error}") from error


def _originals(text: str) -> str | dict[str, str]:
    if not text.startswith("{"):
        return text
    urls = read_json(text)
    if not urls:
        raise ValueError("got no first segment")
    for segment, url in urls.items():
        name = segment.removesuffix("/")
        if name == segment or "/" in name:
            raise ValueError(f"expected one segment and a slash, such as 'shop/', got {segment!r}")
        check_source_key(name)
        if not (isinstance(url, str) and url):
            raise ValueError(f"got no URL for {segment!r}")
    return dict(urls)


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"got {text!r}")
    if parts.path.strip("/"):
        raise ValueError(f"got the path {parts.path!r}: the path of a request is the key of a derivative")
    return f"{parts.scheme}://{parts.netloc}"


def _plugins(text: str) -> tuple[str, ...]:
    """Read the names of the plugins, and load them all. An error in one stops the start."""
    names = () if text == "none" else tuple(part.strip() for part in text.split(","))
    Plugins(names).load()
    return names


def _presets(text: str) -> dict[str, str]:
    """Read the SPECs of presets as text. They are parsed later, when the plugins are known."""
    named = read_json(text)
    if not isinstance(named, dict):
        raise ValueError("got something else")
    return {name: str(spec) for name, spec in named.items()}


def _watermarks(text: str) -> dict[str, str]:
    named = read_json(text)
    if not isinstance(named, dict) or not all(isinstance(key, str) and key for key in named.values()):
        raise ValueError("got something else")
    for name in named:
        try:
            parse_spec(f"orig_wm-{name}")
        except ValueError as error:
            raise ValueError(f"the watermark {name!r}: {error}") from error
        if "-" in name or "_" in name or name != name.lower():
            raise ValueError(f"the watermark {name!r}: a name is made of a-z, 0-9 and dots")
    return named


def _source_key(text: str) -> str:
    check_source_key(text)
    return text


def _quality(text: str) -> dict[str, int]:
    given = read_json(text)
    if not isinstance(given, dict) or not all(type(value) is int for value in given.values()):
        raise ValueError("got something else")
    unknown = [name for name in given if name not in BUILTIN or not BUILTIN[name].quality]
    if unknown:
        raise ValueError(f"got {unknown[0]!r}, which is no format with a quality")
    return dict(Defaults(quality=given).quality)


def _format(text: str) -> str:
    try:
        return named(text).name
    except ValueError as error:
        raise ValueError(f"got {text!r}") from error


def _switch(text: str) -> bool:
    if text not in ("0", "1"):
        raise ValueError(f"got {text!r}")
    return text == "1"


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise ValueError(f"got {text!r}")
    return int(text)


def _one_of(values: type[_Value]) -> Callable[[str], _Value]:
    def read_one(text: str) -> _Value:
        if text not in list(values):
            raise ValueError(f"got {text!r}")
        return values(text)

    return read_one


def _printable(text: str) -> str:
    if not (text.isascii() and text.isprintable()):
        raise ValueError("got a character that is not printable ASCII")
    return text


#: The fields of ``Limits``. Each has a variable of its own.
LIMITS: Final = tuple(vars(Limits()))

#: This variable is optional with ``RESIZER_DELIVERY=failover``.
BASE_URL: Final = Variable(
    name="RESIZER_BASE_URL",
    field="base_url",
    expected="the URL of the delivery distribution, such as https://img.example.com",
    read=_base_url,
)

#: This variable is parsed later, because presets may name operations of plugins.
PRESETS: Final = Variable(
    name="RESIZER_PRESETS",
    field="presets",
    expected='a JSON object of names and SPECs, such as {"thumb": "300x200_fit-cover"}',
    read=_presets,
)

#: This variable is also finished later: it holds a URL, and its object must be read.
SECRETS: Final = Variable(
    name="RESIZER_SECRETS",
    field="secrets",
    expected="the URL of a JSON object of signing_keys and origin_secrets, such as s3://BUCKET/secrets.json",
    read=str,
)

#: Every environment variable of the settings.
VARIABLES: Final[tuple[Variable, ...]] = (
    Variable(
        name="RESIZER_ORIGINALS",
        field="originals",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder; or a JSON object of them by the "
        'first segments of keys, such as {"shop/": "s3://BUCKET"}',
        read=_originals,
        required=True,
    ),
    Variable(
        name="RESIZER_DERIVATIVES",
        field="derivatives",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder",
        read=str,
        required=True,
    ),
    BASE_URL,
    Variable(
        name="RESIZER_DELIVERY", field="delivery", expected="redirect or failover", read=_one_of(Delivery)
    ),
    Variable(
        name="RESIZER_INDEX",
        field="index",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder",
        read=str,
    ),
    Variable(name="RESIZER_ACCESS", field="access", expected="open, presets or signed", read=_one_of(Access)),
    Variable(
        name="RESIZER_PLUGINS",
        field="plugins",
        expected="the names of installed plugins with commas, such as acme.sepia, or none",
        read=_plugins,
    ),
    PRESETS,
    Variable(
        name="RESIZER_WATERMARKS",
        field="watermarks",
        expected='a JSON object of names and keys, such as {"logo": "marks/logo.png"}',
        read=_watermarks,
    ),
    Variable(
        name="RESIZER_WATERMARKS_STORE",
        field="watermarks_store",
        expected="the URL of a store: s3://BUCKET, gs://, az:// or a folder",
        read=str,
    ),
    Variable(
        name="RESIZER_FALLBACK",
        field="fallback",
        expected="the key of an original, such as site/missing.png",
        read=_source_key,
    ),
    Variable(
        name="RESIZER_SIGNING_KEYS",
        field="keys",
        expected="keys of at least 32 characters, newest first, in a JSON list or with commas",
        read=read_signing_keys,
    ),
    Variable(
        name="RESIZER_ORIGIN_SECRETS",
        field="origin_secrets",
        expected="secrets of at least 32 characters, in a JSON list or with commas",
        read=read_origin_secrets,
    ),
    SECRETS,
    Variable(name="RESIZER_SVG", field="svg", expected="0 or 1", read=_switch),
    Variable(name="RESIZER_HEIC", field="heic", expected="0 or 1", read=_switch),
    Variable(
        name="RESIZER_FORMAT", field="format", expected="jpg, png, webp, avif, gif or tif", read=_format
    ),
    Variable(
        name="RESIZER_QUALITY",
        field="quality",
        expected='a JSON object of formats and 1 to 100, such as {"jpg": 80}',
        read=_quality,
    ),
    Variable(
        name="RESIZER_CACHE_CONTROL",
        field="cache_control",
        expected="the value of a Cache-Control header",
        read=_printable,
    ),
    Variable(
        name="RESIZER_METRICS_NAMESPACE",
        field="metrics",
        expected="the namespace of the metrics",
        read=_printable,
    ),
    *(
        Variable(
            name=f"RESIZER_MAX_{name.upper()}", field=name, expected="a whole number above 0", read=_count
        )
        for name in LIMITS
    ),
)


def read_variables(environ: Mapping[str, str], *names: str) -> dict[str, Any]:
    """Read and check only the variables with these names, for programs other than the function.

    Returns:
        The values by the fields that they set. Variables that are not set are left out.

    Raises:
        ValueError: a variable is wrong. The text begins with its name, and says what was expected.
    """
    return read(environ, [variable for variable in VARIABLES if variable.name in names])


def read(environ: Mapping[str, str], variables: Iterable[Variable] = VARIABLES) -> dict[str, Any]:
    """Read and check these variables. Leave out those that are empty or not set.

    Returns:
        The values by the fields that they set.

    Raises:
        ValueError: a variable is wrong. The text begins with its name, and says what was expected.
    """
    given: dict[str, Any] = {}
    for variable in variables:
        text = environ.get(variable.name, "").strip()
        if not text and variable.required:
            raise ValueError(f"{variable.name}: expected {variable.expected}, got nothing")
        if text:
            with naming(variable):
                given[variable.field] = variable.read(text)
    return given
