"""Erasing old versions: one row goes, the paste stays, and each item of a list answers for itself."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.drafts import new_id
from pastes.errors import Forbidden
from pastes.models import Header, Revision
from pastes.store import Erasure
from pastes.tests.calls import Clock
from pastes.tests.samples import NOW, SECOND, anyone, edit, kinds, must, must_be_stored, only, published, versions_kept

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def edited(*texts: str) -> Header:
    """The header of a paste that held each of the texts in turn."""
    header = published(texts[0])
    for text in texts[1:]:
        header = must(store.revise([edit(header, text)])[0])
    return header


def erasure(paste: Header, version: int, **fields: object) -> Erasure:
    return Erasure(**{"id": paste.id, "version": version, "at": NOW + SECOND, "guard": anyone, **fields})  # type: ignore[arg-type]


def refuse(_: Header) -> None:
    raise Forbidden("This paste belongs to somebody else.")


def test_one_old_version_goes_and_the_paste_stays_as_it_is() -> None:
    paste = edited("one", "two", "three")
    assert store.erase([erasure(paste, 1)]) == [paste]
    assert versions_kept(paste) == [2]
    assert (must_be_stored(paste).header, must_be_stored(paste).content) == (paste, "three")


def test_a_version_that_is_not_kept_is_not_found() -> None:
    paste = edited("one", "two")
    outcomes = store.erase([erasure(paste, version) for version in (2, 3, 999_999_999)])
    assert kinds(outcomes) == ["NotFound"] * 3
    assert versions_kept(paste) == [1]


def test_the_same_version_is_erased_once_in_a_list() -> None:
    paste = edited("one", "two")
    assert kinds(store.erase([erasure(paste, 1), erasure(paste, 1)])) == ["Header", "NotFound"]


def test_a_refusal_fails_none_of_its_neighbours(clock: Clock) -> None:
    clock.moment = NOW + SECOND
    pastes = [edited("one", "two") for _ in range(3)]
    gone = published("gone", expires_at=NOW + SECOND)
    unknown = Erasure(new_id(), 1, NOW, anyone)
    erasures = [
        erasure(pastes[0], 1),
        erasure(pastes[1], 1, guard=refuse),
        erasure(pastes[2], 1, guard=only(7)),
        erasure(gone, 1),
        unknown,
    ]
    assert kinds(store.erase(erasures)) == ["Header", "Forbidden", "Conflict", "NotFound", "NotFound"]
    assert [versions_kept(paste) for paste in pastes] == [[], [1], [1]]


def test_any_number_of_erasures_costs_the_same_statements() -> None:
    pastes = [edited("one", "two") for _ in range(9)]
    with CaptureQueriesContext(connection) as one:
        store.erase([erasure(pastes[0], 1)])
    with CaptureQueriesContext(connection) as many:
        store.erase([erasure(paste, 1) for paste in pastes[1:]])
    assert len(one) == len(many)
    assert not any('."content"' in query["sql"] for query in many)


def test_a_history_is_told_newest_first_and_without_its_texts() -> None:
    paste, neighbour, bare = edited("one", "twenty", "three"), edited("a", "b"), published("alone")
    with CaptureQueriesContext(connection) as queries:
        found = store.histories([paste.id, bare.id, neighbour.id])
    assert [[(past.version, past.size, past.author) for past in history] for history in found] == [
        [(2, 6, ""), (1, 3, "")],
        [],
        [(1, 1, "")],
    ]
    assert len(queries) == 1
    assert '."content"' not in queries[0]["sql"]


def test_old_versions_are_found_with_their_text_and_who_wrote_them(django_user_model: type) -> None:
    paste = edited("one", "two")
    author = django_user_model.objects.create(username="ada")  # type: ignore[attr-defined]
    Revision.objects.filter(paste_id=paste.id).update(by=author)
    with CaptureQueriesContext(connection) as queries:
        found = store.revisions([(paste.id, 1), (paste.id, 2), (new_id(), 1)])
        assert [(row.content, row.by.username) if row and row.by else None for row in found] == [
            ("one", "ada"),
            None,
            None,
        ]
    assert len(queries) == 1
    assert store.histories([paste.id])[0][0].author == "ada"


def test_nothing_asked_is_nothing_done() -> None:
    assert (store.erase([]), store.histories([]), store.revisions([])) == ([], [], [])
