"""Turns at what only few may use at once, so that hostile requests for it do not take every thread."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

WAIT_SECONDS = 0.1


class Turns:
    """`at_once` callers hold one; others wait a moment, in case somebody is about to be done."""

    def __init__(self, at_once: int, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._wait_seconds = wait_seconds

    @contextmanager
    def take(self) -> Iterator[bool]:
        """Whether there is one."""
        is_had = self._free.acquire(timeout=self._wait_seconds)
        try:
            yield is_had
        finally:
            if is_had:
                self._free.release()
