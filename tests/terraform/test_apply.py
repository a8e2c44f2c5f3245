"""The examples on an AWS emulator: what was applied stays as it is, and what was destroyed is gone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from resizer_core import Access, Site, parse_spec
from resizer_core.urls.signing import check_access
from tests.terraform.conftest import DOMAIN, Applied
from tests.terraform.ministack import REGION, Ministack
from tests.terraform.terraform import Drift, TerraformError

#: What ministack does not give back as it was put, by the kind of resource. Of alarms it keeps all, but tells
#: not all in the protocol that the provider speaks.
LOST = {
    "aws_cloudfront_response_headers_policy": {"remove_headers_config"},
    "aws_cloudwatch_metric_alarm": {
        "actions_enabled",
        "alarm_actions",
        "alarm_description",
        "dimensions",
        "ok_actions",
        "period",
        "statistic",
        "treat_missing_data",
    },
}

#: How to list what the modules make: service and operation, its arguments, and where in the answer it stands.
LISTS: Mapping[tuple[str, str], tuple[dict[str, str], str]] = {
    ("apigatewayv2", "get_apis"): ({}, "Items"),
    ("cloudfront", "list_cache_policies"): ({"Type": "custom"}, "CachePolicyList.Items"),
    ("cloudfront", "list_origin_access_controls"): ({}, "OriginAccessControlList.Items"),
    ("cloudfront", "list_distributions"): ({}, "DistributionList.Items"),
    ("cloudfront", "list_origin_request_policies"): ({"Type": "custom"}, "OriginRequestPolicyList.Items"),
    ("cloudfront", "list_response_headers_policies"): ({"Type": "custom"}, "ResponseHeadersPolicyList.Items"),
    ("cloudwatch", "describe_alarms"): ({}, "MetricAlarms"),
    ("cloudwatch", "list_dashboards"): ({}, "DashboardEntries"),
    ("ecr", "describe_repositories"): ({}, "repositories"),
    ("events", "list_rules"): ({}, "Rules"),
    ("iam", "list_roles"): ({}, "Roles"),
    ("lambda", "list_event_source_mappings"): ({}, "EventSourceMappings"),
    ("lambda", "list_functions"): ({}, "Functions"),
    ("logs", "describe_log_groups"): ({}, "logGroups"),
    ("s3", "list_buckets"): ({}, "Buckets"),
    ("sns", "list_topics"): ({}, "Topics"),
    ("sqs", "list_queues"): ({}, "QueueUrls"),
    ("wafv2", "list_web_acls"): ({"Scope": "CLOUDFRONT"}, "WebACLs"),
}


@pytest.fixture(scope="module")
def drifts(
    minimal: Applied, signed: Applied, private: Applied, complete: Applied
) -> tuple[Mapping[str, Drift], ...]:
    """What a second apply of each would do."""
    with ThreadPoolExecutor() as threads:
        return tuple(
            threads.map(lambda applied: applied.terraform.drift(), (minimal, signed, private, complete))
        )


def test_without_a_record_the_image_that_runs_stays(minimal: Applied) -> None:
    """A colleague plans, who has built nothing."""
    record = minimal.terraform.folder.parents[2] / "build" / "image.json"
    away = record.rename(record.with_suffix(".away"))
    try:
        changed = minimal.terraform.drift()
    finally:
        away.rename(record)
    assert [(name, drift.actions) for name, drift in changed.items() if drift.kind not in LOST] == [
        ("module.resizer.module.registry[0].terraform_data.push[0]", ("delete",))
    ]


def test_a_second_apply_would_change_only_what_the_emulator_loses(
    drifts: tuple[Mapping[str, Drift], ...],
) -> None:
    changed: defaultdict[str, set[str]] = defaultdict(set)
    for address, drift in (one for each in drifts for one in each.items()):
        assert drift.actions == ("update",), address
        changed[drift.kind] |= drift.attributes
    assert changed == LOST


#: What each way of delivery has and the other has not, below module.resizer; the rest of both is the same.
OF_REDIRECTS = {
    "module.cdn.aws_cloudfront_distribution.generator[0]",
    "module.derivatives.aws_s3_bucket_website_configuration.this[0]",
    'module.referer[0].terraform_data.generated["1"]',
}
OF_FAILOVER = {"module.cdn.aws_cloudfront_origin_access_control.derivatives[0]"}
#: What another way changes where it stands. The bucket is not among it.
OF_BOTH = {
    "module.cdn.aws_cloudfront_distribution.delivery",
    'module.cdn.aws_cloudfront_function.edge["edge"]',
    "module.derivatives.aws_s3_bucket_policy.this",
    "module.derivatives.aws_s3_bucket_public_access_block.this",
    "module.function.aws_lambda_function.this",
}


@pytest.mark.parametrize(
    ("example", "to", "made", "removed"),
    [("minimal", "failover", OF_FAILOVER, OF_REDIRECTS), ("private", "redirect", OF_REDIRECTS, OF_FAILOVER)],
    ids=["to failover", "to redirects"],
)
def test_another_way_of_delivery_keeps_the_bucket(
    request: pytest.FixtureRequest, example: str, to: str, made: set[str], removed: set[str]
) -> None:
    applied: Applied = request.getfixturevalue(example)
    switch = applied.terraform.folder / "switch_override.tf"
    switch.write_text(f'module "resizer" {{\n  delivery = "{to}"\n}}\n', encoding="utf-8")
    try:
        changed = applied.terraform.drift()
    finally:
        switch.unlink()
    assert {
        address.removeprefix("module.resizer."): drift.actions
        for address, drift in changed.items()
        if drift.kind not in LOST
    } == {
        **dict.fromkeys(made, ("create",)),
        **dict.fromkeys(removed, ("delete",)),
        **dict.fromkeys(OF_BOTH, ("update",)),
    }


def test_in_failover_one_distribution_reads_a_bucket_that_is_closed(private: Applied) -> None:
    with private.ministack.client("cloudfront") as cloudfront, private.ministack.client("s3") as s3:
        (delivery,) = cloudfront.list_distributions()["DistributionList"]["Items"]
        bucket = private.stack["derivatives_bucket"]
        block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
        with pytest.raises(s3.exceptions.ClientError, match="NoSuchWebsiteConfiguration"):
            s3.get_bucket_website(Bucket=bucket)
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    assert {
        (statement["Action"], statement["Resource"], statement["Condition"]["StringEquals"]["aws:SourceArn"])
        for statement in policy["Statement"]
    } == {
        ("s3:GetObject", f"arn:aws:s3:::{bucket}/*", delivery["ARN"]),
        ("s3:ListBucket", f"arn:aws:s3:::{bucket}", delivery["ARN"]),
    }


def test_all_that_is_looked_for_later_is_there(minimal: Applied, private: Applied, complete: Applied) -> None:
    there = {how for applied in (minimal, private, complete) for how in standing(applied.ministack)}
    assert there == LISTS.keys()
    assert records(complete) == ["A", "AAAA"]


def test_the_address_of_the_example_is_told(minimal: Applied) -> None:
    with minimal.ministack.client("sns") as sns:
        (subscription,) = sns.list_subscriptions()["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", "ops@example.com")


def test_of_the_quota_of_the_account_ten_runs_are_reserved(minimal: Applied) -> None:
    with minimal.ministack.client("lambda") as client:
        reserved = client.get_function_concurrency(FunctionName=minimal.stack["function_name"])
    assert reserved["ReservedConcurrentExecutions"] == 10


def test_a_key_of_the_account_encrypts_every_log(complete: Applied) -> None:
    with complete.ministack.client("logs") as logs, complete.ministack.client("kms") as kms:
        groups = logs.describe_log_groups()["logGroups"]
        (key,) = kms.list_keys()["Keys"]
    assert [group.get("kmsKeyId") for group in groups] == [key["KeyArn"]] * 4


def test_what_is_global_has_the_region_in_its_name(
    minimal: Applied, signed: Applied, complete: Applied
) -> None:
    for applied in (minimal, signed):
        assert applied.stack["originals_bucket"].endswith(REGION)
    firewalls = standing(complete.ministack)["wafv2", "list_web_acls"]
    assert [firewall["Name"].endswith(REGION) for firewall in firewalls] == [True]


def test_the_line_of_the_example_that_signs_is_let_through(signed: Applied, tmp_path: Path) -> None:
    """The line runs in a shell; in the place of curl is what prints the address that it was given."""
    # The applies have something else in the place of python3, which pushes nothing.
    programs = {"curl": 'for last; do :; done\necho "$last"', "python3": f'exec "{sys.executable}" "$@"'}
    for name, lines in programs.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
        program.chmod(0o755)
    path = f"{tmp_path}:{signed.terraform.environment['PATH']}"
    asked = subprocess.run(
        ["sh", "-c", str(signed.outputs["curl"])],
        cwd=signed.terraform.folder,
        env={**signed.terraform.environment, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    prefix, spec, key = asked.rsplit("/", 2)
    assert (prefix, key) == (signed.outputs["base_url"], "KEY")
    assert str(signed.outputs["signing_key"]) not in signed.outputs["curl"]
    site = Site(access=Access.SIGNED, keys=(str(signed.outputs["signing_key"]).encode(),))
    check_access(parse_spec(spec), site)
    assert str(parse_spec(spec)) == spec, "canonical: no redirect"


@pytest.fixture(scope="module")
def destroyed(minimal: Applied, private: Applied, complete: Applied) -> tuple[str, str, str]:
    """What ``terraform destroy`` said of each when it failed, or "". Tests that ask for it run last."""
    for applied in (minimal, complete):
        with applied.ministack.client("s3") as s3:
            s3.put_object(Bucket=applied.stack["originals_bucket"], Key="cat.jpg", Body=b"a picture")
    with ThreadPoolExecutor() as threads:
        of_minimal, of_private, of_complete = threads.map(destroy, (minimal, private, complete))
    return of_minimal, of_private, of_complete


def test_destroy_leaves_nothing_but_what_was_there_before(
    private: Applied, complete: Applied, destroyed: tuple[str, str, str]
) -> None:
    assert destroyed[1:] == ("", "")
    assert standing(private.ministack) == {}  # its originals were an empty bucket
    left = standing(complete.ministack)
    # Where an answer is lost the provider asks again. Lambda refuses a second mapping of a queue to a
    # function; ministack makes one, of which Terraform never hears.
    known = (complete.terraform.folder / "terraform.tfstate.backup").read_text(encoding="utf-8")
    mappings = left.pop(("lambda", "list_event_source_mappings"), [])
    assert [mapping for mapping in mappings if mapping["UUID"] in known] == []
    assert known.count('"aws_lambda_event_source_mapping"') == 2
    assert left.keys() == {("s3", "list_buckets")}
    assert [bucket["Name"] for bucket in left["s3", "list_buckets"]] == [complete.stack["originals_bucket"]]
    assert records(complete) == []


def test_destroy_leaves_the_originals(minimal: Applied, destroyed: tuple[str, str, str]) -> None:
    """Their bucket is made by this example; S3 removes none that is not empty."""
    assert "BucketNotEmpty" in destroyed[0]
    assert minimal.terraform.resources() == {"aws_s3_bucket.originals"}
    bucket = minimal.stack["originals_bucket"]
    left = standing(minimal.ministack)
    assert left.keys() == {("s3", "list_buckets")}
    assert [one["Name"] for one in left["s3", "list_buckets"]] == [bucket]
    with minimal.ministack.client("s3") as s3:
        assert s3.head_object(Bucket=bucket, Key="cat.jpg")["ContentLength"] == len(b"a picture")


def destroy(applied: Applied) -> str:
    """What was said when it failed, or ""."""
    try:
        applied.terraform.destroy()
    except TerraformError as error:
        return str(error)
    return ""


def standing(ministack: Ministack) -> dict[tuple[str, str], list[Any]]:
    """What there is in an account, by how it was listed."""
    found: dict[tuple[str, str], Any] = {}
    for (service, operation), (arguments, path) in LISTS.items():
        # A firewall for CloudFront is in us-east-1 and nowhere else.
        with ministack.client(service, region="us-east-1" if service == "wafv2" else REGION) as client:
            answer = getattr(client, operation)(**arguments)
        for name in path.split("."):
            answer = answer.get(name, [])
        found[service, operation] = answer
    return {how: listed for how, listed in found.items() if listed}


def records(complete: Applied) -> list[str]:
    """The types of the records of the domain, which are in a zone that was there before."""
    with complete.ministack.client("route53") as route53:
        (zone,) = route53.list_hosted_zones()["HostedZones"]
        listed = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    return sorted(record["Type"] for record in listed if record["Name"] == f"{DOMAIN}.")
