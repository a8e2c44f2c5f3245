"""List requests with their right answers, for every way in which they may come."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import md5

from resizer_core import resize
from resizer_core.attributes import IMMUTABLE
from resizer_core.site import CACHE_CONTROL
from tests.local_loop.conftest import coloured, flat

SPEC = "8x4_fit-cover_f-png"
#: The store of originals. Each picture has another colour.
ORIGINALS: Mapping[str, bytes] = {
    **coloured(),
    "notes.txt": b"no picture at all",
    "damaged.png": flat(1, 2, 3)[:50],
}
DAY, MINUTE, MOMENT = CACHE_CONTROL, "public, max-age=60", "public, max-age=10"
CHROME = "image/avif,image/webp,image/*,*/*;q=0.8"


@dataclass(frozen=True)
class Answered:
    """Hold one answer as a viewer gets it, with names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


#: A function that asks for a path as it is on the wire.
Ask = Callable[[str, str, Mapping[str, str]], Answered]


@dataclass(frozen=True, kw_only=True)
class Vector:
    """Hold one request and its right answer.

    Attributes:
        path: as on the wire, below the prefix of a mount.
        shows: key and SPEC of the picture that is in the body.
        part: which of its bytes.
        error: the name in a body of words.
        says: headers; None stands for one that is not there.
        differs: why the loop answers in another way, where it does on purpose.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    shows: tuple[str, str] | None = None
    part: slice = field(default_factory=lambda: slice(None))
    error: str = ""
    says: Mapping[str, str | None] = field(default_factory=dict)
    differs: str = ""


@cache
def picture_of(key: str, spec: str) -> bytes:
    return resize(ORIGINALS[key], spec).body


def etag_of(key: str, spec: str) -> str:
    return f'"{md5(picture_of(key, spec), usedforsecurity=False).hexdigest()}"'


def shown(path: str, key: str, spec: str = SPEC, *, media_type: str = "image/png", **more: str) -> Vector:
    """Expect a whole picture."""
    says = {"content-type": media_type, "cache-control": DAY, "vary": None, **more}
    return Vector(path=path, shows=(key, spec), says=says)


def refused(path: str, status: int, error: str, kept: str = MINUTE, *, differs: str = "") -> Vector:
    says = {"content-type": "application/json", "cache-control": kept, "etag": None}
    return Vector(path=path, status=status, error=error, says=says, differs=differs)


def moved(path: str, location: str) -> Vector:
    return Vector(path=path, status=302, says={"location": location, "cache-control": "no-store"})


def of_red(status: int, part: slice | None = None, *, method: str = "GET", **headers: str) -> Vector:
    """Expect a part of a picture, or none of it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    says: dict[str, str | None] = {"cache-control": DAY, "etag": etag_of("red.png", SPEC)}
    shows = None if part is None else ("red.png", SPEC)
    return Vector(
        path=f"/{SPEC}/red.png",
        method=method,
        headers=named,
        status=status,
        shows=shows,
        part=part or slice(0),
        says=says,
    )


LENGTH = len(picture_of("red.png", SPEC))
OF_THE_EDGE = "the function at the edge looks for a SPEC before anything is decoded"
OF_S3 = "S3 answers what is no UTF-8 itself"
OF_THE_CACHE = "what CloudFront keeps of a first view has no Last-Modified"
NEGOTIATED = "the loop redirects where nothing negotiates at the edge"
OF_CLOUDFRONT = "CloudFront answers other methods itself"

