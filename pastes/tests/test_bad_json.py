"""Bodies that are no payload: each is refused with its own words and a 400, none is a fault, and the next is served."""

import json
import sys
from typing import Any
from uuid import uuid4

import pytest

from pastes.models import Paste
from pastes.tests.calls import JSON, UNKNOWN_ID, assert_problem, call, create, read
from pastes.tests.doors import Door, Reply

pytestmark = pytest.mark.embedded

DEEP = 100_000
DIGITS = "9" * 9000
HUGE_NUMBERS = [DIGITS, f"-{DIGITS}", f"1e{DIGITS}", f"0.{DIGITS}", f"1{DIGITS}e-{DIGITS}"]
MALFORMED = [
    *(b"", b" ", b"{", b"}", b"[", b"]", b"nul", b"tru", b"NaN", b"Infinity", b"-Infinity", b'"', b"'a'", b"\x00"),
    *(b"\xff", b"\xef\xbb\xbf", b'\xef\xbb\xbf{"content": "a"}', '{"content": "a"}'.encode("utf-16")),
    *(b'{"content": "a"', b'{"content": "a",}', b'{"content": "a"} x', b'{"content": "a"}{"content": "a"}'),
    *(b'{"content" "a"}', b'{"content": }', b"{content: 1}", b"{'content': 'a'}", b'{"content": "a" "b"}', b"{,}"),
    *(
        b'{"content": "a\nb"}',
        b'{"content": "\t"}',
        b'{"content": "\\x41"}',
        b'{"content": "\\u12"}',
        b'{"content": "\\',
    ),
    *(b'{"content": "\xff"}', b'{"content": "\xc3"}', b'{"content": "\xed\xa0\x80"}', b'{"content": "\xc0\x80"}'),
    *(b'{"content": "\xf4\x90\x80\x80"}', b'{"cont\xffent": "a"}', b'{"content": "a", "version": \xff}'),
    *(b'{"content": "a"} // end', b'/* a */{"content": "a"}', b'{"content": "a", "version": 01}'),
    *(b'{"content": "a", "version": 0x1}', b'{"content": "a", "version": 1.}', b'{"content": "a", "version": .1}'),
    *(b'{"content": "a", "version": +1}', b'{"content": "a", "version": 1e}', b'{"content": "a", "version": -}'),
    *(b'{"content": "a", "version": NaN}', b'{"content": "a", "version": Infinity}', b'{"content": "a", 1: 2}'),
    *(b"[" * DEEP, b'{"a":' * DEEP, b"[" * DEEP + b"]" * DEEP, b'{"content":' * DEEP + b"1" + b"}" * DEEP),
    b'{"content": "a", "version": ' + b"[" * DEEP + b"]" * DEEP + b"}",
]
NO_OBJECT = [b"null", b"true", b"1", b'"content"', b"[]", b'[{"content": "a"}]', DIGITS.encode(), b"1e9999", b"-0"]
REPEATED = [
    b'{"content": "a", "content": "a"}',
    b'{"content": "a", "title": "b", "title": "c"}',
    b'{"content": "a", "\\u0063ontent": "b"}',
    b'{"\\u0063ontent": "a", "content": "b"}',
    b'{"content": "a", "c\\u006Fntent": "b"}',
    b'{"content": "a", "version": 1, "version": 2}',
    b'{"content": "a", "version": {"b": 1, "b": 2, "content": 3}}',
    *(b'{"content":"a","url":1,"url":2}', b'{"size":1,"size":2,"content":"a"}', b'{"content":"","content":"a"}'),
    *(b'{"content":"a","version":{"b":1,"b":2}}', b'{"content":"a","url":[{"b":1,"b":2}]}'),
    b'{"content":"a","title":"t","language":"python","visibility":"unlisted","timetolive":60,"size":1,"size":1}',
]


def post(door: Door, body: bytes, kind: str = JSON) -> Reply:
    return door("POST", "/paste", headers={"Content-Type": kind}, body=body)


def assert_still_serving(door: Door) -> None:
    assert read(door, create(door, "good"))["content"] == "good"


def test_malformed_bodies_are_refused_one_after_another(door: Door) -> None:
    assert len(MALFORMED) >= 40
    for body in MALFORMED:
        assert_problem(post(door, body), 400)
    assert_still_serving(door)


