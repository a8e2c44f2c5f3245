"""What ``hdr`` may change of a plan, and what it may not: no pixel is looked at."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from resizer_core.formats import BUILTIN, Format
from resizer_core.model import Bounds, ImageHeader
from resizer_core.planning.planner import make_plan
from resizer_core.site import Limits, Site
from resizer_core.spec import Spec
from tests.strategies import bounds, sizes

ROOMY = Limits(
    cpu_seconds=10**6, input_pixels=10**9, in_memory_pixels=10**9, output_side=10**6, output_pixels=10**9
)
frames = st.builds(
    ImageHeader,
    size=sizes(2000),
    has_alpha=st.booleans(),
    bits=st.sampled_from([1, 8, 10, 12, 16, 32]),
    bands=st.sampled_from([1, 3]),
    gain_map=st.booleans(),
)
formats = st.sampled_from([format for format in BUILTIN.values() if format.writable])


@given(frames, formats, formats, bounds(2000))
def test_it_changes_how_deep_a_picture_is_and_nothing_else(
    header: ImageHeader, original: Format, output: Format, head: Bounds
) -> None:
    spec = Spec(dimensions=head, format=output.name)
    plain = make_plan(spec, header, original, site=Site(limits=ROOMY))
    kept = make_plan(replace(spec, hdr=True), header, original, site=Site(limits=ROOMY))
    assert (plain.bits, plain.gain_map) == (8, False)
    assert (kept.bits == 16) == (header.bits > 8 and output.high_bit_depth)
    assert kept.gain_map == (header.gain_map and output.name == "jpg")
    settings = {**kept.settings, **{key: plain.settings[key] for key in plain.settings if key == "bitdepth"}}
    assert replace(kept, bits=8, gain_map=False, settings=settings) == plain
