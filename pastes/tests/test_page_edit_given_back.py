"""What somebody typed comes back where it cannot be saved: the paste is gone, out of reach, or the form grew old."""

from datetime import datetime, timedelta

import pytest

from pastes import clock, store
from pastes.errors import Fault, Unavailable
from pastes.models import Header, Paste
from pastes.tests.pages import Response, Visitor, edit_page, fields_of, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def mine(owner: str) -> Header:
    return published("first\n", secret=owner, timetolive=3600)


def remove(paste: Header) -> None:
    store.remove([store.Removal(paste.id, clock.now(), lambda header: None)])


def typed(owner: str, mine: Header) -> tuple[Visitor, dict[str, str]]:
    visitor = Visitor(owner)
    return visitor, {**visitor.form(edit_page(mine)), "content": "an hour's work\n", "title": "work.txt"}


def given_back(visitor: Visitor, mine: Header, response: Response) -> None:
    assert response.status_code == 404
    shown = fields_of(text_of(response))
    assert (shown["content"], shown["title"]) == ("an hour's work\n", "work.txt")
    assert shown["id"] != str(mine.id)
    path = visitor.send("/", shown)["Location"]
    assert stored(path).content == "an hour's work\n"


def test_deleted_while_editing_the_text_is_given_back(owner: str, mine: Header) -> None:
    visitor, fields = typed(owner, mine)
    remove(mine)
    given_back(visitor, mine, visitor.send(edit_page(mine), fields))


def test_expired_while_editing_the_text_is_given_back(
    owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, fields = typed(owner, mine)
    after: datetime = mine.created_at + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: after)
    given_back(visitor, mine, visitor.send(edit_page(mine), fields))


def test_without_a_database_the_text_is_given_back_to_be_saved_again(
    owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, fields = typed(owner, mine)
    with monkeypatch.context() as patch:
        patch.setattr(store, "revise", lambda edits: [Unavailable("The database does not answer now.")])
        response = visitor.send(edit_page(mine), {**fields, "without_history": "on"})
    assert response.status_code == 503
    assert int(response["Retry-After"]) >= 1
    assert "save again" in text_of(response)
    again = fields_of(text_of(response))
    assert (again["content"], again["version"], again["without_history"]) == ("an hour's work\n", "1", "on")
    assert visitor.send(edit_page(mine), again).status_code == 303
    assert stored(edit_page(mine)).content == "an hour's work\n"


def test_whoever_lost_the_cookie_keeps_the_text(owner: str, mine: Header) -> None:
    visitor, fields = typed(owner, mine)
    visitor.cookies["owner"] = "other-other-other-other"
    response = visitor.send(edit_page(mine), fields)
    assert response.status_code == 403
    assert "This browser may not change that paste" in text_of(response)
    assert fields_of(text_of(response))["content"] == "an hour's work\n"
    assert "first" not in text_of(response)
    assert stored(edit_page(mine)).version == 1


def test_after_a_fault_of_ours_the_page_says_where_the_text_is(
    owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, fields = typed(owner, mine)
    monkeypatch.setattr(store, "revise", lambda edits: [Fault()])
    response = visitor.send(edit_page(mine), fields)
    assert response.status_code == 500
    assert "Go back: your browser still has what you typed." in text_of(response)


def test_given_back_the_newlines_are_those_of_the_text_that_was_edited(owner: str) -> None:
    paste, visitor = published("a\r\nb\r\n", secret=owner), Visitor(owner)
    fields = {**visitor.form(edit_page(paste)), "content": "a\nb\nmine\n"}
    remove(paste)
    again = fields_of(text_of(visitor.send(edit_page(paste), fields)))
    assert stored(visitor.send("/", again)["Location"]).content == "a\r\nb\r\nmine\r\n"


def test_the_form_of_a_paste_that_is_gone_is_a_404(owner: str, mine: Header) -> None:
    remove(mine)
    assert Visitor(owner).get(edit_page(mine)).status_code == 404
    assert not Paste.objects.exists()


def sent_grown_old(owner: str, paste: Header, **fields: str) -> tuple[Visitor, Response]:
    """A form whose CSRF cookie went away while somebody typed."""
    visitor = Visitor(owner)
    typed = {**visitor.form(edit_page(paste)), "content": "typed\n", **fields}
    del visitor.cookies["csrf"]
    return visitor, visitor.send(edit_page(paste), typed)


def test_a_form_grown_old_changes_nothing_and_comes_back_as_it_was_typed(owner: str, mine: Header) -> None:
    visitor, response = sent_grown_old(owner, mine, title="typed.txt", without_history="on")
    assert (response.status_code, response["Cache-Control"]) == (403, "private, no-store")
    assert stored(edit_page(mine)).version == 1
    again = fields_of(text_of(response))
    assert (again["content"], again["title"], again["without_history"]) == ("typed\n", "typed.txt", "on")
    assert visitor.send(edit_page(mine), again).status_code == 303
    assert stored(edit_page(mine)).content == "typed\n"


def test_grown_old_and_its_paste_gone_the_text_comes_back_too(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    typed = {**visitor.form(edit_page(mine)), "content": "typed\n"}
    remove(mine)
    del visitor.cookies["csrf"]
    response = visitor.send(edit_page(mine), typed)
    assert response.status_code == 404
    assert fields_of(text_of(response))["content"] == "typed\n"


def test_a_foreign_page_learns_and_changes_nothing(owner: str, mine: Header) -> None:
    response = Visitor().post(
        edit_page(mine), {"content": "theirs", "version": "1"}, HTTP_ORIGIN="https://evil.example"
    )
    assert response.status_code == 403
    assert "first" not in text_of(response)
    assert stored(edit_page(mine)).version == 1


def test_what_is_not_text_is_refused(owner: str, mine: Header) -> None:
    response = Visitor(owner).post(edit_page(mine), b"content=%FF", content_type="application/x-www-form-urlencoded")
    assert response.status_code == 400
