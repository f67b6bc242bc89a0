"""Two people save one paste: both texts are shown, and neither is lost."""

import pytest

from pastebin.environment import Rate
from pastes import clock, limits, store
from pastes.models import Header, Revision
from pastes.tests.pages import Response, Visitor, edit_page, fields_of, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def mine(owner: str) -> Header:
    return published("first\n", secret=owner, timetolive=3600)


def both(owner: str, mine: Header) -> Response:
    """Two windows of one owner: what the slower one is answered."""
    visitor = Visitor(owner)
    slow = {**visitor.form(edit_page(mine)), "content": "mine\n", "title": "my title"}
    assert visitor.fill(edit_page(mine), content="theirs\n", title="their title").status_code == 303
    return visitor.send(edit_page(mine), slow)


def test_both_texts_are_shown_and_neither_is_overwritten(owner: str, mine: Header) -> None:
    response = both(owner, mine)
    assert response.status_code == 409
    assert fields_of(text_of(response))["content"] == "mine\n"
    assert "theirs\n" in text_of(response)
    assert "their title" in text_of(response)
    assert response["Cache-Control"] == "private, no-store"
    assert stored(edit_page(mine)).content == "theirs\n"


def test_saving_again_wins_and_the_other_text_is_history(owner: str, mine: Header) -> None:
    again = fields_of(text_of(both(owner, mine)))
    visitor = Visitor(owner)
    again["csrfmiddlewaretoken"] = visitor.form("/")["csrfmiddlewaretoken"]
    assert visitor.send(edit_page(mine), again).status_code == 303
    paste = stored(edit_page(mine))
    assert (paste.content, paste.title, paste.version) == ("mine\n", "my title", 3)
    assert {revision.content for revision in Revision.objects.all()} == {"first\n", "theirs\n"}


def test_what_differs_is_shown_from_theirs_to_yours(owner: str, mine: Header) -> None:
    page = text_of(both(owner, mine))
    assert "What differs" in page
    assert page.index(">theirs<", page.index("<details")) < page.index(">mine<", page.index("<details"))


def test_who_compared_too_often_sees_both_texts_without_what_differs(
    owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COMPARE_RATE", Rate(1, 60))
    Visitor().get("/compare?a=&b=")
    response = both(owner, mine)
    assert response.status_code == 409
    assert fields_of(text_of(response))["content"] == "mine\n"
    assert "theirs\n" in text_of(response)
    assert "What differs" not in text_of(response)


def test_the_choice_to_keep_nothing_is_carried_over(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    slow = {**visitor.form(edit_page(mine)), "content": "mine\n", "without_history": "on"}
    visitor.fill(edit_page(mine), content="theirs\n")
    again = fields_of(text_of(visitor.send(edit_page(mine), slow)))
    assert again["without_history"] == "on"
    visitor.send(edit_page(mine), again)
    assert [revision.content for revision in Revision.objects.all()] == ["first\n"]


def test_a_third_hand_in_between_is_a_conflict_again(owner: str, mine: Header) -> None:
    again = fields_of(text_of(both(owner, mine)))
    visitor = Visitor(owner)
    visitor.fill(edit_page(mine), content="third\n")
    again["csrfmiddlewaretoken"] = visitor.form("/")["csrfmiddlewaretoken"]
    response = visitor.send(edit_page(mine), again)
    assert response.status_code == 409
    assert fields_of(text_of(response))["content"] == "mine\n"
    assert "third\n" in text_of(response)


def test_the_conflict_is_seen_when_only_another_field_changed(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    slow = {**visitor.form(edit_page(mine)), "content": "mine\n"}
    visitor.fill(edit_page(mine), visibility="public")
    assert visitor.send(edit_page(mine), slow).status_code == 409


def test_newlines_follow_the_text_that_was_edited(owner: str) -> None:
    paste = published("a\r\nb\r\n", secret=owner)
    visitor = Visitor(owner)
    slow = {**visitor.form(edit_page(paste)), "content": "a\nb\nmine\n"}
    store.revise([store.Edit(paste.id, clock.now(), lambda header: None, content="a\nb\n")])
    again = fields_of(text_of(visitor.send(edit_page(paste), slow)))
    visitor.send(edit_page(paste), again)
    assert stored(edit_page(paste)).content == "a\r\nb\r\nmine\r\n"
