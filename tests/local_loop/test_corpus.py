"""Every picture of the corpus goes round the loop: made and stored, or refused with nothing stored."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest

from tests.local_loop.world import Base, World
from tests.manifest import Row, rows

SPEC = "81x200"
#: What a refusal of an original is answered with; 5xx would be a fault of ours.
REFUSED = {415, 422}
ROWS = rows()
GOOD = [row for row in ROWS if (row.expected == "ok" and not row.is_svg) or row.is_read_all_the_same]


@pytest.mark.parametrize("row", GOOD, ids=str)
def test_a_good_picture_is_made_once_and_found_from_then_on(row: Row, corpus: Path, base: Base) -> None:
    world, path = world_of(row, corpus, base)
    first, second = world.view(path), world.view(path)
    assert [hop.response.status for hop in first.hops] == [307, 302, 200]
    assert [hop.response.status for hop in second.hops] == [200]
    assert first.response.body == second.response.body
    assert world.stored() == {f"{SPEC}/{row.name}"}


@pytest.mark.parametrize("row", [row for row in ROWS if row not in GOOD], ids=str)
def test_any_other_file_is_refused_and_nothing_is_stored_or_made_whole(
    row: Row, corpus: Path, base: Base
) -> None:
    world, path = world_of(row, corpus, base)
    walk = world.view(path)
    if walk.response.status == 200:
        assert row.expected == "ok-degraded"
        assert world.stored() == {f"{SPEC}/{row.name}"}
    else:
        statuses = [hop.response.status for hop in walk.hops]
        assert statuses[:-1] == [307]
        assert statuses[-1] in REFUSED
        assert world.stored() == set()


def world_of(row: Row, corpus: Path, base: Base) -> tuple[World, str]:
    return World.over(base, {row.name: (corpus / row.name).read_bytes()}), f"/{SPEC}/{quote(row.name)}"
