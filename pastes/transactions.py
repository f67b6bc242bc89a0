"""One transaction for a list of items, in which nobody's failure is anybody else's.

Serialization failures and deadlocks are tried once more, and so is a connection that died before COMMIT, on a fresh
one. A data error halves the list until the culprit stands alone; a lock that stays taken lets each item try by itself.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from pastes.errors import Fault, Unavailable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

Work = Callable[[list[Item]], Sequence[Outcome | Exception]]

logger = logging.getLogger(__name__)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
TRY_AGAIN = ("40001", "40P01")  # serialization_failure, deadlock_detected
HELD_UP = ("55P03", "57014")  # lock_not_available, query_canceled (statement timeout)
GONE = ("57P01", "57P02", "57P03", "25P03")  # shutdowns, cannot_connect_now, idle_in_transaction_session_timeout


class CommitUnknownError(Exception):
    """The connection died while COMMIT was under way: it may have happened."""


def together(
    items: list[Item], work: Work[Item, Outcome], *, recover: Work[Item, Outcome]
) -> Sequence[Outcome | Exception]:
    """Runs `work` on the items in one transaction, in their order; its outcomes, or an exception for an item.

    `recover` is asked, outside the transaction, when nobody knows whether COMMIT happened.
    """
    if not items:
        return []
    try:
        return _twice(items, work)
    except CommitUnknownError:
        return _guarded(items, recover)
    except (DataError, IntegrityError) as error:
        if len(items) == 1:
            logger.exception("the database refused an item", exc_info=error)
            return [Fault()]
        middle = len(items) // 2
        halves = items[:middle], items[middle:]
        return [outcome for half in halves for outcome in together(half, work, recover=recover)]
    except DatabaseError as error:
        if sqlstate(error) in HELD_UP and len(items) > 1:
            return [outcome for item in items for outcome in together([item], work, recover=recover)]
        return _unavailable(items, error)
    except InterfaceError as error:
        return _unavailable(items, error)


def sqlstate(error: Exception) -> str | None:
    """PostgreSQL's five-character code; None where the server said nothing, as when it is gone. SQLite has none."""
    return getattr(error.__cause__, "sqlstate", None)


def is_lost(error: Exception) -> bool:
    """Whether the connection, rather than the statement, failed."""
    if connection.vendor != "postgresql" or not isinstance(error, OperationalError | InterfaceError):
        return False
    state = sqlstate(error)
    return state is None or state.startswith("08") or state in GONE


def _twice(items: list[Item], work: Work[Item, Outcome]) -> Sequence[Outcome | Exception]:
    try:
        return _once(items, work)
    except (OperationalError, InterfaceError) as error:
        if is_lost(error):
            connection.close()
        elif sqlstate(error) not in TRY_AGAIN:
            raise
        return _once(items, work)


def _once(items: list[Item], work: Work[Item, Outcome]) -> Sequence[Outcome | Exception]:
    committing = False
    try:
        with transaction.atomic():
            outcomes = work(items)
            committing = True
        return outcomes
    except (OperationalError, InterfaceError) as error:
        if committing and is_lost(error):
            connection.close()
            raise CommitUnknownError from error
        raise


def _guarded(items: list[Item], recover: Work[Item, Outcome]) -> Sequence[Outcome | Exception]:
    try:
        return recover(items)
    except (DatabaseError, InterfaceError) as error:
        return _unavailable(items, error)


def _unavailable(items: list[Item], error: Exception) -> Sequence[Outcome | Exception]:
    logger.warning("the database did not answer: %s", type(error).__name__, exc_info=error)
    return [Unavailable("The database does not answer now.") for _ in items]
