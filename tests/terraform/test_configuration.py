"""The configuration as it is written: its form, its own tests, and what it must agree with elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import hcl2
import pytest

from local_loop.stack import SPEC_BEGINNINGS, standard
from resizer_core import FORMATS, Access, Limits
from resizer_core.web.variables import VARIABLES
from tests.terraform.provider import attached
from tests.terraform.terraform import MODULES, Terraform, TerraformError, copy_modules
from tools import terraform_tables

#: What terraform is called in: the root, the modules by themselves, and what users begin with.
README = terraform_tables.TERRAFORM / "README.md"
CONFIGURATIONS = sorted(
    str(path.relative_to(MODULES))
    for path in (MODULES, *MODULES.glob("modules/*"), *MODULES.glob("examples/*"))
)
#: The rules of docs/loop.md that are about how AWS is configured.
RULES_OF_TERRAFORM = {1, 2, 3, 5, 6, 7, 16, 17, 18, 22, 23, 24, 25, 26}


@pytest.fixture(scope="session")
def copied(terraform: Terraform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terraform]:
    """A copy in which terraform may leave what it leaves. Nothing here configures the provider."""
    here = terraform.at(copy_modules(tmp_path_factory.mktemp("configuration")))
    here.init()
    with attached(here) as copied:
        yield copied


def test_it_is_formatted(terraform: Terraform) -> None:
    assert terraform.at(MODULES).run("fmt", "-check", "-recursive") == ""


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_it_is_valid_without_a_warning(copied: Terraform, name: str) -> None:
    here = copied.at(copied.folder / name)
    here.init()
    assert here.validate() == []


def test_its_own_tests_pass(copied: Terraform) -> None:
    told = copied.test()
    files = [path.name for path in (MODULES / "tests").glob("*.tftest.hcl")]
    assert sorted(re.findall(r"^tests/(\S+)\.\.\. pass$", told, re.MULTILINE)) == sorted(files)


def test_a_false_assertion_of_its_own_tests_fails(copied: Terraform, tmp_path: Path) -> None:
    """So that a run of them that passes says something."""
    here = copied.at(copy_modules(tmp_path))
    policy = here.folder / "modules" / "derivatives" / "main.tf"
    policy.write_text(policy.read_text(encoding="utf-8").replace('"307"', '"302"'), encoding="utf-8")
    here.init()
    with pytest.raises(TerraformError, match="rule_2_by_307_to_the_generator_over_https.* fail"):
        here.test("-filter=tests/derivatives.tftest.hcl")


# What no tool of terraform looks at


def runs() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every run of every test file, by its name."""
    for path in sorted((MODULES / "tests").glob("*.tftest.hcl")):
        for found in hcl2.loads(path.read_text(encoding="utf-8")).get("run", []):
            for label, run in found.items():
                yield label.strip('"'), run


def test_each_rule_of_the_loop_that_terraform_holds_has_a_run() -> None:
    named = (re.match(r"rules?_(\d+)(?:_and_(\d+))?", name) for name, _ in runs())
    numbers = {int(number) for match in named if match for number in match.groups() if number}
    assert RULES_OF_TERRAFORM - numbers == set()


def test_each_variable_that_is_checked_has_a_run_that_it_refuses() -> None:
    refused = {
        reference.strip("${}")
        for _, run in runs()
        for reference in run.get("expect_failures", [])
        if "var." in reference
    }
    unchecked = [
        f"{module}: {name}"
        for module in CONFIGURATIONS
        for name, variable in blocks(MODULES / module, "variables.tf", "variable")
        if "validation" in variable and f"var.{name}" not in refused
    ]
    assert unchecked == []


def test_every_refusal_gives_a_reason() -> None:
    """`must` says what was expected; the reason stands behind a colon."""
    messages = [
        rule["error_message"]
        for module in CONFIGURATIONS
        for _, variable in blocks(MODULES / module, "variables.tf", "variable")
        for rule in variable.get("validation", [])
    ]
    assert len(messages) > 30
    without = [message for message in messages if "must" not in message and "needs" not in message]
    assert without == []


