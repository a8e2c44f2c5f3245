"""Test what the image keeps of botocore: the services that are called, as they are today."""

from __future__ import annotations

import re
from pathlib import Path

from container.assemble import SERVICES, assemble

AWS = Path(__file__).parents[2] / "freshness" / "aws.py"


def test_the_services_that_are_called_are_kept_in_their_newest_version(tmp_path: Path) -> None:
    kept = {
        "botocore/data/partitions.json",
        "botocore/data/s3/2006-03-01/service-2.json.gz",
        "botocore/data/cloudfront/2020-05-31/service-2.json.gz",
        "freshness/aws.json",
    }
    gone = {
        "boto3/data/s3/2006-03-01/resources-1.json",
        "botocore/data/s3/2006-03-01/examples-1.json",
        "botocore/data/cloudfront/2014-05-31/service-2.json.gz",
        "botocore/data/cloudfront/2014-05-31/examples-1.json",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/ec2/2016-11-15/examples-1.json",
    }
    for name in kept | gone:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    assemble(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == kept


def test_every_service_that_is_opened_is_kept() -> None:
    opened = set(re.findall(r'boto3\.client\("(\w+)"', AWS.read_text()))
    assert opened == SERVICES - {"sts"}
