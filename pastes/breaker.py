"""Whether the cache is asked at all: one answer for headers, derived bytes and limits of this process."""

import time
from collections.abc import Callable


class Breaker:
    """After five failures in a row, a pause in which nobody waits for a server that does not answer."""

    FAILURES, PAUSE = 5, 1.5  # in a row, seconds

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_again_at = 0.0

    @property
    def is_open(self) -> bool:
        return self._clock() < self._closed_again_at

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if self._failures >= self.FAILURES:
            self._closed_again_at = self._clock() + self.PAUSE


breaker = Breaker()