@pytest.mark.parametrize("name", [name for name in CONFIGURATIONS if not name.startswith("examples")])
def test_a_module_has_no_provider_of_its_own_and_floors_and_ceilings_for_what_it_needs(name: str) -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (MODULES / name).glob("*.tf"))
    assert re.search(r"^provider ", text, re.MULTILINE) is None
    assert 'required_version = ">= 1.9, < 2"' in text
    assert ('version = ">= 5.100, < 7"' in text) == ("aws_" in text or name == ".")
    sources = set(re.findall(r'\bsource\s+= "([^."][^"]*)"', text))
    assert sources <= {"hashicorp/aws"}, "no other provider"


@pytest.mark.parametrize("name", [name for name in CONFIGURATIONS if name.startswith("examples")])
def test_an_example_takes_the_provider_that_is_run_here(
    name: str, terraform: Terraform, tmp_path: Path
) -> None:
    here = terraform.at(copy_modules(tmp_path) / name)
    shutil.copy(MODULES / name / ".terraform.lock.hcl", here.folder)
    here.run("init", "-backend=false", "-lockfile=readonly")
    assert 'version     = "5.100.0"' in (here.folder / ".terraform.lock.hcl").read_text(encoding="utf-8")
    assert 'version = "~> 5.100"' in (MODULES / name / "versions.tf").read_text(encoding="utf-8")


def test_no_module_depends_on_a_whole_other_one() -> None:
    """The ring of modules would be one of resources."""
    for name in CONFIGURATIONS:
        for path in (MODULES / name).glob("*.tf"):
            for found in hcl2.loads(path.read_text(encoding="utf-8")).get("module", []):
                assert [label for label, call in found.items() if "depends_on" in call] == []


def test_the_policy_of_the_derivatives_waits_for_all_else_of_the_bucket() -> None:
    """S3 refuses it until it has seen everywhere that the public access block is off."""
    module = hcl2.loads((MODULES / "modules" / "derivatives" / "main.tf").read_text(encoding="utf-8"))
    of_the_bucket = {
        f"{kind.strip(chr(34))}.{name.strip(chr(34))}": block
        for found in module["resource"]
        for kind, named in found.items()
        for name, block in named.items()
    }
    policy = of_the_bucket.pop("aws_s3_bucket_policy.this")
    waits_for = {reference.strip("${}") for reference in policy["depends_on"]}
    assert waits_for == of_the_bucket.keys() - {"aws_s3_bucket.this"}


def test_the_root_only_wires() -> None:
    root = hcl2.loads((MODULES / "main.tf").read_text(encoding="utf-8"))
    assert "resource" not in root


def test_access_has_to_be_said() -> None:
    (access,) = (block for name, block in blocks(MODULES, "variables.tf", "variable") if name == "access")
    assert "default" not in access
    assert access["nullable"] is False


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_variable_and_output_says_what_it_is(name: str) -> None:
    for file, kind in (("variables.tf", "variable"), ("outputs.tf", "output")):
        for label, block in blocks(MODULES / name, file, kind):
            assert block.get("description", '""').strip('"').endswith("."), label


def test_no_action_has_a_star() -> None:
    actions = [
        action
        for path in MODULES.glob("modules/*/*.tf")
        for listed in re.findall(r"actions\s+= \[(.*?)\]", path.read_text(encoding="utf-8"))
        for action in re.findall(r'"(.*?)"', listed)
    ]
    assert len(actions) > 5
    assert [action for action in actions if "*" in action] == []


