"""Plugins: found by their entry points, imported when they are asked for."""

from __future__ import annotations

import sys
from threading import Barrier, Thread

import pytest

from resizer_core import formats, operations
from resizer_core.errors import InvalidSpec, PluginError
from resizer_core.plugins import Plugins
from resizer_core.site import Site
from resizer_core.urls.grammar import parse_presets
from tests.plugins.packages import GOOD, Install, read

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
