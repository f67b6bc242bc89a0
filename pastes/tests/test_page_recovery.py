"""The recovery code: shown to its owner alone, typed in elsewhere, and then both browsers' pastes are one's own."""

from typing import Any

import pytest

from pastes import store
from pastes.access import Actor
from pastes.account import codes, ownership
from pastes.browser import owner_key
from pastes.drafts import new_token
from pastes.errors import NotFound, Unavailable
from pastes.models import Paste
from pastes.tests.pages import Response, Visitor, published, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

PAGE = "/mine/recovery"
ANOTHER = "another-browser-another-browser"


def enter(visitor: Visitor, code: str) -> Response:
    return visitor.fill(PAGE, code=code)


def show(visitor: Visitor) -> Response:
    token = visitor.form(PAGE)["csrfmiddlewaretoken"]
    return visitor.post(PAGE, {"csrfmiddlewaretoken": token, "show": "yes"})


def owners() -> set[bytes]:
    return {bytes(key) for key in Paste.objects.values_list("owner_key", flat=True)}


def test_the_code_is_shown_in_the_answer_to_a_post_only(owner: str) -> None:
    visitor, code = Visitor(owner), codes.code_of(owner)
    for path in (PAGE, f"{PAGE}?show=yes", "/mine", "/mine/forget"):
        assert code not in text_of(visitor.get(path))
    response = show(visitor)
    assert code in text_of(response)
    assert response["Cache-Control"] == "private, no-store"


def test_a_browser_without_a_key_is_told_so_and_gets_none(owner: str) -> None:
    response = show(Visitor())
    assert "There is none yet" in text_of(response)
    assert "owner" not in response.cookies


def test_a_code_typed_in_makes_both_browsers_pastes_one(owner: str) -> None:
    theirs, mine = published(secret=ANOTHER), published(secret=owner)
    visitor = Visitor(owner)
    response = enter(visitor, codes.code_of(ANOTHER).lower().replace("-", " "))
    assert (response.status_code, response["Location"]) == (303, "/mine")
    assert response.cookies["owner"].value == ANOTHER
    assert owners() == {owner_key(ANOTHER)}
    assert {row.id for row in Visitor(ANOTHER).get("/mine").context["pastes"]} == {theirs.id, mine.id}
    assert Paste.objects.get(id=mine.id).version == 2
    assert Paste.objects.get(id=theirs.id).version == 1
    assert "The 1 of this browser came along." in text_of(visitor.get("/mine"))


def test_what_came_along_can_be_changed_under_the_new_key_and_not_under_the_old(owner: str) -> None:
    published(secret=ANOTHER)
    mine = published(secret=owner)
    enter(Visitor(owner), codes.code_of(ANOTHER))
    assert Visitor(ANOTHER).get(f"/{mine.id}/edit").status_code == 200
    assert Visitor(owner).get(f"/{mine.id}/edit").status_code == 403


def test_a_new_browser_takes_the_key_over(owner: str) -> None:
    published(secret=ANOTHER)
    assert enter(Visitor(), codes.code_of(ANOTHER)).cookies["owner"].value == ANOTHER


def test_ones_own_code_changes_nothing(owner: str) -> None:
    published(secret=owner)
    assert enter(Visitor(owner), codes.code_of(owner)).status_code == 303
    assert Paste.objects.get().version == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type the code in."),
        (codes.code_of(ANOTHER).replace("Z", "Y").replace("1", "2"), "typo"),
        (codes.code_of("nobodys-nobodys-nobodys"), "no paste belongs to it"),
        ("<script>alert(1)</script>", "has"),
        ("0" * 401, "at most 400"),
    ],
)
def test_a_code_that_opens_nothing_is_told_why_and_changes_nothing(owner: str, typed: str, said: str) -> None:
    published(secret=owner)
    response = enter(Visitor(owner), typed)
    assert response.status_code == 422
    assert said in text_of(response)
    assert "<script>" not in text_of(response)
    assert "owner" not in response.cookies
    assert owners() == {owner_key(owner)}


def test_an_answer_that_comes_late_with_the_old_key_loses_nothing(owner: str) -> None:
    paste = published(secret=ANOTHER)
    visitor = Visitor(owner)
    enter(visitor, codes.code_of(ANOTHER))
    visitor.cookies["owner"] = owner  # as a page sets it that was asked for before
    visitor.fill("/mine/key")
    assert visitor.cookies["owner"].value == ANOTHER
    assert visitor.get(f"/{paste.id}/edit").status_code == 200


