"""The delete page: a question first, one answer, and then nothing is left anywhere."""

from collections.abc import Callable

import pytest

from pastes import clock, store
from pastes.models import Header, Paste, Retired, Revision
from pastes.tests.pages import Visitor, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def mine(owner: str) -> Header:
    return published("first\n", secret=owner, title="notes.txt", visibility="public")


def delete_page(paste: Header) -> str:
    return f"/{paste.id}/delete"


def test_a_get_asks_and_deletes_nothing(owner: str, mine: Header) -> None:
    response = Visitor(owner).get(delete_page(mine))
    assert response.status_code == 200
    assert "notes.txt" in text_of(response)
    assert response["Cache-Control"] == "private, no-store"
    assert Visitor(owner).head(delete_page(mine)).status_code == 200
    assert Paste.objects.exists()


def test_the_answer_deletes_it_for_good(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    visitor.fill(f"/{mine.id}/edit", content="second\n")
    response = visitor.fill(delete_page(mine))
    assert (response.status_code, response["Location"]) == (303, "/mine")
    assert not Paste.objects.exists()
    assert not Revision.objects.exists()
    assert Retired.objects.filter(id=mine.id).exists()


@pytest.mark.parametrize("page", ["", "/raw", "/download", "/edit", "/delete"])
def test_afterwards_it_is_nowhere(owner: str, mine: Header, page: str) -> None:
    visitor = Visitor(owner)
    visitor.get(f"/{mine.id}")
    visitor.get(f"/{mine.id}/raw")
    visitor.fill(delete_page(mine))
    assert visitor.get(f"/{mine.id}{page}").status_code == 404
    assert visitor.get(f"/paste/{mine.id}").status_code == 404
    assert "notes.txt" not in text_of(visitor.get("/recent")) + text_of(visitor.get("/mine"))


@pytest.mark.parametrize("version", ["2", "0", "", "x", "1 "])
def test_another_version_than_the_one_seen_is_not_deleted(owner: str, mine: Header, version: str) -> None:
    response = Visitor(owner).fill(delete_page(mine), version=version)
    assert response.status_code == 409
    assert "nothing has been deleted" in text_of(response)
    assert Paste.objects.exists()


def test_changed_since_it_asks_again_with_the_new_version(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    asked = visitor.form(delete_page(mine))
    visitor.fill(f"/{mine.id}/edit", content="second\n")
    response = visitor.send(delete_page(mine), asked)
    assert response.status_code == 409
    assert 'name="version" value="2"' in text_of(response)
    assert stored(delete_page(mine)).content == "second\n"


def test_changed_at_the_last_moment_it_is_not_deleted(
    owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = Visitor(owner)
    remove: Callable[[list[store.Removal]], list[Header | Exception]] = store.remove

    def late(removals: list[store.Removal]) -> list[Header | Exception]:
        store.revise([store.Edit(mine.id, clock.now(), lambda header: None, content="late\n")])
        return remove(removals)

    monkeypatch.setattr(store, "remove", late)
    response = visitor.fill(delete_page(mine))
    assert response.status_code == 409
    assert stored(delete_page(mine)).content == "late\n"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("secret", ["other-other-other-other", None])
def test_nobody_else_may_delete(mine: Header, secret: str | None, method: str) -> None:
    visitor = Visitor(secret)
    token = visitor.form("/")["csrfmiddlewaretoken"]
    sent = {"csrfmiddlewaretoken": token, "version": "1"}
    response = visitor.get(delete_page(mine)) if method == "get" else visitor.send(delete_page(mine), sent)
    assert response.status_code == 403
    assert Paste.objects.exists()


def test_a_foreign_page_cannot_delete(owner: str, mine: Header) -> None:
    response = Visitor(owner).post(delete_page(mine), {"version": "1"}, HTTP_ORIGIN="https://evil.example")
    assert response.status_code == 403
    assert Paste.objects.exists()


def test_a_second_answer_finds_nothing(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    asked = visitor.form(delete_page(mine))
    assert visitor.send(delete_page(mine), asked).status_code == 303
    assert visitor.send(delete_page(mine), asked).status_code == 404
