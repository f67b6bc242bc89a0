"""The QR code of a paste: its address as a picture, for whoever may read it."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import segno
from django.test import override_settings

from pastes import clock, store
from pastes.models import Header
from pastes.tests.doors import HOST
from pastes.tests.pages import Response, Visitor, published

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

SVG = "{http://www.w3.org/2000/svg}"


def asked(paste: Header, **headers: str) -> Response:
    return Visitor().get(f"/{paste.id}/qr", headers=headers)


def drawing(paste: Header) -> ElementTree.Element:
    return ElementTree.fromstring(asked(paste).content)  # noqa: S314  (it is our own)


def test_is_an_image_of_the_address() -> None:
    paste = published(title="</title><script>alert(1)</script>")
    response = asked(paste)
    assert response["Content-Type"] == "image/svg+xml"
    image, address = drawing(paste), f"http://{HOST}/{paste.id}"
    assert image.findtext(f"{SVG}title") == f"QR code of {address}"
    drawn = [path.get("d") for path in image.iter(f"{SVG}path") if path.get("stroke") == "#000"]
    # The very modules of that address, drawn by the library alone.
    expected = segno.make_qr(address, error="m").svg_inline(border=4, dark="#000")
    assert drawn == re.findall(r' d="([^"]*)"', expected)
    assert b"script" not in response.content


def test_leads_to_the_public_address() -> None:
    with override_settings(PUBLIC_URL="https://paste.example"):
        paste = published()
        assert f"https://paste.example/{paste.id}".encode() in asked(paste).content


def test_is_black_on_white_with_a_margin_and_scales() -> None:
    image = drawing(published())
    assert image.get("width") is None
    assert image.get("viewBox")
    assert [path.get("fill") for path in image.iter(f"{SVG}path") if path.get("fill")] == ["#fff"]


def test_runs_nothing_and_is_no_page_to_find() -> None:
    response = asked(published(visibility="public"))
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies


def test_an_unchanged_one_is_not_sent_again() -> None:
    paste = published()
    first = asked(paste)
    assert first["Cache-Control"] == "no-cache"
    again = asked(paste, if_none_match=first["ETag"])
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_is_not_drawn_for_what_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted, expired = published(), published(timetolive=1)
    tag = asked(expired)["ETag"]
    store.remove([store.Removal(deleted.id, clock.now(), lambda header: None)])
    monkeypatch.setattr(clock, "now", lambda: expired.created_at + timedelta(seconds=1))
    assert asked(deleted).status_code == 404
    assert asked(expired).status_code == 404
    assert asked(expired, if_none_match=tag).status_code == 404
    assert Visitor().get("/6a1e7c1e-0000-4000-8000-000000000000/qr").status_code == 404


def test_head_is_get_without_the_image_and_nothing_else_is_taken() -> None:
    paste = published()
    head = Visitor().head(f"/{paste.id}/qr")
    assert (head.status_code, head.content) == (200, b"")
    assert Visitor().post(f"/{paste.id}/qr").status_code == 405
