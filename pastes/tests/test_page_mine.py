"""My pastes: whose they are, and how one of them is found by words, filters and order, page by page."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastebin.environment import Rate
from pastes import clock, limits
from pastes.account import mine
from pastes.models import Header
from pastes.tests.pages import Visitor, published, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

BEGINNING = datetime(2026, 11, 1, tzinfo=UTC)
NOW = BEGINNING + timedelta(hours=1)
DAY = 86_400
HOSTILE = "</bdi><script>alert(1)</script>\u202egpj.exe"


@pytest.fixture(autouse=True)
def soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mine, "LIST_SIZE", 4)


def many(count: int, owner: str, **fields: Any) -> list[Header]:
    """One each second."""
    return [
        published(f"{number}\n", secret=owner, at=BEGINNING + timedelta(seconds=number), **fields)
        for number in range(count)
    ]


def titles(owner: str, query: str = "") -> list[str]:
    response = Visitor(owner).get(f"/mine{query}")
    assert response.status_code == 200
    return [header.title for header in response.context.get("pastes", [])]


def test_mine_are_those_of_this_browser_that_are_there(owner: str, other: str) -> None:
    published(secret=owner, title="mine")
    published(secret=other, title="theirs")
    published(secret=owner, title="expired", at=BEGINNING, timetolive=60)
    assert titles(owner) == ["mine"]
    assert titles(other) == ["theirs"]


def test_the_list_is_kept_by_no_cache_and_renews_the_cookie(owner: str) -> None:
    response = Visitor(owner).get("/mine")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response.cookies["owner"].value == owner


def test_somebody_without_pastes_gets_no_cookie_for_looking_and_is_told_what_to_do() -> None:
    response = Visitor().get("/mine")
    assert not response.cookies
    assert "New paste" in text_of(response)
    assert 'href="/mine/recovery"' in text_of(response)
    assert "<table" not in text_of(response)


def test_each_row_leads_to_what_its_owner_may_do(owner: str) -> None:
    paste = published(secret=owner)
    page = text_of(Visitor(owner).get("/mine"))
    for way in ("", "/edit", "/renew", "/history", "/delete"):
        assert f'href="/{paste.id}{way}"' in page


def test_the_ways_out_are_offered_below(owner: str) -> None:
    published(secret=owner)
    page = text_of(Visitor(owner).get("/mine"))
    for way in ("export", "recovery", "key", "forget"):
        assert f'href="/mine/{way}"' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("needle", ["in the text", "A Needle in the title"]),
        ("NEEDLE", ["in the text", "A Needle in the title"]),
        ("100%_", ["wild"]),
        ("%", ["wild"]),
        ("\\", []),
        ("needle title", []),
        ("", ["in the text", "A Needle in the title", "wild"]),
        ("  needle ", ["in the text", "A Needle in the title"]),
    ],
)
def test_words_are_found_in_title_or_text_whatever_their_case(owner: str, query: str, found: list[str]) -> None:
    published("here is a nEEdle\n", secret=owner, title="in the text")
    published("hay", secret=owner, title="A Needle in the title")
    published("100%_sure", secret=owner, title="wild")
    response = Visitor(owner).get("/mine", {"q": query})
    assert sorted(header.title for header in response.context.get("pastes", [])) == sorted(found)


def test_words_are_looked_for_in_ones_own_pastes_alone(owner: str, other: str) -> None:
    published("needle", secret=other)
    published("hay", secret=owner)
    assert titles(owner, "?q=needle") == []


def test_language_visibility_and_what_expires_soon_are_filters(owner: str) -> None:
    published(secret=owner, title="a.py")
    published(secret=owner, title="b.py", visibility="public")
    published(secret=owner, title="c.txt", at=NOW, timetolive=7 * DAY)
    published(secret=owner, title="d.txt", at=NOW, timetolive=7 * DAY + 1)
    assert sorted(titles(owner, "?language=python")) == ["a.py", "b.py"]
    assert titles(owner, "?language=python&visibility=public") == ["b.py"]
    assert titles(owner, "?soon=on") == ["c.txt"]
    assert titles(owner, "?language=cobol") == []


def test_languages_to_choose_are_those_there_is_a_paste_in(owner: str) -> None:
    published(secret=owner, title="a.py")
    page = text_of(Visitor(owner).get("/mine?language=rust"))
    select = page[page.index('name="language"') :].partition("</select>")[0]
    assert re.findall(r'value="(\w*)"', select) == ["", "python", "rust"]
    assert 'value="rust" selected' in select


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("newest", "cBa"),
        ("", "cBa"),
        ("oldest", "aBc"),
        ("changed", "Bca"),
        ("expiring", "Bac"),
        ("largest", "acB"),
        ("title", "aBc"),
    ],
)
def test_each_order_puts_them_so(owner: str, order: str, expected: str) -> None:
    second = timedelta(seconds=1)
    published("aaa", secret=owner, title="a", at=BEGINNING, timetolive=9 * DAY)
    changed = published("B", secret=owner, title="B", at=BEGINNING + second, timetolive=DAY)
    published("cc", secret=owner, title="c", at=BEGINNING + 2 * second, timetolive=99 * DAY)
    form = Visitor(owner).form(f"/{changed.id}/edit")
    Visitor(owner).send(f"/{changed.id}/edit", form)
    visitor = Visitor(owner)
    visitor.fill(f"/{changed.id}/edit", lifetime="keep")
    assert "".join(titles(owner, f"?sort={order}")) == expected


def test_what_never_expires_comes_last_of_what_expires(owner: str, settings: Any) -> None:
    settings.MAX_TTL = None
    published(secret=owner, title="never", timetolive=None)
    published(secret=owner, title="late", timetolive=300 * DAY)
    assert titles(owner, "?sort=expiring") == ["late", "never"]


@pytest.mark.usefixtures("small_pages")
def test_pages_hold_each_paste_once_and_tell_how_many_there_are(owner: str) -> None:
    expected = [str(header.id) for header in reversed(many(10, owner))]
    responses = [Visitor(owner).get(f"/mine?page={number}") for number in (1, 2, 3)]
    assert [str(header.id) for response in responses for header in response.context["pastes"]] == expected
    for response, told in zip(responses, ("1–4 of 10", "5–8 of 10", "9–10 of 10"), strict=True):
        assert told in text_of(response)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("order", sorted(mine.FindForm.base_fields["sort"].choices))  # type: ignore[attr-defined]
def test_pastes_that_are_alike_are_not_lost_between_pages(owner: str, order: tuple[str, str]) -> None:
    made = sorted(str(published("x", secret=owner, at=BEGINNING).id) for _ in range(9))
    found = [
        str(header.id)
        for number in (1, 2, 3)
        for header in Visitor(owner).get(f"/mine?sort={order[0]}&page={number}").context["pastes"]
    ]
    assert found in (made, made[::-1])


@pytest.mark.usefixtures("small_pages")
def test_links_to_other_pages_keep_what_was_asked(owner: str) -> None:
    many(9, owner, title="ä & b.py")
    page = text_of(Visitor(owner).get("/mine", {"q": "ä & b", "language": "python", "sort": "oldest", "page": "2"}))
    link = re.search(r'rel="next" href="([^"]+)"', page)
    assert link
    asked = parse_qs(urlsplit(link[1].replace("&amp;", "&")).query)
    assert asked == {"q": ["ä & b"], "language": ["python"], "sort": ["oldest"], "page": ["3"]}
    assert 'value="oldest" selected' in page
    assert 'value="ä &amp; b"' in page


@pytest.mark.usefixtures("small_pages")
def test_a_page_past_the_last_is_the_last(owner: str) -> None:
    many(5, owner)
    response = Visitor(owner).get("/mine?page=1000000")
    assert [header.created_at for header in response.context["pastes"]] == [BEGINNING]


@pytest.mark.parametrize(
    "query", ["sort=size", "page=0", "page=x", "page=9999999999", "visibility=private", "q=" + "x" * 201]
)
def test_what_cannot_be_looked_for_is_told_and_kept(owner: str, query: str) -> None:
    published(secret=owner)
    response = Visitor(owner).get(f"/mine?{query}")
    assert response.status_code == 422
    assert 'role="alert"' in text_of(response)
    assert "<table" not in text_of(response)
    if query.startswith("q="):
        assert "x" * 201 in text_of(response)


def test_where_nothing_matches_the_way_back_is_offered(owner: str) -> None:
    published(secret=owner)
    page = text_of(Visitor(owner).get("/mine?q=nothing+like+it"))
    assert "None of your 1 paste matches." in page
    assert '<a class="button outlined" href="/mine">Show all</a>' in page


def test_what_expires_soon_is_told_above_and_marked_in_its_row(owner: str) -> None:
    published(secret=owner, at=NOW, timetolive=DAY)
    published(secret=owner, at=NOW, timetolive=30 * DAY)
    page = text_of(Visitor(owner).get("/mine"))
    assert "1 expires within 7 days" in page
    assert page.count('<td class="soon">') == 1


def test_nothing_is_said_of_expiry_where_nothing_expires_soon(owner: str) -> None:
    published(secret=owner, at=NOW, timetolive=30 * DAY)
    assert 'class="soon"' not in text_of(Visitor(owner).get("/mine"))


def test_titles_and_words_are_shown_as_text(owner: str) -> None:
    published(secret=owner, title=HOSTILE)
    page = text_of(Visitor(owner).get("/mine", {"q": "<script>alert(1)</script>"}))
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in page
    assert "\u202e" not in page


@pytest.mark.parametrize("query", ["", "?q=0&language=text&soon=on&sort=title&page=2"])
def test_ten_times_the_rows_cost_the_same_queries_and_no_content(owner: str, query: str) -> None:
    many(5, owner, timetolive=DAY)
    few = queries(owner, query)
    many(45, owner, timetolive=DAY)
    assert queries(owner, query) == few == 3


def queries(owner: str, query: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        Visitor(owner).get(f"/mine{query}")
    for one in captured.captured_queries:
        assert '"content"' not in one["sql"].partition(" FROM ")[0]
    return len(captured)


def test_a_head_asks_for_no_page_and_a_post_is_refused(owner: str) -> None:
    assert Visitor(owner).head("/mine").status_code == 200
    assert Visitor(owner).post("/mine").status_code == 405


def test_one_client_has_texts_looked_through_so_often_and_no_more(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SEARCH_RATE", Rate(2, 60))
    published(secret=owner)
    visitor = Visitor(owner)
    assert [visitor.get("/mine?q=text").status_code for _ in range(3)] == [200, 200, 429]
    refused = visitor.get("/mine?q=text")
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert 'href="/mine?q=text"' in text_of(refused)
    assert visitor.get("/mine?sort=title").status_code == 200


def test_two_search_at_once_in_a_process_and_no_more(owner: str) -> None:
    published(secret=owner)
    visitor = Visitor(owner)
    with mine.searches.take(), mine.searches.take():
        refused = visitor.get("/mine?q=text")
        assert (refused.status_code, refused["Retry-After"]) == (503, "1")
        assert 'href="/mine?q=text"' in text_of(refused)
        assert visitor.get("/mine?sort=title").status_code == 200
    assert [visitor.get("/mine?q=text").status_code for _ in range(3)] == [200, 200, 200]
