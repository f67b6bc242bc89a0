"""Highlighted code, or the same text plain when highlighting it costs too much."""

import hashlib
import sys
import time
from dataclasses import dataclass

from pastes.rendering.languages import PLAIN, resolve
from pastes.rendering.markup import escape, number_lines
from pastes.rendering.process import Child, Overrun

HIGHLIGHT_BYTES = 256 * 1024
CPU_SECONDS = 1.0

_REMEMBERED = 1024
_STARVED_SECONDS = 60.0
_FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Rendered:
    """`html` is one `<span class="line" id="L1">` a line, each followed by a newline, and shows the text exactly.

    `reason` says why it is not highlighted: "" (it is), "plain" (nothing to highlight, or the lexer failed),
    "too large", "took too long", or "unavailable": that tells of the machine, not of the text, so is not worth keeping.
    """

    html: str
    highlighted: bool
    reason: str


class Highlighter:
    """Remembers which texts overran: they are not tried again, whoever asks for them."""

    def __init__(self, child: Child) -> None:
        self._child = child
        self._overruns: dict[bytes, tuple[str, float]] = {}

    def render(self, text: str, *, language: str) -> Rendered:
        """The text is valid Unicode without NUL; an unknown language is plain text."""
        name, data = resolve(language).name, text.encode()
        if not text or name == PLAIN.name:
            return _plain(text, reason="plain")
        if len(data) > HIGHLIGHT_BYTES:
            return _plain(text, reason="too large")
        question = f"code {name}\n".encode() + data
        digest = hashlib.sha256(question).digest()
        html, reason = "", self._recall(digest)
        if not reason:
            html, reason = self._ask(question, digest=digest)
        return _plain(text, reason=reason) if reason else Rendered(html, highlighted=True, reason="")

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
        return (answer[1:].decode(), "") if answer.startswith(b"+") else ("", "plain")

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


def _plain(text: str, *, reason: str) -> Rendered:
    return Rendered(number_lines(escape(text)), highlighted=False, reason=reason)


def child_command(*, cpu_seconds: float) -> list[str]:
    return [sys.executable, "-m", "pastes.rendering.child", str(cpu_seconds)]


render = Highlighter(Child(child_command(cpu_seconds=CPU_SECONDS))).render
