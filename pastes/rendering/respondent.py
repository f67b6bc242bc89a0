"""A child that is asked questions, and the memory of those that it could not answer in time."""

import hashlib
import time

from pastes.rendering.process import Child, Overrun

_REMEMBERED = 1024
_STARVED_SECONDS = 60.0
_FOREVER = float("inf")


class Respondent:
    """Remembers which questions overran: they are not tried again, whoever asks them."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._overruns: dict[bytes, tuple[str, float]] = {}

    def ask(self, question: bytes) -> tuple[str, str]:
        """The answer and "", or "" and why there is none.

        Reasons: "failed" (the operation raised), "took too long", or "unavailable": that tells of the machine.
        """
        digest = hashlib.sha256(question).digest()
        reason = self._recall(digest)
        return ("", reason) if reason else self._ask(question, digest=digest)

    def _ask(self, question: bytes, *, digest: bytes) -> tuple[str, str]:
        try:
            answer = self._child.ask(question)
        except Overrun:
            return "", self._remember(digest, "took too long", seconds=_FOREVER)
        except TimeoutError:
            # Starved of CPU, most likely; trying again at once would hold up the next reader as long.
            return "", self._remember(digest, "unavailable", seconds=_STARVED_SECONDS)
        except OSError:
            return "", "unavailable"
        return (answer[1:].decode(), "") if answer.startswith(b"+") else ("", "failed")

    # Single steps on a dict are safe between threads; a lock would have to survive forks.
    def _recall(self, digest: bytes) -> str:
        reason, until = self._overruns.pop(digest, ("", 0.0))
        if until <= time.monotonic():
            return ""
        return self._remember(digest, reason, seconds=until - time.monotonic())

    def _remember(self, digest: bytes, reason: str, *, seconds: float) -> str:
        self._overruns[digest] = (reason, time.monotonic() + seconds)
        if len(self._overruns) > _REMEMBERED:
            self._overruns.pop(list(self._overruns)[0], None)  # noqa: RUF015 - iterating is no single step
        return reason
