"""Plugins: found by their entry points, imported when they are asked for, refused where they are not fit."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from resizer_core import formats, operations
from resizer_core.errors import InvalidSpec, PluginError
from resizer_core.plugins import Plugins
from resizer_core.site import Site
from resizer_core.spec import Spec
from resizer_core.urls.grammar import parse_presets, parse_spec

GROUPS = {"operations": "resizer_core.operations", "formats": "resizer_core.formats"}

GOOD = """
class Glow:
    name = long_name = "acme.glow"
    order = 75

    @classmethod
    def parse(cls, text):
        if text:
            raise ValueError(f"expected no argument, got {text!r}")
        return cls()

    def __str__(self):
        return self.name

    def __eq__(self, other):
        return type(self) is type(other)

    def __hash__(self):
        return 1

    def measure(self, header):
        return header

    def apply(self, image):
        return image


class Early(Glow):
    name = long_name = "acme.early"
    order = 5


class Zoo(Glow):
    name, long_name = "zoo.first", "zoo.begin"
    order = 1
"""
PPM = """
from resizer_core import Format

PPM = Format(name="ppm", media_type="image/x-portable-pixmap", suffix=".ppm", browsers=False)
"""

Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package: its modules, and entry points by group, such as ``"acme.glow": "module:Glow"``."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def install(package: str, modules: dict[str, str], **groups: dict[str, str]) -> None:
        described = tmp_path / f"{package}-1.0.dist-info"
        described.mkdir()
        (described / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = []
        for group, entry_points in groups.items():
            lines += [f"[{GROUPS[group]}]", *(f"{name} = {where}" for name, where in entry_points.items())]
        (described / "entry_points.txt").write_text("\n".join(lines))
        for name, code in modules.items():
            (tmp_path / f"{name}.py").write_text(code)

    yield install
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def good(install: Install) -> None:
    install(
        "acme-effects",
        {"plugin_acme": GOOD, "plugin_ppm": PPM},
        operations={
            "zoo.first": "plugin_acme:Zoo",
            "acme.glow": "plugin_acme:Glow",
            "acme.early": "plugin_acme:Early",
        },
        formats={"ppm": "plugin_ppm:PPM"},
    )


def read(text: str, plugins: Plugins) -> Spec:
    return parse_spec(
        text,
        site=Site(operations=plugins.operations, formats=plugins.formats),
    )


# What is installed is there


@pytest.mark.usefixtures("good")
def test_an_operation_is_read_and_printed() -> None:
    assert str(read("300x_ACME.glow_q-80_blur-2", Plugins())) == "300x_blur-2_q-80_acme.glow"


@pytest.mark.usefixtures("good")
def test_in_the_spelling_plugins_go_by_name_and_in_the_pipeline_by_order() -> None:
    spec = read("300x_zoo.first_acme.glow_acme.early_blur-2_gray_pad-1_v-1", Plugins())
    assert str(spec) == "300x_blur-2_gray_pad-1_v-1_acme.early_acme.glow_zoo.first"
    names = [operation.name for operation in spec.operations]
    assert names == ["zoo.first", "acme.early", "blur", "gray", "acme.glow", "pad"]
    assert read(str(spec), Plugins()) == spec


@pytest.mark.usefixtures("good")
def test_a_plugin_may_have_a_long_name() -> None:
    assert str(read("300x_zoo.begin", Plugins())) == "300x_zoo.first"


@pytest.mark.usefixtures("good")
def test_a_format_can_be_asked_for() -> None:
    plugins = Plugins()
    assert str(read("300x_f-ppm", plugins)) == "300x_f-ppm"
    assert plugins.formats["ppm"].media_type == "image/x-portable-pixmap"
    with pytest.raises(InvalidSpec, match="ppm is lossless and takes no quality"):
        read("300x_f-ppm_q-80", plugins)


@pytest.mark.usefixtures("good")
def test_presets_may_stand_for_them() -> None:
    plugins = Plugins()
    presets = parse_presets(
        {"a": "9x_acme.glow_f-ppm"},
        site=Site(operations=plugins.operations, formats=plugins.formats),
    )
    assert str(presets["a"]) == "9x_f-ppm_acme.glow"


@pytest.mark.usefixtures("good")
def test_they_are_listed_after_what_is_built_in() -> None:
    plugins = Plugins(formats=formats.BUILTIN)
    assert list(plugins.operations) == [*operations.BUILTIN, "acme.early", "acme.glow", "zoo.first"]
    assert list(plugins.formats) == [*formats.BUILTIN, "ppm"]
    assert (len(plugins.operations), len(plugins.formats)) == (
        len(operations.BUILTIN) + 3,
        len(formats.BUILTIN) + 1,
    )


@pytest.mark.usefixtures("good")
def test_an_unknown_option_lists_them() -> None:
    with pytest.raises(
        InvalidSpec, match="unknown option 'acme.none'; known: .*, wm, acme.early, acme.glow, zoo.first"
    ):
        read("300x_acme.none", Plugins())


# Nothing is done before it is needed


@pytest.mark.usefixtures("good")
def test_listing_imports_nothing() -> None:
    plugins = Plugins()
    assert [*plugins.operations, *plugins.formats]
    assert not {"plugin_acme", "plugin_ppm"} & set(sys.modules)


def test_what_is_built_in_is_found_without_looking_for_plugins(install: Install) -> None:
    install("one", {}, operations={"acme.glow": "missing:Glow"})
    install("two", {}, operations={"acme.glow": "missing:Glow"}, formats={"jpg": "missing:JPG"})
    plugins = Plugins()
    assert str(read("300x_gray_blur-2_f-jpg_q-80", plugins)) == "300x_blur-2_gray_f-jpg_q-80"
    assert "" not in plugins.operations
    assert plugins.operations.get("blr") is None  # no vendor, so no plugin's
    assert formats.detect(b"\xff\xd8\xff", plugins.formats) is formats.JPEG


def test_a_plugin_is_imported_once_by_many_threads(install: Install) -> None:
    counted = "import builtins; builtins.imports = getattr(builtins, 'imports', 0) + 1\n"
    install("acme", {"plugin_counted": counted + GOOD}, operations={"acme.glow": "plugin_counted:Glow"})
    plugins, together = Plugins(), Barrier(8)
    found: list[object] = []

    def ask() -> None:
        together.wait()
        found.append(plugins.operations["acme.glow"])

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(map(id, found))) == 1


# Which are taken


@pytest.mark.usefixtures("good")
def test_only_those_that_are_named_are_taken() -> None:
    plugins = Plugins(["acme.glow", "ppm"])
    assert list(plugins.operations) == [*operations.BUILTIN, "acme.glow"]
    assert list(plugins.formats) == [*formats.TRUSTED, "ppm"]
    with pytest.raises(InvalidSpec, match="unknown option 'zoo.first'"):
        read("300x_zoo.first", plugins)


@pytest.mark.usefixtures("good")
def test_none_is_taken_where_none_is_named() -> None:
    plugins = Plugins([])
    plugins.load()
    assert dict(plugins.operations) == operations.BUILTIN
    assert dict(plugins.formats) == formats.TRUSTED


@pytest.mark.usefixtures("good")
def test_one_that_is_named_and_not_installed_is_an_error() -> None:
    with pytest.raises(PluginError, match="got 'acme.gone'; installed: acme.glow$"):
        Plugins(["acme.glow", "acme.gone"]).load()


def test_a_name_that_is_built_in_is_no_plugin() -> None:
    plugins = Plugins(["blur"])
    plugins.load()
    assert plugins.operations == operations.BUILTIN


@pytest.mark.usefixtures("good")
def test_loading_imports_all_that_are_taken() -> None:
    Plugins(["acme.glow"]).load()
    assert "plugin_acme" in sys.modules
    assert "plugin_ppm" not in sys.modules


def test_one_that_is_not_taken_may_be_broken(install: Install) -> None:
    install("good", {"plugin_acme": GOOD}, operations={"acme.glow": "plugin_acme:Glow"})
    install("bad", {}, operations={"acme.glow2": "missing:Glow", "no name": "missing:Glow"})
    Plugins(["acme.glow"]).load()


# What is wrong

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
        "the plugin glow of a has a name that the grammar",
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
