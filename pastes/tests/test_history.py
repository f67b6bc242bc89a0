"""Which revisions there is room for: fifty, and ten times the size of a paste, oldest dropped first."""

from typing import Any

import pytest

from pastes.store.history import REVISIONS_KEPT, _last_dropped

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize(
    ("newest_first", "last_dropped"),
    [
        ([], 0),
        ([(1, 100)], 0),
        ([(1, 101)], 1),
        ([(2, 60), (1, 40)], 0),
        ([(2, 60), (1, 41)], 1),
        ([(9, 0), (7, 60), (5, 41), (3, 1)], 5),
        ([(version, 1) for version in range(50, 0, -1)], 0),
        ([(version, 1) for version in range(53, 0, -1)], 3),
        ([(version, 3) for version in range(53, 0, -1)], 20),
    ],
)
def test_the_newest_version_without_room(settings: Any, newest_first: list[tuple[int, int]], last_dropped: int) -> None:
    settings.MAX_PASTE_BYTES = 10
    assert _last_dropped(newest_first) == last_dropped


def test_fifty_are_kept() -> None:
    assert REVISIONS_KEPT == 50
