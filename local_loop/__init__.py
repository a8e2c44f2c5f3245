"""The whole redirect loop on one machine: for ``python -m local_loop``, and for tests that break it.

::

    viewer ── delivery ── website ── derivatives        200, kept as long as the derivative says
                  └─ 404 ─ 307 ─▶ generator ── api ── function ── 302 ─▶ delivery

Each piece is one file, named after what it emulates, and is a callable from ``Request`` to ``Response``
that is configured by one frozen value:

===================== ===========================================================
`http`                what the pieces hand each other: a request, a response
`distribution`        a CloudFront distribution: both caches
`cloudfront_function` a CloudFront function before the delivery cache
`website`             the S3 website of the derivatives bucket
`http_api`            an API Gateway HTTP API in front of a Lambda function
`lambda_runtime`      Lambda, for a function in a process or container of its own
`s3`                  the stores as buckets, for that function
`viewer`              a browser that follows redirects
`attributes`          a folder that keeps what S3 keeps beside the bytes
`trace`               who answered what
`stack`               one value for the whole loop, and its wiring
`demo_page`           the loop's own page, and what it asks for
`server`              the loop on two loopback ports
===================== ===========================================================

What is emulated, and what is left out, stands at the top of each file.
"""
