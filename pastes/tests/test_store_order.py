"""The order of a list: by id, equal ids as they arrived; whoever asked gets the outcome of their own item."""

from uuid import UUID

import pytest

from pastes.store.order import in_order_of_id

pytestmark = pytest.mark.embedded

ITEMS = [(UUID(int=3), "a"), (UUID(int=1), "b"), (UUID(int=3), "c"), (UUID(int=2), "d"), (UUID(int=1), "e")]


def test_items_are_worked_on_in_order_of_id_and_answered_in_the_order_given() -> None:
    worked: list[str] = []

    def work(items: list[tuple[UUID, str]]) -> list[str]:
        worked.extend(name for _, name in items)
        return [name.upper() for _, name in items]

    assert in_order_of_id(ITEMS, lambda item: item[0], work) == ["A", "B", "C", "D", "E"]
    assert worked == ["b", "e", "d", "a", "c"]


def test_outcomes_that_cannot_be_compared_are_no_trouble() -> None:
    assert in_order_of_id(ITEMS, lambda item: item[0], lambda items: [None for _ in items]) == [None] * 5


def test_without_items_there_is_no_work() -> None:
    def work(items: list[tuple[UUID, str]]) -> list[str]:
        raise AssertionError("asked")

    assert in_order_of_id([], lambda item: item[0], work) == []
