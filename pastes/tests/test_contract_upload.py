"""PUT /{filename}: from a shell into a paste."""

from typing import Any
from urllib.parse import quote

import pytest

from pastes.tests.calls import assert_problem, call, create
from pastes.tests.doors import Door, Reply

pytestmark = pytest.mark.embedded


def upload(door: Door, name: str, body: bytes = b"text", **headers: str) -> Reply:
    sent = {key.replace("_", "-"): value for key, value in headers.items()}
    return door("PUT", f"/{name}", body=body, headers=sent)


def paste_of(door: Door, reply: Reply) -> dict[str, object]:
    assert reply.status == 200, reply.body
    found: dict[str, object] = door("GET", f"/paste/{reply.text.strip().rpartition('/')[2]}").json()
    return found


def test_answers_the_address_and_a_newline(door: Door) -> None:
    made = upload(door, "app.py")
    paste = paste_of(door, made)
    assert (made.status, made.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert made.text == f"http://testserver/{paste['id']}\n"
    assert made.headers["location"] == paste["url"]
    assert made.headers["etag"] == door("GET", f"/paste/{paste['id']}").headers["etag"]
    assert made.headers["cache-control"] == "no-store"


def test_name_gives_title_and_language(door: Door) -> None:
    paste = paste_of(door, upload(door, "app.py", b"x"))
    assert (paste["title"], paste["language"]) == ("app.py", "python")


def test_without_a_name_there_is_no_title(door: Door) -> None:
    assert paste_of(door, upload(door, ""))["title"] == ""


def test_bytes_are_kept_whatever_their_type(door: Door) -> None:
    body = "\ufeffa\r\nb\rc\n\t\u2028é".encode()
    for kind in ("application/octet-stream", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        made = upload(door, "x", body, Content_Type=kind)
        assert door("GET", f"/{made.text.strip().rpartition('/')[2]}/raw").body == body


NAMES = [
    *("about", "recent", "mine", "api", "admin", "limits", "livez", "readyz", "openapi.json", "robots.txt"),
    *("static", "6a1e7c1e-1111-4222-8333-0123456789ab", "paste.txt", "Paste", "a b", "né.txt", "日本", "😀"),
    *("a" * 200, "😀" * 200, "..", ".", "%", "a?b", "a#b", "a\\b", "<script>", '"', "'", "+", "a&b=c", ";"),
]


def test_every_name_of_one_segment_is_taken(door: Door) -> None:
    for name in NAMES:
        assert paste_of(door, upload(door, quote(name, safe="")))["title"] == name


def test_name_of_the_api_is_not_taken(door: Door) -> None:
    reply = upload(door, "paste", Content_Type="text/plain")
    assert_problem(reply, 405)
    assert reply.headers["allow"] == "GET, HEAD, POST"


SEGMENTS = ["a/b", "a%2Fb", "/a", "a/", "a/raw", "admin/login/", "static/css/base.css"]


def test_more_segments_are_not_found(door: Door) -> None:
    for name in SEGMENTS:
        assert_problem(upload(door, name), 404)


NO_LINES = ["a" * 201, "a%00b", "a%0Ab", "%1B[31m", "%7F", "a%FFb", "%ED%A0%80"]


def test_name_that_is_no_line_of_text_is_refused(door: Door) -> None:
    for name in NO_LINES:
        assert_problem(upload(door, name), 400)


def test_read_of_a_name_is_not_found(door: Door) -> None:
    upload(door, "app.py")
    assert door("GET", "/app.py").status == 404


NO_TEXTS = [b"", b"a\0b", b"\xff\xfea", b"\xed\xa0\x80", b"\xc3"]


def test_body_that_is_no_text_is_refused(door: Door) -> None:
    for body in NO_TEXTS:
        assert_problem(upload(door, "app.py", body), 400)


def test_largest_body_is_taken_and_one_byte_more_is_not(door: Door, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 1000
    assert upload(door, "app.py", b"a" * 1000).status == 200
    assert_problem(upload(door, "app.py", b"a" * 1001), 413)


def test_life_may_ride_in_the_query(door: Door) -> None:
    assert paste_of(door, upload(door, "app.py?timetolive=60"))["timetolive"] == 60
    assert paste_of(door, upload(door, "?timetolive=60"))["timetolive"] == 60


QUERIES = [
    *("timetolive=0", "timetolive=", "timetolive=-1", "timetolive=1.0", "timetolive=1h", "timetolive=never"),
    *("timetolive=1&timetolive=2", f"timetolive={'9' * 5000}", "ttl=60", "timetolive=60&id=x", "timetolive=%D9%A1"),
]


def test_anything_else_in_the_query_is_refused(door: Door) -> None:
    for query in QUERIES:
        assert assert_problem(upload(door, f"app.py?{query}"), 400)["errors"]


def test_token_groups_uploads_with_pastes(door: Door, owner: str) -> None:
    made = upload(door, "app.py", X_Edit_Token=owner)
    assert made.headers["x-edit-token"] == owner
    create(door, token=owner)
    assert len(call(door, "GET", "/paste", token=owner).json()["pastes"]) == 2
    assert_problem(upload(door, "app.py", X_Edit_Token="short"), 400, field="X-Edit-Token")


def test_token_of_the_answer_owns_the_paste(door: Door) -> None:
    made = upload(door, "app.py")
    target = made.text.strip().replace("http://testserver/", "/paste/")
    token = made.headers["x-edit-token"]
    assert call(door, "PUT", target, {"content": "newer", "version": 1}, token=token).status == 200


def test_cookie_owns_nothing(door: Door, owner: str) -> None:
    made = upload(door, "app.py", Cookie=f"owner={owner}")
    assert made.headers["x-edit-token"] != owner
    assert call(door, "GET", "/paste", token=owner).json()["pastes"] == []
