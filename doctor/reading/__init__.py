"""Ask AWS, and change nothing. No other package of the doctor uses boto3.

boto3 finds credentials, profile and endpoint, for example in ``AWS_PROFILE`` and ``AWS_ENDPOINT_URL``. A
refused or failed request becomes `Unread`, and a missing thing ``None``. So reading never fails.

============= ==================================================
`s3`          the bucket, its website, Block Public Access
`cloudfront`  the distributions, their policies and functions
`api_gateway` the HTTP API
`aws_lambda`  the function
`queues`      queues, and their event source mappings
`roles`       roles: their rights, and who may take them
`freshness`   the parts of freshness: rules, queues, its function and role
`beforehand`  the functions eager and backfill
`statements`  the statements of a policy
`answers`     an answer of AWS as a fact
============= ==================================================
"""

from __future__ import annotations

from typing import Final

import boto3

from doctor.facts import Facts, Unread
from doctor.names import Names
from doctor.reading.answers import CONFIG, read_fact
from doctor.reading.api_gateway import read_http_api
from doctor.reading.aws_lambda import read_function
from doctor.reading.beforehand import read_backfill, read_eager
from doctor.reading.cloudfront import read_distribution, read_origins
from doctor.reading.freshness import read_freshness
from doctor.reading.s3 import read_account_access_block, read_bucket, read_keys, read_object, read_region

#: Every permission that reading needs, as in an IAM policy. Asking for the own identity needs none.
ACTIONS: Final = (
    "apigateway:GET",
    "cloudfront:GetCachePolicy",
    "cloudfront:GetDistribution",
    "cloudfront:GetFunction",
    "cloudfront:GetOriginAccessControl",
    "cloudfront:GetOriginRequestPolicy",
    "cloudfront:GetResponseHeadersPolicy",
    "cloudfront:ListDistributions",
    "events:DescribeRule",
    "events:ListTargetsByRule",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListRolePolicies",
    "lambda:GetAccountSettings",
    "lambda:GetFunction",
    "lambda:GetPolicy",
    "lambda:ListEventSourceMappings",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetBucketNotification",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetObject",
    "s3:ListBucket",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
)


def open_session(names: Names) -> boto3.Session:
    """Open a session in the stack's region."""
    return boto3.Session(region_name=names.region)


def read(names: Names, session: boto3.Session) -> Facts:
    """Read all facts that the checks and the emulated loop need."""
    cloudfront = session.client("cloudfront", config=CONFIG)
    lambda_client = session.client("lambda", config=CONFIG)
    s3 = session.client("s3", config=CONFIG)
    function = read_function(lambda_client, names.function_name)
    environment = getattr(function, "environment", {})
    object_url = "" if isinstance(environment, Unread) else environment.get("RESIZER_SECRETS", "").strip()
    generator = names.generator_distribution_id
    account_id = read_fact(lambda: session.client("sts", config=CONFIG).get_caller_identity()["Account"])
    return Facts(
        names=names,
        account_id=account_id,
        account_access_block=read_account_access_block(
            session.client("s3control", config=CONFIG), account_id
        ),
        account_concurrency=read_fact(
            lambda: lambda_client.get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
        ),
        origins=read_origins(cloudfront),
        originals_region=read_region(s3, names.originals_bucket),
        derivatives=read_bucket(s3, names.derivatives_bucket),
        delivery=read_distribution(cloudfront, names.delivery_distribution_id),
        generator=read_distribution(cloudfront, generator) if generator else None,
        api=read_http_api(session.client("apigatewayv2", config=CONFIG), names.api_id),
        function=function,
        secrets=read_object(s3, object_url) if object_url else None,
        freshness=read_freshness(names, session) if names.freshness == "on" else None,
        eager=read_eager(names, session) if names.eager == "on" else None,
        backfill=read_backfill(names, session) if names.backfill == "on" else None,
    )


def keys(bucket: str, prefix: str, session: boto3.Session) -> tuple[str, ...] | Unread:
    """List the first thousand keys below ``prefix`` of a bucket, without those of empty objects."""
    return read_keys(session.client("s3", config=CONFIG), bucket, prefix)
