"""Break the distributions in every way that a check has to see."""

from __future__ import annotations

from dataclasses import replace

from doctor.facts import Chosen, CustomErrorResponse, Facts, Origin, ResponseHeader, ResponseHeadersPolicy
from local_loop.cloudfront_function import negotiated_paths, negotiation
from resizer_core import parse_spec
from tests.doctor.stack import (
    API_HOST,
    BUCKET_HOST,
    GENERATOR_HOST,
    NAMES,
    NEGOTIATION,
    NONE,
    WEBSITE_HOST,
    standard_facts,
    with_behavior,
    with_cache_policy,
    with_distribution,
    with_environment,
    with_error,
    with_forwarded,
    with_header,
    with_origin,
    with_other,
    with_vary,
)

FACTS = standard_facts()
ALL = Chosen(behavior="all")
VARY = {"vary": ResponseHeader("Accept", override=True)}
ANY = {"any": parse_spec("300x_f-auto")}
#: The edge negotiates, and no cache is told.
NEGOTIATING = with_environment(
    with_behavior(FACTS, "delivery", functions=(replace(NEGOTIATION, code=negotiation(ANY)),)),
    RESIZER_PRESETS='{"any": "300x_f-auto"}',
)

#: By the title of the check that has to see it: what is wrong, and a word of what the check finds.
BROKEN: dict[str, dict[str, tuple[Facts, str]]] = {
    "Every distribution is deployed": {
        "not enabled": (with_distribution(FACTS, "generator", enabled=False), "generator: not enabled"),
        "not there": (replace(FACTS, delivery=None), "EDELIVERY is not there"),
    },
    "Every distribution behaves the same on every path": {
        "another": (
            with_other(FACTS, "delivery", "/raw/*", cache_policy=None, origin_id="raw"),
            "delivery: /raw/* has another origin_id and cache_policy",
        ),
    },
    "Every distribution takes https alone": {
        "a redirect": (
            with_behavior(FACTS, "delivery", viewer_protocol_policy="redirect-to-https"),
            "delivery: redirect-to-https",
        ),
        "http as well": (with_behavior(FACTS, "generator", viewer_protocol_policy="allow-all"), "allow-all"),
    },
    "Every distribution takes GET and HEAD alone": {
        "OPTIONS as well": (
            with_behavior(FACTS, "delivery", allowed_methods=("GET", "HEAD", "OPTIONS")),
            "delivery: GET, HEAD, OPTIONS",
        ),
    },
    "Every distribution keeps errors for seconds": {
        "a long 404": (
            with_error(FACTS, "delivery", 404, error_caching_min_ttl=300),
            "404 is kept for 300 s",
        ),
        "a long 502": (with_error(FACTS, "generator", 502, error_caching_min_ttl=2), "502 is kept for 2 s"),
        "another error": (
            with_distribution(
                FACTS,
                "delivery",
                custom_error_responses=(CustomErrorResponse(error_code=416, error_caching_min_ttl=11),),
            ),
            "416 is kept for 11 s",
        ),
        "nothing stated": (
            with_distribution(FACTS, "delivery", custom_error_responses=()),
            "500 is kept for 10 s",
        ),
        "a 200": (with_error(FACTS, "delivery", 404, response_code="200"), "404 becomes 200"),
        "a page": (with_error(FACTS, "delivery", 404, response_page="/404.html"), "404 becomes /404.html"),
    },
    "Every distribution adds the headers for security and CORS": {
        "no star": (
            with_header(FACTS, "generator", "access-control-allow-origin", "https://example.com"),
            "generator: access-control-allow-origin: https://example.com",
        ),
        "no nosniff": (
            with_header(FACTS, "delivery", "x-content-type-options", None),
            "delivery: no x-content-type-options",
        ),
        "no resource policy": (
            with_header(FACTS, "delivery", "cross-origin-resource-policy", None),
            "delivery: no cross-origin-resource-policy",
        ),
        "one of its own site": (
            with_header(FACTS, "generator", "cross-origin-resource-policy", "same-site"),
            "generator: cross-origin-resource-policy: same-site",
        ),
        "no timing": (
            with_header(FACTS, "delivery", "timing-allow-origin", None),
            "delivery: no timing-allow-origin",
        ),
        "no sandbox": (
            with_header(FACTS, "delivery", "content-security-policy", "default-src 'none'"),
            "content-security-policy: default-src 'none'",
        ),
        "none at all": (with_behavior(FACTS, "delivery", response_headers_policy=None), "not there"),
        "on one path": (
            with_other(FACTS, "delivery", "/p-any/*", response_headers_policy=ResponseHeadersPolicy({})),
            "delivery: /p-any/*: no x-content-type-options",
        ),
    },
    "Every distribution requires TLS 1.2 or newer": {
        "1.1": (
            with_distribution(FACTS, "delivery", minimum_protocol_version="TLSv1.1_2016"),
            "delivery: TLSv1.1_2016",
        ),
    },
    "Delivery keeps only answers that allow it": {
        "a day by default": (with_cache_policy(FACTS, "delivery", default_ttl=86_400), "0/86400/31536000"),
        "a minimum": (
            with_cache_policy(FACTS, "delivery", min_ttl=1, default_ttl=1),
            "1/1/31536000",
        ),
        "a short maximum": (with_cache_policy(FACTS, "delivery", max_ttl=60), "0/0/60"),
        "no policy": (with_behavior(FACTS, "delivery", cache_policy=None), "not there"),
    },
    "Delivery uses the path alone": {
        "the query": (with_cache_policy(FACTS, "delivery", query_strings=ALL), "query in the key: all"),
        "a header": (
            with_cache_policy(FACTS, "delivery", headers=Chosen(behavior="whitelist", names=("accept",))),
            "headers in the key: whitelist accept",
        ),
        "cookies": (with_cache_policy(FACTS, "delivery", cookies=ALL), "cookies in the key: all"),
        "the encoding": (
            with_cache_policy(FACTS, "delivery", accept_encoding_brotli=True),
            "Accept-Encoding",
        ),
        "the viewer's Host": (
            with_forwarded(FACTS, "delivery", headers=Chosen(behavior="allViewer")),
            "headers forwarded: allViewer",
        ),
    },
    "Delivery asks the website of the bucket of derivatives": {
        "the bucket itself": (
            with_origin(
                FACTS,
                "delivery",
                domain_name="img-derivatives.s3.eu-west-1.amazonaws.com",
                protocol_policy="",
            ),
            "as a bucket",
        ),
        "another bucket": (
            with_origin(FACTS, "delivery", domain_name="img-originals.s3-website-eu-west-1.amazonaws.com"),
            "img-originals",
        ),
        "https": (with_origin(FACTS, "delivery", protocol_policy="https-only"), "https-only"),
        "another port": (with_origin(FACTS, "delivery", http_port=8080), "port 8080"),
        "a path": (with_origin(FACTS, "delivery", path="/v1"), "below /v1"),
        "a group": (
            with_distribution(FACTS, "delivery", secondary=Origin(domain_name=API_HOST)),
            "a group of origins",
        ),
    },
    "The generator keeps nothing": {
        "a day": (
            with_cache_policy(FACTS, "generator", default_ttl=86_400, max_ttl=86_400),
            "0/86400/86400",
        ),
    },
    "CloudFront forwards Accept, the viewer's address and nothing else": {
        "Host as well": (
            with_forwarded(
                FACTS, "generator", headers=Chosen(behavior="whitelist", names=("accept", "host"))
            ),
            "accept, host",
        ),
        "User-Agent as well": (
            with_forwarded(
                FACTS,
                "generator",
                headers=Chosen(
                    behavior="whitelist", names=("accept", "cloudfront-viewer-address", "user-agent")
                ),
            ),
            "accept, cloudfront-viewer-address, user-agent",
        ),
        "the address alone": (
            with_forwarded(
                FACTS,
                "generator",
                headers=Chosen(behavior="whitelist", names=("cloudfront-viewer-address",)),
            ),
            "headers forwarded: whitelist cloudfront-viewer-address",
        ),
        "nothing": (with_behavior(FACTS, "generator", origin_request_policy=None), "not there"),
        "no address": (
            with_forwarded(FACTS, "generator", headers=Chosen(behavior="whitelist", names=("accept",))),
            "headers forwarded: whitelist accept",
        ),
        "no Accept": (with_forwarded(FACTS, "generator", headers=NONE), "headers forwarded: none"),
        "the query": (with_forwarded(FACTS, "generator", query_strings=ALL), "query forwarded: all"),
        "cookies": (with_forwarded(FACTS, "generator", cookies=ALL), "cookies forwarded: all"),
        "the query in the key": (
            with_cache_policy(FACTS, "generator", query_strings=ALL),
            "query in the key: all",
        ),
    },
    "CloudFront asks the API": {
        "another API": (
            with_origin(FACTS, "generator", domain_name="api2.execute-api.eu-west-1.amazonaws.com"),
            "api2",
        ),
        "http": (with_origin(FACTS, "generator", protocol_policy="http-only"), "http-only"),
        "a stage": (with_origin(FACTS, "generator", path="/prod"), "below /prod"),
        "another port": (with_origin(FACTS, "generator", https_port=8443), "port 8443"),
    },
    "Redirects of the function lead to delivery": {
        "elsewhere": (
            with_environment(FACTS, RESIZER_BASE_URL="https://other.example.com"),
            "the function's: https://other.example.com",
        ),
        "to the generator": (
            with_environment(FACTS, RESIZER_BASE_URL=f"https://{GENERATOR_HOST}"),
            GENERATOR_HOST,
        ),
        "by http": (
            with_environment(FACTS, RESIZER_BASE_URL="http://img.example.com"),
            "http://img.example.com",
        ),
        "the stack's": (
            replace(FACTS, names=replace(NAMES, base_url="https://other.example.com")),
            "the stack's: https://other.example.com",
        ),
    },
    "No other distribution asks the API or the bucket of derivatives": {
        "the API": (replace(FACTS, origins={"EOLD": ("other.example.com", API_HOST)}), "EOLD"),
        "the website": (replace(FACTS, origins={"EOLD": (WEBSITE_HOST,)}), "EOLD"),
        "the bucket": (replace(FACTS, origins={"EOLD": (BUCKET_HOST,)}), "EOLD"),
    },
    "The edge answers f-auto as the function would": {
        "at the generator": (with_behavior(FACTS, "generator", functions=(NEGOTIATION,)), "at the generator"),
        "after the cache": (
            with_behavior(FACTS, "delivery", functions=(replace(NEGOTIATION, event_type="viewer-response"),)),
            "on viewer-response",
        ),
    },
    "Vary names Accept only where Accept decides": {
        "nowhere": (NEGOTIATING, "Vary for nothing"),
        "a preset without": (with_vary(NEGOTIATING, *negotiated_paths({})), "Vary for /*_f-auto*"),
        "in another order": (
            with_vary(NEGOTIATING, *reversed(negotiated_paths(ANY))),
            "Vary for /p-any/*, /p-any_*, /*_f-auto*",
        ),
        "everywhere": (
            with_behavior(
                FACTS,
                "delivery",
                response_headers_policy=ResponseHeadersPolicy(VARY),
            ),
            "Vary for the whole of delivery",
        ),
        "though nothing is negotiated": (with_vary(FACTS, ("/*", True)), "Vary for /*"),
    },
}
