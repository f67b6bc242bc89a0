"""The loop of a program that `process.Child` runs: the kernel ends it when an answer takes too long.

A question is a line "operation argument" and a text; an answer is "+" and a text, or "-" when the operation failed.
"""

import math
import os
import resource
import signal
import time
from collections.abc import Callable, Mapping

from pastes.rendering.process import LENGTH

# Prepares for an argument (loads a lexer, say) outside the time that the text is given.
Operation = Callable[[str], Callable[[str], str]]

_MEMORY_BYTES = 512 * 1024 * 1024
_GRACE_SECONDS = 2


def serve(operations: Mapping[str, Operation], *, cpu_seconds: float) -> None:
    """Answers the questions on standard input until it ends, which it does when the parent is gone."""
    _limit_process()
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever an operation prints is not an answer
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
    except Exception:  # noqa: BLE001 - it may raise anything, MemoryError and RecursionError among it
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
