"""Which lines of two texts are versions of each other, and what changed within such a pair."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from pastes.rendering.matching import matches

_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_ALIKE = 0.5
_LINE_CHARACTERS = 2000  # longer lines are shown as changed as a whole
_PAIRS = 400  # so many pairs of one changed stretch are weighed against each other
_WORK = 600_000  # steps for all lines together: about a third of the time that an answer may take
_STEPS_OF_A_LINE = 100_000
_STEPS_OF_NOTHING = 50  # what the smallest pair costs


class Part(NamedTuple):
    """A stretch of a line."""

    text: str
    changed: bool


class Budget:
    """How much work may still be done: words are a courtesy, and lines must never wait for them."""

    def __init__(self, steps: int = _WORK) -> None:
        self._left = steps

    def allows(self, steps: int) -> bool:
        """Spends the steps, where there are as many."""
        if steps > self._left:
            return False
        self._left -= steps
        return True


def alike(old: Sequence[str], new: Sequence[str], budget: Budget) -> list[tuple[int, int]]:
    """Pairs of places of lines that resemble each other, rising on both sides."""
    if len(old) * len(new) <= _PAIRS:
        weights = [[_weight(one, other, budget) for other in new] for one in old]
        return _heaviest(weights)
    if len(old) != len(new):
        return []
    return [(place, place) for place, pair in enumerate(zip(old, new, strict=True)) if _weight(*pair, budget)]


def parts(old: str, new: str, budget: Budget) -> tuple[list[Part], list[Part]] | None:
    """Both lines, cut where they differ; None where it would cost too much to tell."""
    ours, theirs = _tokens(old), _tokens(new)
    steps = _STEPS_OF_NOTHING + len(ours) * len(theirs)
    if steps > _STEPS_OF_A_LINE or not budget.allows(steps):
        return None
    kept_old, kept_new = [False] * len(ours), [False] * len(theirs)
    for match in matches(ours, theirs):
        kept_old[match.a : match.a + match.size] = [True] * match.size
        kept_new[match.b : match.b + match.size] = [True] * match.size
    return list(_cut(ours, kept_old)), list(_cut(theirs, kept_new))


def _cut(tokens: Sequence[str], kept: Sequence[bool]) -> Iterator[Part]:
    """A blank between two changes belongs to them: three changed words are one change."""
    changed = [not is_kept for is_kept in kept]
    for place in range(1, len(tokens) - 1):
        if tokens[place].isspace() and changed[place - 1] and changed[place + 1]:
            changed[place] = True
    for is_changed, group in groupby(zip(tokens, changed, strict=True), key=lambda token: token[1]):
        yield Part("".join([token for token, _ in group]), is_changed)


def _heaviest(weights: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """The pairs, in order on both sides, whose weights are most together."""
    # The longest common subsequence, by dynamic programming, with weights in place of equality.
    width = len(weights[0]) if weights else 0
    best = [[0.0] * (width + 1) for _ in range(len(weights) + 1)]
    for i, row in enumerate(weights):
        for j, weight in enumerate(row):
            paired = best[i][j] + weight if weight else 0.0
            best[i + 1][j + 1] = max(best[i][j + 1], best[i + 1][j], paired)
    pairs, i, j = [], len(weights), width
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
        elif best[i][j] == best[i][j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _weight(one: str, other: str, budget: Budget) -> float:
    """How much of the two lines is the same words: 0 where that is less than half, or dear to tell; else to 1."""
    if max(len(one), len(other)) > _LINE_CHARACTERS:
        return 0.0
    ours, theirs = _words(one), _words(other)
    if not budget.allows(len(ours) + 1):
        return 0.0
    total = sum(len(word) * count for word, count in (*ours.items(), *theirs.items()))
    common = sum(len(word) * min(count, theirs[word]) for word, count in ours.items() if word in theirs)
    share = 2 * common / total if total else 0.0
    return share if share >= _ALIKE else 0.0


# Each line of a stretch is weighed against each on the other side.
@lru_cache(maxsize=4096)
def _words(line: str) -> Counter[str]:
    return Counter(token for token in _tokens(line) if not token.isspace())


def _tokens(line: str) -> list[str]:
    return _TOKEN.findall(line)
