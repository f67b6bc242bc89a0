"""Lists gathered under a real event loop: nobody waits alone, lists and queue are bounded, failures are one's own."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
from django.db import connection

from pastes.batching import (
    LIST_BYTES,
    LIST_ITEMS,
    QUEUE_BYTES,
    QUEUE_ITEMS,
    GatheringBatch,
    InlineBatch,
    outcome_or_raise,
)
from pastes.errors import Conflict, NotFound, Unavailable

pytestmark = pytest.mark.embedded

MEGABYTE = 1024 * 1024


class Gate:
    """Work that doubles, notes its lists and threads, and stands still while the gate is shut."""

    def __init__(self, *, is_open: bool = True) -> None:
        self.lists: list[list[Any]] = []
        self.threads: set[str] = set()
        self.entered = threading.Event()
        self._open = threading.Event()
        if is_open:
            self._open.set()

    def open(self) -> None:
        self._open.set()

    def __call__(self, items: list[Any]) -> Sequence[Any]:
        self.lists.append(items)
        self.threads.add(threading.current_thread().name)
        self.entered.set()
        assert self._open.wait(20)
        return [item * 2 for item in items]


def run(
    work: Callable[[list[Any]], Sequence[Any]],
    scenario: Callable[[GatheringBatch[Any, Any]], Awaitable[None]],
    *,
    weigh: Callable[[Any], int] = lambda _: 1,
) -> None:
    """The scenario under a loop of its own, with a batch that is closed afterwards."""

    async def main() -> None:
        batch = GatheringBatch("test", work, weigh=weigh)
        try:
            await scenario(batch)
        finally:
            await batch.close()

    asyncio.run(main())


async def busy(batch: GatheringBatch[Any, Any], gate: Gate) -> "asyncio.Task[Any]":
    """One item is at work, in its thread, when this returns."""
    first = asyncio.ensure_future(batch(0))
    await asyncio.to_thread(gate.entered.wait, 20)
    return first


async def waiting(batch: GatheringBatch[Any, Any], items: Sequence[Any]) -> "list[asyncio.Future[Any]]":
    """So many items stand in the queue when this returns."""
    tasks: list[asyncio.Future[Any]] = [asyncio.ensure_future(batch(item)) for item in items]
    await asyncio.sleep(0)
    return tasks


def test_alone_an_item_waits_for_nobody() -> None:
    gate = Gate()

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        assert await batch(1) == 2
        assert await batch(2) == 4

    run(gate, scenario)
    assert gate.lists == [[1], [2]]
    assert gate.threads == {"batch-test"}


def test_what_comes_while_a_list_is_at_work_gathers_in_order_of_arrival() -> None:
    gate = Gate(is_open=False)

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, range(1, 40))
        gate.open()
        assert await asyncio.gather(first, *rest) == [item * 2 for item in range(40)]

    run(gate, scenario)
    assert gate.lists == [[0], list(range(1, 40))]


def test_a_list_holds_no_more_items_than_told() -> None:
    gate = Gate(is_open=False)

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, range(LIST_ITEMS + 10))
        gate.open()
        await asyncio.gather(first, *rest)

    run(gate, scenario)
    assert [len(items) for items in gate.lists] == [1, LIST_ITEMS, 10]


def test_a_list_holds_no_more_bytes_than_told_but_one_item_always_passes() -> None:
    gate = Gate(is_open=False)
    sizes = [3 * MEGABYTE, MEGABYTE, 1, LIST_BYTES + 1, 1]

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, sizes)
        gate.open()
        await asyncio.gather(first, *rest)

    run(gate, scenario, weigh=int)
    assert gate.lists == [[0], [3 * MEGABYTE, MEGABYTE], [1], [LIST_BYTES + 1], [1]]


def test_a_queue_full_of_items_refuses_at_once_and_takes_again_when_it_has_room() -> None:
    gate = Gate(is_open=False)

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, range(QUEUE_ITEMS))
        with pytest.raises(Unavailable) as refusal:
            await batch(1)
        assert ("Retry-After", "1") in refusal.value.headers
        gate.open()
        await asyncio.gather(first, *rest)
        assert await batch(1) == 2

    run(gate, scenario)


def test_a_queue_full_of_bytes_refuses_at_once_but_an_empty_one_takes_any_item() -> None:
    gate = Gate(is_open=False)

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        huge = await waiting(batch, [QUEUE_BYTES + 1])
        with pytest.raises(Unavailable):
            await batch(1)
        gate.open()
        await asyncio.gather(first, *huge)
        assert await batch(1) == 2

    run(gate, scenario, weigh=int)


def test_an_items_failure_is_its_own() -> None:
    gate = Gate(is_open=False)

    def work(items: list[Any]) -> Sequence[Any]:
        return [Conflict("taken") if item == 2 else doubled for item, doubled in zip(items, gate(items), strict=True)]

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, [1, 2, 3])
        gate.open()
        one, two, three = await asyncio.gather(*rest, return_exceptions=True)
        assert (await first, one, three) == (0, 2, 6)
        assert isinstance(two, Conflict)

    run(work, scenario)


def test_work_that_raises_fails_its_own_list_and_no_other() -> None:
    gate = Gate(is_open=False)

    def work(items: list[Any]) -> Sequence[Any]:
        if gate(items) and "bad" in items:
            raise ZeroDivisionError
        return items

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, [1, "bad"])
        gate.open()
        assert await first == 0
        outcomes = await asyncio.gather(*rest, return_exceptions=True)
        assert [type(outcome) for outcome in outcomes] == [ZeroDivisionError, ZeroDivisionError]
        assert await batch(3) == 3

    run(work, scenario)


@pytest.mark.parametrize(
    "work", [lambda _: [], lambda items: [*items, None], lambda items: [StopIteration() for _ in items]]
)
def test_work_that_breaks_its_contract_is_told_to_those_who_wait(work: Any) -> None:
    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await batch(1)

    run(work, scenario)


def test_a_caller_that_left_holds_up_nobody() -> None:
    gate = Gate(is_open=False)

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        left, stayed, failed = await waiting(batch, [1, 2, 3])
        left.cancel()
        await asyncio.sleep(0)
        gate.open()
        assert (await first, await stayed, await failed) == (0, 4, 6)
        assert left.cancelled()

    run(gate, scenario)


def test_closing_finishes_what_waits_and_refuses_what_comes_after() -> None:
    gate = Gate(is_open=False)

    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        first = await busy(batch, gate)
        rest = await waiting(batch, [1, 2])
        closing = asyncio.ensure_future(batch.close())
        await asyncio.sleep(0)
        with pytest.raises(Unavailable):
            await batch(3)
        gate.open()
        await closing
        assert await asyncio.gather(first, *rest) == [0, 2, 4]

    async def main() -> None:
        await scenario(GatheringBatch("test", gate, weigh=lambda _: 1))

    asyncio.run(main())
    assert "batch-test_0" not in {thread.name for thread in threading.enumerate()}


def test_a_batch_that_never_worked_closes_as_well() -> None:
    async def scenario(_: GatheringBatch[Any, Any]) -> None:
        return

    run(Gate(), scenario)


def test_lists_after_the_first_do_not_ask_whether_their_connection_still_works() -> None:
    async def scenario(batch: GatheringBatch[Any, Any]) -> None:
        assert not await batch(1)
        assert await batch(2)

    run(lambda items: [connection.health_check_done for _ in items], scenario)  # type: ignore[attr-defined]


def test_an_inline_batch_is_a_list_of_one() -> None:
    gate = Gate()
    assert asyncio.run(InlineBatch(gate)(4)) == 8
    assert gate.lists == [[4]]
    assert gate.threads == {threading.current_thread().name}
    with pytest.raises(NotFound):
        asyncio.run(InlineBatch[Any, Any](lambda _: [NotFound()])(1))


def test_an_outcome_is_given_and_an_error_raised() -> None:
    assert outcome_or_raise(None) is None
    with pytest.raises(Conflict):
        outcome_or_raise(Conflict("taken"))
