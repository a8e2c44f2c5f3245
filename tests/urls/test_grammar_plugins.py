"""Options of plugins in the grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.operations import BUILTIN as OPERATIONS
from resizer_core.operations import Operation
from resizer_core.site import Site
from resizer_core.urls.grammar import parse_spec
from tests.urls.specs import SIGNATURE, between_brackets


@dataclass(frozen=True, slots=True)
class Sepia:
    """An operation of somebody else."""

    name: ClassVar[str] = "acme.sepia"
    long_name: ClassVar[str] = "acme.brown"
    order: ClassVar[int] = 5
    text: str

    @classmethod
    def parse(cls, text: str) -> Sepia:
        if text == "0":
            raise ValueError("expected brown")
        return cls(text)

    def __str__(self) -> str:
        return f"{self.name}-{self.text}" if self.text else self.name


@dataclass(frozen=True, slots=True)
class Glow:
    """One more, whose name comes before."""

    name: ClassVar[str] = "aaa.glow"
    long_name: ClassVar[str] = "aaa.glow"
    order: ClassVar[int] = 900

    @classmethod
    def parse(cls, text: str) -> Glow:
        del text
        return cls()

    def __str__(self) -> str:
        return self.name


WITH_PLUGINS: Mapping[str, type[Operation]] = {**OPERATIONS, "acme.sepia": Sepia, "aaa.glow": Glow}


def test_the_options_of_plugins_stand_after_the_built_in_ones_by_name() -> None:
    text = f"300x_s-{SIGNATURE}_acme.sepia-1-2_v-1_aaa.glow_gray"
    spec = parse_spec(text, site=Site(operations=WITH_PLUGINS))
    assert str(spec) == f"300x_gray_v-1_aaa.glow_acme.sepia-1-2_s-{SIGNATURE}"
    assert parse_spec(str(spec), site=Site(operations=WITH_PLUGINS)) == spec


def test_a_plugin_has_a_long_name_too() -> None:
    assert str(parse_spec("300x_acme.brown", site=Site(operations=WITH_PLUGINS))) == "300x_acme.sepia"


def test_a_plugin_refuses_in_its_own_words() -> None:
    text, start, end = between_brackets("300x_[acme.sepia-0]_up")
    with pytest.raises(InvalidSpec) as caught:
        parse_spec(text, site=Site(operations=WITH_PLUGINS))
    assert (caught.value.reason, caught.value.start, caught.value.end) == ("expected brown", start, end)


def test_a_plugin_that_is_not_installed_is_an_unknown_option() -> None:
    with pytest.raises(InvalidSpec, match="unknown option 'acme.sepia'"):
        parse_spec("300x_acme.sepia")
