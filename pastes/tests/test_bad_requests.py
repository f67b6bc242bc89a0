"""Requests that are wrong around their JSON: types, codings, lengths, spellings, bytes that are no text."""

import gzip
import json
from io import BytesIO
from typing import Any

import pytest

from pastes.models import Paste
from pastes.tests.calls import JSON, assert_problem, call, create, read
from pastes.tests.doors import Door, through_wsgi

pytestmark = pytest.mark.embedded

BODY = b'{"content": "text"}'


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "deflate", "br", "zstd", "gzip, identity", "x"])
def test_body_with_a_coding_is_refused(door: Door, coding: str) -> None:
    bomb = gzip.compress(b" " * 1_000_000)
    paste = create(door)
    for method, target in (("POST", "/paste"), ("PUT", f"/paste/{paste['id']}"), ("PUT", "/app.py"), ("PUT", "/")):
        headers = {"Content-Type": JSON, "Content-Encoding": coding, "X-Edit-Token": paste["editToken"]}
        assert_problem(door(method, target, headers=headers, body=bomb), 415)
    assert Paste.objects.count() == 1


def test_body_in_the_identity_coding_is_taken(door: Door) -> None:
    for coding in ("identity", "Identity"):
        headers = {"Content-Type": JSON, "Content-Encoding": coding}
        assert door("POST", "/paste", headers=headers, body=BODY).status == 200


OTHER_TYPES = [
    *("", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"),
    *("application/json+x", "application/problem+json", "*/*", "json"),
    *("text/plain; application/json", "application/json, text/plain", "application/jsonp"),
]


def test_json_route_takes_json_alone(door: Door) -> None:
    paste = create(door)
    for kind in OTHER_TYPES:
        for method, target in (("POST", "/paste"), ("PUT", f"/paste/{paste['id']}")):
            headers = {"Content-Type": kind, "X-Edit-Token": paste["editToken"], "If-Match": "*"}
            assert_problem(door(method, target, headers=headers, body=BODY), 415)
    assert (Paste.objects.count(), read(door, paste)["version"]) == (1, 1)


@pytest.mark.parametrize(
    "kind",
    ["application/json", "Application/JSON", "application/json;charset=utf-8", 'application/json; charset="UTF-8"'],
)
def test_json_may_name_its_charset(door: Door, kind: str) -> None:
    assert door("POST", "/paste", headers={"Content-Type": kind}, body=BODY).status == 200


@pytest.mark.parametrize(
    "kind", ["application/json; charset=latin-1", "application/json;charset=utf-16", "a/b; charset=x"]
)
def test_body_in_another_charset_is_refused(door: Door, kind: str) -> None:
    for method, target in (("POST", "/paste"), ("PUT", "/app.py"), ("POST", "/")):
        reply = door(method, target, headers={"Content-Type": kind}, body=BODY)
        assert reply.status in (400, 415), target
    assert not Paste.objects.exists()


def test_form_of_a_foreign_page_makes_and_changes_nothing(door: Door, owner: str) -> None:
    paste = create(door, token=owner)
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind, "Cookie": f"owner={owner}; session=x", "Origin": "https://evil.example"}
        for method, target in (("POST", "/paste"), ("PUT", f"/paste/{paste['id']}")):
            assert 400 <= door(method, target, headers=headers, body=BODY).status < 500
        assert door("POST", "/", headers=headers, body=b"content=text").status == 403
    assert (Paste.objects.count(), read(door, paste)["version"]) == (1, 1)


def cuts(largest: int) -> dict[tuple[str, str], int]:
    return {
        ("POST", "/paste"): 6 * largest + 65_536,
        ("PUT", "/paste/6a1e7c1e-1111-4222-8333-0123456789ab"): 6 * largest + 65_536,
        ("PUT", "/app.py"): largest,
        ("PUT", "/"): largest,
        ("POST", "/"): 3 * largest + 65_536,
    }


