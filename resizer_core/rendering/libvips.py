"""Set up libvips for the whole process.

Only this module imports pyvips; the others take it from here. Only the loaders named here stay enabled. The
operation cache is off, since it would hold other people's pictures.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any, Final

# libvips reads this once, when it starts. Its warnings are off, since our errors say the same.
os.environ.setdefault("VIPS_WARNING", "0")

import pyvips
from pyvips.error import _to_string as _strictly_decoded

from resizer_core.errors import PluginError, ResizerError
from resizer_core.formats import AVIF, GIF, JPEG, PNG, SVG, TIFF, WEBP, Format
from resizer_core.model import Buffer

__all__ = [
    "LOADERS",
    "SAVERS",
    "allow_svg",
    "check_writable",
    "engine",
    "integer_field",
    "integer_list_field",
    "loaded",
    "pyvips",
    "set_exif_text",
    "translating_vips_errors",
]

#: For each format, the class of loaders that stays enabled, and the one that ``loaded`` takes. Our own
#: ``detect`` finds the format; libvips never sniffs.
LOADERS: Final[Mapping[str, tuple[str, str]]] = {
    JPEG.name: ("VipsForeignLoadJpeg", "jpegload"),
    PNG.name: ("VipsForeignLoadPng", "pngload"),
    WEBP.name: ("VipsForeignLoadWebp", "webpload"),
    AVIF.name: ("VipsForeignLoadHeif", "heifload"),
    GIF.name: ("VipsForeignLoadNsgif", "gifload"),
    TIFF.name: ("VipsForeignLoadTiff", "tiffload"),
    SVG.name: ("VipsForeignLoadSvg", "svgload"),
}
#: The saver of each built-in suffix. To let libvips find it costs a fifth of saving a small picture.
SAVERS: Final[Mapping[str, str]] = {
    JPEG.suffix: "jpegsave_buffer",
    PNG.suffix: "pngsave_buffer",
    WEBP.suffix: "webpsave_buffer",
    AVIF.suffix: "heifsave_buffer",
    GIF.suffix: "gifsave_buffer",
    TIFF.suffix: "tiffsave_buffer",
}
#: The loader that reads the gain map of a JPEG. We call it only if the request asks for the gain map.
_GAIN_MAP_LOADER: Final = "VipsForeignLoadUhdr"


def _decoded(text: Any) -> str:
    """Decode a text from libvips. A byte that is not UTF-8 becomes four characters, such as ``\\xe9``.

    A file can put such bytes into an error or into the name of a field.
    """
    if text == pyvips.ffi.NULL:
        return "NULL"
    found: bytes | str = pyvips.ffi.string(text)
    return found.decode("utf-8", "backslashreplace") if isinstance(found, bytes) else found


def _decode_tolerantly() -> None:
    """Give every module of pyvips our decoder.

    The one of pyvips raises before it clears the error. Then each later error of the process raises as well.
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
# pyvips passes the warnings of libvips' threads to Python. There the garbage collector may start and close a
# damaged picture, which warns again. GLib aborts the process at a warning inside a warning.
pyvips._remove_log_handler()


def allow_svg() -> None:
    """Enable the loader of SVG. Only the code that opens an SVG calls this."""
    pyvips.operation_block_set(LOADERS[SVG.name][0], False)


def loaded(data: Buffer, loader: str, **options: Any) -> pyvips.Image:
    """Open ``data`` with a loader, such as ``jpegload``. libvips reads the bytes where they are.

    The image keeps them alive, and so does every image that is made from it. Bytes that somebody may still
    change are copied.

    Raises:
        pyvips.Error: the header cannot be read.
    """
    view = memoryview(data)
    source = pyvips.Source.new_from_memory(view if view.readonly else bytes(view))
    image: pyvips.Image = pyvips.Operation.call(f"{loader}_source", source, **options)
    # pyvips hands on what an image refers to. But only its own ``new_from_source``, which sniffs, notes it.
    image._references.append(source)
    return image


def engine() -> str:
    """Name the version of libvips, as every derivative stores it."""
    return f"libvips/{pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"


def check_writable(format: Format) -> None:
    """Refuse a format that this build of libvips cannot write.

    Without this check, a later error would say that the original is damaged.

    Raises:
        PluginError: libvips has no saver for it. The savers of the built-in formats are always there.
    """
    if format.suffix in SAVERS:
        return
    suffix = format.suffix.encode()
    finders = (pyvips.vips_lib.vips_foreign_find_save_target, pyvips.vips_lib.vips_foreign_find_save_buffer)
    if all(find(suffix) == pyvips.ffi.NULL for find in finders):
        raise PluginError(f"the plugin {format} cannot be used: this libvips does not write {format.suffix}")


def integer_field(image: pyvips.Image, field: str, default: int) -> int:
    """Read a field of the header as a whole number. Return the default if the file does not have it."""
    value = image.get(field) if image.get_typeof(field) else default
    return value if isinstance(value, int) else default


def integer_list_field(image: pyvips.Image, field: str) -> tuple[int, ...]:
    """Read a field of the header that holds whole numbers. Return none if the file does not have it."""
    value = image.get(field) if image.get_typeof(field) else ()
    return tuple(number for number in value if isinstance(number, int)) if isinstance(value, list) else ()


def set_exif_text(image: pyvips.Image, field: str, text: str) -> None:
    """Set an EXIF field that holds text, such as ``exif-ifd0-Artist``. Set nothing if ``text`` is empty.

    libvips writes the text in ASCII: "(C)" for the copyright sign, "e" for an accented e. It expects its own
    note of the type in brackets at the end, and cuts off everything after the last opening bracket. So we
    add such a note.
    """
    if text:
        image.set_type(pyvips.GValue.gstr_type, field, f"{text} (ASCII)")


class translating_vips_errors:  # noqa: N801  it is used like contextmanager's functions
    """Turn an error of libvips into ``kind``. All of the rendering turns its errors here.

    First clear what an earlier picture left in libvips' error buffer.
    """

    __slots__ = ("_kind", "_message")

    def __init__(self, kind: type[ResizerError], message: str) -> None:
        self._kind = kind
        self._message = message

    def __enter__(self) -> None:
        pyvips.vips_lib.vips_error_clear()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, pyvips.Error):
            raise self._kind(self._message) from error
