"""Plugins that clash or are not fit: refused by the name of their package."""

from __future__ import annotations

import re

import pytest

from resizer_core.errors import InvalidSpec, PluginError
from resizer_core.plugins import Plugins
from tests.plugins.packages import GOOD, PPM, Install, read

CLASHES = {
    "two packages": (
        {"a": {"acme.glow": "x:X"}, "b": {"acme.glow": "x:X"}},
        {},
        "the plugin acme.glow of [ab] clashes with the plugin acme.glow of [ab]$",
    ),
    "a built-in operation": (
        {"a": {"blur": "x:X"}},
        {},
        "the plugin blur of a clashes with what is built in",
    ),
    "a name without a vendor": (
        {"a": {"glow": "x:X"}},
        {},
        "the plugin glow of a has a name that breaks the grammar",
    ),
    "a name in capitals": ({"a": {"Acme.glow": "x:X"}}, {}, "the plugin Acme.glow of a has a name that"),
    "a name with a dash": ({"a": {"acme.glow-2": "x:X"}}, {}, "the plugin acme.glow-2 of a has a name that"),
    "a built-in format": ({}, {"a": {"jpg": "x:X"}}, "the plugin jpg of a clashes with what is built in"),
    "another word for one": (
        {},
        {"a": {"jpeg": "x:X"}},
        "the plugin jpeg of a clashes with what is built in",
    ),
    "SVG, which is not read": (
        {},
        {"a": {"svg": "x:X"}},
        "the plugin svg of a clashes with what is built in",
    ),
    "auto": ({}, {"a": {"auto": "x:X"}}, "the plugin auto of a clashes with what is built in"),
    "two packages with a format": (
        {},
        {"a": {"ppm": "x:X"}, "b": {"ppm": "x:X"}},
        "the plugin ppm of [ab] clashes with the plugin ppm of",
    ),
}


@pytest.mark.parametrize(("brought", "formatted", "text"), CLASHES.values(), ids=CLASHES)
def test_a_clash_names_the_packages(
    brought: dict[str, dict[str, str]], formatted: dict[str, dict[str, str]], text: str, install: Install
) -> None:
    for package in {**brought, **formatted}:
        install(package, {}, operations=brought.get(package, {}), formats=formatted.get(package, {}))
    with pytest.raises(PluginError, match=f"^{text}"):
        Plugins().load()


BROKEN = {
    "no such module": ("", "plugin_none:Glow", "it raises ModuleNotFoundError"),
    "no such name": ("", "plugin_bad:Glow", "it raises AttributeError"),
    "no Python": ("class", "plugin_bad:Glow", "it raises SyntaxError"),
    "raises": ("raise OSError('secret')", "plugin_bad:Glow", "it raises OSError"),
    "no class": ("Glow = 5", "plugin_bad:Glow", "expected a class"),
    "another name": (
        GOOD.replace('"acme.glow"', '"acme.shine"'),
        "plugin_bad:Glow",
        "expected its name to be acme.glow, as .*",
    ),
    "a long name of others": (
        GOOD.replace('name = long_name = "acme.glow"', 'name, long_name = "acme.glow", "blur"'),
        "plugin_bad:Glow",
        "expected its long name to begin with acme. .*",
    ),
    "no order": (
        GOOD.replace("order = 75", "order = None"),
        "plugin_bad:Glow",
        "expected its order to be a number",
    ),
    "no apply": (
        GOOD.replace("def apply", "def carry_out"),
        "plugin_bad:Glow",
        r"expected it to have apply\(\)",
    ),
}


@pytest.mark.parametrize(("code", "where", "reason"), BROKEN.values(), ids=BROKEN)
def test_an_operation_that_cannot_be_used_is_named(
    code: str, where: str, reason: str, install: Install
) -> None:
    install("acme-effects", {"plugin_bad": code}, operations={"acme.glow": where})
    with pytest.raises(
        PluginError, match=f"^the plugin acme.glow of acme-effects cannot be used: {reason}$"
    ) as raised:
        read("300x_acme.glow", Plugins())
    assert raised.value.__cause__ is not None
    assert "secret" not in str(raised.value)


BROKEN_FORMATS = {
    "no format": ('PPM = "ppm"', "expected a Format"),
    "another name": (
        PPM.replace('name="ppm"', 'name="pnm"'),
        "expected its name to be ppm, as it is installed under",
    ),
    "another word": (
        PPM.replace("suffix=", 'aliases=("pnm",), suffix='),
        "expected its name to be ppm, .*, and no other",
    ),
    "not written": (PPM.replace('suffix=".ppm"', 'suffix=""'), "expected a format that is written"),
    "read": (
        PPM.replace("suffix=", 'signatures=(((0, b"P6"),),), suffix='),
        "expected a format that is written, .* and not read",
    ),
    "not valid": (PPM.replace("name=", "title="), "it raises TypeError"),
}


@pytest.mark.parametrize(("code", "reason"), BROKEN_FORMATS.values(), ids=BROKEN_FORMATS)
def test_a_format_that_cannot_be_used_is_named(code: str, reason: str, install: Install) -> None:
    install("acme-formats", {"plugin_bad": code}, formats={"ppm": "plugin_bad:PPM"})
    with pytest.raises(PluginError, match=f"^the plugin ppm of acme-formats cannot be used: {reason}"):
        read("300x_f-ppm", Plugins())


def test_what_a_plugin_refuses_is_underlined(install: Install) -> None:
    install("acme", {"plugin_acme": GOOD}, operations={"acme.glow": "plugin_acme:Glow"})
    with pytest.raises(InvalidSpec, match=re.escape("expected no argument, got '5'")) as raised:
        read("300x_acme.glow-5", Plugins())
    assert raised.value.source[raised.value.start : raised.value.end] == "acme.glow-5"


def test_a_plugin_is_asked_for_again_after_it_could_not_be_used(install: Install) -> None:
    install("acme", {}, operations={"acme.glow": "plugin_late:Glow"})
    plugins = Plugins()
    with pytest.raises(PluginError, match="ModuleNotFoundError"):
        read("300x_acme.glow", plugins)
    with pytest.raises(PluginError, match="ModuleNotFoundError"):
        read("300x_acme.glow", plugins)
