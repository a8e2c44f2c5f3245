"""Count the pixels in the coded data of a GIF's frame.

Source: GIF89a specification, section 22 and appendix F.
"""

from __future__ import annotations

from typing import Final

from resizer_core.model import Buffer

#: The count goes from code to code. 2 MiB take half a second, and nearly every frame has less.
_MOST_BYTES: Final = 2 * 1024**2
_MOST_BITS: Final = 12
_STEP_BYTES: Final = 64


def holds(data: Buffer, at: int, pixels: int) -> bool:
    """Say whether the coded data at ``at`` hold at least ``pixels`` pixels, 1 or more.

    The byte at ``at`` is their code size. The data end with the end code, or with their blocks. Say False of
    more than 2 MiB, without a count.
    """
    if pixels < 1 or at >= len(data) or data[at] >= _MOST_BITS:
        return False
    coded = _joined(data, at + 1)
    clear = 1 << data[at]
    # How many pixels each code stands for. The clear code and the end code stand for none.
    lengths = [1] * clear + [0, 0]
    size, before = data[at] + 1, 0
    bits = have = place = 0
    while True:
        if have < size:
            step = coded[place : place + _STEP_BYTES]
            bits |= int.from_bytes(step, "little") << have
            have, place = have + 8 * len(step), place + len(step)
            if have < size:
                return False
        code = bits & ((1 << size) - 1)
        bits, have = bits >> size, have - size
        if code == clear:
            del lengths[clear + 2 :]
            size, before = data[at] + 1, 0
            continue
        if before and len(lengths) < 1 << _MOST_BITS:
            lengths.append(before + 1)
            if len(lengths) == 1 << size and size < _MOST_BITS:
                size += 1
        if code == clear + 1 or code >= len(lengths):
            return False
        before = lengths[code]
        pixels -= before
        if pixels <= 0:
            return True


def _joined(data: Buffer, at: int) -> bytes:
    """Read the content of the blocks from ``at`` on. Return nothing if there is too much."""
    blocks, total = [], 0
    while at < len(data) and (size := data[at]):
        blocks.append(bytes(data[at + 1 : at + 1 + size]))
        total += size
        at += 1 + size
        if total > _MOST_BYTES:
            return b""
    return b"".join(blocks)
