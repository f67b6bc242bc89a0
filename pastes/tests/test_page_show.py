"""A paste's page: what it shows, to whom, and how little it costs to show it again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import clock, fragments, store
from pastes.models import Header, Paste
from pastes.tests.pages import Response, Visitor, published, text_of
from pastes.turns import Turns

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def shown(paste: Header, visitor: Visitor | None = None, *, headers: dict[str, str] | None = None) -> Response:
    return (visitor or Visitor()).get(f"/{paste.id}", headers=headers)


def revised(paste: Header, content: str) -> Header:
    outcome = store.revise([store.Edit(paste.id, clock.now(), lambda header: None, content=content)])[0]
    assert isinstance(outcome, Header)
    return outcome


def test_shows_the_text_line_by_line_and_highlighted() -> None:
    page = text_of(shown(published("def f():\n    return 1\n", language="python")))
    assert '<span class="line" id="L1"><span class="k">def</span>' in page
    assert '<span class="line" id="L2">' in page
    assert 'id="L3"' not in page


def test_tells_what_the_paste_is() -> None:
    page = text_of(shown(published("a\r\nb", title="notes.txt", language="text")))
    assert "<bdi>notes.txt</bdi>" in page
    assert "<dd>Plain text</dd>" in page
    assert "<dd>CRLF, no newline at the end</dd>" in page
    assert '<dd title="4 bytes">' in page
    assert "<dd>2 lines</dd>" in page
    assert "<dd>unlisted</dd>" in page
    assert "<dd>version 1</dd>" in page


@pytest.mark.parametrize(
    ("content", "told"),
    {
        "a\n": "LF",
        "a": "no newline at the end",
        "a\nb\r\n": "mixed newlines",
        "a\rb": "CR, no newline at the end",
    }.items(),
)
def test_tells_how_lines_end(content: str, told: str) -> None:
    assert f"<dd>{told}</dd>" in text_of(shown(published(content)))


def test_the_time_of_expiry_can_have_the_focus_and_tells_the_exact_time() -> None:
    paste = published(timetolive=3600)
    assert paste.expires_at
    page = text_of(shown(paste))
    assert f'tabindex="0" datetime="{paste.expires_at:%Y-%m-%dT%H:%M:%SZ}"' in page
    assert f'title="{paste.expires_at:%Y-%m-%d %H:%M:%S} UTC"' in page


def test_a_fork_leads_to_its_parent_and_tells_nothing_of_it() -> None:
    parent = published("parent's text", title="parent's title")
    page = text_of(shown(published("child", parent_id=parent.id)))
    assert f'forked from <a href="/{parent.id}">another paste</a>' in page
    assert "parent's" not in page
    assert "forked from" not in text_of(shown(parent))


def test_what_deceives_is_told_before_the_text() -> None:
    page = text_of(shown(published("a\u202eb\u202cc\u200bd\xa0e")))
    told = "holds 2 characters that change the order of text and 1 character that cannot be seen. They are marked."
    assert page.index(told) < page.index('id="L1"')
    assert "This text holds" not in text_of(shown(published("a\xa0b\r\n\tc")))


def test_a_single_one_that_deceives_is_told_too() -> None:
    told = "This text holds 1 character that changes the order of text. It is marked."
    assert told in text_of(shown(published("a\u202eb")))


def test_too_many_to_be_marked_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "MOST_MARKS", 2)
    page = text_of(shown(published("a\u200b\u200b\u200b<b>")))
    assert "This text holds 3 characters that cannot be seen. They are too many to be marked." in page
    assert "a\u200b\u200b\u200b&lt;b&gt;" in page


def test_at_most_five_controls_are_seen_at_once(owner: str) -> None:
    paste = published(secret=owner)
    for visitor, last in ((Visitor(owner), "edit"), (Visitor(), "fork")):
        page = text_of(shown(paste, visitor))
        tools = page[page.index('id="tools"') : page.index("data-copy-status")]
        seen = tools[: tools.index("menu-sheet")]
        assert (seen.count("<button"), seen.count("<a "), seen.count("<summary")) == (1, 3, 1)
        assert f'href="/{paste.id}/{last}"' in seen


def test_title_and_text_are_shown_as_text() -> None:
    evil = "</code></pre><script>alert(1)</script><img src=x onerror=alert(2)>"
    page = text_of(shown(published(evil, title=f'"{evil}')))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3  # page title, heading, text


def test_is_found_by_either_case_of_its_id() -> None:
    paste = published()
    assert Visitor().get(f"/{str(paste.id).upper()}").status_code == 200


@pytest.mark.parametrize("spelling", ["{id.hex}", "{{{id}}}", "{id}/", "urn:uuid:{id}", "{id} "])
def test_is_not_found_by_any_other_spelling(spelling: str) -> None:
    paste = published()
    assert Visitor().get("/" + spelling.format(id=paste.id)).status_code == 404


def test_only_the_owner_is_offered_to_change_and_delete(owner: str, other: str) -> None:
    paste = published(secret=owner)
    for visitor, offered in ((Visitor(owner), True), (Visitor(other), False), (Visitor(), False)):
        page = text_of(shown(paste, visitor))
        assert (f'href="/{paste.id}/edit"' in page) is offered
        assert (f'href="/{paste.id}/delete"' in page) is offered
        assert (f'href="/{paste.id}/history"' in page) is offered
        assert (f'href="/{paste.id}/renew"' in page) is offered
        assert f'href="/{paste.id}/fork"' in page
        assert f'href="/compare?a={paste.id}"' in page


def test_an_edit_token_is_no_owner_cookie(owner: str) -> None:
    page = text_of(shown(published(secret=owner), Visitor(), headers={"X-Edit-Token": owner}))
    assert "/edit" not in page


def test_an_unchanged_page_is_not_sent_again() -> None:
    paste = published()
    first = shown(paste)
    again = shown(paste, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert {name: again[name] for name in ("ETag", "Vary", "Cache-Control")} == {
        name: first[name] for name in ("ETag", "Vary", "Cache-Control")
    }


def test_owner_and_reader_have_pages_and_tags_of_their_own(owner: str) -> None:
    paste = published(secret=owner)
    owners, readers = shown(paste, Visitor(owner))["ETag"], shown(paste)["ETag"]
    assert owners != readers
    assert shown(paste, Visitor(owner), headers={"If-None-Match": readers}).status_code == 200
    assert shown(paste, headers={"If-None-Match": owners}).status_code == 200
    assert shown(paste, Visitor(owner), headers={"If-None-Match": owners}).status_code == 304


def test_may_be_kept_but_is_asked_for_again_and_varies_with_the_cookie() -> None:
    response = shown(published())
    assert response["Cache-Control"] == "no-cache"
    assert response["Vary"] == "Cookie, Accept-Encoding"
    assert not response.cookies


def test_an_edit_is_seen_by_who_holds_an_old_tag() -> None:
    paste = published("before\n")
    old = shown(paste)["ETag"]
    revised(paste, "after\n")
    response = shown(paste, headers={"If-None-Match": old})
    assert response.status_code == 200
    assert "after" in text_of(response)
    assert "before" not in text_of(response)


@pytest.mark.parametrize(("visibility", "robots"), [("unlisted", "noindex"), ("public", None)])
def test_only_public_pastes_are_for_search_engines(visibility: str, robots: str | None) -> None:
    assert shown(published(visibility=visibility)).get("X-Robots-Tag") == robots


@pytest.mark.parametrize("owned", [True, False])
def test_a_page_seen_before_asks_the_database_nothing(owner: str, owned: bool) -> None:  # noqa: FBT001
    paste = published(secret=owner)
    visitor = Visitor(owner if owned else None)
    shown(paste, visitor)
    with CaptureQueriesContext(connection) as captured:
        assert shown(paste, visitor).status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    # Embedded, the header itself is read from SQLite; the text never is.
    assert len(statements) == (1 if django_settings.EMBEDDED else 0)
    assert not any('"content"' in statement for statement in statements)


def test_an_expired_paste_is_gone_from_a_warm_cache_too(monkeypatch: pytest.MonkeyPatch) -> None:
    paste = published(timetolive=60)
    tag = shown(paste)["ETag"]
    monkeypatch.setattr(clock, "now", lambda: paste.created_at + timedelta(seconds=60))
    assert shown(paste).status_code == 404
    assert shown(paste, headers={"If-None-Match": tag}).status_code == 404
    monkeypatch.setattr(clock, "now", lambda: paste.created_at + timedelta(seconds=60, milliseconds=-1))
    assert shown(paste).status_code == 200


def test_unknown_deleted_and_expired_look_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    deleted, expired = published(), published(timetolive=1)
    store.remove([store.Removal(deleted.id, clock.now(), lambda header: None)])
    monkeypatch.setattr(clock, "now", lambda: expired.created_at + timedelta(seconds=1))
    pages = set()
    for paste_id in (deleted.id, expired.id, UUID("6a1e7c1e-0000-4000-8000-000000000000")):
        response = Visitor().get(f"/{paste_id}")
        assert response.status_code == 404
        pages.add(text_of(response).replace(response["X-Correlation-ID"], "…"))
    assert len(pages) == 1


def test_a_text_of_very_many_lines_is_shown_without_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "HTML_BYTES", 10_000)
    page = text_of(shown(published("<\n" * 1000)))
    assert fragments.NOTICES["too much"] in page
    assert 'id="L1"' not in page
    assert "&lt;\n&lt;\n" in page


def test_a_very_large_text_is_shown_without_colours() -> None:
    page = text_of(shown(published("x = 1\n" * 50_000, language="python")))
    assert fragments.NOTICES["too large"] in page
    assert 'class="k"' not in page


def test_two_pages_at_work_are_all_that_the_highlighter_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "turns", Turns(1, wait_seconds=0))
    paste = published("def f(): pass\n", language="python")
    with fragments.turns.take():
        assert fragments.NOTICES["unavailable"] in text_of(shown(paste))
    assert '<span class="k">def</span>' in text_of(shown(paste))


def test_a_busy_machine_is_no_reason_to_keep_a_plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    paste = published("def f(): pass\n", language="python")
    with monkeypatch.context() as patch:
        patch.setattr(fragments, "render", lambda text, language: fragments_busy(text))
        assert fragments.NOTICES["unavailable"] in text_of(shown(paste))
    assert '<span class="k">def</span>' in text_of(shown(paste))


def fragments_busy(text: str) -> Any:
    from pastes.rendering import Rendered

    return Rendered(text, highlighted=False, reason="unavailable")


def test_head_is_get_without_the_page() -> None:
    paste = published()
    got, head = shown(paste), Visitor().head(f"/{paste.id}")
    assert head.content == b""
    for name in ("ETag", "Vary", "Cache-Control", "Content-Length", "Content-Type"):
        assert head[name] == got[name]


def test_reading_writes_nothing() -> None:
    paste = published()
    before = Paste.objects.values().get(id=paste.id)
    shown(paste)
    assert Paste.objects.values().get(id=paste.id) == before
