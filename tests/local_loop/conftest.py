"""Give the loops that the tests start from, and pictures that are small enough to make hundreds of times."""

from __future__ import annotations

from pathlib import Path

import pytest
import pyvips

from local_loop.cloudfront_function import find_node
from tests.local_loop.failover_world import FAILOVER, FailoverBase, FailoverWorld
from tests.local_loop.world import STANDARD, Base, World

ROOT = Path(__file__).parents[2]


#: Keys that are hard to spell, beside easy ones.
KEYS = (
    "red.png",
    "a b.png",
    "a+b+c.png",
    "100%.png",
    "c%20d.png",
    "#1.png",
    "UPPER.PNG",
    "ünï/写真.png",
    "fold/er.png",
    "&=;,@:$!'()*~.png",
)


def flat(red: int, green: int, blue: int) -> bytes:
    """Make a PNG of 16 by 8 pixels in one colour."""
    image = pyvips.Image.black(16, 8, bands=3).linear([1, 1, 1], [red, green, blue]).cast("uchar")
    image = image.copy(interpretation="srgb")
    return bytes(image.write_to_buffer(".png"))


def coloured() -> dict[str, bytes]:
    """Make an original for each of ``KEYS``. Each has another colour."""
    return {key: flat(25 * index, 250 - 25 * index, 90) for index, key in enumerate(KEYS)}


@pytest.fixture(scope="session")
def base() -> Base:
    """Give the loop of redirects that the tests start from."""
    return STANDARD


@pytest.fixture(scope="session")
def failover_base() -> FailoverBase:
    """Give the loop of delivery by failover that the tests start from."""
    return FAILOVER


@pytest.fixture(scope="session")
def pictures() -> dict[str, bytes]:
    """Make originals by key. Each has another colour, so no two derivatives of one SPEC are equal."""
    return coloured()


@pytest.fixture(scope="session")
def emulator() -> Path:
    """Find the runtime interface emulator, which ``tools/emulator`` fetches."""
    found = sorted((ROOT / ".emulator").glob("*/aws-lambda-rie"))
    if not found:
        pytest.skip("tools/emulator was not run: there is no runtime interface emulator")
    return found[-1]


@pytest.fixture(scope="session")
def node() -> str:
    """Find Node.js."""
    found = find_node()
    if found is None:
        pytest.skip("there is no Node.js")
    return found


@pytest.fixture
def world(base: Base, pictures: dict[str, bytes]) -> World:
    """Build the loop of redirects, with the pictures in it."""
    return World.over(base, pictures)


@pytest.fixture
def failover_world(failover_base: FailoverBase, pictures: dict[str, bytes]) -> FailoverWorld:
    """Build the loop of delivery by failover, with the pictures in it."""
    return FailoverWorld.like_s3(failover_base, pictures)
