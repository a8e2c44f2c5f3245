"""Test that the metrics are what Prometheus reads."""

from __future__ import annotations

import re

from tests.serving.doubles import bench

#: Source: Prometheus documentation, "Exposition formats", text-based format.
COMMENT = re.compile(r"# (HELP|TYPE) (resizer_[a-z_]+) (.+)")
SAMPLE = re.compile(r'(resizer_[a-z_]+)(?:\{((?:[a-z]+="[^"\\]*",?)+)\})? ([0-9.]+)')


def test_each_line_is_a_comment_or_a_sample_of_a_family_that_is_explained() -> None:
    site = bench()
    for path in ("/30x20/cat.jpg", "/30x20/cat.jpg", "/x", "/30x20/no.jpg"):
        site.get(path)
    text = site.get("/metrics").body.decode()
    assert text.endswith("\n")
    kinds: dict[str, str] = {}
    seen: set[str] = set()
    for line in text.splitlines():
        comment = COMMENT.fullmatch(line)
        if comment:
            assert comment[1] == "HELP" or comment[3] in {"counter", "gauge", "histogram"}
            kinds[comment[2]] = comment[3]
            continue
        sample = SAMPLE.fullmatch(line)
        assert sample, line
        family = re.sub(r"_(bucket|sum|count)\Z", "", sample[1])
        assert kinds[family] == ("histogram" if family != sample[1] else kinds[family])
        assert (kinds[family] == "counter") == sample[1].endswith("_total")
        assert line.rpartition(" ")[0] not in seen, "a sample is there twice"
        seen.add(line.rpartition(" ")[0])
    assert len(kinds) == 8


def test_buckets_add_up() -> None:
    site = bench()
    for _ in range(3):
        site.get("/30x20/cat.jpg")
    text = site.get("/metrics").body.decode()
    counts = [int(count) for count in re.findall(r"answer_seconds_bucket\{.*\} (\d+)", text)]
    assert counts == sorted(counts)
    assert counts[-1] == site.counted("answer_seconds_count") - 1 == 3
