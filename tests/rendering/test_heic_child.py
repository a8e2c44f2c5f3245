"""Test that a bad end of the process that decodes HEIC is an error to the one that asks, and nothing else.

A module named ``pi_heif`` that is made here stands in for the decoder, and ends as damaged files make it end.
The limits, the files between them and the process itself are the real ones.
"""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGALRM, SIGKILL, SIGXCPU
from tempfile import TemporaryFile
from threading import Timer

import pytest

from resizer_core import CorruptImage, RenderError, Size, resize
from resizer_core.rendering import heic
from tests.pictures import decoded, pixel

#: Enough of a HEIC to be told as one; the decoder of these tests reads what stands behind it as Python.
HEAD = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"
DECODER = """
import os, signal, sys, time
from types import SimpleNamespace

def libheif_version():
    return "0"

def open_heif(file, **options):
    picture = {"size": (2, 1), "mode": "RGB", "info": {"bit_depth": 8}}
    picture |= {"stride": 6, "lines": bytes([200, 30, 30, 200, 30, 30]), "takes": 0}
    exec(file.read()[24:].decode())
    return Picture(**picture)

class Picture(SimpleNamespace):
    @property
    def data(self):
        bytearray(self.takes)
        return self.lines
"""
ENDS = {
    "it crashes in native code": "os.kill(os.getpid(), signal.SIGSEGV)",
    "it aborts": "os.abort()",
    "it is killed": "os.kill(os.getpid(), signal.SIGKILL)",
    "it raises what no document names": "[][0]",
    "it leaves without an answer": "os._exit(0)",
    "it leaves with a code": "os._exit(3)",
    "it fills the memory": "b'x' * 2**30",
    "it fills the memory bit by bit": "blocks = [bytearray(2**24) for _ in range(64)]",
    "it complains more than anybody reads": "for _ in range(1000): os.write(2, bytes(2**20))",
    "it writes something else": "os.write(1, b'x' * 4096); os._exit(0)",
    "it writes half a header": "os.write(1, bytes(7)); os._exit(0)",
    "it has pixels for half of the picture": "picture |= {'lines': bytes(3)}",
    "it has another size than it said": "picture |= {'size': (2, 2)}",
    "it has no size": "picture |= {'size': (0, 0)}",
    "it has a size of no number": "picture |= {'size': (-1, 1)}",
    "it has channels that nobody knows": "picture |= {'mode': 'CMYK'}",
    "it has bits that nobody knows": "picture['info'] = {'bit_depth': 99}",
}
BUSY = """
end = time.monotonic() + 60
while time.monotonic() < end:
    pass
"""
CLOCKS = {
    "that of the one who asked": ("signal.alarm(0); time.sleep(60)", True, SIGKILL),
    "its own, when that one is gone": ("time.sleep(60)", False, SIGALRM),
    "its time of a processor": (f"signal.alarm(0){BUSY}", False, SIGXCPU),
}
needs_limits = pytest.mark.skipif(sys.platform != "linux", reason="the system keeps no limit of memory")


@pytest.fixture(autouse=True)
def decoder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put the decoder of these tests where the installed one would be found."""
    module = tmp_path / "pi_heif.py"
    module.write_text(DECODER)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pi_heif", raising=False)
    return module


def ending(how: str) -> bytes:
    return HEAD + how.encode()


def fine() -> bool:
    """Expect a picture to be made after all that."""
    return pixel(decoded(resize(ending(""), "orig_f-png").body), 1, 0) == (200, 30, 30)


def descriptors() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


def children() -> str:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text()


@needs_limits
@pytest.mark.parametrize("how", ENDS.values(), ids=ENDS)
def test_whatever_becomes_of_the_process_it_is_the_original_that_is_damaged(how: str) -> None:
    files, processes = descriptors(), children()
    with pytest.raises(CorruptImage, match="HEIC that cannot be decoded"):
        heic.decode(ending(how))
    assert (descriptors(), children()) == (files, processes)
    assert fine()


@pytest.mark.parametrize("how", ["[][0]", "os.abort()", "os._exit(0)"])
def test_the_header_is_read_in_such_a_process_as_well(how: str) -> None:
    with pytest.raises(CorruptImage, match="HEIC that cannot be decoded"):
        resize(ending(how), "24x")


@needs_limits
@pytest.mark.parametrize(("how", "watched", "signal"), CLOCKS.values(), ids=CLOCKS)
def test_a_process_that_goes_on_and_on_is_ended(
    how: str, watched: bool, signal: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(heic._SECONDS, "pixels", 2)
    files, processes = descriptors(), children()
    with monkeypatch.context() as patch:
        if not watched:
            patch.setattr(Timer, "start", lambda _: None)
        with pytest.raises(CorruptImage) as caught:
            heic.decode(ending(how))
    assert isinstance(caught.value.__cause__, ChildProcessError)
    assert caught.value.__cause__.errno == -signal
    assert (descriptors(), children()) == (files, processes)
    assert fine()


@needs_limits
def test_an_answer_that_does_not_end_is_cut_off() -> None:
    with pytest.raises(CorruptImage) as caught:
        heic.decode(ending("for _ in range(1000): os.write(1, bytes(2**20))"))
    assert "File too large" in str(caught.value.__cause__)


@needs_limits
def test_a_larger_picture_may_take_more_memory() -> None:
    takes = {"takes": 300 * 2**20}
    with pytest.raises(CorruptImage):
        heic.decode(ending(f"picture |= {takes}"))
    large = f"picture |= {takes} | {{'size': (5000, 2000), 'stride': 15000, 'lines': bytes(30_000_000)}}"
    assert heic.decode(ending(large)).size == Size(5000, 2000)


def test_lines_with_a_gap_behind_them_come_without_it() -> None:
    lines = "picture |= {'size': (1, 2), 'stride': 4, 'lines': b'abc-def-'}"
    assert heic.decode(ending(lines)).pixels == b"abcdef"


def test_files_of_the_usual_kind_do_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Use a file on disk where the system has none in memory."""
    monkeypatch.setattr(heic, "_nameless_file", TemporaryFile)
    assert fine()


def test_several_at_once_do_not_disturb_each_other() -> None:
    def outcome(number: int) -> bool:
        if number % 2:
            return fine()
        with pytest.raises(CorruptImage):
            heic.decode(ending("os.abort()"))
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(outcome, range(8)))


def test_the_process_knows_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    names = heic.decode(ending("picture['info']['xmp'] = ' '.join(os.environ).encode()")).xmp.decode().split()
    assert "MALLOC_ARENA_MAX" in names
    assert "AWS_SECRET_ACCESS_KEY" not in names


def test_a_decoder_that_does_not_load_is_not_the_fault_of_the_original(decoder: Path) -> None:
    decoder.write_text("raise ImportError('libheif.so: not found')")
    with pytest.raises(RenderError, match="the process that decodes HEIC does not start") as caught:
        resize(ending(""), "24x")
    assert "libheif.so: not found" in str(caught.value.__cause__)


@pytest.mark.parametrize("python", ["", "/nowhere/python"])
def test_an_interpreter_that_does_not_start_is_not_either(
    python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", python)
    with pytest.raises(RenderError, match="the process that decodes HEIC cannot be started"):
        resize(ending(""), "24x")