def test_no_account_region_or_partition_is_written_down() -> None:
    """But us-east-1, from which CloudFront takes what it takes from one region alone."""
    written = [
        f"{path.relative_to(MODULES)}: {found}"
        for path in sorted(MODULES.glob("**/*.tf"))
        if not {".terraform", "tests"} & set(path.parts[len(MODULES.parts) :])
        for found in re.findall(
            r"\b\d{12}\b|\b[a-z]{2}-(?:north|south|east|west|central)\w*-\d\b|arn:aws:(?!acm:us-east-1|\$)",
            path.read_text(encoding="utf-8"),
        )
        if found != "us-east-1"
    ]
    assert written == []


# What it says of the function and of the loop


def test_the_routing_rules_are_those_of_the_local_loop() -> None:
    text = (MODULES / "modules" / "derivatives" / "main.tf").read_text(encoding="utf-8")
    written = re.search(r"range\((\d+), (\d+)\) : tostring\(digit\)\], \[(.*?)\]\)", text)
    assert written
    digits = [str(digit) for digit in range(int(written[1]), int(written[2]))]
    assert (*digits, *re.findall(r'"(.*?)"', written[3])) == SPEC_BEGINNINGS


def test_the_headers_of_both_distributions_are_those_of_the_local_loop() -> None:
    text = (MODULES / "modules" / "cdn" / "policies.tf").read_text(encoding="utf-8")
    loop = standard(delivery_host="a.test", generator_host="b.test", referer="r" * 32, secret="s" * 32)
    assert f'"{loop.delivery.response_headers["content-security-policy"].value}"' in text


def test_its_limits_are_those_of_the_function() -> None:
    assert list(object_fields("limits")) == [limit.name for limit in fields(Limits)]


def test_its_words_are_those_of_the_function() -> None:
    checks = dict(blocks(MODULES, "variables.tf", "variable"))
    writable = {format.name for format in FORMATS.values() if format.writable}
    lossy = {format.name for format in FORMATS.values() if format.writable and format.quality}
    assert words(checks["access"]["validation"][0]) == {access.value for access in Access}
    assert words(checks["pictures"]["validation"][0]) == writable
    assert words(checks["pictures"]["validation"][1]) == lossy


def test_every_setting_of_the_function_can_be_made() -> None:
    text = (MODULES / "modules" / "function" / "main.tf").read_text(encoding="utf-8")
    limits = {f"RESIZER_MAX_{name.upper()}" for name in object_fields("limits")}
    assert set(re.findall(r"^\s+(RESIZER_\w+)\s+=", text, re.MULTILINE)) | limits == {
        variable.name for variable in VARIABLES
    }


# Documents


def test_every_module_and_example_has_a_readme_with_its_tables() -> None:
    assert [
        path for path in CONFIGURATIONS if not (terraform_tables.TERRAFORM / path / "README.md").exists()
    ] == []
    for readme in terraform_tables.READMES:
        text = readme.read_text(encoding="utf-8")
        assert "\n| variable |" in text
        assert terraform_tables.written(readme, text) == text, f"{readme}: python -m tools.terraform_tables"


def test_a_table_that_is_stale_is_seen() -> None:
    text = README.read_text(encoding="utf-8")
    stale = text.replace("| `price_class` |", "| `prices` |")
    assert stale != text
    assert terraform_tables.written(README, stale) == text


def test_the_readme_names_every_module_and_example() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in CONFIGURATIONS if name != "." and Path(name).name not in text] == []


def blocks(module: Path, file: str, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The blocks of a kind, by name."""
    path = module / file
    if path.is_file():
        for found in hcl2.loads(path.read_text(encoding="utf-8")).get(kind, []):
            yield from ((label.strip('"'), block) for label, block in found.items())


def object_fields(variable: str) -> Iterator[str]:
    """The names of the fields of a variable that is an object."""
    wanted = dict(blocks(MODULES, "variables.tf", "variable"))[variable]["type"]
    yield from re.findall(r"(\w+) = optional\(", wanted)


def words(validation: dict[str, Any]) -> set[str]:
    """The words of the first list in a condition."""
    listed = re.search(r"contains\(\[(.*?)\]", validation["condition"])
    assert listed
    return set(re.findall(r'"(\w+)"', listed[1]))
