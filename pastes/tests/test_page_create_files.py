"""Files that are picked in the form at `/`: their text is taken byte for byte, refused with a reason, or given back."""

from typing import Any

import pytest

from pastebin.environment import Rate
from pastes.models import Paste
from pastes.tests.pages import Visitor, errors_of, fields_of, file, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ENGLISH = "Some words, and a line.\n"


@pytest.mark.parametrize(
    ("content", "looks_like"),
    [
        (ENGLISH.encode("utf-16"), "UTF-16"),
        ("\u4e2d\u6587\n".encode("utf-16"), "UTF-16"),  # only its mark tells
        (ENGLISH.encode("utf-16-le"), "UTF-16"),
        (ENGLISH.encode("utf-16-be"), "UTF-16"),
        ("d\u00e9j\u00e0 vu\r\n".encode("windows-1252"), "Windows-1252"),
        ("\u201cquoted\u201d\n".encode("windows-1252"), "Windows-1252"),
    ],
)
def test_a_file_in_another_encoding_is_refused_by_its_likely_name(content: bytes, looks_like: str) -> None:
    response = Visitor().fill("/", file=file(content))
    assert response.status_code == 422
    expected = f"This file is not text in UTF-8. It looks like {looks_like}: save it as UTF-8, then pick it again."
    assert errors_of(response) == {"file": [expected]}


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x01\x02\x03\xff",
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xff\xfe",
        b"\xff\xfe\x00",
        b"\xc3\x28\x81 undefined in Windows-1252",
    ],
)
def test_a_file_that_is_no_text_at_all_is_refused_without_a_guess(content: bytes) -> None:
    response = Visitor().fill("/", file=file(content))
    assert errors_of(response) == {"file": ["This file is not text in UTF-8."]}


def test_a_utf_8_text_with_many_scripts_in_it_is_no_utf_16() -> None:
    path = Visitor().publish("", file=file("\u4e2d\u6587 \U0001f600 \u00fc\n".encode()))
    assert Paste.objects.get(id=path[1:]).content == "\u4e2d\u6587 \U0001f600 \u00fc\n"


def test_past_the_limit_the_text_of_the_file_comes_back(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(1, 60)
    visitor = Visitor()
    visitor.publish()
    response = visitor.fill("/", file=file(b"worth\nkeeping\n", "log.txt"))
    shown = fields_of(text_of(response))
    assert (response.status_code, shown["content"], shown["title"]) == (429, "worth\nkeeping\n", "log.txt")


def test_past_the_guard_of_the_form_the_text_of_the_file_comes_back(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(1, 60)
    visitor = Visitor()
    assert [visitor.fill("/", content="").status_code for _ in range(5)] == [422] * 5
    response = visitor.fill("/", file=file(b"worth keeping"))
    assert (response.status_code, fields_of(text_of(response))["content"]) == (429, "worth keeping")


def test_a_form_that_has_grown_old_gives_back_the_text_of_the_file() -> None:
    visitor = Visitor()
    fields = {**visitor.form("/"), "file": file(b"worth keeping", "log.txt")}
    visitor.cookies.clear()
    response = visitor.send("/", fields)
    assert (response.status_code, fields_of(text_of(response))["content"]) == (403, "worth keeping")