def test_values_that_are_no_object_are_refused(door: Door) -> None:
    for body in NO_OBJECT:
        assert_problem(post(door, body), 400)


def test_same_bodies_change_nothing_either(door: Door) -> None:
    paste = create(door)
    for body in [*MALFORMED, *NO_OBJECT, *REPEATED]:
        headers = {"Content-Type": JSON, "X-Edit-Token": paste["editToken"], "If-Match": "*"}
        assert_problem(door("PUT", f"/paste/{paste['id']}", headers=headers, body=body), 400)
    assert read(door, paste)["version"] == 1


@pytest.mark.parametrize("body", REPEATED, ids=range(len(REPEATED)))
def test_key_that_stands_twice_is_refused_however_it_is_spelled(door: Door, body: bytes) -> None:
    assert "twice" in assert_problem(post(door, body), 400)["detail"]
    assert not Paste.objects.exists()


def test_key_spelled_by_escapes_is_that_key(door: Door) -> None:
    assert post(door, b'{"\\u0063ontent": "a"}').status == 200
    assert_problem(post(door, b'{"content": "a", "\\u0063olour": "b"}'), 400, field="colour")


def test_same_word_may_stand_in_the_text(door: Door) -> None:
    text = '{"content": "a", "content": "b", "title": "\\u0063ontent"}'
    assert read(door, create(door, text))["content"] == text


@pytest.mark.parametrize("spaces", ["", " ", "\n    "])
def test_fields_may_stand_as_far_apart_as_they_like(door: Door, spaces: str) -> None:
    fields = {"content": "text", "title": "a.txt", "timetolive": 60, "visibility": "unlisted", "size": {"b": [1]}}
    body = json.dumps(fields).replace(", ", f",{spaces}").replace(": ", f":{spaces}")
    assert post(door, body.encode()).status == 200


@pytest.mark.parametrize("field", ["content", "title", "language", "visibility", "id", "createdAt"])
def test_nul_and_half_a_surrogate_pair_are_no_text(door: Door, field: str) -> None:
    for wrong in (b"a\\u0000b", b"a\\ud800b", b"\\udfff", b"\\ud83d\\ud83d", b"\\ude00\\ud83d"):
        body = b'{"content": "text"}' if field != "content" else b"{}"
        body = body[:-1] + (b", " if field != "content" else b"") + b'"%b": "%b"}' % (field.encode(), wrong)
        assert_problem(post(door, body), 400)
    assert not Paste.objects.exists()
    assert_still_serving(door)


def test_whole_surrogate_pair_is_one_character(door: Door) -> None:
    made = post(door, b'{"content": "\\ud83d\\ude00", "title": "\\uD83D\\uDE00"}').json()
    found = read(door, made)
    assert (found["content"], found["title"], found["size"]) == ("😀", "😀", 4)


@pytest.mark.parametrize("field", ["timetolive", "content", "title", "id", "createdAt"])
def test_number_of_nine_thousand_digits_is_refused_at_once(door: Door, field: str) -> None:
    assert sys.get_int_max_str_digits() < len(DIGITS)
    for number in HUGE_NUMBERS:
        rest = "" if field == "content" else '"content": "a", '
        assert_problem(post(door, f'{{{rest}"{field}": {number}}}'.encode()), 400)
    assert_still_serving(door)


def test_number_of_nine_thousand_digits_is_no_version(door: Door) -> None:
    paste = create(door)
    for number in HUGE_NUMBERS:
        assert_problem(call_put(door, paste, f'{{"content": "a", "version": {number}}}'), 400)
    assert read(door, paste)["version"] == 1


def call_put(door: Door, paste: Any, body: str) -> Reply:
    headers = {"Content-Type": JSON, "X-Edit-Token": paste["editToken"]}
    return door("PUT", f"/paste/{paste['id']}", headers=headers, body=body.encode())


NO_LIVES = ["1.0", "1e0", "true", '"1"', "0", "-1", "1.5", "[1]", "{}", "1e3", "10000000000"]


def test_life_is_a_whole_positive_number_within_its_bounds(door: Door) -> None:
    for number in NO_LIVES:
        reply = post(door, f'{{"content": "a", "timetolive": {number}}}'.encode())
        assert_problem(reply, 400, field="timetolive")


