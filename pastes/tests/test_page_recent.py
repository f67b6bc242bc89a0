"""Recent: public pastes that are there, newest first, page by page, and at what cost."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import clock
from pastes.models import Header
from pastes.tests.pages import Visitor, published, text_of
from pastes.views import recent

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
PAGE = "/recent"


@pytest.fixture(autouse=True)
def soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: BEGINNING + timedelta(hours=1))


def many(count: int, owner: str) -> list[Header]:
    """Public pastes of the owner, one each second."""
    return [
        published(f"{number}\n", secret=owner, at=BEGINNING + timedelta(seconds=number), visibility="public")
        for number in range(count)
    ]


def listed(visitor: Visitor, path: str) -> tuple[list[str], str]:
    """The ids on that page, in order, and the path of the next."""
    response = visitor.get(path)
    assert response.status_code == 200
    cursor = response.context["next_cursor"]
    ids = [str(header.id) for header in response.context["pastes"]]
    assert all(f'href="/{paste_id}"' in text_of(response) for paste_id in ids)
    return ids, f"{path.partition('?')[0]}?cursor={cursor}" if cursor else ""


def test_recent_are_public_and_live(owner: str) -> None:
    public = published(secret=owner, visibility="public")
    published(secret=owner, visibility="unlisted")
    published(secret=owner, visibility="public", at=BEGINNING, timetolive=60)
    assert listed(Visitor(), PAGE)[0] == [str(public.id)]


def test_recent_is_for_everybody_and_offers_no_edit(owner: str) -> None:
    published(secret=owner, visibility="public")
    response = Visitor(owner).get(PAGE)
    assert "/edit" not in text_of(response)
    assert not response.cookies
    assert "X-Robots-Tag" not in response
    assert response["Cache-Control"] == "no-cache"


def test_titles_are_shown_as_text(owner: str) -> None:
    published(secret=owner, title="<script>alert(1)</script>", visibility="public")
    page = text_of(Visitor(owner).get(PAGE))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page


def test_pages_hold_each_paste_once_newest_first(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "LIST_SIZE", 4)
    expected = [str(header.id) for header in reversed(many(10, owner))]
    visitor, path, pages = Visitor(owner), PAGE, 0
    found: list[str] = []
    while path:
        ids, path = listed(visitor, path)
        found, pages = found + ids, pages + 1
    assert (found, pages) == (expected, 3)


def test_a_new_paste_shifts_no_page(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "LIST_SIZE", 4)
    many(8, owner)
    first, following = listed(Visitor(owner), PAGE)
    before = listed(Visitor(owner), following)
    published(secret=owner, visibility="public")
    assert listed(Visitor(owner), following) == before
    assert not set(first) & set(before[0])


def test_pastes_of_one_moment_are_not_lost_between_pages(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "LIST_SIZE", 2)
    made = {str(published(secret=owner, at=BEGINNING, visibility="public").id) for _ in range(5)}
    found: list[str] = []
    path = PAGE
    while path:
        ids, path = listed(Visitor(owner), path)
        found += ids
    assert len(found) == 5
    assert set(found) == made


def test_exactly_one_page_has_no_next(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "LIST_SIZE", 3)
    many(3, owner)
    assert listed(Visitor(owner), PAGE)[1] == ""


@pytest.mark.parametrize("cursor", ["1", "x-y", "-1-" + "0" * 32, "9" * 15 + "-" + "0" * 32, "1-" + "g" * 32])
def test_a_cursor_of_no_page_is_refused(owner: str, cursor: str) -> None:
    assert Visitor(owner).get(f"{PAGE}?cursor={cursor}").status_code == 400


def test_a_cursor_past_everything_is_an_empty_page(owner: str) -> None:
    many(2, owner)
    assert listed(Visitor(owner), f"{PAGE}?cursor=0-{'0' * 32}")[0] == []
    listed(Visitor(owner), f"{PAGE}?cursor={'9' * 14}-{'f' * 32}")


def test_ten_times_the_rows_cost_the_same_queries(owner: str) -> None:
    many(5, owner)
    few = queries(owner)
    many(45, owner)
    assert queries(owner) == few == 1


def queries(owner: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        Visitor(owner).get(PAGE)
    assert '"content"' not in captured.captured_queries[0]["sql"]
    return len(captured)
