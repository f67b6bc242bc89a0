"""What differs between two texts, or both beside each other when comparing them costs too much."""

import sys
from typing import NamedTuple

import msgspec

from pastes.rendering.diff_markup import apart
from pastes.rendering.process import Child
from pastes.rendering.respondent import Respondent
from pastes.turns import Turns

CONTEXT = 3
HTML_BYTES = 4 * 1024 * 1024
CPU_SECONDS = 1.0

_LINE_BYTES = 40  # of markup around one line


class Options(NamedTuple):
    """`context` is the number of unchanged lines shown around a change; None shows them all."""

    ignore_whitespace: bool = False
    context: int | None = CONTEXT


class Difference(msgspec.Struct, frozen=True, array_like=True):
    """`html` is the body of a table with two columns, rows of class same, changed or folded; or one of class apart.

    It is empty where the texts are the same but for what was to be overlooked; `notes` say so in words. `changes`
    counts the stretches that changed, whose first rows have the ids c1, c2, …; `folded`, the lines that are left out.
    `reason` says why the texts were not compared: "" (they were), "too much", "took too long", or "unavailable", which
    tells of the machine and not of the texts.
    """

    html: str
    removed: int
    added: int
    changes: int
    folded: int
    old_lines: int
    new_lines: int
    notes: list[str]
    reason: str = ""


class Comparer:
    """Who gets no turn sees both texts beside each other."""

    def __init__(self, child: Child, turns: Turns) -> None:
        self._respondent = Respondent(child)
        self._turns = turns

    def compare(self, before: str, after: str, options: Options) -> Difference:
        """The texts are valid Unicode without NUL."""
        with self._turns.take() as is_had:
            question = _question(before, after, options)
            answer, reason = self._respondent.ask(question) if is_had else ("", "unavailable")
        if reason:
            return _apart(before, after, reason="took too long" if reason == "failed" else reason)
        found = msgspec.json.decode(answer, type=Difference)
        return _apart(before, after, reason=found.reason) if found.reason else found


def _question(before: str, after: str, options: Options) -> bytes:
    """The argument: ignore whitespace or not, lines of context or "all", and where the second text begins."""
    context = "all" if options.context is None else options.context
    return f"diff {int(options.ignore_whitespace)} {context} {len(before)}\n{before}{after}".encode()


def _apart(before: str, after: str, *, reason: str) -> Difference:
    old, new = (text.count("\n") + (not text.endswith("\n")) for text in (before, after))
    fits = len(before) + len(after) + (old + new) * _LINE_BYTES <= HTML_BYTES
    html = apart(before, after) if fits else ""
    return Difference(html if len(html) <= HTML_BYTES else "", 0, 0, 0, 0, old, new, [], reason)


def child_command(*, cpu_seconds: float) -> list[str]:
    return [sys.executable, "-m", "pastes.rendering.diff_child", str(cpu_seconds)]


compare = Comparer(Child(child_command(cpu_seconds=CPU_SECONDS)), Turns(2)).compare
