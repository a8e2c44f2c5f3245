"""Both ways of delivery on one machine: for ``python -m local_loop``, and for tests that break them.

The loop of redirects::

    viewer ── delivery ── website ── derivatives        200, kept as long as the derivative says
                  └─ 404 ─ 307 ─▶ generator ── api ── function ── 302 ─▶ delivery

Failing over, without a redirect::

    viewer ── delivery ── bucket ── derivatives         200, kept as long as the derivative says
                  └─ 404 ──▶ api ── function            200, kept as long as what was stored says

Each piece is one file, named after what it emulates, and is a callable from ``Request`` to ``Response``
that is configured by one frozen value:

===================== ===========================================================
`http`                what the pieces hand each other: a request, a response
`distribution`        a CloudFront distribution: every cache
`ttl`                 how long it keeps an answer
`conditions`          what a request for a part, or for what has changed, gets
`cloudfront_function` a CloudFront function before the delivery cache
`website`             the S3 website of the derivatives bucket
`bucket`              the same bucket when it is private
`http_api`            an API Gateway HTTP API in front of a Lambda function
`lambda_runtime`      Lambda, for a function in a process or container of its own
`s3`                  the stores as buckets, for that function
`viewer`              a browser that follows redirects
`changes`             the events of the originals' bucket, and the queue that brings them
`freshness`           the function that lets derivatives follow their originals
`attributes`          a folder that keeps what S3 keeps beside the bytes
`trace`               who answered what
`stack`               one value for the whole loop of redirects, and its wiring
`failover`            the same for the other way of delivery
`demo_page`           the loop's own page, and what it asks for: a package, one kind of question a file
`dropped`             pictures that a person drops on that page, in memory
`server`              a loop on loopback ports
===================== ===========================================================

What is emulated, and what is left out, stands at the top of each file.
"""
