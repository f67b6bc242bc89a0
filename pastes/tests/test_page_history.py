"""The list of versions: what is kept, what changed, and what it costs to tell."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import clock, store
from pastes.models import Header, Paste, Revision, User
from pastes.tests.pages import Visitor, published, text_of
from pastes.tests.test_hostile_text import HOSTILE, elements, titles

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ME = "owner-owner-owner-owner"


@pytest.fixture
def mine() -> Header:
    return published("first\n", secret=ME, title="notes.txt", language="text", timetolive=3600)


def change(paste: Header, **fields: Any) -> Header:
    outcome = store.revise([store.Edit(paste.id, clock.now(), lambda header: None, **fields)])[0]
    assert isinstance(outcome, Header)
    return outcome


def history(paste: Header) -> str:
    return text_of(Visitor(ME).get(f"/{paste.id}/history"))


def rows(page: str) -> list[str]:
    """The words of each version's row, newest first."""
    found = re.findall(r"<tr\b.*?</tr>", page.partition("<tbody>")[2], re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).replace("\xa0", " ").split()) for row in found]


def chosen(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="(\d+)" checked', page)


def test_a_paste_that_never_changed_says_so(mine: Header) -> None:
    page = history(mine)
    assert "No earlier version is kept" in page
    assert "<table" not in page


def test_each_version_tells_what_changed_and_by_how_much(mine: Header) -> None:
    change(mine, content="first and second\n")
    change(mine, title="other.py", language="python")
    change(mine, content="x\n", title="")
    newest, third, second, first = rows(history(mine))
    assert "Version 4 current" in newest
    assert "Text Title taken away 2 bytes −15 bytes" in newest
    assert "Title: other.py Language: Python 17 bytes" in third
    assert "Text 17 bytes +11 bytes" in second
    assert "notes.txt , Plain text 6 bytes" in first
    assert all(" owner " in row for row in (newest, third, second, first))
    assert ["Restore" in row for row in (newest, first)] == [False, True]


def test_the_last_two_are_ready_to_be_compared(mine: Header) -> None:
    for text in ("second\n", "third\n"):
        change(mine, content=text)
    page = history(mine)
    assert (chosen(page, "from"), chosen(page, "to")) == (["2"], ["3"])
    assert f'action="/{mine.id}/history/compare"' in page


@pytest.mark.parametrize(
    ("fields", "told"),
    [({"content": "second\n"}, 0), ({"timetolive": 60}, 1), ({"content": "s\n", "keep_history": False}, 1)],
)
def test_missing_numbers_are_explained_where_there_are_any(mine: Header, fields: dict[str, Any], told: int) -> None:
    change(mine, **fields)
    change(mine, content="last\n")
    assert history(mine).count("A number is missing") == told


def test_who_has_an_account_is_named(mine: Header) -> None:
    ada = User.objects.create(username="ada")
    change(mine, content="second\n")
    Paste.objects.filter(id=mine.id).update(owner=ada)
    store.headers([mine.id], at=clock.now())
    Revision.objects.filter(paste_id=mine.id).update(by=ada)
    change(mine, title="b")
    assert all(" ada " in row for row in rows(history(mine)))


def test_fifty_versions_cost_what_two_do_and_no_text_is_loaded(mine: Header) -> None:
    change(mine, content="0\n")
    with CaptureQueriesContext(connection) as few:
        history(mine)
    for number in range(1, 55):
        change(mine, content=f"{number}\n")
    with CaptureQueriesContext(connection) as many:
        page = history(mine)
    assert len(rows(page)) == 51
    assert len(many) == len(few)
    assert not any('pastes_revision"."content"' in query["sql"] for query in many)


def test_a_text_that_the_history_cannot_lose_is_named_before_it_is_erased(mine: Header) -> None:
    change(mine, title="b")
    change(mine, content="second\n")
    page = text_of(Visitor(ME).get(f"/{mine.id}/history/1/erase"))
    assert "The very same text stays in version 2." in page
    assert "very same text" not in text_of(Visitor(ME).get(f"/{mine.id}/history/3/erase"))


def test_an_old_version_is_erased_after_a_question(mine: Header) -> None:
    current = change(mine, content="second\n")
    visitor = Visitor(ME)
    assert visitor.get(f"/{mine.id}/history/2/erase").status_code == 404  # what the paste is now
    asked = visitor.form(f"/{mine.id}/history/1/erase")
    response = visitor.send(f"/{mine.id}/history/1/erase", asked)
    assert (response.status_code, response["Location"]) == (303, f"/{mine.id}/history")
    assert not Revision.objects.exists()
    assert Paste.objects.headers() == [current]
    for page in ("/history/1", "/history/1/raw", "/history/compare?from=1&to=2"):
        assert visitor.get(f"/{mine.id}{page}").status_code == 404
    assert visitor.send(f"/{mine.id}/history/1/erase", asked).status_code == 404
    assert "No earlier version is kept" in history(mine)


# Two versions beside each other


def test_any_two_versions_are_compared_in_either_direction(mine: Header) -> None:
    change(mine, content="second\n")
    change(mine, content="third\n")
    visitor = Visitor(ME)
    for old, new, words in ((1, 3, ("first", "third")), (3, 2, ("third", "second"))):
        page = text_of(visitor.get(f"/{mine.id}/history/compare?from={old}&to={new}"))
        assert f"Version {old} to version {new}" in page
        assert all(word in page for word in words)
    swapped = "?from=2&amp;to=3&amp;whitespace=ignore"
    page = text_of(visitor.get(f"/{mine.id}/history/compare?from=3&to=2&whitespace=ignore"))
    assert page.count(swapped) == 1
    assert f'href="/{mine.id}/history">Compare another' in page


@pytest.mark.parametrize("query", ["", "from=1", "from=1&to=x", "from=0&to=1", "from=-1&to=1", "from=1&to=1000000000"])
def test_what_is_no_version_cannot_be_compared(owner: str, mine: Header, query: str) -> None:
    change(mine, content="second\n")
    response = Visitor(ME).get(f"/{mine.id}/history/compare?{query}")
    assert response.status_code == 400
    assert "must be the number of a version" in text_of(response)


def test_a_version_that_is_not_kept_cannot_be_compared(mine: Header) -> None:
    assert Visitor(ME).get(f"/{mine.id}/history/compare?from=1&to=7").status_code == 404


# Hostile texts


def test_titles_and_texts_are_inert_on_every_page_of_a_history() -> None:
    plain = skeletons("plain", "plain\u202e")  # each text has a notice that it deceives
    for title in titles():
        assert skeletons(title, "\n".join(HOSTILE)) == plain, title


def skeletons(title: str, content: str) -> list[Any]:
    paste = published(content, secret=ME, title=title, language="text")
    change(paste, title="", content=content + content)
    change(paste, title=title)
    visitor = Visitor(ME)
    pages = ["/history", "/history/1", "/history/1/erase", "/renew", "/fork"]
    return [[page, *skeleton(text_of(visitor.get(f"/{paste.id}{page}")))] for page in pages]


def skeleton(page: str) -> list[Any]:
    """Every element but the spans around characters that deceive, which may do nothing else."""
    names = [(tag, {name for name, _ in attributes}) for tag, attributes in elements(page)]
    return [found for found in names if not (found[0] == "span" and found[1] <= {"class", "title", "data-code"})]
