"""POST /guess: what the form shows as detected is what a paste of the same text gets."""

import json

import pytest

from pastes.models import Paste
from pastes.rendering import GUESSED_FROM
from pastes.tests.pages import Response, Visitor, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

JSON_OF_60_KB = json.dumps({"key": "x" * 60_000})
JSON_PAST_ALL_LOOKING = json.dumps({"key": "x" * GUESSED_FROM})


def guessed(visitor: Visitor, **typed: str) -> Response:
    token = visitor.form("/")["csrfmiddlewaretoken"]
    return visitor.post("/guess", {"csrfmiddlewaretoken": token, **typed})


@pytest.mark.parametrize(
    ("title", "content", "label"),
    [
        ("app.py", "", "Python"),
        ("", "#!/bin/sh\n", "Bash"),
        ("", '{"a": 1}', "JSON"),
        ("", "", "Plain text"),
        ("notes", "just words", "Plain text"),
        ("", JSON_OF_60_KB, "JSON"),
        ("", JSON_PAST_ALL_LOOKING, "Plain text"),
    ],
)
def test_the_guess_is_what_a_paste_would_get(title: str, content: str, label: str) -> None:
    visitor = Visitor()
    answer = guessed(visitor, title=title, content=content[:GUESSED_FROM]).json()
    assert answer["label"] == label
    assert stored(visitor.publish(content or " ", title=title)).language == answer["language"]


def test_nothing_is_kept_and_nobody_may_keep_the_answer() -> None:
    response = guessed(Visitor(), title="app.py", content="x")
    assert response["Cache-Control"] == "private, no-store"
    assert not Paste.objects.exists()


def test_fields_that_are_missing_are_empty() -> None:
    assert guessed(Visitor()).json() == {"language": "text", "label": "Plain text"}


def test_a_foreign_page_cannot_ask() -> None:
    assert Visitor().post("/guess", {"title": "app.py"}).status_code == 403


@pytest.mark.parametrize("method", ["get", "head", "delete"])
def test_it_only_takes_posts(method: str) -> None:
    response = getattr(Visitor(), method)("/guess")
    assert (response.status_code, response["Allow"]) == (405, "POST")


def test_a_body_that_no_form_of_ours_sends_is_not_read() -> None:
    visitor = Visitor()
    response = guessed(visitor, content="x" * 300_000)
    assert response.status_code == 413
    assert "Text in, link out" in text_of(response)
