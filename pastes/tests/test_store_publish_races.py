"""Publishing on PostgreSQL beside others: threads at once, deletes held open, bad items, connections that die."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.models import Header, Paste, Record, Retired
from pastes.store import rows
from pastes.tests.samples import NOW, is_retired, kinds, new, published, stored
from pastes.tests.sessions import (
    Commits,
    at_once,
    backend,
    execute,
    impatient,
    in_thread,
    no_database,
    other_session,
    terminate,
    wait_for_lock,
)


class Inserts:
    """The INSERT, and one death of the connection around it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, death: str) -> None:
        self.count = 0
        self.after_death: Callable[[], None] = lambda: None
        self._death = death
        self._insert = rows.insert
        monkeypatch.setattr(rows, "insert", self)

    def __call__(self, records: Sequence[Record]) -> set[UUID]:
        self.count += 1
        if self.count > 1:
            return self._insert(records)
        inserted = self._insert(records) if self._death == "after" else set()
        terminate(backend())
        self.after_death()
        execute("SELECT 1")
        return inserted


pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs sessions beside each other"),
]


def test_of_twenty_creates_of_one_id_at_once_one_wins() -> None:
    first = new("text 0", id_is_given=True)
    rivals = [first, *(new(f"text {number}", id=first.id, id_is_given=True) for number in range(1, 20))]
    outcomes = [outcome for (outcome,) in at_once([partial(store.publish, [item]) for item in rivals])]
    assert sorted(kinds(outcomes)) == ["Conflict"] * 19 + ["Header"]
    winner = next(item for item, outcome in zip(rivals, outcomes, strict=True) if isinstance(outcome, Header))
    assert stored(first.record.header) == winner.record


def test_twenty_times_the_same_create_at_once_make_one_paste_and_all_are_answered() -> None:
    item = new("text", id_is_given=True)
    outcomes = at_once([lambda: store.publish([item])] * 20)
    assert outcomes == [[item.record.header]] * 20
    assert Paste.objects.count() == 1


def test_lists_that_share_ids_in_opposite_order_do_not_deadlock() -> None:
    items = [new(str(number), id_is_given=True) for number in range(30)]
    forwards, backwards = at_once([lambda: store.publish(items), lambda: store.publish(items[::-1])])
    assert forwards == backwards[::-1] == [item.record.header for item in items]


def test_rows_are_written_in_order_of_id_so_that_no_two_lists_wait_for_each_other() -> None:
    items = sorted((new(str(number)) for number in range(30)), key=lambda item: item.id)
    store.publish(items[::-1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM pastes_paste ORDER BY ctid")
        assert [paste_id for (paste_id,) in cursor.fetchall()] == [item.id for item in items]


def test_n_creates_share_one_insert_that_commits_itself() -> None:
    with CaptureQueriesContext(connection) as queries:
        store.publish([new(str(number)) for number in range(40)])
    assert [query["sql"].split()[0] for query in queries] == ["INSERT"]


def test_creates_of_given_ids_ask_for_retired_ones_in_the_same_transaction() -> None:
    with CaptureQueriesContext(connection) as queries:
        store.publish([new("one"), new("two", id_is_given=True)])
    assert [query["sql"].split()[0] for query in queries] == ["BEGIN", "INSERT", "SELECT", "COMMIT"]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
def test_while_a_delete_is_held_open_its_id_cannot_be_made_anew(ending: str) -> None:
    old = published("old")
    with other_session() as session:
        session.execute("DELETE FROM pastes_paste WHERE id = %s", [old.id])
        session.execute("INSERT INTO pastes_retired VALUES (%s, %s)", [old.id, NOW])
        creating = in_thread(lambda: store.publish([new("anew", id=old.id, id_is_given=True), new("neighbour")]))
        wait_for_lock()
        getattr(session, ending)()
        assert sorted(kinds(creating())) == ["Conflict", "Header"]
    assert is_retired(old.id) == (stored(old) is None) == (ending == "commit")


def test_a_create_held_up_by_anothers_lock_fails_none_of_its_neighbours() -> None:
    held = published("held")
    items = [new("one"), new("two", id=held.id, id_is_given=True), new("three")]
    with other_session() as session, impatient():
        session.execute("DELETE FROM pastes_paste WHERE id = %s", [held.id])
        assert kinds(store.publish(items)) == ["Header", "Unavailable", "Header"]


def test_data_that_the_database_refuses_fails_its_own_item() -> None:
    items = [new("one"), new("two", title="t" * 201), new("three"), new("four")]
    assert kinds(store.publish(items)) == ["Header", "Fault", "Header", "Header"]
    assert Paste.objects.count() == 3


def test_a_connection_that_died_before_the_insert_is_replaced() -> None:
    published("so that there is a connection")
    terminate(backend())
    assert kinds(store.publish([new("one"), new("two")])) == ["Header", "Header"]


@pytest.mark.parametrize("death", ["before", "after"])
def test_creates_whose_commit_was_cut_off_are_found_or_made_again(commits: Commits, death: str) -> None:
    taken = published("taken")
    items = [new("one"), new("two", id_is_given=True), new("three", id=taken.id, id_is_given=True)]
    commits.deaths = [death]
    outcomes = store.publish(items)
    assert kinds(outcomes) == ["Header", "Header", "Conflict"]
    assert [stored(item.record.header) for item in items[:2]] == [item.record for item in items[:2]]
    assert Paste.objects.count() == 3


@pytest.mark.parametrize("death", ["before", "after"])
def test_creates_whose_insert_was_cut_off_are_found_or_made_again(monkeypatch: pytest.MonkeyPatch, death: str) -> None:
    inserts = Inserts(monkeypatch, death)
    items = [new("one"), new("two")]
    outcomes = store.publish(items)
    assert kinds(outcomes) == ["Header", "Header"]
    assert [stored(item.record.header) for item in items] == [item.record for item in items]
    assert Paste.objects.count() == 2
    assert inserts.count == (2 if death == "before" else 1)


def test_creates_whose_insert_was_cut_off_with_the_database_may_have_been_made(monkeypatch: pytest.MonkeyPatch) -> None:
    inserts = Inserts(monkeypatch, "after")
    with ExitStack() as stack:
        inserts.after_death = lambda: stack.enter_context(no_database(close=False))
        assert kinds(store.publish([new("one"), new("two")])) == ["OutcomeUnknown", "OutcomeUnknown"]
    assert Paste.objects.count() == 2


def test_a_retired_id_stays_retired_when_the_commit_was_cut_off(commits: Commits) -> None:
    item = new("text", id_is_given=True)
    Retired.objects.create(id=item.id, retired_at=NOW)
    commits.deaths = ["after"]
    assert kinds(store.publish([item])) == ["Conflict"]
    assert stored(item.record.header) is None


def test_creates_whose_commit_was_cut_off_twice_may_be_sent_again(commits: Commits) -> None:
    items = [new("one"), new("two", id_is_given=True)]
    commits.deaths = ["before", "before"]
    assert kinds(store.publish(items)) == ["OutcomeUnknown", "OutcomeUnknown"]
    assert kinds(store.publish(items)) == ["Header", "Header"]


def test_without_a_database_every_create_is_unavailable_and_then_it_is_back() -> None:
    items = [new("one"), new("two")]
    with no_database():
        assert kinds(store.publish(items)) == ["Unavailable", "Unavailable"]
    assert kinds(store.publish(items)) == ["Header", "Header"]
