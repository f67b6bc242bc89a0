"""Two texts as rows of lines: what is the same, what changed, and what is folded away between the changes.

Lines end at "\\n" alone. A line keeps its end, so that a missing last newline is a difference like any other.
"""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from pastes import newlines
from pastes.rendering.diff_words import Budget, alike
from pastes.rendering.matching import Match, matches

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UNIFORM = ("LF", "CRLF")


class Kind(Enum):
    SAME = "same"
    CHANGED = "changed"
    FOLDED = "folded"


class Row(NamedTuple):
    """Places of the old and of the new lines. `alike` tells of a single line on each side, one made of the other."""

    kind: Kind
    old: range
    new: range
    alike: bool = False


class Texts:
    """Both texts as lines, and what to overlook where these are compared."""

    def __init__(self, before: str, after: str, *, ignore_whitespace: bool) -> None:
        self.old, self.new = lines(before), lines(after)
        self.ends = newlines.kind(before), newlines.kind(after)
        self.ignore_whitespace = ignore_whitespace
        # Of two texts whose line ends are all of one kind it is said once; else every line would differ.
        self.ignore_ends = self.ends[0] != self.ends[1] and all(kind in _UNIFORM for kind in self.ends)

    def key(self, line: str) -> str:
        """Lines with the same key count as the same."""
        if self.ignore_whitespace:
            return " ".join(line.split())
        return f"{line[:-2]}\n" if self.ignore_ends and line.endswith("\r\n") else line


def lines(text: str) -> list[str]:
    return _LINE.findall(text)


def rows(texts: Texts, *, context: int | None, budget: Budget) -> list[Row]:
    """`context` is the number of lines around a change that are not folded; None folds nothing."""
    common = matches([texts.key(line) for line in texts.old], [texts.key(line) for line in texts.new])
    found: list[Row] = []
    old = new = 0
    for match in (*common, Match(len(texts.old), len(texts.new), 0)):
        found += _changed(texts, range(old, match.a), range(new, match.b), budget=budget)
        old, new = match.a + match.size, match.b + match.size
        if match.size:
            found.append(Row(Kind.SAME, range(match.a, old), range(match.b, new)))
    return found if context is None else list(_folded(found, context=context))


def _changed(texts: Texts, old: range, new: range, *, budget: Budget) -> Iterator[Row]:
    """Lines that are versions of each other stand side by side; those between them, as one row."""
    at_old, at_new = old.start, new.start
    pairs = alike(texts.old[old.start : old.stop], texts.new[new.start : new.stop], budget) if old and new else []
    for one, other in pairs:
        here_old, here_new = old[one], new[other]
        yield from _block(range(at_old, here_old), range(at_new, here_new))
        at_old, at_new = here_old + 1, here_new + 1
        yield Row(Kind.CHANGED, range(here_old, at_old), range(here_new, at_new), alike=True)
    yield from _block(range(at_old, old.stop), range(at_new, new.stop))


def _block(old: range, new: range) -> Iterator[Row]:
    if old or new:
        yield Row(Kind.CHANGED, old, new)


def _folded(found: Sequence[Row], *, context: int) -> Iterator[Row]:
    for place, row in enumerate(found):
        head = context if place else 0
        tail = context if place < len(found) - 1 else 0
        # The row that says how many are folded is as high as a line, so a single one is not worth it.
        if row.kind is not Kind.SAME or len(row.old) <= head + tail + 1:
            yield row
            continue
        stop = len(row.old) - tail
        for kind, part in (
            (Kind.SAME, slice(0, head)),
            (Kind.FOLDED, slice(head, stop)),
            (Kind.SAME, slice(stop, None)),
        ):
            if row.old[part]:
                yield Row(kind, row.old[part], row.new[part])
