"""The edit page: only the owner's, and what nobody touched stays as it was."""

from datetime import timedelta
from typing import Any

import pytest

from pastes import clock
from pastes.models import Header, Revision
from pastes.tests.pages import CSRF_TOKEN, Visitor, edit_page, errors_of, fields_of, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def mine(owner: str) -> Header:
    return published("first\n", secret=owner, title="notes.txt", language="text", timetolive=3600)


def test_the_form_holds_the_paste_as_it_is(owner: str, mine: Header) -> None:
    form = Visitor(owner).form(edit_page(mine))
    assert (form["content"], form["title"], form["language"]) == ("first\n", "notes.txt", "text")
    assert (form["visibility"], form["lifetime"], form["version"]) == ("unlisted", "keep", "1")


def test_the_form_is_kept_by_no_cache(owner: str, mine: Header) -> None:
    assert Visitor(owner).get(edit_page(mine))["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("secret", ["other-other-other-other", None, "short"])
def test_nobody_else_may_edit(mine: Header, owner: str, secret: str | None, method: str) -> None:
    visitor = Visitor(secret)
    visitor.form("/")
    if secret is None:
        del visitor.cookies["owner"]
    fields = {**Visitor(owner).form(edit_page(mine)), "content": "typed\n", CSRF_TOKEN: visitor.form("/")[CSRF_TOKEN]}
    response = visitor.get(edit_page(mine)) if method == "get" else visitor.send(edit_page(mine), fields)
    assert response.status_code == 403
    assert "first" not in text_of(response)
    assert stored(edit_page(mine)).version == 1


def test_a_save_changes_what_was_changed_and_keeps_the_rest(owner: str, mine: Header) -> None:
    response = Visitor(owner).fill(edit_page(mine), content="second\n", visibility="public")
    assert (response.status_code, response["Location"]) == (303, f"/{mine.id}")
    paste = stored(edit_page(mine))
    assert (paste.content, paste.visibility, paste.version) == ("second\n", "public", 2)
    assert (paste.title, paste.language, paste.expires_at) == ("notes.txt", "text", mine.expires_at)
    assert [revision.content for revision in Revision.objects.all()] == ["first\n"]


def test_what_is_replaced_without_keeping_is_nowhere(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    visitor.fill(edit_page(mine), content="the password is hunter2\n")
    visitor.fill(edit_page(mine), content="third\n", without_history="on")
    assert stored(edit_page(mine)).version == 3
    assert [revision.content for revision in Revision.objects.all()] == ["first\n"]
    assert "hunter2" not in text_of(visitor.get(f"/{mine.id}/history"))


def test_a_new_lifetime_counts_from_now(owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    later = mine.created_at + timedelta(seconds=1800)
    monkeypatch.setattr(clock, "now", lambda: later)
    Visitor(owner).fill(edit_page(mine), lifetime="3600")
    assert stored(edit_page(mine)).expires_at == later + timedelta(seconds=3600)


def test_a_language_left_to_us_is_guessed_again(owner: str, mine: Header) -> None:
    Visitor(owner).fill(edit_page(mine), title="tool.py", language="auto")
    assert stored(edit_page(mine)).language == "python"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nb\r\n", "A\r\nb\r\n"),
        ("a\rb", "A\rb"),
        ("a\nb", "A\nb"),
        ("a\r\nb\nc\r", "A\nb\nc\n"),
        ("\n\na\n", "\n\nA\n"),
        ("one line a", "one line A"),
    ],
)
def test_newlines_stay_what_they_were(owner: str, before: str, after: str) -> None:
    paste = published(before, secret=owner)
    visitor = Visitor(owner)
    form = visitor.form(edit_page(paste))
    visitor.send(edit_page(paste), {**form, "title": "untouched"})
    assert stored(edit_page(paste)).content == before
    form = visitor.form(edit_page(paste))
    visitor.send(edit_page(paste), {**form, "content": form["content"].replace("a", "A")})
    assert stored(edit_page(paste)).content == after


def test_a_refused_edit_keeps_what_was_typed(owner: str, mine: Header, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 100
    response = Visitor(owner).fill(edit_page(mine), content="x" * 101, title="new title", visibility="public")
    assert response.status_code == 422
    assert list(errors_of(response)) == ["content"]
    shown = fields_of(text_of(response))
    assert (shown["content"], shown["title"], shown["visibility"]) == ("x" * 101, "new title", "public")
    assert (shown["lifetime"], shown["version"]) == ("keep", "1")
    assert stored(edit_page(mine)).version == 1


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 40])
def test_a_spoilt_version_saves_nothing(owner: str, mine: Header, version: str) -> None:
    response = Visitor(owner).fill(edit_page(mine), content="typed\n", version=version)
    assert response.status_code in (409, 422)
    assert "typed\n" in fields_of(text_of(response))["content"]
    assert stored(edit_page(mine)).version == 1
