"""A site keeps the SPECs that were read for it."""

from __future__ import annotations

import pickle

import pytest

from resizer_core.errors import InvalidSpec
from resizer_core.operations.sharpen import Sharpen
from resizer_core.site import Site
from resizer_core.urls.grammar import MAX_PARSED, parse_presets, parse_spec


def test_a_spec_is_read_once_for_a_site() -> None:
    site = Site()
    assert parse_spec("300x200_F-WEBP", site) is parse_spec("300x200_F-WEBP", site)
    assert parse_spec("300x200_f-webp", site) == parse_spec("300x200_F-WEBP", site)


def test_a_site_keeps_so_many_and_no_more() -> None:
    site = Site()
    specs = [parse_spec(f"{width}x", site) for width in range(1, 2 * MAX_PARSED + 10)]
    assert len(site._parsed) <= MAX_PARSED
    assert [str(spec) for spec in specs] == [f"{width}x" for width in range(1, 2 * MAX_PARSED + 10)]


def test_a_mistake_is_told_each_time() -> None:
    site = Site()
    for _ in range(2):
        with pytest.raises(InvalidSpec):
            parse_spec("300x200_f-bmp", site)
    assert not site._parsed


def test_a_site_reads_by_its_own_operations() -> None:
    assert parse_spec("300x_blur-2", Site()).operations
    with pytest.raises(InvalidSpec):
        parse_spec("300x_blur-2", Site(operations={Sharpen.name: Sharpen}))


def test_a_site_reads_by_its_own_presets() -> None:
    small, large = (Site(presets=parse_presets({"thumb": text})) for text in ("9x", "99x"))
    assert [str(parse_spec("p-thumb", site).resolved) for site in (small, large)] == ["9x", "99x"]


def test_the_presets_of_a_site_do_not_change() -> None:
    presets = parse_presets({"thumb": "9x"})
    site = Site(presets=presets)
    before = parse_spec("p-thumb", site)
    presets["thumb"] = parse_spec("99x")
    assert parse_spec("p-thumb", site) == before
    assert site == Site(presets=parse_presets({"thumb": "9x"}))


def test_what_is_kept_makes_no_site_different() -> None:
    site = Site()
    shown = repr(site)
    parse_spec("9x", site)
    assert (site, repr(site)) == (Site(), shown)
    assert pickle.loads(pickle.dumps(site)) == site  # noqa: S301
