"""Edits and removals: what changes, what stays, what is refused, and that each item answers for itself."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.errors import Forbidden
from pastes.models import Header, Paste
from pastes.store import Edit, Removal
from pastes.tests.calls import Clock
from pastes.tests.samples import (
    DAY,
    NOW,
    OTHER_KEY,
    SECOND,
    edit,
    is_retired,
    kinds,
    must,
    must_be_stored,
    only,
    published,
    removal,
    stored,
    versions_kept,
    with_fields,
)

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]
MILLISECOND = timedelta(milliseconds=1)


def refuse(_: Header) -> None:
    raise Forbidden("This paste belongs to somebody else.")


def test_an_edit_raises_the_version_and_answers_what_is_stored() -> None:
    paste = published("old", title="a.txt")
    edited = must(store.revise([edit(paste, "naïve")])[0])
    record = must_be_stored(paste)
    assert (record.header, record.content) == (edited, "naïve")
    assert (edited.version, edited.size, edited.title, edited.created_at) == (2, 6, "a.txt", NOW)
    assert edited.sha256 != paste.sha256
    assert edited.first_sha256 == paste.first_sha256


def test_what_an_edit_does_not_name_stays() -> None:
    paste = published("text", title="a.py", language="python", visibility="public")
    edited = must(store.revise([edit(paste, None)])[0])
    assert edited == with_fields(paste, version=2, updated_at=NOW + SECOND)


@pytest.mark.parametrize("field", ["title", "language", "visibility"])
def test_each_field_can_be_edited_alone(field: str) -> None:
    paste = published("text")
    changed = {"title": "b.py", "language": "python", "visibility": "public"}[field]
    edited = must(store.revise([edit(paste, None, **{field: changed})])[0])
    assert edited == with_fields(paste, version=2, updated_at=NOW + SECOND, **{field: changed})


def test_a_language_of_auto_is_guessed_from_what_the_paste_is_after_the_edit() -> None:
    paste = published("text", title="a.txt")
    assert must(store.revise([edit(paste, None, language="auto", title="a.py")])[0]).language == "python"
    assert must(store.revise([edit(paste, "#!/bin/sh\n", language="auto", title="a")])[0]).language == "bash"


def test_a_time_to_live_counts_from_the_edit_and_null_is_never() -> None:
    paste = published("text")
    renewed = must(store.revise([edit(paste, None, timetolive=60)])[0])
    assert (renewed.timetolive, renewed.expires_at) == (60, NOW + 61 * SECOND)
    picked = must(store.revise([edit(paste, None, timetolive=7, expires_at=NOW + DAY)])[0])
    assert (picked.timetolive, picked.expires_at) == (7, NOW + DAY)
    forever = must(store.revise([edit(paste, None, timetolive=None)])[0])
    assert (forever.timetolive, forever.expires_at) == (None, None)


def test_an_owner_key_is_replaced_like_any_field_and_keeps_no_revision() -> None:
    paste = published("text")
    given = must(store.revise([edit(paste, None, owner_key=OTHER_KEY)])[0])
    assert given == with_fields(paste, version=2, updated_at=NOW + SECOND, owner_key=OTHER_KEY)
    assert must_be_stored(paste).header == given
    assert versions_kept(paste) == []


@pytest.mark.parametrize("clock", [NOW - DAY, NOW, NOW + MILLISECOND])
def test_updated_at_never_goes_backwards_or_stands_still(clock: datetime) -> None:
    paste = published("text")
    assert must(store.revise([edit(paste, at=clock)])[0]).updated_at == NOW + MILLISECOND


def test_several_edits_of_one_paste_in_a_list_follow_one_another() -> None:
    paste = published("one")
    outcomes = store.revise([edit(paste, "two", guard=only(1)), edit(paste, "three", guard=only(2))])
    assert [must(outcome).version for outcome in outcomes] == [2, 3]
    assert must(outcomes[1]).updated_at == must(outcomes[0]).updated_at + MILLISECOND
    assert must_be_stored(paste).content == "three"
    assert versions_kept(paste) == [1, 2]


def test_of_twelve_edits_on_one_version_one_wins() -> None:
    paste = published("text")
    outcomes = store.revise([edit(paste, str(number), guard=only(1)) for number in range(12)])
    assert kinds(outcomes) == ["Header"] + ["Conflict"] * 11
    assert must_be_stored(paste).content == "0"


def test_a_refusal_fails_none_of_its_neighbours(clock: Clock) -> None:
    clock.moment = NOW + SECOND
    pastes = [published(str(number)) for number in range(5)]
    gone = published("gone", expires_at=NOW + SECOND)
    changes: list[Edit | Removal] = [
        edit(pastes[0]),
        edit(pastes[1], guard=refuse),
        removal(pastes[2]),
        removal(pastes[3], guard=only(7)),
        edit(pastes[4], None, title="named"),
        edit(gone),
        edit(UUID(int=1)),
    ]
    expected = ["Header", "Forbidden", "Header", "Conflict", "Header", "NotFound", "NotFound"]
    assert kinds(store.change(changes)) == expected
    assert [must_be_stored(pastes[index]).header.version for index in (0, 1, 3, 4)] == [2, 1, 1, 2]
    assert stored(pastes[2]) is None


def test_what_expired_while_its_lock_was_waited_for_has_expired(clock: Clock) -> None:
    paste = published("text", expires_at=NOW + SECOND)
    clock.moment = NOW + SECOND
    assert kinds(store.change([edit(paste, at=NOW), removal(paste, at=NOW)])) == ["NotFound", "NotFound"]
    clock.moment = NOW
    assert kinds(store.change([edit(paste, at=NOW)])) == ["Header"]


def test_a_list_of_refusals_writes_nothing() -> None:
    paste = published("text")
    with CaptureQueriesContext(connection) as queries:
        assert kinds(store.change([edit(paste, guard=refuse)])) == ["Forbidden"]
    assert not [query for query in queries if query["sql"].startswith(("UPDATE", "DELETE", "INSERT"))]
    assert store.change([]) == []


def test_a_removal_answers_what_was_erases_history_and_retires_the_id() -> None:
    paste = published("one")
    edited = must(store.revise([edit(paste, "two")])[0])
    assert store.remove([removal(paste)]) == [edited]
    assert stored(paste) is None
    assert versions_kept(paste) == []
    assert is_retired(paste.id)


def test_what_was_removed_cannot_be_changed_again() -> None:
    paste = published("one")
    outcomes = store.change([edit(paste, "two"), removal(paste), edit(paste, "three"), removal(paste)])
    assert kinds(outcomes) == ["Header", "Header", "NotFound", "NotFound"]
    assert stored(paste) is None
    assert versions_kept(paste) == []


def test_the_number_of_statements_does_not_grow_with_the_removals() -> None:
    pastes = [published(str(number)) for number in range(20)]
    with CaptureQueriesContext(connection) as queries:
        store.remove([removal(paste) for paste in pastes])
    assert len(queries) <= 4 + 2  # rows locked, history, rows, retired ids; and a transaction


# History: what an edit of content, title or language replaces.


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"content": "other"}, [1]),
        ({"title": "b.txt"}, [1]),
        ({"language": "python"}, [1]),
        ({"content": "text"}, []),
        ({"visibility": "public"}, []),
        ({"timetolive": 60}, []),
        ({"content": "other", "keep_history": False}, []),
    ],
)
def test_a_revision_is_kept_only_of_what_people_read(fields: dict[str, Any], kept: list[int]) -> None:
    paste = published("text", title="a.txt")
    assert must(store.revise([edit(paste, **{"content": None, **fields})])[0]).version == 2
    assert versions_kept(paste) == kept


def test_a_revision_holds_all_that_was_replaced() -> None:
    paste = published("naïve", title="a.txt", language="python")
    store.revise([edit(paste, "other", title="b", language="text")])
    row = Paste.objects.get(id=paste.id).revisions.get()
    assert (row.content, row.title, row.language, row.size) == ("naïve", "a.txt", "python", 6)
    assert (bytes(row.sha256), row.created_at, row.by_id) == (paste.sha256, NOW, None)


def test_a_refused_edit_leaves_no_revision() -> None:
    paste = published("text")
    store.revise([edit(paste, "other", guard=refuse)])
    assert versions_kept(paste) == []


def test_fifty_revisions_are_kept_and_the_oldest_is_dropped_first() -> None:
    paste = published("0")
    store.revise([edit(paste, str(number)) for number in range(1, 51)])
    assert versions_kept(paste) == list(range(1, 51))
    store.revise([edit(paste, "51")])
    assert versions_kept(paste) == list(range(2, 52))


def test_revisions_together_are_at_most_ten_pastes_large(settings: Any) -> None:
    neighbour, paste = published("neighbour"), published("x" * 40)
    settings.MAX_PASTE_BYTES = 10
    store.revise([edit(paste, "y" * 60), edit(neighbour)])
    assert versions_kept(paste) == [1]
    store.revise([edit(paste, "z" * 101)])
    assert versions_kept(paste) == [1, 2]
    store.revise([edit(paste, "")])
    assert versions_kept(paste) == []
    assert versions_kept(neighbour) == [1]
