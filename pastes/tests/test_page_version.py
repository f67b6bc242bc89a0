"""One old version: its text as it was, and the way back to it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import clock, derived, store
from pastes.models import Header, Paste, Revision
from pastes.tests.pages import Visitor, change_before_the_next, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

ME = "owner-owner-owner-owner"
OLD = "first\r\nsecond\u202e\r\n"


@pytest.fixture
def mine() -> Header:
    """Its first version has another title, language and text, and newlines that no textarea holds."""
    paste = published(OLD, secret=ME, title="old.py", language="python", timetolive=3600)
    return change(paste, content="new\n", title="new.txt", language="text")


def change(paste: Header, **fields: Any) -> Header:
    outcome = store.revise([store.Edit(paste.id, clock.now(), lambda header: None, **fields)])[0]
    assert isinstance(outcome, Header)
    return outcome


def version_page(paste: Header, version: int = 1) -> str:
    return f"/{paste.id}/history/{version}"


def test_the_old_text_is_shown_with_its_own_title_and_language(mine: Header) -> None:
    page = text_of(Visitor(ME).get(version_page(mine)))
    assert "old.py" in page
    assert "Python, " in page
    assert 'id="L2"' in page
    assert "changes the order of text" in page
    assert "new.txt" not in page
    assert "version 2" in page


def test_the_raw_text_is_the_old_bytes_and_no_browser_runs_it(mine: Header) -> None:
    response = Visitor(ME).get(f"{version_page(mine)}/raw")
    assert response.content == OLD.encode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize(("suffix", "target"), [("", ""), ("/raw", "/raw")])
def test_the_version_of_now_is_where_it_always_is(mine: Header, suffix: str, target: str) -> None:
    response = Visitor(ME).get(f"{version_page(mine, 2)}{suffix}")
    assert (response.status_code, response["Location"]) == (303, f"/{mine.id}{target}")


def test_no_cache_of_ours_keeps_what_is_shown_of_an_old_version(mine: Header) -> None:
    Visitor(ME).get(version_page(mine))
    assert [key for key in derived.memory._entries if "lines" in key] == []


def test_restored_it_is_a_new_version_and_what_it_replaces_is_kept(mine: Header) -> None:
    visitor = Visitor(ME)
    change(mine, visibility="public")
    response = visitor.fill(version_page(mine))
    assert response.status_code == 405  # the page itself takes nothing
    response = visitor.send(f"{version_page(mine)}/restore", visitor.form(version_page(mine)))
    assert (response.status_code, response["Location"]) == (303, f"/{mine.id}")
    paste = stored(f"/{mine.id}")
    assert (paste.content, paste.title, paste.language, paste.version) == (OLD, "old.py", "python", 4)
    assert (paste.visibility, paste.expires_at) == ("public", mine.expires_at)
    kept = Revision.objects.order_by("version").values_list("version", "content")
    assert list(kept) == [(1, OLD), (3, "new\n")]


def test_it_is_restored_from_the_list_as_well(mine: Header) -> None:
    visitor = Visitor(ME)
    assert visitor.send(f"{version_page(mine)}/restore", visitor.form(f"/{mine.id}/history")).status_code == 303
    assert stored(f"/{mine.id}").content == OLD


@pytest.mark.parametrize("version", ["", "1", "3", "x", "9" * 40])
def test_of_another_version_than_the_one_seen_nothing_is_restored(mine: Header, version: str) -> None:
    visitor = Visitor(ME)
    fields = {**visitor.form(version_page(mine)), "version": version}
    response = visitor.send(f"{version_page(mine)}/restore", fields)
    assert response.status_code == 409
    assert "nothing has been restored" in text_of(response)
    assert 'name="version" value="2"' in text_of(response)
    assert Paste.objects.headers() == [mine]


def test_changed_at_the_last_moment_nothing_is_restored(mine: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(ME)
    fields = visitor.form(version_page(mine))
    change_before_the_next(monkeypatch, mine)
    response = visitor.send(f"{version_page(mine)}/restore", fields)
    assert response.status_code == 409
    assert "It is at version 3 now" in text_of(response)
    assert stored(f"/{mine.id}").content == "late\n"


def test_what_has_become_too_large_is_not_restored(mine: Header, settings: Any) -> None:
    visitor = Visitor(ME)
    fields = visitor.form(version_page(mine))
    settings.MAX_PASTE_BYTES = 10
    response = visitor.send(f"{version_page(mine)}/restore", fields)
    assert response.status_code == 400
    assert "at most 10" in text_of(response)
    assert Paste.objects.headers() == [mine]


def test_one_page_costs_one_old_text(mine: Header) -> None:
    for number in range(9):
        change(mine, content=f"{number}\n")
    visitor = Visitor(ME)
    with CaptureQueriesContext(connection) as queries:
        visitor.get(version_page(mine))
    assert len([query for query in queries if "pastes_revision" in query["sql"]]) == 1
