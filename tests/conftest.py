"""Define the fixtures of all tests, and decide whether a run counts."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# No test asserts a time, since a busy machine must not fail a property. Everything else stays as in the
# profile that Hypothesis chose. That one tries the same examples on every run if CI is set.
settings.register_profile(
    "no-deadline", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None
)
settings.register_profile("many", parent=settings.get_profile("no-deadline"), max_examples=100_000)
settings.load_profile("no-deadline")

# A shell lets its background jobs ignore Ctrl-C, and what they start inherits that. Tests send it on purpose.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="draw the golden pictures anew instead of comparing with them",
    )


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    """Say whether to draw the goldens anew. Only a person asks for that, and never CI."""
    wanted: bool = request.config.getoption("--update-goldens")
    if wanted and os.environ.get("CI"):
        pytest.fail("goldens are looked at by a person before they count; CI only compares")
    return wanted


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Find the folder of difficult pictures with its MANIFEST.tsv. It is too large for the repository."""
    folder = os.environ.get("RESIZER_CORPUS")
    if not folder:
        pytest.skip("RESIZER_CORPUS names no folder of pictures")
    return Path(folder)


# A skipped test proves nothing, and a green run hides it. If RESIZER_NO_SKIPS is 1, a skip fails.


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if not hasattr(report, "wasxfail"):  # pytest reports an expected failure as skipped, but it ran
        _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _refuse_skip(report)
    return report


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    if report.skipped and os.environ.get("RESIZER_NO_SKIPS") == "1":
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longreprtext}"
