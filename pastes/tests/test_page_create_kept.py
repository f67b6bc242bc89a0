"""The empty form is written once and handed to everybody: what must be a visitor's own is."""

from typing import Any

import pytest

from pastebin.environment import Rate
from pastes.tests.pages import Visitor, text_of
from pastes.views import create

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

OWN = ("id", "csrfmiddlewaretoken")


def test_each_visit_gets_an_id_and_a_token_of_its_own() -> None:
    one, other = Visitor().form("/"), Visitor().form("/")
    assert all(one[name] != other[name] for name in OWN)
    assert {**one, **dict.fromkeys(OWN)} == {**other, **dict.fromkeys(OWN)}


def test_no_placeholder_is_left_in_the_page() -> None:
    page = text_of(Visitor().get("/"))
    assert not [mark for mark in (create.TOKEN, create.ID, create.ORIGIN) if mark in page]


def test_the_page_is_written_once_and_again_when_a_limit_changes(settings: Any) -> None:
    create._empty_form.cache_clear()
    visitor = Visitor()
    visitor.get("/")
    visitor.get("/")
    assert create._empty_form.cache_info().misses == 1
    settings.LIMIT_CREATE = Rate(7, 60)
    assert "7 per minute" in text_of(visitor.get("/"))


def test_the_page_knows_the_origin_of_the_link_it_will_copy(settings: Any) -> None:
    settings.PUBLIC_URL = "https://paste.example"
    assert 'data-origin="https://paste.example"' in text_of(Visitor().get("/"))


def test_the_navigation_says_where_one_is() -> None:
    assert 'aria-current="page">New</a>' in text_of(Visitor().get("/"))


def test_the_cursor_is_in_the_text_and_after_a_refusal_at_what_was_wrong() -> None:
    visitor = Visitor()
    empty, refused = text_of(visitor.get("/")), text_of(visitor.fill("/", content=""))
    assert empty.count(" autofocus") == refused.count(" autofocus") == 1
    assert "autofocus" in empty.partition("<textarea")[2].partition(">")[0]
    assert "autofocus" in refused.partition('role="alert"')[2].partition(">")[0]


def test_every_language_is_found_by_its_aliases_and_extensions() -> None:
    page = text_of(Visitor().get("/"))
    assert '<option value="auto" data-terms="auto" selected>Detect</option>' in page
    assert '<option value="rust" data-terms="rs">Rust</option>' in page
    assert '<option value="bash" data-terms="sh shell zsh ksh' in page
