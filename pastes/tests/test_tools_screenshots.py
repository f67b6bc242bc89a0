"""The pictures of the documentation: small, and readable by whatever reads PNG."""

import struct
import zlib
from collections.abc import Iterator

import pytest
from django.conf import settings

from pastes import urls
from tools.screenshots.images import indexed
from tools.screenshots.pages import PAGES

pytestmark = pytest.mark.embedded

WITHOUT_A_PAGE = {"guess", "raw", "download", "qr", "version-raw", "restore", "export"}
NAMED_OTHERWISE = {
    "show": "share-reader",
    "history-compare": "changes",
    "compare": "compare-which",
    "compare-two": "compare",
}
PIXELS, PALETTE = bytes([0, 1, 1, 0, 0, 1]), bytes([255, 255, 255, 10, 92, 73])


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 8
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        name, data = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        assert struct.unpack_from(">I", png, position + 8 + length)[0] == zlib.crc32(name + data)
        yield name, data
        position += length + 12


def test_a_picture_of_indexed_colours_is_a_png() -> None:
    png = indexed(PIXELS, width=3, height=2, palette=PALETTE)
    found = dict(chunks(png))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert list(found) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    assert struct.unpack(">IIBBBBB", found[b"IHDR"]) == (3, 2, 8, 3, 0, 0, 0)
    assert found[b"PLTE"] == PALETTE
    assert zlib.decompress(found[b"IDAT"]) == b"\0\0\1\1\0\0\0\1"


def test_every_picture_is_there_on_every_screen_and_they_are_small() -> None:
    folder = settings.BASE_DIR / "docs" / "screenshots"
    expected = {f"{name}-{screen}.png" for name in PAGES for screen in ("light", "dark", "phone")}
    assert {path.name for path in folder.glob("*.png")} == expected
    assert sum(path.stat().st_size for path in folder.glob("*.png")) < 3_000_000


def test_no_page_of_the_site_is_left_out() -> None:
    routes = [*urls.paste_pages, *urls.history_pages, *urls.account_pages, *urls.site_pages]
    names = {str(route.name) for route in routes} - WITHOUT_A_PAGE
    assert {NAMED_OTHERWISE.get(name, name) for name in names} - PAGES.keys() == set()
