"""Make an address fail at the function or the API, in every way that the diagnosis has to name."""

from __future__ import annotations

from collections.abc import Callable

import resizer_core as core
from doctor.diagnosis.seen import Part
from doctor.facts import Chosen, Throttle
from tests.doctor.broken.address import (
    DELIVERY,
    ELSEWHERE,
    FACTS,
    ORIGINAL,
    PATH,
    PRESETS,
    SIGNED,
    Failing,
    answers,
    says,
)
from tests.doctor.deployed import Deployed, picture
from tests.doctor.stack import (
    SECRET,
    with_environment,
    with_forwarded,
    with_function,
    with_origin,
    with_stage,
)


def uploaded(body: bytes) -> Callable[[Deployed], object]:
    """Upload something under another key."""
    return lambda deployed: deployed.buckets["img-originals"].put("a.png", body, media_type="image/png")


def too_large(deployed: Deployed) -> None:
    """Store more than an answer of the function may hold."""
    deployed.buckets["elsewhere"].put(PATH[1:], b"0" * 5_000_000, media_type="image/png")


#: By the title of the fault.
FAILING: dict[str, dict[str, Failing]] = {
    "The function redirects out of the loop": {
        "another base URL": Failing(
            words="hop 2, generator: 302, Miss from cloudfront, to https://other.example.com/",
            rule=11,
            facts=with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
            causes=("Redirects of the function lead to delivery",),
        ),
    },
    "Something other than the function redirects": {
        "for good": Failing(
            words="hop 2, generator: 301",
            rule=4,
            at=answers(Part.GENERATOR, 301, location=DELIVERY + PATH),
        ),
        "without no-store": Failing(
            words="hop 2, generator: 302",
            rule=4,
            at=answers(Part.GENERATOR, 302, location=DELIVERY + PATH),
        ),
    },
    "The address is not canonical": {
        "upper case": Failing(
            words="to https://img.example.com/300x200_q-80/pictures/red.png",
            rule=10,
            url=f"{DELIVERY}/300x200_Q-80/{ORIGINAL}",
        ),
    },
    "The picture is stored, and delivery did not find it": {
        "another bucket": Failing(
            words="hop 4, generator: 200, Miss from cloudfront, image/png",
            rule=9,
            facts=ELSEWHERE,
            causes=("The function stores where delivery reads",),
        ),
        "too large for an answer": Failing(
            words="hop 2, generator: 503, Miss from cloudfront, StoredAlready",
            rule=9,
            facts=ELSEWHERE,
            before=too_large,
        ),
    },
    "The SPEC breaks the grammar": {
        "an option": Failing(
            words="unknown option 'blr'", rule=None, url=f"{DELIVERY}/300x200_blr-2/{ORIGINAL}"
        ),
        "upper case": Failing(
            words="got '300X200'\n  300X200\n  ^^^^^^^", rule=None, url=f"{DELIVERY}/300X200/{ORIGINAL}"
        ),
    },
    "The key cannot name an original": {
        "no key": Failing(words="got no key of an original", rule=13, url=f"{DELIVERY}/300x200"),
    },
    "The access policy does not let this SPEC through": {
        "no preset": Failing(
            words="only presets are answered here; RESIZER_ACCESS is presets, and the presets are thumb",
            rule=None,
            facts=PRESETS,
        ),
        "no signature": Failing(
            words="RESIZER_ACCESS is signed, and the SPEC has no signature", rule=None, facts=SIGNED
        ),
        "a wrong signature": Failing(
            words="and none of the 1 of RESIZER_SIGNING_KEYS made its signature",
            rule=None,
            facts=SIGNED,
            url=f"{DELIVERY}/300x200_s-aaaaaaaaaaaaaaaa/{ORIGINAL}",
        ),
    },
    "The function refuses CloudFront, or the SPEC": {
        "another secret": Failing(
            words="hop 2, generator: 403, Miss from cloudfront, NotAllowed",
            rule=24,
            facts=with_origin(FACTS, "generator", custom_headers={"x-resizer-secret": SECRET[::-1]}),
            causes=("The function asks for CloudFront's secret",),
        ),
    },
    "There is no original": {
        "another case": Failing(
            words="is pictures/Red.png, the bucket img-originals; most like it there is pictures/red.png",
            rule=None,
            url=f"{DELIVERY}/300x200/pictures/Red.png",
        ),
        "nothing like it": Failing(
            words="the key is a/b/c.gif, the bucket img-originals; nothing in its folder is like it",
            rule=None,
            url=f"{DELIVERY}/300x200/a/b/c.gif",
        ),
        "below a prefix": Failing(
            words="the key is pictures/pictures/red.png, the bucket img-originals; nothing in its",
            rule=None,
            facts=with_environment(FACTS, RESIZER_ORIGINALS="s3://img-originals/pictures/"),
            at=says(core.SourceNotFound("there is no original")),
        ),
        "the fallback stands in": Failing(
            words="the key is none.png",
            rule=None,
            facts=with_environment(FACTS, RESIZER_FALLBACK=ORIGINAL),
            url=f"{DELIVERY}/300x200/none.png",
        ),
        "it came in the meantime": Failing(
            words="by now it is there in the bucket img-originals",
            rule=None,
            at=says(core.SourceNotFound("there is no original")),
        ),
    },
    "The original may not be read": {
        "the role, or KMS": Failing(
            words="SourceForbidden, the original may not be read; the key is pictures/red.png",
            rule=23,
            at=says(core.SourceForbidden("no")),
        ),
    },
    "We do not read the format of the original": {
        "a text": Failing(
            words="hop 2, generator: 415, Miss from cloudfront, UnsupportedFormat, the original is not",
            rule=21,
            before=uploaded(b"just a text that names itself a picture"),
            url=f"{DELIVERY}/300x200/a.png",
        ),
    },
    "The original is damaged": {
        "cut short": Failing(
            words="hop 2, generator: 422, Miss from cloudfront, CorruptImage",
            rule=21,
            before=uploaded(picture()[:60]),
            url=f"{DELIVERY}/300x200/a.png",
        ),
    },
    "The picture is beyond the limits": {
        "a side": Failing(words="LimitExceeded", rule=21, url=f"{DELIVERY}/9000x9000_fit-fill_up/{ORIGINAL}"),
    },
    "The function does not reach a store": {
        "a store": Failing(words="StorageError", rule=8, at=says(core.StorageError("no"))),
        "a permission": Failing(words="StorageForbidden", rule=8, at=says(core.StorageForbidden("no"))),
    },
    "The function is wrong, not the address": {
        "a setting": Failing(words="ConfigurationError", rule=8, at=says(core.ConfigurationError("no"))),
        "a plugin": Failing(words="PluginError", rule=8, at=says(core.PluginError("no"))),
        "a bug": Failing(words="InternalError", rule=8, at=says(KeyError("no"))),
    },
    "The API refuses CloudFront": {
        "the viewer's Host": Failing(
            words="403, Miss from cloudfront, Forbidden",
            rule=5,
            facts=with_forwarded(FACTS, "generator", headers=Chosen(behavior="allViewer")),
            causes=("CloudFront forwards Accept, the viewer's address and nothing else",),
        ),
    },
    "The API has no route": {
        "another stage": Failing(
            words="404, Miss from cloudfront, Not Found",
            rule=16,
            facts=with_stage(FACTS, name="prod"),
            causes=("The API's stage is $default",),
        ),
    },
    "There are too many requests": {
        "a throttle of 0": Failing(
            words="429",
            rule=25,
            facts=with_stage(FACTS, throttle=Throttle(rate_limit=0.0, burst_limit=100)),
            causes=("The API's throttle is set, and not 0",),
        ),
    },
    "The API gets no answer from the function": {
        "it may not call": Failing(
            words="500, Miss from cloudfront, Internal Server Error",
            rule=8,
            facts=with_function(FACTS, policy=None),
            causes=("The API may call the function",),
        ),
        "it is stopped": Failing(
            words="500",
            rule=8,
            facts=with_function(FACTS, reserved_concurrency=0),
            causes=("The function may run at all",),
        ),
    },
    "The function is too slow, or there is no room for it": {
        "the API gives up": Failing(words="hop 2, generator: 503", rule=25, at=answers(Part.GENERATOR, 503)),
        "CloudFront gives up": Failing(words="504", rule=25, at=answers(Part.GENERATOR, 504)),
    },
}
