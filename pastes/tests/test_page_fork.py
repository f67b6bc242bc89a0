"""Forking: a paste of one's own from somebody's text, byte for byte, that remembers where it came from."""

from datetime import timedelta
from uuid import UUID

import msgspec
import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import cache, clock, store
from pastes.errors import Unavailable
from pastes.models import Header, Paste
from pastes.tests.pages import Visitor, fields_of, file, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

OTHER = "other-other-other-other"
NOBODYS = "6a1e7c1e-0000-4000-8000-000000000000"


@pytest.fixture
def theirs() -> Header:
    return published("def f():\n\tpass\n", title="app.py", language="python", visibility="public", timetolive=600)


def forked(paste: Header, visitor: Visitor, **typed: str) -> Paste:
    response = visitor.send("/", {**visitor.form(f"/{paste.id}/fork"), **typed})
    assert response.status_code == 303, text_of(response)
    return stored(response["Location"])


def test_the_form_is_filled_in_and_everything_else_is_the_readers_own(theirs: Header) -> None:
    form = Visitor(OTHER).form(f"/{theirs.id}/fork")
    assert (form["content"], form["title"], form["language"]) == ("def f():\n\tpass\n", "app.py", "python")
    assert (form["visibility"], form["lifetime"]) == ("unlisted", str(settings.DEFAULT_TTL))
    assert form["id"] != str(theirs.id)


def test_a_fork_is_a_paste_of_its_own_that_remembers_its_parent(theirs: Header) -> None:
    visitor = Visitor(OTHER)
    fork = forked(theirs, visitor)
    assert fork.parent_id == theirs.id
    assert (fork.content, fork.title, fork.language) == ("def f():\n\tpass\n", "app.py", "python")
    assert (fork.version, fork.visibility, fork.owner_key == theirs.owner_key) == (1, "unlisted", False)
    assert visitor.get(f"/{fork.id}/edit").status_code == 200
    assert f'href="/{theirs.id}"' in text_of(Visitor().get(f"/{fork.id}"))
    assert Paste.objects.get(id=theirs.id).parent_id is None


def test_a_browser_without_a_cookie_owns_its_fork(theirs: Header) -> None:
    visitor = Visitor()
    fork = forked(theirs, visitor)
    assert visitor.get(f"/{fork.id}/edit").status_code == 200


@pytest.mark.parametrize(
    "text",
    ["a\r\nb\r\n", "a\rb", "a\nb", "a\r\nb\nc\r", "\n\na\n", "\r\n\r\na", "line\n" * 50_000, "x" * 9_999 + "\r\n"],
)
def test_an_unedited_text_survives_byte_for_byte(text: str) -> None:
    fork = forked(published(text), Visitor(OTHER))
    assert fork.content == text
    assert bytes(fork.sha256) == bytes(Paste.objects.exclude(id=fork.id).get().sha256)


@pytest.mark.parametrize(("before", "after"), [("a\r\nb\r\n", "A\r\nb\r\n"), ("a\rb", "A\rb"), ("a\nb\r", "A\nb\n")])
def test_an_edited_one_keeps_its_kind_of_newlines(before: str, after: str) -> None:
    paste, visitor = published(before), Visitor(OTHER)
    typed = visitor.form(f"/{paste.id}/fork")["content"].replace("a", "A")
    assert forked(paste, visitor, content=typed).content == after


def test_a_refused_fork_stays_one(theirs: Header) -> None:
    visitor = Visitor(OTHER)
    refused = visitor.send("/", {**visitor.form(f"/{theirs.id}/fork"), "content": ""})
    assert refused.status_code == 422
    assert "Fork of" in text_of(refused)
    again = {**fields_of(text_of(refused)), "content": "mine\n"}
    assert stored(visitor.send("/", again)["Location"]).parent_id == theirs.id


def test_a_picked_file_in_place_of_the_text_is_a_fork_too(theirs: Header) -> None:
    visitor = Visitor(OTHER)
    fields = {**visitor.form(f"/{theirs.id}/fork"), "content": ""}
    fork = stored(visitor.send("/", {**fields, "file": file(b"mine\r\n")})["Location"])
    assert (fork.content, fork.parent_id) == ("mine\r\n", theirs.id)


@pytest.mark.parametrize("parent", [NOBODYS, NOBODYS[:-1], "x", "", NOBODYS.replace("-", ""), "9" * 999])
def test_a_parent_that_is_none_is_ignored(parent: str) -> None:
    visitor = Visitor(OTHER)
    response = visitor.send("/", {**visitor.form("/"), "content": "text\n", "parent": parent})
    assert response.status_code == 303
    assert stored(response["Location"]).parent_id is None


def test_a_parent_that_expired_or_was_deleted_meanwhile_is_ignored(
    theirs: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    deleted, visitor = published("a\r\n"), Visitor(OTHER)
    forms = [visitor.form(f"/{paste.id}/fork") for paste in (theirs, deleted)]
    store.remove([store.Removal(deleted.id, clock.now(), lambda header: None)])
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    forks = [stored(visitor.send("/", form)["Location"]) for form in forms]
    assert [fork.parent_id for fork in forks] == [None, None]
    assert forks[1].content == "a\r\n"


def test_a_parent_that_cannot_be_asked_for_is_ignored(theirs: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Visitor(OTHER)
    form = visitor.form(f"/{theirs.id}/fork")

    def away(*_: object, **__: object) -> None:
        raise Unavailable("The database does not answer now.")

    monkeypatch.setattr("pastes.views.records.operations.read", away)
    assert stored(visitor.send("/", form)["Location"]).parent_id is None


def test_nothing_of_the_parent_is_told_to_programs(theirs: Header) -> None:
    fork = forked(theirs, Visitor(OTHER))
    answer = Visitor().get(f"/paste/{fork.id}").json()
    assert "parent" not in "".join(answer).lower()
    assert str(theirs.id) not in str(answer)


def test_a_paste_that_is_no_fork_is_made_by_the_same_statements_as_one(theirs: Header) -> None:
    visitor = Visitor(OTHER)
    plain, fork = {**visitor.form("/"), "content": "a\n"}, visitor.form(f"/{theirs.id}/fork")
    written = []
    for form in (plain, fork):
        with CaptureQueriesContext(connection) as queries:
            assert visitor.send("/", form).status_code == 303
        written.append([query["sql"].split()[0] for query in queries if not query["sql"].startswith("SELECT")])
    assert written[0] == written[1]
    assert written[0].count("INSERT") == 1


def test_a_header_of_another_release_is_understood_with_and_without_a_parent(theirs: Header) -> None:
    """Several processes share the cache while a new release is started: each reads what the other wrote."""
    child = msgspec.structs.replace(theirs, parent_id=UUID(NOBODYS))
    older = msgspec.msgpack.encode(msgspec.structs.astuple(theirs)[:-1])
    newer = msgspec.msgpack.encode((*msgspec.structs.astuple(child), "another field"))
    assert cache.decode(b"V" + older) == theirs
    assert cache.decode(b"V" + newer) == cache.decode(cache.encode(child)) == child
