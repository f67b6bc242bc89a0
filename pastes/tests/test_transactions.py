"""One transaction for a list: what is tried again, what is taken apart, and what a lost connection leaves unknown."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from pastes.errors import Fault, NotFound, Unavailable
from pastes.models import Retired
from pastes.tests.calls import UNKNOWN_ID
from pastes.tests.samples import NOW, kinds
from pastes.tests.sessions import (
    Commits,
    backend,
    execute,
    in_thread,
    no_database,
    other_session,
    terminate,
    wait_for_lock,
)
from pastes.transactions import LONE_WAITS, is_lost, reading, sqlstate, together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="tells PostgreSQL's errors apart"),
]

Work = Callable[[list[int]], Sequence[object]]
DIVISION = "SELECT 1 / %s::int"


class Attempts:
    """Work that notes the lists it was given; `faults` are run one an attempt, until none is left."""

    def __init__(self, *faults: Callable[[], object]) -> None:
        self.lists: list[list[int]] = []
        self.backends: list[int] = []
        self._faults = list(faults)

    def __call__(self, items: list[int]) -> list[object]:
        self.lists.append(items)
        self.backends.append(backend())
        if self._faults:
            self._faults.pop(0)()
        return [item * 10 for item in items]


def never(items: list[int]) -> list[object]:
    raise AssertionError(f"nothing to recover: {items}")


def raise_state(state: str) -> Callable[[], None]:
    return lambda: execute("DO $$ BEGIN RAISE EXCEPTION 'made up' USING ERRCODE = '" + state + "'; END $$")


def die() -> None:
    terminate(backend())
    execute("SELECT 1")


def test_outcomes_come_in_the_order_of_the_items() -> None:
    assert together([3, 1, 2], Attempts(), recover=never) == [30, 10, 20]


def test_an_empty_list_asks_nobody() -> None:
    work = Attempts()
    assert together([], work, recover=never) == []
    assert work.lists == []


def test_a_serialization_failure_is_tried_once_more() -> None:
    Retired.objects.create(id=UNKNOWN_ID, retired_at=NOW)

    def cross_with_another_writer() -> None:
        execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        execute("SELECT * FROM pastes_retired")
        with other_session() as session:
            session.execute("UPDATE pastes_retired SET retired_at = now()")
            session.commit()
        execute("UPDATE pastes_retired SET retired_at = now()")

    work = Attempts(cross_with_another_writer)
    assert together([1], work, recover=never) == [10]
    assert work.lists == [[1], [1]]


def test_the_victim_of_a_deadlock_is_tried_once_more() -> None:
    first, second = UNKNOWN_ID, UNKNOWN_ID.replace("6a", "6b")
    Retired.objects.bulk_create([Retired(id=paste_id, retired_at=NOW) for paste_id in (first, second)])
    lock = "SELECT id FROM pastes_retired WHERE id = %s FOR UPDATE"

    def cross_locks() -> None:
        execute("SET LOCAL deadlock_timeout = '20ms'")  # so that it is found here, and not in the other session
        execute(lock, first)
        with other_session() as session:
            session.execute(lock, [second])
            crossing = in_thread(lambda: session.execute(lock, [first]))
            wait_for_lock()
            try:
                execute(lock, second)
            finally:
                crossing()

    work = Attempts(cross_locks)
    assert together([1], work, recover=never) == [10]
    assert work.lists == [[1], [1]]


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_after_the_second_such_failure_everybody_is_asked_to_come_again(state: str) -> None:
    work = Attempts(raise_state(state), raise_state(state))
    assert kinds(together([1, 2], work, recover=never)) == ["Unavailable", "Unavailable"]
    assert work.lists == [[1, 2], [1, 2]]


def test_a_connection_lost_before_commit_is_replaced_and_the_list_tried_again() -> None:
    work = Attempts(die)
    assert together([1, 2], work, recover=never) == [10, 20]
    assert work.lists == [[1, 2], [1, 2]]
    assert work.backends[0] != work.backends[1]


def test_a_connection_lost_twice_is_unavailable() -> None:
    assert kinds(together([1, 2], Attempts(die, die), recover=never)) == ["Unavailable", "Unavailable"]
    assert together([1], Attempts(), recover=never) == [10]


def test_a_driver_that_calls_its_connection_unusable_is_a_lost_connection() -> None:
    def use_a_closed_cursor() -> None:
        with connection.cursor() as cursor:
            cursor.close()
            cursor.execute("SELECT 1")

    assert together([1], Attempts(use_a_closed_cursor), recover=never) == [10]
    assert kinds(together([1], Attempts(use_a_closed_cursor, use_a_closed_cursor), recover=never)) == ["Unavailable"]


def test_the_item_whose_data_the_database_refuses_stands_alone() -> None:
    def divide(items: list[int]) -> list[object]:
        for item in items:
            execute(DIVISION, item)
        return [100 // item for item in items]

    outcomes = together([1, 2, 0, 4, 5], divide, recover=never)
    assert kinds(outcomes) == ["int", "int", "Fault", "int", "int"]
    assert outcomes[3] == 25


def test_a_broken_constraint_is_its_own_items_too() -> None:
    def insert(items: list[int]) -> list[object]:
        for item in items:
            execute("INSERT INTO pastes_retired VALUES (%s, %s)", UNKNOWN_ID[:-1] + str(item), NOW)
        return list(items)

    assert kinds(together([1, 2, 2, 3], insert, recover=never)) == ["int", "int", "Fault", "int"]
    assert Retired.objects.count() == 3


def test_a_lock_that_stays_taken_holds_up_nobody_else() -> None:
    work = Attempts(raise_state("55P03"), lambda: None, raise_state("55P03"))
    assert kinds(together([1, 2, 3], work, recover=never)) == ["int", "Unavailable", "int"]
    assert work.lists == [[1, 2, 3], [1], [2], [3]]


def test_a_list_does_not_wait_for_ever_for_many_locks() -> None:
    work = Attempts(*[raise_state("55P03")] * (1 + LONE_WAITS))
    outcomes = together([1, 2, 3, 4, 5], work, recover=never)
    assert kinds(outcomes) == ["Unavailable"] * 5
    assert work.lists == [[1, 2, 3, 4, 5], [1], [2]]


def test_what_the_work_refuses_for_its_whole_list_is_rolled_back() -> None:
    def refuse(items: list[int]) -> list[object]:
        Retired.objects.create(id=UNKNOWN_ID, retired_at=NOW)
        raise Unavailable("no")

    assert kinds(together([1, 2], refuse, recover=never)) == ["Unavailable", "Unavailable"]
    assert not Retired.objects.exists()


def test_only_a_connection_that_dies_at_commit_leaves_it_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    commits = Commits(monkeypatch)
    commits.deaths = ["before"]
    work = Attempts()
    assert kinds(together([1, 2], work, recover=lambda items: [NotFound() for _ in items])) == ["NotFound"] * 2
    assert work.lists == [[1, 2]]


def test_a_recovery_that_finds_no_database_leaves_the_outcome_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def recover(items: list[int]) -> list[object]:
        execute("SELECT 1")
        return [*items]

    commits = Commits(monkeypatch)
    commits.deaths = ["before"]
    with ExitStack() as stack:
        commits.after_death = lambda: stack.enter_context(no_database(close=False))
        assert kinds(together([1, 2], Attempts(), recover=recover)) == ["OutcomeUnknown", "OutcomeUnknown"]


def test_without_a_database_all_are_unavailable_and_then_it_is_back() -> None:
    with no_database():
        assert kinds(together([1, 2], Attempts(), recover=never)) == ["Unavailable", "Unavailable"]
    assert together([1, 2], Attempts(), recover=never) == [10, 20]


def test_a_read_is_asked_again_on_a_fresh_connection() -> None:
    execute("SELECT 1")
    terminate(backend())
    assert reading(Retired.objects.count) == 0


def test_a_read_without_a_database_is_unavailable() -> None:
    with no_database(), pytest.raises(Unavailable):
        reading(Retired.objects.count)
    assert reading(Retired.objects.count) == 0


def test_a_fault_of_our_own_is_its_items_alone_and_says_what_it_was() -> None:
    outcomes = together([1, 2, 0, 4], lambda items: [8 // item for item in items], recover=never)
    assert kinds(outcomes) == ["int", "int", "Fault", "int"]
    fault = outcomes[2]
    assert isinstance(fault, Fault)
    assert isinstance(fault.__cause__, ZeroDivisionError)


def test_what_it_returns_was_committed_so_it_runs_in_no_transaction_of_others() -> None:
    with transaction.atomic():
        assert kinds(together([1], Attempts(), recover=never)) == ["Fault"]


@pytest.mark.parametrize(
    ("error", "lost"), [(ValueError(), False), (IntegrityError(), False), (OperationalError(), True)]
)
def test_what_counts_as_a_lost_connection(error: Exception, lost: bool) -> None:  # noqa: FBT001
    assert is_lost(error) is lost
    assert sqlstate(error) is None