VECTORS: Mapping[str, Vector] = {
    "a first view": shown(f"/{SPEC}/red.png", "red.png"),
    "a second view": shown(f"/{SPEC}/red.png", "red.png"),
    "a query": shown(f"/{SPEC}/red.png?x=1&y=%2F", "red.png"),
    "a space": shown(f"/{SPEC}/a%20b.png", "a b.png"),
    "a plus sign": shown(f"/{SPEC}/a+b+c.png", "a+b+c.png"),
    "an encoded plus sign": shown(f"/{SPEC}/a%2Bb%2bc.png", "a+b+c.png"),
    "a percent sign": shown(f"/{SPEC}/100%25.png", "100%.png"),
    "an encoded percent sign": shown(f"/{SPEC}/c%2520d.png", "c%20d.png"),
    "a number sign": shown(f"/{SPEC}/%231.png", "#1.png"),
    "upper case": shown(f"/{SPEC}/UPPER.PNG", "UPPER.PNG"),
    "UTF-8": shown(f"/{SPEC}/%C3%BCn%C3%AF/%E5%86%99%E7%9C%9F.png", "ünï/写真.png"),
    "an encoded slash": shown(f"/{SPEC}/fold%2Fer.png", "fold/er.png"),
    "everything encoded": Vector(
        path="/" + "".join(f"%{byte:02X}" for byte in f"{SPEC}/red.png".encode()),
        shows=("red.png", SPEC),
        differs=OF_THE_EDGE,
    ),
    "signs": shown(f"/{SPEC}/&=;,@:$!'()*~.png", "&=;,@:$!'()*~.png"),
    "JPEG": shown("/8x_f-jpg/red.png", "red.png", "8x_f-jpg", media_type="image/jpeg"),
    "a version": Vector(
        path="/8x_v-2/red.png", shows=("red.png", "8x_v-2"), says={"cache-control": IMMUTABLE}
    ),
    "a download": Vector(
        path="/8x_f-jpg_dl/fold/er.png",
        shows=("fold/er.png", "8x_f-jpg_dl"),
        says={"content-disposition": "attachment; filename*=UTF-8''er.jpg"},
    ),
    # Where a redirect leads.
    "another order": moved("/8x4_f-png_fit-cover/red.png", f"/{SPEC}/red.png"),
    "a SPEC in upper case": moved("/8x4_F-PNG_fit-cover/a%20b.png", f"/{SPEC}/a%20b.png"),
    "a fixed default": moved("/8x4_fit-inside_f-png/a+b+c.png", "/8x4_f-png/a%2Bb%2Bc.png"),
    "a key like a host": moved("/8x4_fit-inside/@evil.example:80", "/8x4/%40evil.example%3A80"),
    # What is refused.
    "no SPEC": refused("/3/red.png", 400, "InvalidSpec"),
    "a height of 0": refused("/8x0/red.png", 400, "InvalidSpec"),
    "an unknown option": refused("/8x4_blr-2/red.png", 400, "InvalidSpec"),
    "no key": refused(f"/{SPEC}", 400, "InvalidKey"),
    "a double slash": refused(f"/{SPEC}//red.png", 400, "InvalidKey"),
    "a trailing slash": refused(f"/{SPEC}/red.png/", 400, "InvalidKey"),
    "an encoded dot segment": refused(f"/{SPEC}/%2e%2e/red.png", 400, "InvalidKey"),
    "a control character": refused(f"/{SPEC}/red%00.png", 400, "InvalidKey"),
    "a backslash": refused(f"/{SPEC}/red%5C.png", 400, "InvalidKey"),
    "no UTF-8": refused(f"/{SPEC}/%ff.png", 400, "InvalidKey", differs=OF_S3),
    "half a surrogate pair": refused(f"/{SPEC}/%ED%A0%80.png", 400, "InvalidKey", differs=OF_S3),
    "no original": refused(f"/{SPEC}/missing.png", 404, "SourceNotFound", MOMENT),
    "a slash that is encoded twice": refused(f"/{SPEC}/fold%252Fer.png", 404, "SourceNotFound", MOMENT),
    "no picture": refused(f"/{SPEC}/notes.txt", 415, "UnsupportedFormat"),
    "a damaged original": refused(f"/{SPEC}/damaged.png", 422, "CorruptImage"),
    "a size beyond the limits": refused("/9000x/red.png", 422, "LimitExceeded"),
    "the root": refused("/", 404, "InvalidSpec", MOMENT),
    "an icon": refused("/favicon.ico", 404, "InvalidSpec", MOMENT),
    "a scanner": refused("/wp-login.php", 404, "InvalidSpec", MOMENT),
    "a preset in upper case": refused("/P-thumb/a", 404, "InvalidSpec", MOMENT),
    # A part, a condition, a HEAD.
    "a part": of_red(206, slice(2, 10), range="bytes=2-9"),
    "the last bytes": of_red(206, slice(LENGTH - 5, LENGTH), range="bytes=-5"),
    "two parts": of_red(200, slice(None), range="bytes=0-1,4-5"),
    "a part of another version": of_red(200, slice(None), range="bytes=2-9", if_range='"another"'),
    "a part of what is known": of_red(
        206, slice(2, 10), range="bytes=2-9", if_range=etag_of("red.png", SPEC)
    ),
    "what is known": of_red(304, if_none_match=etag_of("red.png", SPEC)),
    "another version than is known": of_red(200, slice(None), if_none_match='"another"'),
    "what has not changed": replace(
        of_red(304, if_modified_since="Fri, 31 Dec 2100 00:00:00 GMT"), differs=OF_THE_CACHE
    ),
    "what has changed since long ago": of_red(
        200, slice(None), if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT"
    ),
    "a HEAD": of_red(200, method="HEAD"),
    "a HEAD of what is known": of_red(304, method="HEAD", if_none_match=etag_of("red.png", SPEC)),
    "a part behind the end": Vector(
        path=f"/{SPEC}/red.png",
        headers={"range": "bytes=99999-"},
        status=416,
        says={"content-range": f"bytes */{LENGTH}"},
    ),
    # f-auto is the picture itself.
    "f-auto for Chrome": Vector(
        path="/8x_f-auto/red.png",
        headers={"accept": CHROME},
        shows=("red.png", "8x_f-avif"),
        says={"content-type": "image/avif", "vary": "Accept", "cache-control": DAY},
        differs=NEGOTIATED,
    ),
    "f-auto for WebP": Vector(
        path="/8x_f-auto/red.png",
        headers={"accept": "image/webp"},
        shows=("red.png", "8x_f-webp"),
        says={"content-type": "image/webp", "vary": "Accept"},
        differs=NEGOTIATED,
    ),
    "f-auto that is known": Vector(
        path="/8x_f-auto/red.png",
        headers={"accept": "image/webp", "if-none-match": etag_of("red.png", "8x_f-webp")},
        status=304,
        says={"vary": "Accept", "etag": etag_of("red.png", "8x_f-webp")},
        differs=NEGOTIATED,
    ),
    "f-auto of no original": Vector(
        path="/8x_f-auto/missing.png",
        status=404,
        error="SourceNotFound",
        says={"vary": "Accept", "cache-control": MOMENT},
        differs=NEGOTIATED,
    ),
    "f-auto in another spelling": Vector(
        path="/8x_F-AUTO/red.png",
        status=302,
        says={"location": "/8x_f-auto/red.png", "cache-control": "no-store"},
        differs=NEGOTIATED,
    ),
    # Other methods.
    "POST": Vector(
        path=f"/{SPEC}/red.png",
        method="POST",
        status=405,
        error="MethodNotAllowed",
        says={"allow": "GET, HEAD, OPTIONS"},
        differs=OF_CLOUDFRONT,
    ),
    "a preflight": Vector(
        path=f"/{SPEC}/red.png",
        method="OPTIONS",
        headers={"origin": "https://elsewhere.example", "access-control-request-method": "GET"},
        status=204,
        says={"access-control-allow-methods": "GET, HEAD", "content-type": None},
        differs=OF_CLOUDFRONT,
    ),
}

#: Rule 22, but for what the distributions add.
EVERYWHERE = {
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "timing-allow-origin": "*",
    "x-content-type-options": "nosniff",
}


def check(vector: Vector, ask: Ask, *, prefix: str = "") -> Answered:
    """Ask, and compare the answer with the right one."""
    answered = ask(vector.method, prefix + vector.path, vector.headers)
    assert answered.status == vector.status, answered
    for name, value in {**EVERYWHERE, **vector.says}.items():
        expected = prefix + value if name == "location" and value else value
        assert answered.headers.get(name) == expected, f"{name}: {answered}"
    if vector.shows:
        whole = picture_of(*vector.shows)
        assert answered.body == whole[vector.part]
        assert int(answered.headers["content-length"]) == len(answered.body)
    elif vector.error:
        assert json.loads(answered.body)["error"] == vector.error
    elif vector.status != 416:
        assert answered.body == b""
    if vector.method == "HEAD" and vector.status == 200:
        assert int(answered.headers["content-length"]) == LENGTH
    return answered
