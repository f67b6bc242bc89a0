"""A child process that does what may never end, so that it can be killed."""

import atexit
import os
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO

LENGTH = struct.Struct("!I")

_ANSWER_BYTES = 64 * 1024 * 1024
_PROJECT = Path(__file__).resolve().parents[2]


class Overrun(Exception):
    """The child spent its CPU time on this question, and will on the next like it."""


class Child:
    """Runs `command`, which answers framed questions on its standard input and output, one at a time.

    It is started by the first question, replaced when it dies, and ends by itself when this process does.
    `seconds` of wall clock bound one question. They are an outer net, wide because a busy machine must not make honest
    texts fail: the deadline proper is CPU time, which the child has the kernel count.
    """

    def __init__(self, command: Sequence[str], *, seconds: float = 3.0) -> None:
        self._command = command
        self._seconds = seconds
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        _children.add(self)

    @property
    def pid(self) -> int | None:
        """None while no child runs."""
        process = self._process
        return process.pid if process else None

    def ask(self, question: bytes) -> bytes:
        """Raises Overrun, TimeoutError when the wall clock ran out, or another OSError when no answer can be had."""
        lock = self._lock
        if not lock.acquire(timeout=self._seconds):
            raise BlockingIOError("the child is busy")
        try:
            return self._exchange(question) or self._exchange(question) or _give_up()
        finally:
            lock.release()

    def stop(self) -> None:
        with self._lock:
            self._kill()

    def _exchange(self, question: bytes) -> bytes:
        """Empty when the child died or answered rubbish: somebody may have killed it, so it is worth another try."""
        deadline = time.monotonic() + self._seconds
        process = self._process = self._process or self._start()
        try:
            _send(process, LENGTH.pack(len(question)) + question, deadline=deadline)
            (size,) = LENGTH.unpack(_receive(process, LENGTH.size, deadline=deadline))
            if 0 < size <= _ANSWER_BYTES:
                return _receive(process, size, deadline=deadline)
        except (EOFError, BrokenPipeError):
            pass
        except BaseException:
            self._kill()  # or its late answer would be taken for the answer to the next question
            raise
        if self._kill() in (-signal.SIGPROF, -signal.SIGXCPU):
            raise Overrun
        return b""

    def _start(self) -> "subprocess.Popen[bytes]":
        # No more of our environment than it needs: the code that meets hostile text holds no secrets.
        environment = {"PYTHONPATH": os.pathsep.join([str(_PROJECT), *filter(None, sys.path)])}
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=nowhere, env=environment, bufsize=0)
        for end in (process.stdin, process.stdout):
            os.set_blocking(_descriptor(end), False)
        return process

    def _kill(self) -> int:
        """Its exit status."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        _close_pipes(process)
        return process.wait()

    def forget(self) -> None:
        """After a fork the child is the parent's alone, and the lock may be held by a thread that is not here."""
        process, self._process = self._process, None
        self._lock = threading.Lock()
        if process is not None:
            _close_pipes(process)  # held open here, they would keep the child from seeing its parent end
            process.returncode = 0  # or Popen would complain, when collected, that it still runs


_children: "weakref.WeakSet[Child]" = weakref.WeakSet()


def _give_up() -> bytes:
    raise ChildProcessError("the child died twice")


def _send(process: "subprocess.Popen[bytes]", data: bytes, *, deadline: float) -> None:
    descriptor, rest = _descriptor(process.stdin), memoryview(data)
    while rest:
        _wait(descriptor, select.POLLOUT, deadline=deadline)
        rest = rest[os.write(descriptor, rest) :]


def _receive(process: "subprocess.Popen[bytes]", size: int, *, deadline: float) -> bytes:
    descriptor, data = _descriptor(process.stdout), bytearray()
    while len(data) < size:
        _wait(descriptor, select.POLLIN, deadline=deadline)
        chunk = os.read(descriptor, size - len(data))
        if not chunk:
            raise EOFError
        data += chunk
    return bytes(data)


def _wait(descriptor: int, event: int, *, deadline: float) -> None:
    poll = select.poll()  # not select(), which refuses descriptors from 1024 on
    poll.register(descriptor, event)
    if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
        raise TimeoutError("the child did not answer in time")


def _descriptor(pipe: IO[bytes] | None) -> int:
    return pipe.fileno() if pipe else -1


def _close_pipes(process: "subprocess.Popen[bytes]") -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _forget_children() -> None:
    for child in _children:
        child.forget()


def _stop_children() -> None:
    for child in _children:
        child.stop()


os.register_at_fork(after_in_child=_forget_children)
atexit.register(_stop_children)
