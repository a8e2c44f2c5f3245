"""Read the object of secrets, and say why it was not read."""

from __future__ import annotations

from io import BytesIO

import boto3
from botocore.response import StreamingBody
from botocore.stub import Stubber

from doctor.facts import Unread
from doctor.reading.s3 import read_object

URL = "s3://private/resizer/secrets-1.json?region=eu-west-1"
ASKED = {"Bucket": "private", "Key": "resizer/secrets-1.json"}


def test_the_object_of_secrets_is_read_by_its_url() -> None:
    s3 = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="s")
    with Stubber(s3) as stub:
        stub.add_response("get_object", {"Body": StreamingBody(BytesIO(b"{}"), 2)}, ASKED)
        assert read_object(s3, URL) == b"{}"
        stub.add_client_error("get_object", "NoSuchKey", expected_params=ASKED)
        assert read_object(s3, URL) is None
        stub.add_client_error("get_object", "AccessDenied", "no", expected_params=ASKED)
        refused = read_object(s3, URL)
        assert isinstance(refused, Unread)
        assert "AccessDenied" in refused.reason
    assert isinstance(read_object(s3, "a folder"), Unread)
