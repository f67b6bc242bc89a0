"""Renewing: another life, and nothing else."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pastes import clock
from pastes.models import Header, Paste, Revision
from pastes.tests.pages import Visitor, change_before_the_next, errors_of, fields_of, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ME = "owner-owner-owner-owner"


@pytest.fixture
def mine() -> Header:
    return published("text\r\n", secret=ME, title=" notes.txt", timetolive=3600)


def renew_page(paste: Header) -> str:
    return f"/{paste.id}/renew"


def test_a_new_life_counts_from_now_and_nothing_else_changes(mine: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    later = mine.created_at + timedelta(seconds=1800)
    monkeypatch.setattr(clock, "now", lambda: later)
    response = Visitor(ME).fill(renew_page(mine), lifetime="86400")
    assert (response.status_code, response["Location"]) == (303, f"/{mine.id}")
    paste = stored(renew_page(mine))
    assert (paste.expires_at, paste.timetolive, paste.version) == (later + timedelta(days=1), 86_400, 2)
    assert (paste.content, paste.title, paste.language, paste.visibility) == (
        "text\r\n",
        mine.title,
        mine.language,
        "unlisted",
    )
    assert not Revision.objects.exists()


@pytest.mark.parametrize(
    ("timetolive", "offered"), [(3600, "1 hour"), (604_800, "1 week"), (7384, "2 hours, 3 minutes")]
)
def test_what_was_asked_for_last_is_chosen(timetolive: int, offered: str) -> None:
    paste = published(secret=ME, timetolive=timetolive)
    page = text_of(Visitor(ME).get(renew_page(paste))).replace("\xa0", " ")
    assert fields_of(page)["lifetime"] == str(timetolive)
    assert offered in page


def test_a_life_without_end_is_offered_where_there_is_one(settings: Any) -> None:
    settings.MAX_TTL = None
    paste = published(secret=ME, timetolive=None)
    assert Visitor(ME).form(renew_page(paste))["lifetime"] == "never"
    assert Visitor(ME).fill(renew_page(paste), lifetime="600").status_code == 303
    settings.MAX_TTL = 365 * 86_400
    unended = published(secret=ME, timetolive=600)
    Paste.objects.filter(id=unended.id).update(timetolive=None, expires_at=None)
    Visitor(ME).fill(f"/{unended.id}/edit", title="so that no cache knows it as it was")
    assert Visitor(ME).form(renew_page(unended))["lifetime"] != "never"


def test_a_date_is_taken_as_it_stands(mine: Header) -> None:
    response = Visitor(ME).fill(renew_page(mine), lifetime="date", expires_on=soon(days=3))
    assert response.status_code == 303
    expires_at = stored(renew_page(mine)).expires_at
    assert expires_at is not None
    assert expires_at.strftime("%Y-%m-%dT%H:%M") == soon(days=3)


def soon(**time: int) -> str:
    return (clock.now() + timedelta(**time)).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"lifetime": "date"}, "expires_on"),
        ({"lifetime": "date", "expires_on": "soon"}, "expires_on"),
        ({"lifetime": "date", "expires_on": "2001-01-01T00:00"}, "expires_on"),
        ({"lifetime": "date", "expires_on": "9999-12-31T23:59"}, "expires_on"),
        ({"lifetime": "5"}, "lifetime"),
        ({"lifetime": ""}, "lifetime"),
        ({"lifetime": "never"}, "lifetime"),
        ({"version": "x"}, "version"),
    ],
)
def test_a_refused_choice_is_shown_again_with_what_is_wrong(mine: Header, typed: dict[str, str], field: str) -> None:
    response = Visitor(ME).fill(renew_page(mine), **typed)
    assert response.status_code == 422
    assert list(errors_of(response)) == [field]
    assert Paste.objects.headers() == [mine]


def test_changed_since_it_asks_again_with_the_new_version_and_the_same_choice(mine: Header) -> None:
    visitor = Visitor(ME)
    asked = {**visitor.form(renew_page(mine)), "lifetime": "604800"}
    visitor.fill(f"/{mine.id}/edit", content="second\n")
    response = visitor.send(renew_page(mine), asked)
    assert response.status_code == 409
    assert "nothing has been renewed" in text_of(response)
    again = fields_of(text_of(response))
    assert (again["version"], again["lifetime"]) == ("2", "604800")
    assert stored(renew_page(mine)).expires_at == mine.expires_at
    assert visitor.send(renew_page(mine), again).status_code == 303


def test_changed_at_the_last_moment_it_is_not_renewed(mine: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(ME)
    asked = visitor.form(renew_page(mine))
    change_before_the_next(monkeypatch, mine)
    response = visitor.send(renew_page(mine), asked)
    assert response.status_code == 409
    assert fields_of(text_of(response))["version"] == "2"
    assert stored(renew_page(mine)).expires_at == mine.expires_at


def test_a_get_says_when_it_expires_and_changes_nothing(mine: Header) -> None:
    page = text_of(Visitor(ME).get(renew_page(mine)))
    expires_at: datetime | None = mine.expires_at
    assert expires_at is not None
    assert expires_at.strftime("%Y-%m-%dT%H:%M:%SZ") in page
    assert Paste.objects.headers() == [mine]
