"""What two sequences have in common: runs of equal elements, in the order of both."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple


class Match(NamedTuple):
    """`size` elements from `a` in the one and from `b` in the other are equal."""

    a: int
    b: int
    size: int


class Region(NamedTuple):
    """Elements `a1` to `a2` of the one sequence beside `b1` to `b2` of the other, ends excluded."""

    a1: int
    a2: int
    b1: int
    b2: int


def matches(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Elements that both have once are paired first, as in patience diff; `difflib` only fills what lies between.

    So texts of common shape take time in proportion to their size; hostile ones still take that of `difflib`.
    """
    found: list[Match] = []
    # A list of what is left, not recursion: texts can be made that nest deeper than Python calls may.
    rest = [Region(0, len(a), 0, len(b))]
    while rest:
        region = _trimmed(a, b, rest.pop(), found=found)
        if region.a1 == region.a2 or region.b1 == region.b2:
            continue
        anchors = _anchors(a, b, region)
        if anchors:
            starts = [(region.a1, region.b1), *anchors, (region.a2, region.b2)]
            rest += [Region(here[0], beyond[0], here[1], beyond[1]) for here, beyond in pairwise(starts)]
        else:
            found += _filled(a, b, region)
    return _joined(sorted(found))


def _trimmed(a: Sequence[str], b: Sequence[str], region: Region, *, found: list[Match]) -> Region:
    """The region without the common elements at its two ends, which are found."""
    a1, a2, b1, b2 = region
    while a1 < a2 and b1 < b2 and a[a1] == b[b1]:
        a1, b1 = a1 + 1, b1 + 1
    while a1 < a2 and b1 < b2 and a[a2 - 1] == b[b2 - 1]:
        a2, b2 = a2 - 1, b2 - 1
    ends = Match(region.a1, region.b1, a1 - region.a1), Match(a2, b2, region.a2 - a2)
    found += [match for match in ends if match.size]
    return Region(a1, a2, b1, b2)


def _anchors(a: Sequence[str], b: Sequence[str], region: Region) -> list[tuple[int, int]]:
    """Places of elements that stand once on each side: the most of them that are in order on both."""
    a1, a2, b1, b2 = region
    counts_a, counts_b = Counter(a[a1:a2]), Counter(b[b1:b2])
    places_b = {b[place]: place for place in range(b1, b2) if counts_b[b[place]] == 1}
    once = [place for place in range(a1, a2) if counts_a[a[place]] == 1 and a[place] in places_b]
    return _longest_rise([(place, places_b[a[place]]) for place in once])


def _longest_rise(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest selection, in order, whose second numbers rise."""
    # Patience sorting: `ends` has the lowest end of a rise of each length, `last` the pair there, `before` the one that
    # each came after. A slice that begins at the end of a list appends to it.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        ends[length : length + 1] = [place]
        last[length : length + 1] = [index]
        before.append(last[length - 1] if length else -1)
    chosen, index = [], last[-1] if last else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _filled(a: Sequence[str], b: Sequence[str], region: Region) -> list[Match]:
    a1, a2, b1, b2 = region
    # With `autojunk` what occurs often would count as unequal: every brace of a long program.
    blocks = SequenceMatcher(None, a[a1:a2], b[b1:b2], autojunk=False).get_matching_blocks()
    return [Match(a1 + block.a, b1 + block.b, block.size) for block in blocks if block.size]


def _joined(found: Sequence[Match]) -> list[Match]:
    """Neighbours become one."""
    joined: list[Match] = []
    for match in found:
        before = joined[-1] if joined else Match(-1, -1, 0)
        if joined and (before.a + before.size, before.b + before.size) == (match.a, match.b):
            joined[-1] = Match(before.a, before.b, before.size + match.size)
        else:
            joined.append(match)
    return joined
