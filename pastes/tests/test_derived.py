"""Bytes made from a version: kept in memory up to a size, and for all processes in Redis where there is one."""

from collections.abc import Callable

import pytest

from pastes import derived
from pastes.codings import Coded, kept_quickly, kept_small
from pastes.derived import ENTRY_OVERHEAD, LARGEST_SHARE, Memory

pytestmark = pytest.mark.embedded

KEY = derived.key_of("6a1e7c1e1111422283330123456789ab", 3, "json", 1, "https://paste.example")
SMALL, LARGE = b"small", b"large " * 1000


def entry(size: int) -> Coded:
    """A value which, under a key of one character, weighs so much."""
    return Coded(b"x" * (size - ENTRY_OVERHEAD - 1))


def full() -> Memory:
    """Entries `a` to `j`, and no room for more."""
    memory = Memory(10_000)
    for key in "abcdefghij":
        memory.put(key, entry(1000))
    return memory


def held(memory: Memory) -> str:
    return "".join(key for key in "abcdefghijklm" if memory.get(key) is not None)


def test_memory_drops_what_was_used_longest_ago() -> None:
    memory = full()
    assert held(memory) == "abcdefghij"
    memory.get("a")
    memory.put("k", entry(1000))
    assert held(memory) == "acdefghijk"


def test_memory_counts_a_value_that_was_replaced_once() -> None:
    memory = full()
    for _ in range(5):
        memory.put("b", entry(1000))
    assert held(memory) == "abcdefghij"
    memory.put("b", entry(1001))
    assert held(memory) == "bcdefghij"


def test_one_value_never_pushes_out_much_that_is_wanted() -> None:
    memory = full()
    memory.put("k", Coded(b"x" * (10_000 // LARGEST_SHARE + 1)))
    assert held(memory) == "abcdefghij"
    memory.put("k", Coded(b"x" * (10_000 // LARGEST_SHARE)))
    assert held(memory) == "cdefghijk"


def test_memory_that_was_cleared_has_room_again() -> None:
    memory = full()
    memory.clear()
    assert held(memory) == ""
    memory.put("k", entry(1000))
    assert held(memory) == "k"


@pytest.mark.parametrize("data", [b"", SMALL, LARGE, bytes(range(256)) * 8])
@pytest.mark.parametrize("coded", [Coded, kept_quickly, kept_small])
def test_what_is_kept_comes_back(data: bytes, coded: Callable[[bytes], Coded]) -> None:
    value = coded(data)
    derived.keep([(KEY, value)])
    assert derived.recall([KEY, "d:unknown", KEY]) == [value, None, value]
    assert value.plain() == data
    assert derived.recall([]) == []
    derived.keep([])
