"""The whole loop, with the image in the place of the function."""

from __future__ import annotations

import pytest

from local_loop.lambda_runtime import of_image
from local_loop.s3 import S3Server
from local_loop.stack import Loop
from resizer_core import open_store
from tests.container.conftest import ROOT, Built
from tests.container.engine import Engine
from tests.local_loop.world import STANDARD


def test_a_view_goes_round_the_image_once(
    engine: Engine, image: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**engine.environment, "ENGINE": engine.name, "IMAGE": image.name}.items():
        monkeypatch.setenv(name, value)
    buckets = {
        "originals": open_store(str(ROOT / "examples" / "originals")),
        "derivatives": open_store("memory:"),
    }
    with (
        S3Server(buckets) as server,
        of_image({**STANDARD.environment, **server.environment}) as function,
    ):
        loop = Loop(STANDARD.configuration, buckets=buckets, function=function)
        first, second = (loop.walk("/300x200_f-webp_v-1/cat.jpg") for _ in range(2))
    assert [hop.response.status for hop in first.hops] == [307, 302, 200]
    assert [hop.response.status for hop in second.hops] == [200]
    assert first.response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert second.response.body == first.response.body
