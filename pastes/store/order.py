from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


def in_order_of_id(
    items: Sequence[Item], id_of: Callable[[Item], UUID], work: Callable[[list[Item]], Sequence[Outcome]]
) -> list[Outcome]:
    """Works on the items sorted by id, equal ids in order of arrival; outcomes in the order given.

    Two lists that lock the same rows in different orders would deadlock.
    """
    order = sorted(range(len(items)), key=lambda index: id_of(items[index]).int)
    worked = work([items[index] for index in order]) if items else []
    outcomes = dict(zip(order, worked, strict=True))
    return [outcomes[index] for index in range(len(items))]