def test_body_over_the_cut_is_refused_by_its_length_alone(door: Door, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 1000
    for (method, target), cut in cuts(1000).items():
        headers = {"Content-Type": JSON, "X-Edit-Token": "a" * 22, "Content-Length": str(cut + 1)}
        reply = door(method, target, headers=headers)
        assert (reply.status, str(cut) in reply.text) == (413, True), target
        unlimited = door(method, target, headers={**headers, "Content-Length": "9" * 18})
        assert unlimited.status == 413
    assert not Paste.objects.exists()


def test_body_over_the_cut_is_refused_in_chunks_too(door: Door, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 1000
    for (method, target), cut in cuts(1000).items():
        headers = {"Content-Type": JSON, "X-Edit-Token": "a" * 22, "Transfer-Encoding": "chunked"}
        assert door(method, target, headers=headers, body=b"x" * (cut + 1)).status == 413, target
    assert not Paste.objects.exists()


def test_body_at_the_cut_is_read(door: Door, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 1000
    padded = BODY + b" " * (6 * 1000 + 65_536 - len(BODY))
    assert door("POST", "/paste", headers={"Content-Type": JSON}, body=padded).status == 200
    assert door("PUT", "/app.py", body=b"x" * 1000).status == 200


LENGTHS = ["20", "99", "0", "x", "-1", "+19", "1e1", "19, 19", "\xb2"]


def test_length_that_is_not_that_of_the_body_saves_nothing(door: Door) -> None:
    for length in LENGTHS:
        for method, target in (("POST", "/paste"), ("PUT", "/app.py")):
            reply = door(method, target, headers={"Content-Type": JSON, "Content-Length": length}, body=BODY)
            assert 400 <= reply.status < 500, length
        form = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "100"}
        assert door("POST", "/", headers=form, body=b"content=half").status == 400
        assert not Paste.objects.exists()


def test_chunked_body_is_read_whole(door: Door) -> None:
    text = "é\r\n" * 50_000
    chunked = {"Transfer-Encoding": "chunked"}
    made = door("PUT", "/app.py", headers=chunked, body=text.encode())
    assert door("GET", f"{made.text.strip().removeprefix('http://testserver')}/raw").text == text
    made = door(
        "POST", "/paste", headers={**chunked, "Content-Type": JSON}, body=json.dumps({"content": text}).encode()
    )
    assert read(door, made.json())["content"] == text


def test_chunked_body_needs_a_length_where_the_server_cannot_end_it(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pastebin import wsgi

    def unterminated(environ: dict[str, Any], start_response: Any) -> Any:
        environ.update({"wsgi.input_terminated": False, "wsgi.input": BytesIO(b"")})
        return application(environ, start_response)

    application = wsgi.application
    monkeypatch.setattr("pastes.tests.doors.wsgi_application", unterminated)
    headers = {"Transfer-Encoding": "chunked", "Content-Type": JSON}
    assert_problem(through_wsgi("PUT", "/app.py", headers=headers, body=b"text"), 411)
    assert_problem(through_wsgi("POST", "/paste", headers=headers, body=BODY), 411)
    assert not Paste.objects.exists()


def spellings(paste_id: str) -> list[str]:
    return [
        *(f"{{{paste_id}}}", f"%7B{paste_id}%7D", f"urn:uuid:{paste_id}", paste_id.replace("-", ""), f" {paste_id}"),
        *(f"{paste_id}%20", f"{paste_id}%0A", f"{paste_id}%0D%0A", f"{paste_id}/", f"/{paste_id}", f"{paste_id};a=b"),
        *(f"{paste_id}.json", f"({paste_id})", paste_id[:-1], f"{paste_id}0", paste_id.replace("-", "_")),
        *(f"0x{paste_id}", paste_id.translate({ord("1"): "%D9%A1", ord("a"): "%EF%BD%81"}), f"./{paste_id}"),
    ]


def test_other_spellings_of_an_id_are_not_found(door: Door) -> None:
    paste = create(door, id="6a1e7c1e-1111-4222-8333-0123456789ab")
    for spelled in spellings(paste["id"]):
        assert_problem(door("GET", f"/paste/{spelled}"), 404)
        assert door("GET", f"/{spelled}").status == 404, spelled
        assert door("GET", f"/{spelled}/raw").status == 404, spelled
        credential = {"X-Edit-Token": paste["editToken"], "Content-Type": JSON}
        assert_problem(door("DELETE", f"/paste/{spelled}", headers=credential), 404)
        assert_problem(door("PUT", f"/paste/{spelled}", headers=credential, body=BODY), 404)
    assert read(door, paste)["version"] == 1


def test_capital_letters_are_the_same_id_on_every_page(door: Door) -> None:
    paste = create(door)
    for target in (f"/paste/{paste['id'].upper()}", f"/{paste['id'].upper()}", f"/{paste['id'].upper()}/raw"):
        assert door("GET", target).status == 200


@pytest.mark.parametrize(
    "wrong", ["%00", "a%00b", "%FF", "%C3", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%ED%A0%BD%ED%B8%80"]
)
def test_bytes_that_are_no_text_in_path_and_query_are_refused(door: Door, wrong: str) -> None:
    paste = create(door)
    for target in (f"/{wrong}", f"/paste/{wrong}", f"/{paste['id']}/{wrong}", f"/static/{wrong}", f"/admin/{wrong}"):
        assert door("GET", target).status == 400, target
    for path in (
        "/",
        "/recent",
        "/mine",
        "/paste",
        f"/paste/{paste['id']}",
        f"/{paste['id']}/raw",
        "/livez",
        "/admin/",
    ):
        for query in (f"?cursor={wrong}", f"?lines={wrong}", f"?{wrong}=1"):
            assert door("GET", f"{path}{query}").status == 400, (path, query)
    assert_problem(door("PUT", f"/{wrong}", body=b"text"), 400)
    assert read(door, paste)["version"] == 1


@pytest.mark.parametrize("wrong", ["a\0b", "\xff", "a\xed\xa0\x80b", "\xc0\x80"])
def test_bytes_that_are_no_text_in_a_cookie_are_refused_where_cookies_are_read(door: Door, wrong: str) -> None:
    paste = create(door)
    for target in ("/", "/mine", f"/{paste['id']}", f"/{paste['id']}/edit", "/admin/"):
        assert door("GET", target, headers={"Cookie": f"owner={wrong}"}).status == 400, target
    for target in ("/livez", f"/paste/{paste['id']}"):
        assert door("GET", target, headers={"Cookie": f"owner={wrong}"}).status < 500, target
    assert read(door, paste)["version"] == 1


HEADERS = [
    *("X-Edit-Token", "If-None-Match", "If-Match", "Accept", "X-Forwarded-For", "User-Agent", "Referer", "Range"),
    *("Authorization", "Cookie", "Origin", "Accept-Language", "X-Correlation-ID", "Expect", "Via", "Content-Type"),
]
HOSTILE = ["", "a\0b", "\xff\xfe", "\xed\xa0\x80", "a" * 10_000, "%00", '"' * 999, "\x1b[31m", ",;=," * 99]


def test_hostile_headers_are_never_a_fault(door: Door) -> None:
    paste = create(door)
    path = f"/paste/{paste['id']}"
    for value in HOSTILE:
        for name in HEADERS:
            assert door("GET", path, headers={name: value}).status < 500, (name, value)
        for method, target in (("GET", "/"), ("GET", f"/{paste['id']}"), ("PUT", path), ("POST", "/")):
            assert door(method, target, headers=dict.fromkeys(HEADERS, value), body=b"{}").status < 500, value
    assert read(door, paste)["version"] == 1


def test_taken_id_gives_away_no_token_and_changes_nothing(door: Door, owner: str, other: str) -> None:
    paste = create(door, token=owner, title="mine")
    for token in (other, None, owner):
        fields = {"content": "theirs", "id": paste["id"], "title": "theirs", "version": 1, "editToken": other}
        reply = call(door, "POST", "/paste", fields, token=token)
        assert_problem(reply, 409)
        assert "x-edit-token" not in reply.headers
    paste.pop("editToken")
    assert read(door, paste) == {**paste, "content": "text"}