def test_pastes_that_were_on_their_way_to_another_key_come_along(owner: str) -> None:
    published(secret=ANOTHER)
    published(secret=owner)
    following = new_token()
    published(secret=following)
    visitor = Visitor(owner)
    visitor.cookies["owner-next"] = following
    response = enter(visitor, codes.code_of(ANOTHER))
    assert owners() == {owner_key(ANOTHER)}
    assert response.cookies["owner"].value == ANOTHER


def test_cut_short_it_is_finished_by_typing_the_code_again(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "LIST_ITEMS", 2)
    published(secret=ANOTHER)
    for number in range(5):
        published(str(number), secret=owner)
    dies_at_the_second(monkeypatch)
    response = enter(Visitor(owner), codes.code_of(ANOTHER))
    assert response.status_code == 503
    assert "owner" not in response.cookies
    assert Paste.objects.owned_by(owner_key(owner)).count() == 3
    monkeypatch.undo()
    assert enter(Visitor(owner), codes.code_of(ANOTHER)).status_code == 303
    assert owners() == {owner_key(ANOTHER)}
    assert sorted(Paste.objects.values_list("version", flat=True)) == [1, 2, 2, 2, 2, 2]


def dies_at_the_second(monkeypatch: pytest.MonkeyPatch) -> None:
    revise, calls = store.revise, iter([False, True])

    def dying(edits: Any) -> Any:
        if next(calls):
            raise Unavailable("The machine died.")
        return revise(edits)

    monkeypatch.setattr(store, "revise", dying)


def test_batches_are_bounded_in_items_and_in_bytes(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    revise = store.revise

    def counted(edits: Any) -> Any:
        sizes.append(len(edits))
        return revise(edits)

    monkeypatch.setattr(store, "revise", counted)
    monkeypatch.setattr(ownership, "LIST_BYTES", 25)
    monkeypatch.setattr(ownership, "LIST_ITEMS", 4)
    at = max(published("x" * 10, secret=owner).created_at for _ in range(5))
    assert ownership.hand_over(owner, to=ANOTHER, at=at) == 5
    assert sizes == [2, 2, 1]
    sizes.clear()
    for number in range(5):
        published(str(number), secret=owner)
    big = published("x" * 99, secret=owner)
    assert ownership.hand_over(owner, to=ANOTHER, at=big.created_at) == 6
    assert max(sizes) <= 4
    assert sum(sizes) == 6


def test_what_another_request_took_first_is_left_to_it(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    paste = published(secret=owner)
    revise = store.revise

    def after_another(edits: Any) -> Any:
        revise(edits)
        return revise(edits)

    monkeypatch.setattr(store, "revise", after_another)
    assert ownership.hand_over(owner, to=ANOTHER, at=paste.created_at) == 0
    assert owners() == {owner_key(ANOTHER)}


def test_what_cannot_be_given_is_tried_once(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    at = max(published(str(number), secret=owner).created_at for number in range(3))
    tried: list[int] = []

    def gone(edits: Any) -> Any:
        assert len(tried) < 9, "it goes round in a circle"
        tried.append(len(edits))
        return [NotFound() for _ in edits]

    monkeypatch.setattr(store, "revise", gone)
    assert ownership.hand_over(owner, to=ANOTHER, at=at) == 0
    assert tried == [3]


def test_ten_tries_a_minute_are_enough(owner: str) -> None:
    visitor = Visitor(owner)
    wrong = codes.code_of("nobodys-nobodys-nobodys")
    assert [enter(visitor, wrong).status_code for _ in range(11)] == [422] * 10 + [429]
    assert enter(visitor, wrong)["Retry-After"]
    assert show(visitor).status_code == 200


def test_a_foreign_page_can_neither_show_it_nor_type_one_in(owner: str) -> None:
    published(secret=ANOTHER)
    for sent in ({"show": "yes"}, {"code": codes.code_of(ANOTHER)}):
        response = Visitor(owner).post(PAGE, sent, HTTP_ORIGIN="https://evil.example")
        assert response.status_code == 403
        assert codes.code_of(owner) not in text_of(response)


def test_the_actor_of_a_code_is_the_actor_of_its_browser(owner: str) -> None:
    assert Actor(owner_key(codes.secret_of(codes.code_of(owner)))) == Actor(owner_key(owner))
