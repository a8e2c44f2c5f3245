"""Which store a URL names; nothing here connects to anything."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from resizer_core.stores.contract import StoredObject
from resizer_core.stores.opening import open_store

NOW = datetime(2015, 10, 21, 7, 28, tzinfo=UTC)

WRONG = {
    "empty": "",
    "memory-with-a-name": "memory:name",
    "memory-with-slashes": "memory://",
    "file-relative": "file:pictures",
    "file-of-a-host": "file://elsewhere/pictures",
    "file-with-query": "file:///pictures?a=1",
    "http": "http://127.0.0.1/pictures",
    "unknown": "ftp://bucket",
    "s3-without-slashes": "s3:bucket",
    "s3-without-bucket": "s3://",
    "s3-only-prefix": "s3:///prefix",
    "s3-with-a-password": "s3://AKIA:secret@bucket/prefix",
    "gs-without-bucket": "gs://",
    "az-without-container": "az:///prefix",
}


@pytest.mark.parametrize("url", WRONG.values(), ids=WRONG)
def test_a_url_that_names_no_store_is_refused_with_what_was_expected(url: str) -> None:
    with pytest.raises(ValueError, match='"s3://bucket/prefix"') as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


NO_REGION = {
    "another parameter": "s3://bucket?secret_access_key=secret",
    "two": "s3://bucket?region=eu-west-1&secret=1",
    "no value": "s3://bucket/prefix?region=",
    "no parameter": "s3://bucket?",
    "a host": "s3://bucket?region=eu-west-1.example.com",
    "of Google": "gs://bucket?region=eu-west-1",
    "of Azure": "az://container/prefix?region=eu-west-1",
}


@pytest.mark.parametrize("url", NO_REGION.values(), ids=NO_REGION)
def test_behind_a_question_mark_stands_a_region_of_s3_alone(url: str) -> None:
    with pytest.raises(ValueError, match=r"expected only .* such as \?region=eu-west-1") as caught:
        open_store(url)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("prefix", ["a//b", "/a", "..", "a/../b", "a\nb", "x" * 1025])
def test_a_prefix_that_is_no_key_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="the prefix of s3://"):
        open_store(f"s3://bucket/{prefix}")


def test_the_path_of_a_folder_is_text_without_control_characters() -> None:
    with pytest.raises(ValueError, match="control characters"):
        open_store("pictures\n")


@pytest.mark.parametrize("url", ["gs://bucket", "gs://bucket/a b/c", "s3://bucket", "s3://bucket/a b/c"])
def test_a_bucket_is_opened_without_connecting(bare_environment: pytest.MonkeyPatch, url: str) -> None:
    bare_environment.setenv("AWS_REGION", "eu-west-1")
    assert open_store(url) is not None


def test_azure_is_opened_with_the_name_of_an_account(bare_environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="az: a variable .* missing or wrong"):
        open_store("az://container/prefix")
    bare_environment.setenv("AZURE_STORAGE_ACCOUNT_NAME", "account")
    assert open_store("az://container/prefix") is not None


def test_every_memory_store_is_its_own() -> None:
    first, second = open_store("memory:"), open_store("memory:")
    first.put("a", b"1", media_type="image/png")
    assert second.head("a") is None


def test_a_colon_is_allowed_in_the_name_of_a_folder(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("colon")
    monkeypatch.chdir(folder)
    open_store("a:b").put("c", b"1", media_type="image/png")
    assert (folder / "a:b/c").is_file()


def test_importing_the_module_does_not_import_obstore() -> None:
    code = "import sys, resizer_core.stores.opening, resizer_core.testing; sys.exit('obstore' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_stored_object_has_a_size_and_a_time_zone() -> None:
    with pytest.raises(ValueError, match="0 bytes or more"):
        StoredObject(key="a", size=-1, etag="", modified=NOW)
    with pytest.raises(ValueError, match="time zone"):
        StoredObject(key="a", size=1, etag="", modified=NOW.replace(tzinfo=None))


def test_the_metadata_of_a_stored_object_cannot_be_changed() -> None:
    given = {"engine": "8.18"}
    found = StoredObject(key="a", size=1, etag="", modified=NOW, metadata=given)
    given["engine"] = "9"
    assert found.metadata == {"engine": "8.18"}
    with pytest.raises(TypeError):
        found.metadata["engine"] = "9"  # type: ignore[index]
