"""Several pastes at once: asked first, each for itself, nobody else's, and never over what was changed meanwhile."""

import html
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.errors import Unavailable
from pastes.models import Header, Paste, Retired
from pastes.tests.pages import Response, Visitor, published, text_of
from pastes.tests.samples import edit

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

DELETE, RENEW = "/mine/delete", "/mine/renew"
BOTH = (DELETE, RENEW)
HOSTILE = "</bdi><script>alert(1)</script>\u202egpj.exe"
GONE = UUID("6a1e7c1e-1111-4222-8333-0123456789ab")


def ask(visitor: Visitor, path: str, *pastes: Header | UUID) -> Response:
    """As the list sends it, with a token from there or from the form that anybody has."""
    token = visitor.form("/")["csrfmiddlewaretoken"]
    ids = [str(paste.id if isinstance(paste, Header) else paste) for paste in pastes]
    return visitor.post(path, {"csrfmiddlewaretoken": token, "paste": ids})


def confirm(visitor: Visitor, path: str, *pastes: Header, **fields: Any) -> Response:
    """As the page that asks sends it."""
    token = visitor.form("/")["csrfmiddlewaretoken"]
    confirmed = [f"{paste.id}.{paste.version}" for paste in pastes]
    return visitor.post(path, {"csrfmiddlewaretoken": token, "confirmed": confirmed, **fields})


def there(*pastes: Header) -> list[int]:
    """The versions of those that are still there."""
    rows = Paste.objects.filter(id__in=[paste.id for paste in pastes]).order_by("created_at", "id")
    return list(rows.values_list("version", flat=True))


@pytest.mark.parametrize("path", BOTH)
def test_it_is_asked_first_and_nothing_is_changed(owner: str, path: str) -> None:
    first, second = published(secret=owner, title="a.py"), published(secret=owner, title=HOSTILE)
    response = ask(Visitor(owner), path, first, second)
    page = text_of(response)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert there(first, second) == [1, 1]
    assert f'value="{first.id}.1"' in page
    assert f'value="{second.id}.1"' in page
    assert "a.py" in page
    assert "<script>" not in page
    assert "\u202e" not in page


def test_what_was_confirmed_is_deleted_and_retired(owner: str) -> None:
    pastes = [published(str(number), secret=owner) for number in range(3)]
    visitor = Visitor(owner)
    response = confirm(visitor, DELETE, *pastes[:2])
    assert (response.status_code, response["Location"]) == (303, "/mine")
    assert there(*pastes) == [1]
    assert Retired.objects.count() == 2
    assert "2 pastes deleted." in text_of(visitor.get("/mine"))
    assert "2 pastes deleted." not in text_of(visitor.get("/mine"))


@pytest.mark.parametrize("path", BOTH)
def test_the_list_stays_as_it_was_searched(owner: str, path: str) -> None:
    paste = published(secret=owner, title="a.py")
    visitor = Visitor(owner)
    assert 'name="query" value="q=a&amp;page=1"' in text_of(visitor.get("/mine?q=a"))
    query = "q=a+%26+b&sort=title&soon=on&page=3"
    token = visitor.form("/")["csrfmiddlewaretoken"]
    asked = text_of(visitor.post(path, {"csrfmiddlewaretoken": token, "paste": str(paste.id), "query": query}))
    kept = "/mine?q=a+%26+b&sort=title&soon=on&page=3"
    assert f'href="{html.escape(kept)}"' in asked
    assert f'name="query" value="{html.escape(query)}"' in asked
    assert confirm(visitor, path, paste, lifetime="600", query=query)["Location"] == kept


@pytest.mark.parametrize("query", ["//evil.example/", "\r\nX: 1", "page=0", "sort=none", "q=%00", f"q={'x' * 1000}"])
def test_what_is_no_search_of_the_list_leads_to_all_of_it(owner: str, query: str) -> None:
    assert confirm(Visitor(owner), DELETE, published(secret=owner), query=query)["Location"] == "/mine"


def test_what_was_confirmed_lives_as_long_as_was_chosen(owner: str) -> None:
    pastes = [published(str(number), secret=owner, timetolive=600) for number in range(2)]
    response = confirm(Visitor(owner), RENEW, *pastes, lifetime="604800")
    assert (response.status_code, response["Location"]) == (303, "/mine")
    for row in Paste.objects.all():
        assert (row.version, row.timetolive) == (2, 604_800)
        assert row.expires_at is not None
        assert row.expires_at == row.updated_at + timedelta(days=7)


def test_renewing_keeps_no_old_version_and_changes_nothing_else(owner: str) -> None:
    paste = published("text", secret=owner, title="a.py", visibility="public")
    confirm(Visitor(owner), RENEW, paste, lifetime="600")
    row = Paste.objects.get()
    assert (row.content, row.title, row.visibility, row.language) == ("text", "a.py", "public", "python")
    assert row.revisions.count() == 0


@pytest.mark.parametrize("lifetime", ["", "7", "keep", "never", "date", "999999999999"])
def test_a_life_that_is_not_offered_is_refused_and_what_was_chosen_stays(owner: str, lifetime: str) -> None:
    paste = published(secret=owner)
    response = confirm(Visitor(owner), RENEW, paste, lifetime=lifetime)
    assert response.status_code == 422
    assert f'value="{paste.id}.1"' in text_of(response)
    assert there(paste) == [1]


