"""Whatever text goes in comes out, byte for byte, through every door and page."""

import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test.client import MULTIPART_CONTENT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pastes.tests.calls import create, read, update
from pastes.tests.doors import Door, through_wsgi
from pastes.tests.pages import Visitor, as_sent, fields_of, file, stored

pytestmark = pytest.mark.embedded

MEBIBYTE = 1_048_576
PIECES = (
    *("\r\n", "\r", "\n", "\t", " ", "\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x85", "\x1b[31m", "\x7f", "\x01"),
    *(
        "\ufeff",
        "\u200f",
        "\u202e",
        "\u2066",
        "\u00ad",
        "e\u0301",
        "é",
        "日本",
        "😀",
        "👩\u200d👩\u200d👧",
        "\U0010ffff",
    ),
    *("\ufffd", "\uffff", "&amp;", "&#13;", "&", "<", ">", '"', "'", "</textarea>", "</script>", "<!--", "]]>", "%0A"),
    *("{{ 7|add:7 }}", "{% debug %}", "\\u0000", "\\", "$1", "\x00"[:0]),
)
TEXTS = st.lists(
    st.sampled_from(PIECES) | st.text(st.characters(exclude_characters="\0"), max_size=9), max_size=30
).map("".join)
Given = Callable[..., Any]


def for_any_text(test: Given) -> Given:
    """A property of texts, tried on a fixed choice of them, among which are the ones that most often break."""
    for text in ("\n", "\r\n\r", "\n\na", "a\r\nb\rc\n", "\ufeff", " a ", "\u2028\x0c\u202e"):
        test = example(text=text)(test)
    bounded = settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    return bounded(given(text=TEXTS.filter(bool))(test))


def line_count(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


@for_any_text
def test_json_raw_and_download_give_the_bytes_back(door: Door, text: str) -> None:
    paste, data = create(door, text), text.encode()
    assert (paste["size"], paste["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert read(door, paste)["content"] == text
    for page in ("raw", "download"):
        found = door("GET", f"/{paste['id']}/{page}")
        assert found.body == data, page
        assert found.headers["content-length"] == str(len(data))


@for_any_text
def test_lines_are_those_of_the_file(door: Door, text: str) -> None:
    paste, last = create(door, text), line_count(text)
    middle = (last + 1) // 2
    first = door("GET", f"/{paste['id']}/raw?lines=1-{middle}").body
    rest = door("GET", f"/{paste['id']}/raw?lines={middle + 1}-{last + 9}").body if middle < last else b""
    assert first + rest == text.encode()
    assert door("GET", f"/{paste['id']}/raw?lines={last + 1}").status == 400


@for_any_text
def test_upload_gives_the_bytes_back(door: Door, text: str) -> None:
    made = door("PUT", "/", body=text.encode())
    assert door("GET", f"{made.text.strip().removeprefix('http://testserver')}/raw").body == text.encode()


@for_any_text
def test_change_gives_the_bytes_back(door: Door, text: str) -> None:
    paste, data = create(door, "before"), text.encode()
    changed = update(door, paste, text)
    assert (changed["size"], changed["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert door("GET", f"/{paste['id']}/raw").body == data
    assert read(door, paste)["content"] == text


@for_any_text
def test_saving_the_edit_page_unchanged_keeps_the_bytes(transactional_db: None, text: str) -> None:
    visitor = Visitor()
    page = visitor.publish("", file=file(text.encode()))
    assert stored(page).content == text
    assert visitor.fill(f"{page}/edit").status_code == 303
    assert (stored(page).version, stored(page).content) == (2, text)


@for_any_text
def test_form_gives_the_text_back_with_line_feeds(transactional_db: None, text: str) -> None:
    page = Visitor().publish(text)
    assert stored(page).content == re.sub(r"\r\n|\r", "\n", text)


@for_any_text
def test_edited_text_keeps_the_newlines_it_had(transactional_db: None, text: str) -> None:
    newline = ("\n", "\r\n", "\r")[len(text) % 3]
    before = re.sub(r"\r\n|\r|\n", newline, f"{text}\n\n")
    visitor = Visitor()
    page = visitor.publish("", file=file(before.encode()))
    fields = visitor.form(f"{page}/edit")
    assert visitor.send(f"{page}/edit", {**fields, "content": fields["content"] + "end"}).status_code == 303
    assert stored(page).content == f"{before}end"


def test_refused_form_gives_the_text_back_as_typed(transactional_db: None) -> None:
    visitor = Visitor()
    for text in ("\n\n  a\n", "a\r\nb", "\t</textarea>&amp;", "😀\u202e\u2028"):
        response = visitor.fill("/", content=text, lifetime="date", expires_on="")
        assert response.status_code == 422
        again = visitor.send("/", {**fields_of(response.content.decode()), "lifetime": "3600"})
        assert stored(again["Location"]).content == text.replace("\r\n", "\n")


LARGE = {
    "one line": "x" * MEBIBYTE,
    "only newlines": "\n" * MEBIBYTE,
    "CRLF": "a\r\n" * (MEBIBYTE // 3),
    "three bytes each": "日" * (MEBIBYTE // 3),
    "escaped in JSON": "\x01" * MEBIBYTE,
    "escaped in HTML": '"' * MEBIBYTE,
}


@pytest.mark.parametrize("name", LARGE)
def test_largest_texts_come_back_whole(door: Door, name: str) -> None:
    text = LARGE[name]
    paste = create(door, text)
    assert read(door, paste)["content"] == text
    assert door("GET", f"/{paste['id']}/raw").body == text.encode()
    uploaded = door("PUT", "/large.txt", body=text.encode())
    assert door("GET", f"{uploaded.text.strip().removeprefix('http://testserver')}/download").body == text.encode()


@pytest.mark.parametrize("name", ["one line", "only newlines", "three bytes each"])
def test_largest_texts_are_shown(transactional_db: None, name: str) -> None:
    paste = create(through_wsgi, LARGE[name])
    page = through_wsgi("GET", f"/{paste['id']}")
    assert (page.status, paste["sha256"] in page.text) == (200, True)


@pytest.mark.parametrize("name", ["only newlines", "CRLF", "three bytes each"])
def test_largest_texts_can_be_edited_in_the_coding_their_form_asks_for(transactional_db: None, name: str) -> None:
    visitor, text = Visitor(), LARGE[name]
    page = visitor.publish("", file=file(text.encode()))
    found = visitor.get(f"{page}/edit").content.decode()
    fields = {**visitor.form(f"{page}/edit"), "title": "edited"}
    body: Any = {key: as_sent(value) for key, value in fields.items()}
    kind = MULTIPART_CONTENT
    if 'class="editor" method="post" enctype="multipart/form-data"' not in found:
        body, kind = urlencode(body), "application/x-www-form-urlencoded"
    assert visitor.post(f"{page}/edit", body, content_type=kind).status_code == 303
    assert (stored(page).title, stored(page).content) == ("edited", text)
