"""One transaction for a list of items, in which nobody's failure is anybody else's.

Serialization failures and deadlocks are tried once more, and so is a connection that died before COMMIT, on a fresh
one. Any other error halves the list until the culprit stands alone; a lock that stays taken lets each item try by
itself, while that does not take too long.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeVar

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from pastes.errors import Fault, OutcomeUnknown, PasteError, Unavailable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

Work = Callable[[list[Item]], Sequence[Outcome | Exception]]

logger = logging.getLogger(__name__)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
TRY_AGAIN = ("40001", "40P01")  # serialization_failure, deadlock_detected
HELD_UP = ("55P03", "57014")  # lock_not_available, query_canceled (statement timeout)
GONE = ("57P01", "57P02", "57P03", "25P03")  # shutdowns, cannot_connect_now, idle_in_transaction_session_timeout

LONE_WAITS = 2  # items of a list that may each wait out a lock by themselves; then the list has waited long enough


class CommitUnknownError(Exception):
    """The connection died while COMMIT was under way: it may have happened."""


def together(
    items: list[Item],
    work: Work[Item, Outcome],
    *,
    recover: Work[Item, Outcome],
    in_one_statement: bool = False,
) -> Sequence[Outcome | Exception]:
    """Runs `work` on the items in one transaction, in their order; its outcomes, or an exception for an item.

    `recover` is asked, outside the transaction, when nobody knows whether COMMIT happened. May not be called within
    a transaction: what it returns has been committed. `in_one_statement`: the work is a single one, which commits
    itself, so BEGIN and COMMIT are spared.
    """
    return _Together(work, recover, in_one_statement=in_one_statement).run(items) if items else []


class _Together(Generic[Item, Outcome]):
    def __init__(self, work: Work[Item, Outcome], recover: Work[Item, Outcome], *, in_one_statement: bool) -> None:
        self._work = work
        self._recover = recover
        self._in_one_statement = in_one_statement
        self._patience = LONE_WAITS

    def run(self, items: list[Item]) -> Sequence[Outcome | Exception]:
        try:
            return _retried(lambda: self._once(items))
        except CommitUnknownError:
            return self._recovered(items)
        except PasteError as error:  # raised by the work, so all of this list was rolled back, and no other
            return [error] * len(items)
        except Exception as error:  # noqa: BLE001  (the item that raised it is found, and the others are served)
            if len(items) == 1:
                return [self._refusal(error)]
            return self._apart(items, error)

    def _once(self, items: list[Item]) -> Sequence[Outcome | Exception]:
        is_committing = False
        try:
            with self._transaction():
                # A statement that commits itself may have done so at any moment of it; in a block, only the end may.
                is_committing = not connection.in_atomic_block
                outcomes = self._work(items)
                is_committing = True
            return outcomes
        except (OperationalError, InterfaceError) as error:
            if is_committing and is_lost(error):
                connection.close()
                raise CommitUnknownError from error
            raise

    def _transaction(self) -> AbstractContextManager[object]:
        if self._in_one_statement and not connection.in_atomic_block:
            connection.ensure_connection()  # so that to find no server is not taken for one lost at work
            return nullcontext()
        return transaction.atomic(durable=True)

    def _apart(self, items: list[Item], error: Exception) -> Sequence[Outcome | Exception]:
        """What may succeed where the whole did not: each alone after a lock that stayed taken, else halves."""
        if sqlstate(error) in HELD_UP:
            return [outcome for item in items for outcome in self._if_patient([item], error)]
        if is_of_the_machine(error):
            return [self._refusal(error) for _ in items]
        middle = len(items) // 2
        return [*self.run(items[:middle]), *self.run(items[middle:])]

    def _if_patient(self, items: list[Item], error: Exception) -> Sequence[Outcome | Exception]:
        return self.run(items) if self._patience > 0 else [self._refusal(error)]

    def _recovered(self, items: list[Item]) -> Sequence[Outcome | Exception]:
        try:
            return self._recover(items)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("after a lost COMMIT the database did not answer: %s", named(error))
            return [OutcomeUnknown() for _ in items]

    def _refusal(self, error: Exception) -> PasteError:
        if sqlstate(error) in HELD_UP:
            self._patience -= 1
        if is_of_the_machine(error):
            return _unavailable(error)
        fault = Fault()
        fault.__cause__ = error
        return fault


def reading(ask: Callable[[], Outcome]) -> Outcome:
    """What `ask` reads, on a fresh connection where the first was lost. Raises Unavailable without a database."""
    try:
        return _retried(ask)
    except (OperationalError, InterfaceError) as error:
        raise _unavailable(error) from error


def sqlstate(error: Exception) -> str | None:
    """PostgreSQL's five-character code; None where the server said nothing, as when it is gone. SQLite has none."""
    return getattr(error.__cause__, "sqlstate", None)


def is_lost(error: Exception) -> bool:
    """Whether the connection, rather than the statement, failed."""
    if connection.vendor != "postgresql" or not isinstance(error, OperationalError | InterfaceError):
        return False
    state = sqlstate(error)
    return state is None or state.startswith("08") or state in GONE


def _retried(attempt: Callable[[], Outcome]) -> Outcome:
    try:
        return attempt()
    except (OperationalError, InterfaceError) as error:
        if is_lost(error):
            connection.close()
        elif sqlstate(error) not in TRY_AGAIN:
            raise
        return attempt()


def is_of_the_machine(error: Exception) -> bool:
    """Whether the database is away or busy, rather than an item wrong."""
    return isinstance(error, DatabaseError | InterfaceError) and not isinstance(error, DataError | IntegrityError)


def named(error: Exception) -> str:
    """An error of the database by its class and code. Its message may quote a row, and so a paste."""
    return f"{type(error).__name__} {sqlstate(error) or ''}".strip()


def _unavailable(error: Exception) -> Unavailable:
    logger.warning("the database did not answer: %s", named(error))
    return Unavailable("The database does not answer now.")
