"""Highlighted code, or the same text plain when highlighting it costs too much."""

import sys
from dataclasses import dataclass

from pastes.rendering.languages import PLAIN, resolve
from pastes.rendering.markup import escape, number_lines
from pastes.rendering.process import Child
from pastes.rendering.respondent import Respondent

HIGHLIGHT_BYTES = 256 * 1024
CPU_SECONDS = 1.0


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
        self._respondent = Respondent(child)

    def render(self, text: str, *, language: str) -> Rendered:
        """The text is valid Unicode without NUL; an unknown language is plain text."""
        name, data = resolve(language).name, text.encode()
        if not text or name == PLAIN.name:
            return _plain(text, reason="plain")
        if len(data) > HIGHLIGHT_BYTES:
            return _plain(text, reason="too large")
        html, reason = self._respondent.ask(f"code {name}\n".encode() + data)
        if reason:
            return _plain(text, reason="plain" if reason == "failed" else reason)
        return Rendered(html, highlighted=True, reason="")


def _plain(text: str, *, reason: str) -> Rendered:
    return Rendered(number_lines(escape(text)), highlighted=False, reason=reason)


def child_command(*, cpu_seconds: float) -> list[str]:
    return [sys.executable, "-m", "pastes.rendering.child", str(cpu_seconds)]


render = Highlighter(Child(child_command(cpu_seconds=CPU_SECONDS))).render
