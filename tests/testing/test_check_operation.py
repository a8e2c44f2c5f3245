"""The conformance test for operations: it lets a good one pass, and says what is wrong with a bad one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import pytest
import pyvips

from resizer_core import ImageHeader, InvalidSpec, Size, parse_spec, resize
from resizer_core.operations import BUILTIN, PixelOperation
from resizer_core.site import Site
from resizer_core.testing import check_operation


@dataclass(frozen=True, slots=True)
class Frieze:
    """Repeat the picture ``times`` beside itself: changes the size, so that measure has something to say."""

    name: ClassVar[str] = "acme.frieze"
    long_name: ClassVar[str] = "acme.frieze"
    order: ClassVar[int] = 10
    times: int

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(int(text))

    def __str__(self) -> str:
        return f"{self.name}-{self.times}"

    def measure(self, header: ImageHeader) -> ImageHeader:
        return replace(header, size=Size(header.size.width * self.times, header.size.height))

    def apply(self, image: pyvips.Image) -> pyvips.Image:
        return image.replicate(self.times, 1)


class Misnamed(Frieze):
    def __str__(self) -> str:
        return f"frieze-{self.times}"


class Shouting(Frieze):
    def __str__(self) -> str:
        return f"{self.name}-{self.times}X"


class Forgetful(Frieze):
    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(len(text))


class Mismeasured(Frieze):
    def measure(self, header: ImageHeader) -> ImageHeader:
        return header


class Widening(Frieze):
    def apply(self, image: pyvips.Image) -> pyvips.Image:
        return super().apply(image).cast("float")


BROKEN = {
    "str-has-another-name": (Misnamed, "not with the name"),
    "str-leaves-the-alphabet": (Shouting, "characters that no SPEC may have"),
    "parse-is-not-its-inverse": (Forgetful, "gave"),
    "measure-says-another-size": (Mismeasured, "measure said"),
    "apply-changes-the-number-format": (Widening, "into float"),
}


@pytest.fixture
def picture() -> pyvips.Image:
    return pyvips.Image.black(8, 4).new_from_image([200, 100, 50]).copy(interpretation="srgb")


def test_a_good_operation_passes(picture: pyvips.Image) -> None:
    check_operation(Frieze(3), picture)


@pytest.mark.parametrize(("broken", "says"), BROKEN.values(), ids=BROKEN)
def test_a_broken_operation_is_told_what_is_wrong(
    broken: type[Frieze], says: str, picture: pyvips.Image
) -> None:
    with pytest.raises(AssertionError, match=says):
        check_operation(broken(3), picture)


def test_an_operation_of_ones_own_runs_after_the_resize(picture: pyvips.Image) -> None:
    operations = {**BUILTIN, Frieze.name: Frieze}
    result = resize(picture.pngsave_buffer(), "4x_acme.frieze-3", site=Site(operations=operations))
    assert result.size == Size(12, 2)
    made = pyvips.Image.new_from_buffer(result.body, "")
    assert (made.width, made.height) == (12, 2)


@dataclass(frozen=True, slots=True)
class Watching(Frieze):
    """Remembers what it was handed, and what it was told beforehand."""

    name: ClassVar[str] = "acme.watching"
    measured: ClassVar[list[ImageHeader]] = []
    handed: ClassVar[list[ImageHeader]] = []

    def measure(self, header: ImageHeader) -> ImageHeader:
        self.measured.append(header)
        return header

    def apply(self, image: pyvips.Image) -> pyvips.Image:
        has_alpha = bool(image.hasalpha())
        size = Size(image.width, image.height)
        self.handed.append(ImageHeader(size=size, has_alpha=has_alpha, bands=image.bands - has_alpha))
        return image


ALPHA, GRAY = [200, 100, 50, 90], [120]
HANDED = {
    "colour": ([200, 100, 50], "4x"),
    "alpha": (ALPHA, "4x_f-png"),
    "alpha on an opaque background": (ALPHA, "4x_bg-ff0000_f-png"),
    "alpha on a translucent background": (ALPHA, "4x_bg-ff000080_f-png"),
    "alpha to JPEG": (ALPHA, "4x_f-jpg"),
    "a transparent canvas": ([200, 100, 50], "9x9_fit-contain_f-png"),
    "a canvas of one colour": ([200, 100, 50], "9x9_fit-contain_bg-ff0000_f-png"),
    "gray": (GRAY, "4x_f-png"),
    "gray on a canvas": (GRAY, "9x9_fit-contain_f-jpg"),
    "gray in P3": (GRAY, "4x_icc-p3_f-png"),
    "gray and alpha": ([120, 90], "4x_f-webp"),
}


@pytest.mark.parametrize(("colour", "spec"), HANDED.values(), ids=HANDED)
def test_an_operation_is_told_what_it_will_be_handed(colour: list[float], spec: str) -> None:
    Watching.measured.clear()
    Watching.handed.clear()
    space = "b-w" if len(colour) < 3 else "srgb"
    original = pyvips.Image.black(8, 4).new_from_image(colour).cast("uchar").copy(interpretation=space)
    resize(
        original.pngsave_buffer(), f"{spec}_acme.watching-1", site=Site(operations={Watching.name: Watching})
    )
    assert Watching.handed == Watching.measured != []


def test_an_operation_of_ones_own_prints_after_the_built_in_options() -> None:
    spec = parse_spec("4x_acme.frieze-3_v-1", site=Site(operations={Frieze.name: Frieze}))
    assert str(spec) == "4x_v-1_acme.frieze-3"


class Readable:
    """Has a place in the grammar, and nothing that could be carried out."""

    name: ClassVar[str] = "acme.readable"
    long_name: ClassVar[str] = "acme.readable"
    order: ClassVar[int] = 10

    @classmethod
    def parse(cls, text: str) -> Self:  # noqa: ARG003
        return cls()

    def __str__(self) -> str:
        return self.name


def test_what_can_be_read_alone_is_refused_and_never_ignored(picture: pyvips.Image) -> None:
    with pytest.raises(InvalidSpec, match="acme.readable is not available"):
        resize(picture.pngsave_buffer(), "4x_acme.readable", site=Site(operations={Readable.name: Readable}))


def test_what_can_be_carried_out_is_told_from_what_can_only_be_read() -> None:
    assert isinstance(Frieze(3), PixelOperation)
    assert not isinstance(Readable(), PixelOperation)
