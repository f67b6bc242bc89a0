"""Group commit, group read: while one list is at work in its thread, the next one gathers.

Callers `await batch(item)`. The work is plain synchronous code, list in, list out; an outcome that is an exception is
raised for its own item alone. Alone, an item waits for nobody.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

from django.db import close_old_connections, connections

from pastes.errors import Unavailable

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")
ItemIn = TypeVar("ItemIn", contravariant=True)
OutcomeOut = TypeVar("OutcomeOut", covariant=True)

Work = Callable[[list[Item]], Sequence[Outcome | Exception]]

LIST_ITEMS, LIST_BYTES = 256, 4 * 1024 * 1024
QUEUE_ITEMS, QUEUE_BYTES = 2048, 32 * 1024 * 1024


class Batch(Protocol[ItemIn, OutcomeOut]):
    """What an endpoint awaits; it does not know whether others wait with it."""

    def __call__(self, item: ItemIn, /) -> Awaitable[OutcomeOut]: ...


def outcome_or_raise(outcome: Outcome | Exception) -> Outcome:
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


class InlineBatch(Generic[Item, Outcome]):
    """A list of one, run by the caller: for threads that serve one request at a time."""

    def __init__(self, work: Work[Item, Outcome]) -> None:
        self._work = work

    async def __call__(self, item: Item, /) -> Outcome:
        return outcome_or_raise(self._work([item])[0])


class GatheringBatch(Generic[Item, Outcome]):
    """Lists gathered from all requests in flight, worked on one at a time in a thread with its own connection.

    Belongs to one event loop. Lists are bounded in items and bytes, and so is the queue behind them: a full queue
    raises Unavailable at once.
    """

    def __init__(self, name: str, work: Work[Item, Outcome], *, weigh: Callable[[Item], int]) -> None:
        """`weigh` gives an item's size in bytes."""
        self._work = work
        self._weigh = weigh
        self._lists: SimpleQueue[tuple[list[Item], list[asyncio.Future[Outcome]]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._serve, name=f"batch-{name}", daemon=True)
        self._waiting: deque[tuple[Item, int, asyncio.Future[Outcome]]] = deque()
        self._waiting_bytes = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_busy = self._is_closed = False
        self._idle = asyncio.Event()

    def __call__(self, item: Item, /) -> Awaitable[Outcome]:
        weight = self._weigh(item)
        full = len(self._waiting) >= QUEUE_ITEMS or (self._waiting and self._waiting_bytes + weight > QUEUE_BYTES)
        if full or self._is_closed:
            raise Unavailable("More requests are waiting than can be served soon.")
        loop = self._loop or self._start()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._waiting.append((item, weight, future))
        self._waiting_bytes += weight
        if not self._is_busy:
            self._is_busy = True
            loop.call_soon(self._hand_over, context=Context())  # with all who come in this turn of the loop
        return future

    async def close(self) -> None:
        """Finishes all that waits, then ends the thread. New items are refused from now on."""
        self._is_closed = True
        if self._is_busy:
            self._idle.clear()
            await self._idle.wait()
        if self._loop is not None:
            self._lists.put(None)
            self._thread.join()

    def _start(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        return self._loop

    def _hand_over(self) -> None:
        self._lists.put(self._next_list())

    def _finish(self, futures: list[asyncio.Future[Outcome]], outcomes: Sequence[Outcome | Exception]) -> None:
        """Back on the loop: tells those who waited, and goes on with those who came meanwhile."""
        for future, outcome in zip(futures, outcomes, strict=True):
            _tell(future, outcome)
        if self._waiting:
            self._hand_over()
        else:
            self._is_busy = False
            self._idle.set()

    def _serve(self) -> None:
        """The thread. A queue and one call back to the loop cost a third of what an executor does."""
        assert self._loop is not None  # noqa: S101
        while (work := self._lists.get()) is not None:
            items, futures = work
            try:
                outcomes = self._run(items)
            except Exception as error:  # noqa: BLE001  (whatever it is, those who wait must hear of it)
                outcomes = [error] * len(items)
            self._loop.call_soon_threadsafe(self._finish, futures, outcomes)
        connections.close_all()

    def _next_list(self) -> tuple[list[Item], list[asyncio.Future[Outcome]]]:
        items: list[Item] = []
        futures: list[asyncio.Future[Outcome]] = []
        size = 0
        while self._waiting and len(items) < LIST_ITEMS:
            item, weight, future = self._waiting[0]
            if items and size + weight > LIST_BYTES:
                break
            self._waiting.popleft()
            size += weight
            items.append(item)
            futures.append(future)
        self._waiting_bytes -= size
        return items, futures

    def _run(self, items: list[Item]) -> Sequence[Outcome | Exception]:
        close_old_connections()
        _trust_connections()
        try:
            outcomes = self._work(items)
        finally:
            close_old_connections()
        if len(outcomes) != len(items):
            raise RuntimeError(f"{len(items)} items gave {len(outcomes)} outcomes")
        return outcomes


def _trust_connections() -> None:
    """Spares each list Django's `SELECT 1`: one whose connection has died is run again on a fresh one anyway."""
    for connection in connections.all(initialized_only=True):
        connection.health_check_done = True  # type: ignore[attr-defined]


def _tell(future: asyncio.Future[Outcome], outcome: Outcome | Exception) -> None:
    if future.done():  # whoever waited has gone away
        return
    if isinstance(outcome, StopIteration):  # a future cannot hold one
        future.set_exception(RuntimeError("the work stopped early"))
    elif isinstance(outcome, Exception):
        future.set_exception(outcome)
    else:
        future.set_result(outcome)
