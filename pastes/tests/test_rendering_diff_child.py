"""Comparing in a child that can be killed: no two texts hold anybody up."""

import re
import signal
import sys
import threading
from collections.abc import Iterator
from os import kill

import pytest

from pastes.rendering.diff import Comparer, Difference, Options, child_command, compare
from pastes.rendering.process import Child
from pastes.tests.tables import Table
from pastes.turns import Turns

FOLDED = Options()
HOSTILE = "a\nb\n" * 6000, "b\na\na\n" * 4000


def apart(found: Difference) -> tuple[str, str]:
    """Both texts of a difference that shows them uncompared."""
    shown = Table(found.html)
    assert [kind for kind, _ in shown.rows] == ["apart"]
    old, new = ("".join(f"{line}\n" for _, line in shown.lines(side)) for side in ("old", "new"))
    return old, new


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(child_command(cpu_seconds=0.3), seconds=10)
    yield child
    child.stop()


@pytest.mark.parametrize("pair", [HOSTILE, (HOSTILE[0] + "end", HOSTILE[1])])
def test_hostile_texts_are_shown_beside_each_other_and_the_next_are_compared(
    child: Child, pair: tuple[str, str]
) -> None:
    comparer = Comparer(child, Turns(2))
    found = comparer.compare(*pair, FOLDED)
    assert found.reason == "took too long"
    assert apart(found)[1] == pair[1]
    assert comparer.compare("a\n", "b\n", FOLDED).reason == ""


def test_a_pair_that_overran_is_not_tried_again(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    comparer = Comparer(child, Turns(2))
    assert comparer.compare(*HOSTILE, FOLDED).reason == "took too long"
    monkeypatch.setattr(child, "ask", None)
    assert comparer.compare(*HOSTILE, FOLDED).reason == "took too long"


def test_a_killed_child_is_replaced(child: Child) -> None:
    comparer = Comparer(child, Turns(2))
    comparer.compare("a", "b", FOLDED)
    assert child.pid is not None
    kill(child.pid, signal.SIGKILL)
    assert comparer.compare("a\n", "b\n", FOLDED).changes == 1


def test_a_child_that_cannot_be_had_leaves_both_texts() -> None:
    found = Comparer(Child([sys.executable, "-c", ""], seconds=5), Turns(2)).compare("a\n", "b\n", FOLDED)
    assert (found.reason, apart(found)) == ("unavailable", ("a\n", "b\n"))


def test_a_third_at_once_is_not_made_to_wait(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    comparer, asked, answered = Comparer(child, Turns(2, wait_seconds=0.01)), threading.Barrier(3), threading.Event()

    def hold(_: bytes) -> bytes:
        asked.wait()
        answered.wait()
        return b"-"

    monkeypatch.setattr(child, "ask", hold)
    threads = [threading.Thread(target=comparer.compare, args=(str(number), "", FOLDED)) for number in range(2)]
    for thread in threads:
        thread.start()
    asked.wait()
    assert comparer.compare("a\n", "b\n", FOLDED).reason == "unavailable"
    answered.set()
    for thread in threads:
        thread.join()


def test_two_texts_too_large_for_a_page_are_not_shown() -> None:
    found = Comparer(Child([sys.executable, "-c", ""], seconds=5), Turns(2)).compare(
        "a\n" * 100_000, "b" * 100_000, FOLDED
    )
    assert (found.html, found.reason) == ("", "unavailable")


def test_a_change_far_into_a_long_text_is_found_at_once_and_the_rest_is_folded() -> None:
    lines = [f"value {number}\n" if number % 3 else "\n" for number in range(30_000)]
    changed = [*lines[:20_000], "inserted\n", *lines[20_001:]]
    found = compare("".join(lines), "".join(changed), FOLDED)
    assert (found.removed, found.added, found.changes, found.reason) == (1, 1, 1, "")
    assert re.findall(r"<a>(\d+) unchanged", found.html) == ["19997", "9996"]
