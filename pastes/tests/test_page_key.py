"""A new key: every paste changes over, the old code is dead, and dying half-way loses nothing."""

import pytest
from django.utils.html import escape

from pastes import store
from pastes.account import codes, ownership
from pastes.browser import owner_key
from pastes.models import Header, Paste
from pastes.tests.pages import Visitor, published, text_of
from pastes.tests.test_page_recovery import dies_at_the_second, owners

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

PAGE = "/mine/key"


def test_the_page_that_asks_gives_the_next_key_and_changes_nothing(owner: str) -> None:
    published(secret=owner)
    response = Visitor(owner).get(PAGE)
    cookie = response.cookies["owner-next"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie.value != owner
    assert cookie.value not in text_of(response)
    assert response["Cache-Control"] == "private, no-store"
    assert owners() == {owner_key(owner)}


def test_asked_again_it_gives_the_same_next_key(owner: str) -> None:
    visitor = Visitor(owner)
    first = visitor.get(PAGE).cookies["owner-next"].value
    assert visitor.get(PAGE).cookies["owner-next"].value == first


def test_every_paste_gets_the_next_key_and_the_browser_too(owner: str) -> None:
    pastes = [published(str(number), secret=owner) for number in range(3)]
    visitor = Visitor(owner)
    response = visitor.fill(PAGE)
    secret = response.cookies["owner"].value
    assert owners() == {owner_key(secret)}
    assert list(Paste.objects.values_list("version", flat=True)) == [2, 2, 2]
    assert Paste.objects.get(id=pastes[0].id).revisions.count() == 0
    assert visitor.get(f"/{pastes[0].id}/edit").status_code == 200
    assert Visitor(owner).get(f"/{pastes[0].id}/edit").status_code == 403


def test_the_new_code_is_shown_and_the_old_one_opens_nothing(owner: str) -> None:
    published(secret=owner)
    visitor = Visitor(owner)
    response = visitor.fill(PAGE)
    assert escape(codes.code_of(visitor.cookies["owner"].value)) in text_of(response)
    assert Visitor().fill("/mine/recovery", code=codes.code_of(owner)).status_code == 422


def test_caches_show_the_old_owner_no_owners_page(owner: str) -> None:
    paste = published(secret=owner)
    old = Visitor(owner)
    assert f"/{paste.id}/edit" in text_of(old.get(f"/{paste.id}"))
    new = Visitor(owner)
    new.fill(PAGE)
    assert f"/{paste.id}/edit" not in text_of(old.get(f"/{paste.id}"))
    assert f"/{paste.id}/edit" in text_of(new.get(f"/{paste.id}"))


def test_dying_half_way_loses_nothing_and_a_repeat_finishes_it(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "LIST_ITEMS", 2)
    for number in range(5):
        published(str(number), secret=owner)
    visitor = Visitor(owner)
    visitor.get(PAGE)
    following = visitor.cookies["owner-next"].value
    dies_at_the_second(monkeypatch)
    assert visitor.fill(PAGE).status_code == 503
    assert (visitor.cookies["owner"].value, visitor.cookies["owner-next"].value) == (owner, following)
    assert owners() == {owner_key(owner), owner_key(following)}
    page = text_of(visitor.get("/mine"))
    assert "2 pastes already" in page
    assert 'href="/mine/key">Finish it' in page
    monkeypatch.undo()
    made_meanwhile = published("meanwhile", secret=owner)
    assert visitor.fill(PAGE).status_code == 200
    assert visitor.cookies["owner"].value == following
    assert owners() == {owner_key(following)}
    assert sorted(Paste.objects.values_list("version", flat=True)) == [2] * 6
    assert visitor.get(f"/{made_meanwhile.id}/edit").status_code == 200
    assert "Finish it" not in text_of(visitor.get("/mine"))


def test_an_answer_that_was_lost_is_made_good_by_a_repeat(owner: str) -> None:
    published(secret=owner)
    visitor = Visitor(owner)
    visitor.get(PAGE)
    following = visitor.cookies["owner-next"].value
    visitor.fill(PAGE)
    visitor.cookies["owner"], visitor.cookies["owner-next"] = owner, following
    response = visitor.fill(PAGE)
    assert response.cookies["owner"].value == following
    assert list(Paste.objects.values_list("version", flat=True)) == [2]


def test_an_answer_that_comes_late_with_the_old_key_loses_nothing(owner: str) -> None:
    paste = published(secret=owner)
    visitor = Visitor(owner)
    visitor.fill(PAGE)
    following = visitor.cookies["owner"].value
    assert "Finish it" not in text_of(visitor.get("/mine"))
    visitor.cookies["owner"] = owner  # as a page sets it that was asked for before
    assert "1 paste already" in text_of(visitor.get("/mine"))
    visitor.fill(PAGE)
    assert visitor.cookies["owner"].value == following
    assert visitor.get(f"/{paste.id}/edit").status_code == 200


def test_a_paste_that_is_made_meanwhile_changes_over_too(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    published(secret=owner)
    visitor = Visitor(owner)
    fields = visitor.form(PAGE)
    revise, before_all_others = store.revise, iter(["00000000-0000-4000-8000-000000000000"])

    def slow(edits: list[store.Edit]) -> list[Header | Exception]:
        for paste_id in before_all_others:
            published("meanwhile", secret=owner, id=paste_id)
        return revise(edits)

    monkeypatch.setattr(store, "revise", slow)
    assert "2 pastes changed over" in text_of(visitor.send(PAGE, fields))
    assert owners() == {owner_key(visitor.cookies["owner"].value)}


def test_without_the_next_key_nothing_is_changed(owner: str) -> None:
    published(secret=owner)
    visitor = Visitor(owner)
    fields = visitor.form(PAGE)
    del visitor.cookies["owner-next"]
    response = visitor.send(PAGE, fields)
    assert response.status_code == 409
    assert "owner" not in response.cookies
    assert owners() == {owner_key(owner)}


def test_a_browser_without_a_key_is_led_to_its_empty_list() -> None:
    response = Visitor().get(PAGE)
    assert (response.status_code, response["Location"]) == (303, "/mine")
    assert not response.cookies


def test_forgetting_takes_the_next_key_away_too(owner: str) -> None:
    visitor = Visitor(owner)
    visitor.get(PAGE)
    assert visitor.fill("/mine/forget").cookies["owner-next"].value == ""


def test_a_foreign_page_cannot_change_the_key(owner: str) -> None:
    published(secret=owner)
    visitor = Visitor(owner)
    visitor.get(PAGE)
    assert visitor.post(PAGE, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert owners() == {owner_key(owner)}
