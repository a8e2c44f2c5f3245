"""Apply each example once a session. They run at the same time, since an apply mostly waits."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.terraform.engine import stand_in
from tests.terraform.ministack import ACCOUNT, COMMAND, REGION, Ministack
from tests.terraform.provider import attached, unhashed
from tests.terraform.quotas import quotas
from tests.terraform.s3rver import SCRIPT, S3rver
from tests.terraform.terraform import Terraform, aliases, copy_modules, prepare

DOMAIN = "img.example.com"
SIGNING_KEY = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """Hold an example that is applied to a ministack of its own.

    Attributes:
        outputs: the outputs of the example, by name.
        environment: the variables with which boto3 finds that ministack.
    """

    terraform: Terraform
    ministack: Ministack
    outputs: Mapping[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        return self.ministack.environment

    @property
    def stack(self) -> dict[str, str]:
        """Return the names of its pieces."""
        return dict(self.outputs["stack"])


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in this hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that share an applied example, or a file, in one process. Run tests that destroy last."""
    items.sort(key=lambda item: "destroyed" in getattr(item, "fixturenames", ()))
    for item in items:
        shares = "applied" if "applies" in getattr(item, "fixturenames", ()) else item.path.name
        item.add_marker(pytest.mark.xdist_group(shares))


@pytest.fixture(scope="session")
def terraform(tmp_path_factory: pytest.TempPathFactory) -> Terraform:
    """Find Terraform. ``at(folder)`` runs it in the folder of a configuration, a copy of the checkout's."""
    found = Terraform.installed(tmp_path_factory.mktemp("terraform"))
    if found is None:
        pytest.skip("terraform is not installed")
    return found


@pytest.fixture(scope="session")
def applies(
    request: pytest.FixtureRequest, terraform: Terraform, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, Future[Applied]]]:
    """Apply the examples that the tests of this run ask for. Give a future for each, by name."""
    if not COMMAND.exists():
        pytest.skip("there is no .venv-ministack: make test-terraform")
    folder = tmp_path_factory.mktemp("applied")
    wanted = {name for item in request.session.items for name in getattr(item, "fixturenames", ())}
    with ExitStack() as running, ThreadPoolExecutor() as threads:
        told_by = running.enter_context(quotas())
        stacks = {
            name: running.enter_context(Ministack(folder / name / "ministack"))
            for name in VARIABLES
            if name in wanted
        }
        yield {
            name: threads.submit(_apply, name, terraform, ministack, folder / name, told_by, running)
            for name, ministack in stacks.items()
        }


@pytest.fixture(scope="session")
def minimal(applies: Mapping[str, Future[Applied]]) -> Applied:
    """Wait for ``terraform/examples/minimal`` to be applied."""
    return applies["minimal"].result()


@pytest.fixture(scope="session")
def signed(applies: Mapping[str, Future[Applied]]) -> Applied:
    """Wait for ``terraform/examples/signed`` to be applied."""
    return applies["signed"].result()


@pytest.fixture(scope="session")
def complete(applies: Mapping[str, Future[Applied]]) -> Applied:
    """Wait for ``terraform/examples/complete`` to be applied."""
    return applies["complete"].result()


@pytest.fixture(scope="session")
def private(applies: Mapping[str, Future[Applied]]) -> Applied:
    """Wait for ``terraform/examples/private`` to be applied. It delivers by failover."""
    return applies["private"].result()


@pytest.fixture
def s3rver(tmp_path: Path) -> Iterator[S3rver]:
    if not SCRIPT.exists() or shutil.which("node") is None:
        pytest.skip("s3rver is not installed: make test-terraform, where there is npm")
    with S3rver(tmp_path) as running:
        yield running


def _apply(
    name: str, terraform: Terraform, ministack: Ministack, folder: Path, quotas: str, running: ExitStack
) -> Applied:
    example = copy_modules(folder) / "examples" / name
    prepare(example, VARIABLES[name](ministack))
    path = stand_in(folder)
    here = terraform.at(example, **ministack.environment, AWS_ENDPOINT_URL_SERVICE_QUOTAS=quotas, PATH=path)
    here.init()
    # The provider is configured once for each region.
    here = unhashed(here) if aliases(example) else running.enter_context(attached(here))
    here.apply()
    return Applied(terraform=here, ministack=ministack, outputs=here.outputs())


def _minimal(_ministack: Ministack) -> dict[str, Any]:
    return {"name": "pictures", "alarm_email": "ops@example.com"}


def _signed(_ministack: Ministack) -> dict[str, Any]:
    return {"name": "private", "alarm_email": ""}


def _private(_ministack: Ministack) -> dict[str, Any]:
    return {"name": "closed", "alarm_email": ""}


def _complete(ministack: Ministack) -> dict[str, Any]:
    """Make what the account already has: a bucket of originals that reports changes, a zone and a key."""
    with (
        ministack.client("s3") as s3,
        ministack.client("route53") as route53,
        ministack.client("kms") as kms,
    ):
        s3.create_bucket(Bucket="holiday-originals", CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_notification_configuration(
            Bucket="holiday-originals", NotificationConfiguration={"EventBridgeConfiguration": {}}
        )
        zone = route53.create_hosted_zone(Name="example.com", CallerReference="once")["HostedZone"]["Id"]
        key = kms.create_key(Description="logs")["KeyMetadata"]["Arn"]
    return {
        "name": "holiday",
        "originals_bucket": "holiday-originals",
        "signing_keys": [SIGNING_KEY],
        "alarm_email": None,
        "log_key_arn": key,
        "alarm_actions": [f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"],
        "domain": {
            "name": DOMAIN,
            "certificate_arn": f"arn:aws:acm:us-east-1:{ACCOUNT}:certificate/{uuid.UUID(int=1)}",
            "zone_id": zone.removeprefix("/hostedzone/"),
        },
    }


#: The variables of each example, from the account that it gets.
VARIABLES: Mapping[str, Callable[[Ministack], dict[str, Any]]] = {
    "minimal": _minimal,
    "signed": _signed,
    "private": _private,
    "complete": _complete,
}
