"""Make an address fail at S3, at CloudFront or by a redirect, in every way that the diagnosis has to name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from doctor.diagnosis.seen import Part
from doctor.facts import Chosen, Facts
from tests.doctor.broken.address import (
    DELIVERY,
    ELSEWHERE,
    FACTS,
    ORIGINAL,
    PATH,
    Failing,
    answers,
)
from tests.doctor.deployed import Deployed
from tests.doctor.stack import (
    GENERATOR_HOST,
    NAMES,
    REFERER,
    with_bucket,
    with_cache_policy,
    with_forwarded,
    with_origin,
    with_rules,
    with_website,
)


def stored(key: str, body: bytes, media_type: str) -> Callable[[Deployed], object]:
    """Store something else than a derivative."""
    return lambda deployed: deployed.buckets["img-derivatives"].put(key, body, media_type=media_type)


def made_and_deleted(deployed: Deployed) -> None:
    """Ask the generator, as a program does that keeps its address, and delete what came of it."""
    deployed.fetch(f"https://{GENERATOR_HOST}{PATH}", {})
    deployed.buckets["img-derivatives"].delete(PATH[1:])


#: By the title of the fault.
FAILING: dict[str, dict[str, Failing]] = {
    "CloudFront has kept a redirect": {
        "at the generator": Failing(
            words="hop 2, generator: 302, Hit from cloudfront, age 0 s, to https://img.example.com/",
            rule=3,
            facts=with_cache_policy(FACTS, "generator", min_ttl=60, default_ttl=60, max_ttl=60),
            before=made_and_deleted,
            causes=("The generator keeps nothing",),
        ),
        "a day": Failing(
            words="hop 3, delivery: 302, Hit from cloudfront, age 0 s, to https://dgenerator.",
            rule=3,
            facts=with_cache_policy(
                with_rules(FACTS, http_redirect_code="302"), "delivery", default_ttl=86_400
            ),
            causes=("Delivery keeps only answers that allow it", "S3 redirects by 307"),
        ),
    },
    "Delivery does not find stored pictures": {
        "another bucket": Failing(
            words="hop 3, delivery: 307",
            rule=9,
            facts=ELSEWHERE,
            causes=("The function stores where delivery reads",),
        ),
    },
    "S3 redirects in another way than it should": {
        "a prefix": Failing(
            words="to https://dgenerator.cloudfront.net/v1/00x200/pictures/red.png",
            rule=2,
            facts=with_rules(FACTS, replace_key_prefix_with="v1/"),
            causes=("S3 redirects to the generator, with the key whole",),
        ),
        "an index document": Failing(
            words="302, Miss from cloudfront, to https://img.example.com/300x200/pictures/red.png/",
            rule=2,
            facts=with_website(FACTS, index_suffix="index.html"),
            before=stored(f"{PATH[1:]}/index.html", b"", "text/html"),
            causes=("The index document has a name that nobody uploads",),
        ),
        "another host": Failing(
            words="to https://other.example.com/300x200",
            rule=2,
            facts=with_rules(FACTS, host_name="other.example.com"),
            causes=("S3 redirects to the generator, with the key whole",),
        ),
        "without encryption": Failing(
            words="to http://dgenerator.cloudfront.net", rule=2, facts=with_rules(FACTS, protocol="http")
        ),
        "301": Failing(
            words="hop 1, delivery: 301",
            rule=2,
            facts=with_rules(FACTS, http_redirect_code="301"),
            causes=("S3 redirects by 307",),
        ),
    },
    "Delivery has something that is not a picture": {
        "a page": Failing(
            words="200, Miss from cloudfront, text/html, 2 bytes",
            rule=22,
            before=stored(PATH[1:], b"ok", "text/html"),
        ),
    },
    "CloudFront itself refuses the request": {
        "the firewall of the generator": Failing(
            words="403", rule=None, at=answers(Part.GENERATOR, 403, server="CloudFront")
        ),
        "the firewall": Failing(
            words="403, Error from cloudfront",
            rule=None,
            at=answers(Part.DELIVERY, 403, **{"server": "CloudFront", "x-cache": "Error from cloudfront"}),
        ),
    },
    "S3 refuses delivery": {
        "a Referer that was rotated": Failing(
            words="hop 1, delivery: 403",
            rule=23,
            facts=with_origin(FACTS, "delivery", custom_headers={"referer": REFERER[::-1]}),
            causes=("The website opens to delivery's Referer alone",),
        ),
        "KMS": Failing(
            words="hop 1, delivery: 403",
            rule=23,
            facts=with_bucket(FACTS, encryption="aws:kms"),
            causes=("Derivatives are encrypted by S3's own keys",),
        ),
    },
    "The path does not begin with a SPEC": {
        "none": Failing(words="hop 1, delivery: 404", rule=6, url=f"{DELIVERY}/{ORIGINAL}"),
        "in upper case": Failing(words="404", rule=6, url=f"{DELIVERY}/ORIG/{ORIGINAL}"),
    },
    "Nobody is asked for what is missing": {
        "the viewer's Host": Failing(
            words="404, Miss from cloudfront, NoSuchBucket",
            rule=1,
            facts=with_forwarded(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
            causes=("Delivery uses the path alone",),
        ),
        "no rules": Failing(
            words="hop 1, delivery: 404",
            rule=1,
            facts=with_website(FACTS, routing_rules=()),
            causes=("S3 redirects only keys that begin like a SPEC",),
        ),
        "a rule with another prefix": Failing(
            words="404",
            rule=1,
            facts=with_rules(FACTS, key_prefix_equals="orig"),
            causes=("S3 redirects only keys that begin like a SPEC",),
        ),
    },
    "CloudFront does not reach its origin": {
        "no such API": Failing(
            words="hop 2, generator: 502",
            rule=None,
            facts=with_origin(FACTS, "generator", domain_name="nowhere.example.com"),
            causes=("CloudFront asks the API",),
        ),
        "no such host": Failing(
            words="hop 1, delivery: 502",
            rule=None,
            facts=with_origin(FACTS, "delivery", domain_name="nowhere.example.com"),
            causes=("Delivery asks the website of the bucket of derivatives",),
        ),
    },
    "There is no picture": {
        "another status": Failing(words="418", rule=None, at=answers(Part.GENERATOR, 418)),
        "S3 is busy": Failing(words="503", rule=None, at=answers(Part.DELIVERY, 503)),
        "no text": Failing(words="400", rule=None, url=f"{DELIVERY}/300x200/%ff.png"),
    },
}

#: What is not asked for at all, by the title of the finding.
FOREIGN: dict[str, tuple[Facts, str, int]] = {
    "The address does not begin with https://": (FACTS, f"http://img.example.com{PATH}", 2),
    "The address is that of the generator": (FACTS, f"https://{GENERATOR_HOST}{PATH}", 9),
    "The host of the address is not that of the stack": (
        replace(FACTS, names=replace(NAMES, base_url=DELIVERY)),
        f"https://other.example.com{PATH}",
        11,
    ),
}