WRONG: dict[str, list[object]] = {
    "content": [None, 1, 1.5, True, [], ["a"], {}],
    "title": [1, True, [], {}, "a\nb", "a\tb", "\x7f", "a" * 201],
    "language": [1, True, [], {}, "klingon", "", "a" * 10_000],
    "visibility": [1, True, [], {}, "", "secret", "PUBLIC", "private"],
    "timetolive": ["1", "never", [], {}, False],
    "id": [
        None,
        1,
        True,
        [],
        {},
        "",
        "1",
        "6a1e7c1e-1111-1222-8333-0123456789ab",
        "6a1e7c1e-1111-4222-0333-0123456789ab",
    ],
    "createdAt": [None, 1, True, [], {}, "", "now"],
}


def test_value_of_the_wrong_kind_is_named(door: Door) -> None:
    for field, values in WRONG.items():
        for wrong in values:
            reply = call(door, "POST", "/paste", {"content": "text", field: wrong})
            assert_problem(reply, 400, field=field)
    assert not Paste.objects.exists()


def test_value_of_the_wrong_kind_is_named_in_a_change(door: Door) -> None:
    paste = create(door)
    wrong: dict[str, list[object]] = {
        **WRONG,
        "version": [None, "1", 1.5, True, [], {}],
        "updatedAt": WRONG["createdAt"],
        "createdAt": [],
    }
    wrong |= {"keepHistory": [None, 1, "false", [], {}]}
    for field, values in wrong.items():
        for value in values:
            fields = {"content": "text", "version": 1, field: value}
            reply = call(door, "PUT", f"/paste/{paste['id']}", fields, token=paste["editToken"])
            assert_problem(reply, 400, field=field)
    assert read(door, paste)["version"] == 1


UNKNOWN_FIELDS = ["owner", "ownerKey", "owner_key", "first_sha256", "Content", "created_at", "", "_id"]


def test_unknown_field_is_named(door: Door) -> None:
    for field in UNKNOWN_FIELDS:
        assert_problem(call(door, "POST", "/paste", {"content": "text", field: "x"}), 400, field=field)


def test_fields_of_our_own_answers_are_taken_and_ignored(door: Door, owner: str) -> None:
    first = create(door, token=owner, title="app.py")
    again = {**read(door, first), "editToken": "another-another-another", "id": str(uuid4())}
    again |= {"version": 99, "size": "no number", "sha256": None, "url": [], "rawUrl": {}, "updatedAt": 1}
    again |= {"expiresAt": "1999-01-01T00:00:00Z"}
    made = call(door, "POST", "/paste", again, token=owner).json()
    assert (made["version"], made["size"], made["sha256"]) == (1, first["size"], first["sha256"])
    assert (made["editToken"], made["expiresAt"] > made["createdAt"]) == (owner, True)


def test_content_is_required(door: Door) -> None:
    paste = create(door)
    assert_problem(call(door, "POST", "/paste", {"title": "a"}), 400, field="content")
    assert_problem(call(door, "POST", "/paste", {"content": ""}), 400, field="content")
    assert_problem(call_put(door, paste, '{"version": 1}'), 400, field="content")
    assert_problem(call_put(door, paste, '{"version": 1, "content": ""}'), 400, field="content")


def test_text_may_fill_the_limit_to_the_byte(door: Door, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 1000
    assert create(door, "é" * 500)["size"] == 1000
    assert_problem(call(door, "POST", "/paste", {"content": "é" * 500 + "a"}), 400, field="content")
    escaped = json.dumps({"content": "\u0001" * 1000}).encode()
    assert len(escaped) > 6000
    assert post(door, escaped).status == 200


def test_other_spellings_of_an_id_are_refused(door: Door) -> None:
    spellings = (f"{{{UNKNOWN_ID}}}", f"urn:uuid:{UNKNOWN_ID}", UNKNOWN_ID.replace("-", ""), f" {UNKNOWN_ID}")
    for spelled in (*spellings, f"{UNKNOWN_ID}\n", f"{UNKNOWN_ID}0", UNKNOWN_ID[:-1], UNKNOWN_ID.replace("-", "_")):
        assert_problem(call(door, "POST", "/paste", {"content": "text", "id": spelled}), 400, field="id")
