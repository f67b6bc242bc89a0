"""The program that `process.Child` runs: it highlights, and the kernel ends it when that takes too long.

A question is a line "operation argument" and a text; an answer is "+" and HTML, or "-" when the operation failed.
"""

import functools
import itertools
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

from pastes.rendering.markup import escape, number_lines
from pastes.rendering.process import LENGTH

# Prepares for an argument (loads a lexer, say) outside the time that the text is given.
Operation = Callable[[str], Callable[[str], str]]
Token = tuple[int, _TokenType, str]

# The stylesheet leaves these in the colour of the text, so a span around them would only make pages longer.
UNSTYLED = frozenset({"", "esc", "g", "l", "n", "nx", "p", "pm", "w", "x"})

_MEMORY_BYTES = 512 * 1024 * 1024
_GRACE_SECONDS = 2


def highlighter(language: str) -> Callable[[str], str]:
    return functools.partial(highlight, _lexer(language))


def highlight(lexer: Lexer, text: str) -> str:
    """Raises ValueError when the lexer does not give back the very text it was given."""
    source = text.replace("\r\n", "\n")
    source += "" if source.endswith("\n") else "\n"
    # Not get_tokens(), which rewrites newlines and strips a byte order mark.
    tokens: list[Token] = list(lexer.get_tokens_unprocessed(source))
    if "".join([value for _, _, value in tokens]) != source:
        raise ValueError("the lexer lost text")
    return number_lines(_restore_carriage_returns("".join(_spans(tokens)), text))


def _spans(tokens: Iterable[Token]) -> Iterator[str]:
    for css_class, group in itertools.groupby(tokens, key=lambda token: _css_class(token[1])):
        markup = escape("".join([value for _, _, value in group]))
        if css_class in UNSTYLED:
            yield markup
        else:
            parts = markup.split("\n")
            yield "\n".join([f'<span class="{css_class}">{part}</span>' if part else "" for part in parts])


def _restore_carriage_returns(markup: str, text: str) -> str:
    """Lexers know "\\n" only, so those of "\\r\\n" were kept from them."""
    if "\r\n" not in text:
        return markup
    ends = ["&#13;" if line.endswith("\r") else "" for line in text.split("\n")[:-1]]
    lines = itertools.zip_longest(markup.split("\n"), ends, fillvalue="")
    return "\n".join([line + end for line, end in lines])


@functools.cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language)


@functools.cache
def _css_class(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent  # type: ignore[assignment]  # only the root has none, and that is a standard type
    return STANDARD_TYPES[kind]


def serve(operations: Mapping[str, Operation], *, cpu_seconds: float) -> None:
    """Answers the questions on standard input until it ends, which it does when the parent is gone."""
    _limit_process()
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a lexer prints is not an answer
    while head := questions.read(LENGTH.size):
        (size,) = LENGTH.unpack(head)
        answer = _answer(questions.read(size), operations, cpu_seconds=cpu_seconds)
        answers.write(LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _answer(question: bytes, operations: Mapping[str, Operation], *, cpu_seconds: float) -> bytes:
    head, _, text = question.partition(b"\n")
    operation, _, argument = head.decode().partition(" ")
    try:
        work = operations[operation](argument)
        _start_clock(cpu_seconds)
        return b"+" + work(text.decode()).encode()
    except Exception:  # noqa: BLE001 - a lexer may raise anything, MemoryError and RecursionError among it
        return b"-"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _start_clock(cpu_seconds: float) -> None:
    """Nothing but a signal's default action ends a regular expression gone wild; handlers wait until it returns."""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    spent = math.ceil(time.process_time() + cpu_seconds)
    _limit(resource.RLIMIT_CPU, spent + _GRACE_SECONDS)


def _limit_process() -> None:
    # The end of the parent is seen on standard input: one that drains after a SIGTERM to the group keeps its child.
    for ignored in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ignored, signal.SIG_IGN)
    for deadly in (signal.SIGPROF, signal.SIGXCPU):
        signal.signal(deadly, signal.SIG_DFL)
    _limit(resource.RLIMIT_AS, _MEMORY_BYTES)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(kind: int, amount: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


if __name__ == "__main__":
    serve({"code": highlighter}, cpu_seconds=float(sys.argv[1]))
