"""Reading: what is live, in the order asked for, and how many statements that takes."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.tests.samples import DAY, NOW, SECOND, edit, must, must_be_stored, new, published, removal

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def test_records_come_in_the_order_asked_for_and_none_where_there_is_none() -> None:
    pastes = [published(str(number)) for number in range(5)]
    asked = [pastes[3].id, UUID(int=1), pastes[0].id, pastes[3].id]
    found = store.fetch(asked, at=NOW)
    assert [record and record.content for record in found] == ["3", None, "0", "3"]
    assert found[0] == found[3] == must_be_stored(pastes[3])
    assert store.headers(asked, at=NOW) == [pastes[3], None, pastes[0], pastes[3]]
    assert store.fetch([], at=NOW) == []
    assert store.headers([], at=NOW) == []


def test_what_expired_is_gone_at_that_very_moment_however_late_the_sweep_is() -> None:
    paste = published("text", expires_at=NOW + SECOND)
    for _ in range(2):  # from the database, and from whatever remembers it
        assert store.headers([paste.id], at=NOW) == [paste]
        assert store.headers([paste.id], at=NOW + SECOND) == [None]
        assert store.fetch([paste.id], at=NOW + SECOND) == [None]


def test_what_never_expires_is_there_after_a_hundred_years() -> None:
    paste = published("text", expires_at=None, timetolive=None)
    assert store.headers([paste.id], at=NOW + 36_500 * DAY) == [paste]


def test_what_was_changed_or_removed_is_never_read_as_it_was() -> None:
    paste = published("one")
    store.headers([paste.id], at=NOW)
    edited = must(store.revise([edit(paste, "two")])[0])
    assert store.recall([paste.id]) in ([edited], [None])
    assert store.headers([paste.id], at=NOW) == [edited]
    store.remove([removal(paste)])
    assert store.headers([paste.id], at=NOW) == [None]
    assert store.fetch([paste.id], at=NOW) == [None]


@pytest.mark.parametrize("count", [1, 30])
def test_one_statement_fetches_any_number(count: int) -> None:
    pastes = [header.id for header in map(must, store.publish([new(str(number)) for number in range(count)]))]
    with CaptureQueriesContext(connection) as queries:
        store.fetch([*pastes, UUID(int=1)], at=NOW)
    assert len(queries) == 1


def test_an_id_that_never_was_one_that_expired_and_one_that_was_deleted_cost_the_same() -> None:
    deleted, expired = published("deleted"), published("expired", expires_at=NOW + SECOND)
    store.remove([removal(deleted)])
    statements = []
    for paste_id in (UUID(int=1), deleted.id, expired.id):
        with CaptureQueriesContext(connection) as queries:
            assert store.headers([paste_id], at=NOW + SECOND) == [None]
        statements.append([query["sql"].replace(paste_id.hex, "").replace(str(paste_id), "") for query in queries])
    assert statements[0] == statements[1] == statements[2]