def test_a_date_can_be_picked(owner: str) -> None:
    paste = published(secret=owner)
    soon = (paste.created_at + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    assert confirm(Visitor(owner), RENEW, paste, lifetime="date", expires_on=soon).status_code == 303
    assert Paste.objects.get().expires_at.strftime("%Y-%m-%dT%H:%M") == soon  # type: ignore[union-attr]
    assert confirm(Visitor(owner), RENEW, paste, lifetime="date", expires_on="2001-01-01T00:00").status_code == 422


@pytest.mark.parametrize("path", BOTH)
def test_what_was_changed_meanwhile_stays_and_is_told_the_rest_is_done(owner: str, path: str) -> None:
    seen, changed, deleted = (published(str(number), secret=owner) for number in range(3))
    store.revise([edit(changed, "newer", at=changed.created_at)])
    Paste.objects.filter(id=deleted.id).delete()
    response = confirm(Visitor(owner), path, seen, changed, deleted, lifetime="600")
    page = text_of(response)
    assert response.status_code == 409
    assert "1 paste " + ("deleted" if path == DELETE else "renewed") in page
    assert "1 was changed after you looked" in page
    assert "1 is not there any more" in page
    assert f'value="{changed.id}.2"' in page
    assert str(seen.id) not in page
    assert there(changed) == [2]
    assert there(seen) == ([] if path == DELETE else [2])


@pytest.mark.parametrize("path", BOTH)
def test_a_strangers_paste_is_neither_shown_nor_touched(owner: str, other: str, path: str) -> None:
    mine, theirs = published(secret=owner), published(secret=other, title="their secret title", visibility="unlisted")
    page = text_of(ask(Visitor(owner), path, mine, theirs, GONE))
    assert "their secret title" not in page
    assert str(theirs.id) not in page
    assert "2 of what you ticked are not there" in page
    response = confirm(Visitor(owner), path, mine, theirs, lifetime="600")
    assert response.status_code == 409
    assert "their secret title" not in text_of(response)
    assert there(theirs) == [1]
    assert there(mine) == ([] if path == DELETE else [2])


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("visitor", [Visitor("other-other-other-other"), Visitor()], ids=["other", "nobody"])
def test_somebody_else_can_do_nothing(owner: str, path: str, visitor: Visitor) -> None:
    paste = published(secret=owner)
    assert ask(visitor, path, paste)["Location"] == "/mine"
    assert confirm(visitor, path, paste, lifetime="600").status_code == 409
    assert there(paste) == [1]


@pytest.mark.parametrize("path", BOTH)
def test_a_get_or_nothing_ticked_leads_back_to_the_list(owner: str, path: str) -> None:
    paste = published(secret=owner)
    visitor = Visitor(owner)
    for response in (visitor.get(f"{path}?confirmed={paste.id}.1"), ask(visitor, path)):
        assert (response.status_code, response["Location"]) == (303, "/mine")
    assert there(paste) == [1]
    assert "tick pastes" in text_of(visitor.get("/mine"))


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("value", ["x", "1.1", f"{GONE}.", f"{GONE}.x", f"{GONE}.-1", f"{GONE}.{10**10}", f"{GONE}.²"])
def test_a_form_that_was_tampered_with_is_refused(owner: str, path: str, value: str) -> None:
    visitor = Visitor(owner)
    token = visitor.form("/")["csrfmiddlewaretoken"]
    sent = {"csrfmiddlewaretoken": token, "confirmed": value, "lifetime": "600"}
    assert visitor.post(path, sent).status_code == 400
    assert visitor.post(path, {"csrfmiddlewaretoken": token, "paste": value}).status_code == 400


@pytest.mark.parametrize("path", BOTH)
def test_at_most_a_hundred_go_at_once(owner: str, path: str) -> None:
    ids = [UUID(int=GONE.int + number) for number in range(101)]
    published(secret=owner, id=str(ids[0]))
    assert ask(Visitor(owner), path, *ids).status_code == 400
    assert ask(Visitor(owner), path, *ids[:100]).status_code == 200


@pytest.mark.parametrize("path", BOTH)
def test_a_foreign_page_can_do_nothing(owner: str, path: str) -> None:
    paste = published(secret=owner)
    sent = {"confirmed": f"{paste.id}.1", "lifetime": "600"}
    assert Visitor(owner).post(path, sent, HTTP_ORIGIN="https://evil.example").status_code == 403
    assert there(paste) == [1]


@pytest.mark.parametrize("path", BOTH)
def test_where_the_database_is_away_it_is_said_and_nothing_is_done(
    owner: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste = published(secret=owner)
    monkeypatch.setattr(store, "change", lambda changes: [Unavailable("The database is away.") for _ in changes])
    response = confirm(Visitor(owner), path, paste, lifetime="600")
    assert response.status_code == 503
    assert response["Retry-After"]


def test_twenty_cost_no_more_queries_than_two(owner: str) -> None:
    pastes = [published(str(number), secret=owner) for number in range(22)]
    few, many = pastes[:2], pastes[2:]
    assert queries(owner, few) == queries(owner, many)


def queries(owner: str, pastes: list[Header]) -> int:
    visitor = Visitor(owner)
    token = visitor.form("/")["csrfmiddlewaretoken"]
    sent = {"csrfmiddlewaretoken": token, "confirmed": [f"{paste.id}.{paste.version}" for paste in pastes]}
    with CaptureQueriesContext(connection) as captured:
        assert visitor.post(DELETE, sent).status_code == 303
    return len(captured)
