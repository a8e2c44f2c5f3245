"""Emulate both ways of delivery on one machine, for ``python -m local_loop`` and for tests that break them.

The loop of redirects::

    viewer ── delivery ── website ── derivatives        200, kept as long as the derivative says
                  └─ 404 ─ 307 ─▶ generator ── api ── function ── 302 ─▶ delivery

Failover, without a redirect::

    viewer ── delivery ── bucket ── derivatives         200, kept as long as the derivative says
                  └─ 404 ──▶ api ── function            200, kept as long as the stored picture says

Each piece is one file, named after what it emulates. It is a callable from ``Request`` to ``Response``, and
one frozen value configures it:

===================== ===========================================================
`http`                the values between the pieces: a request, a response
`distribution`        a CloudFront distribution with its cache
`ttl`                 how long it keeps an answer
`conditions`          the answers to conditional requests and to requests for a part
`cloudfront_function` a CloudFront function before the delivery cache
`website`             the S3 website of the derivatives bucket
`bucket`              the same bucket when it is private
`http_api`            an API Gateway HTTP API in front of a Lambda function
`lambda_runtime`      Lambda, for a function in its own process or container
`s3`                  the stores as buckets, for that function
`viewer`              a browser that follows redirects
`changes`             the events of the originals' bucket, and their queue
`freshness`           the function that lets derivatives follow their originals
`attributes`          a folder that also keeps the attributes of S3's objects
`trace`               which piece gave which answer
`stack`               one value for the whole loop of redirects, and its wiring
`failover`            the same for the other way of delivery
`demo_page`           the loop's own page and its JSON: a package, one file for each kind of question
`dropped`             pictures that a person drops on that page, in memory
`server`              a loop on loopback ports
===================== ===========================================================

The top of each file says what it emulates and what it leaves out.
"""
