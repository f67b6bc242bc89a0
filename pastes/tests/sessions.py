"""Other sessions on the test's PostgreSQL: some that hold locks, many at once, and connections that die."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import pytest
from django.db import connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

PATIENCE_SECONDS = 20
Result = TypeVar("Result")
Session = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def other_session(*, autocommit: bool = False) -> Iterator[Session]:
    """A second connection to the database of the test; what it did not commit is rolled back."""
    parameters = {**connection.get_connection_params(), "cursor_factory": psycopg.Cursor, "context": None}
    session = psycopg.connect(**{**parameters, "autocommit": autocommit, "options": ""})
    try:
        yield session
    finally:
        session.close()


def at_once(works: Sequence[Callable[[], Result]]) -> list[Result]:
    """Each in its own thread with its own connection, all let go together; results in order."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], Result]) -> Result:
        barrier.wait(PATIENCE_SECONDS)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(run, works))


def in_thread(work: Callable[[], Result]) -> Callable[[], Result]:
    """Starts it with a connection of its own; call the answer to wait for its result."""
    threads = ThreadPoolExecutor(1)

    def run() -> Result:
        try:
            return work()
        finally:
            connections.close_all()

    future = threads.submit(run)
    threads.shutdown(wait=False)
    return lambda: future.result(PATIENCE_SECONDS)


def wait_for_lock() -> None:
    """Returns once some session of this database waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with other_session(autocommit=True) as session:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while session.execute(waiting).fetchone() is None:
            assert time.monotonic() < deadline, "nobody waits for a lock"
            time.sleep(0.005)


def backend() -> int:
    """Process id of the server that this thread's open connection talks to."""
    assert connection.connection is not None
    return int(connection.connection.info.backend_pid)


def execute(statement: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or None)


def terminate(pid: int) -> None:
    """Ends a connection from the server's side, as an administrator or a crash would."""
    with other_session(autocommit=True) as session:
        session.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


class Commits:
    """COMMIT as the server sees it, and the deaths of a connection around it, as many as a test orders."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.deaths: list[str] = []
        self.after_death: Callable[[], None] = lambda: None
        self._commit: Callable[[DatabaseWrapper], None] = DatabaseWrapper._commit  # type: ignore[attr-defined]
        monkeypatch.setattr(DatabaseWrapper, "_commit", lambda wrapper: self._dying(wrapper))  # noqa: PLW0108

    def _dying(self, wrapper: DatabaseWrapper) -> None:
        death = self.deaths.pop(0) if self.deaths else None
        if death is None:
            self._commit(wrapper)
            return
        if death == "after":
            self._commit(wrapper)
        terminate(wrapper.connection.info.backend_pid)
        self.after_death()
        with wrapper.wrap_database_errors:
            wrapper.connection.execute("COMMIT")


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> Commits:
    return Commits(monkeypatch)


@contextmanager
def impatient() -> Iterator[None]:
    """This thread's connection waits a moment for a lock, not seconds."""
    execute("SET lock_timeout = '50ms'")
    yield
    connection.close()


@contextmanager
def no_database(*, close: bool = True) -> Iterator[None]:
    """No server listens where the database was; afterwards it is back. `close`: what was open is closed as well."""
    port = connection.settings_dict["PORT"]
    if close:
        connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port
