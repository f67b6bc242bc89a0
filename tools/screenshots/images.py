"""Screenshots as small PNG files: 256 colours are enough for a page of text."""

import struct
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

from playwright.sync_api import Page

QUANTISE = (Path(__file__).parent / "quantise.js").read_text()
INDEXED = 3  # the colour type of PNG where each pixel is a place in the palette


class Quantiser:
    """`blank` is a page of the browser's own, whose policy forbids nothing."""

    def __init__(self, blank: Page) -> None:
        self._blank = blank

    def small(self, png: bytes) -> bytes:
        width, height, palette, pixels = self._blank.evaluate(QUANTISE, b64encode(png).decode())
        return indexed(b64decode(pixels), width=width, height=height, palette=b64decode(palette))


def indexed(pixels: bytes, *, width: int, height: int, palette: bytes) -> bytes:
    """A PNG of one byte per pixel (PNG specification, sections 11.2.2 to 11.2.5)."""
    rows = b"".join(b"\0" + pixels[start : start + width] for start in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, INDEXED, 0, 0, 0)
    parts = [(b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, data) for name, data in parts)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
