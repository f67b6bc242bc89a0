"""A browser lets go of its pastes: asked first, then its cookie is taken away, and the pastes stay."""

import pytest

from pastes.tests.pages import Visitor, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

PAGE = "/mine/forget"


def test_a_get_asks_and_forgets_nothing(owner: str) -> None:
    response = Visitor(owner).get(PAGE)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "owner" not in response.cookies


def test_the_answer_takes_the_cookie_away(owner: str) -> None:
    visitor = Visitor(owner)
    response = visitor.fill(PAGE)
    assert (response.status_code, response["Location"]) == (303, "/mine")
    cookie = response.cookies["owner"]
    assert (cookie.value, cookie["max-age"], cookie["path"], cookie["samesite"]) == ("", 0, "/", "Lax")


def test_a_draft_in_the_browser_goes_with_it(owner: str) -> None:
    visitor = Visitor(owner)
    assert "Clear-Site-Data" not in visitor.get(PAGE)
    assert visitor.fill(PAGE)["Clear-Site-Data"] == '"storage"'


def test_the_pastes_stay_and_nobody_owns_them(owner: str) -> None:
    paste = published(secret=owner)
    visitor = Visitor(owner)
    visitor.fill(PAGE)
    visitor.cookies.pop("owner")
    assert visitor.get(f"/{paste.id}").status_code == 200
    assert visitor.get(f"/{paste.id}/edit").status_code == 403
    assert stored(f"/{paste.id}").version == 1


def test_the_next_paste_is_a_new_owners(owner: str) -> None:
    visitor = Visitor(owner)
    visitor.fill(PAGE)
    visitor.cookies.pop("owner")
    assert visitor.get("/").cookies["owner"].value != owner


def test_a_foreign_page_cannot_make_it_forget(owner: str) -> None:
    assert Visitor(owner).post(PAGE, HTTP_ORIGIN="https://evil.example").status_code == 403


def test_it_is_always_offered_under_my_pastes(owner: str) -> None:
    assert PAGE in text_of(Visitor(owner).get("/mine"))
    published(secret=owner)
    assert PAGE in text_of(Visitor(owner).get("/mine"))
    assert PAGE not in text_of(Visitor(owner).get("/recent"))
