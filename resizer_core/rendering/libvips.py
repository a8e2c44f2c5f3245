"""Set libvips up for the whole process. The one module that imports pyvips; the others take it from here.

Only the loaders named here stay enabled, and the cache of operations, which would hold other people's
pictures, is off.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

# libvips says once, when it starts, whether it drops warnings: what they tell is in our errors already.
os.environ.setdefault("VIPS_WARNING", "0")

import pyvips
from pyvips.error import _to_string as _strictly_decoded

from resizer_core.errors import PluginError, ResizerError
from resizer_core.formats import AVIF, GIF, JPEG, PNG, SVG, TIFF, WEBP, Format

__all__ = [
    "LOADERS",
    "allow_svg",
    "check_writable",
    "engine",
    "integer_field",
    "integer_list_field",
    "pyvips",
    "set_exif_text",
    "translating_vips_errors",
]

#: The class of loaders that libvips has to leave enabled for a format, and the one we call. Formats are
#: found by our own ``detect``; libvips never sniffs.
LOADERS: Final[Mapping[str, tuple[str, str]]] = {
    JPEG.name: ("VipsForeignLoadJpeg", "jpegload_buffer"),
    PNG.name: ("VipsForeignLoadPng", "pngload_buffer"),
    WEBP.name: ("VipsForeignLoadWebp", "webpload_buffer"),
    AVIF.name: ("VipsForeignLoadHeif", "heifload_buffer"),
    GIF.name: ("VipsForeignLoadNsgif", "gifload_buffer"),
    TIFF.name: ("VipsForeignLoadTiff", "tiffload_buffer"),
    SVG.name: ("VipsForeignLoadSvg", "svgload_buffer"),
}
#: What reads the gain map of a JPEG, which is done where it is asked for alone.
_GAIN_MAP_LOADER: Final = "VipsForeignLoadUhdr"


def _decoded(text: Any) -> str:
    """Decode what libvips hands over. A byte that is no UTF-8 becomes four characters, such as ``\\xe9``.

    A file can put such bytes into an error or into the name of a field.
    """
    if text == pyvips.ffi.NULL:
        return "NULL"
    found: bytes | str = pyvips.ffi.string(text)
    return found.decode("utf-8", "backslashreplace") if isinstance(found, bytes) else found


def _decode_tolerantly() -> None:
    """Give every module of pyvips our decoder.

    Its own raises before the error is cleared: each later error of the process would then raise as well.
    """
    for name, module in list(sys.modules.items()):
        own = vars(module).get("_to_string") if name.partition(".")[0] == "pyvips" else None
        if own is _strictly_decoded:
            vars(module)["_to_string"] = _decoded


def _restrict_loaders() -> None:
    pyvips.operation_block_set("VipsForeignLoad", True)
    for name, (loader, _) in LOADERS.items():
        pyvips.operation_block_set(loader, name == SVG.name)
    pyvips.operation_block_set(_GAIN_MAP_LOADER, False)


_decode_tolerantly()
_restrict_loaders()
pyvips.cache_set_max(0)
# pyvips hands the warnings of libvips' threads to Python, where the garbage collector may start and close a
# damaged picture; closing it warns again, and GLib aborts the process at a warning inside a warning.
pyvips._remove_log_handler()


def allow_svg() -> None:
    """Enable the loader of SVG. Only a configuration that knows SVG calls this."""
    pyvips.operation_block_set(LOADERS[SVG.name][0], False)


def engine() -> str:
    """Name the version of libvips, as it is stored with every derivative."""
    return f"libvips/{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"


def check_writable(format: Format) -> None:
    """Refuse a format that this build of libvips cannot write: it would look as if the original were damaged.

    Raises:
        PluginError: there is no saver for it. Those of the built-in formats are always there.
    """
    suffix = format.suffix.encode()
    finders = (pyvips.vips_lib.vips_foreign_find_save_target, pyvips.vips_lib.vips_foreign_find_save_buffer)
    if all(find(suffix) == pyvips.ffi.NULL for find in finders):
        raise PluginError(f"the plugin {format} cannot be used: this libvips does not write {format.suffix}")


def integer_field(image: pyvips.Image, field: str, default: int) -> int:
    """Read a field of the header as a whole number; the default when the file does not have it."""
    value = image.get(field) if image.get_typeof(field) else default
    return value if isinstance(value, int) else default


def integer_list_field(image: pyvips.Image, field: str) -> tuple[int, ...]:
    """Read a field of the header that holds whole numbers; empty when the file does not have it."""
    value = image.get(field) if image.get_typeof(field) else ()
    return tuple(number for number in value if isinstance(number, int)) if isinstance(value, list) else ()


def set_exif_text(image: pyvips.Image, field: str, text: str) -> None:
    """Set a field of EXIF that is text, such as ``exif-ifd0-Artist``; nothing if there is no text.

    libvips writes it in ASCII ("(C)" for the sign, "e" for an accented one). It cuts off what comes after the
    last opening bracket, where its own note of the type stands: so there is one.
    """
    if text:
        image.set_type(pyvips.GValue.gstr_type, field, f"{text} (ASCII)")


@contextmanager
def translating_vips_errors(kind: type[ResizerError], message: str) -> Iterator[None]:
    """Turn an error of libvips into ``kind``: no other way leads out of the rendering.

    What an earlier picture left in libvips' buffer of errors is cleared first.
    """
    pyvips.vips_lib.vips_error_clear()
    try:
        yield
    except pyvips.Error as error:
        raise kind(message) from error
