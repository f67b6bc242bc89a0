"""Processes of ours: started, ended by their id, and what they cost as Linux tells it in /proc."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
PROCESSES = Path("/proc")
TICK_US = 1_000_000 // os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS = 20
PARENT_DEATH_SIGNAL = 1  # an option of prctl(2)
# Of our own environment; the last is the mark by which the watchdog of the launcher finds what is left over.
INHERITED = ("PATH", "HOME", "LANG", "TMPDIR", "PASTEBIN_SERVICES")

_libc = ctypes.CDLL(None)


class Stat(NamedTuple):
    """Of /proc/PID/stat. `ticks`: user and system time, with that of children which have ended."""

    parent: int
    session: int
    ticks: int


def parse_stat(text: str) -> Stat:
    fields = text.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return Stat(int(fields[1]), int(fields[3]), sum(map(int, fields[11:15])))


def parse_pss(text: str) -> int:
    """Bytes, from /proc/PID/smaps_rollup."""
    return next(int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:"))


def stats() -> dict[int, Stat]:
    found = {}
    for folder in PROCESSES.glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            found[int(folder.name)] = parse_stat((folder / "stat").read_text())
    return found


def tree(root: int, among: Mapping[int, Stat]) -> set[int]:
    """The process and all below it."""
    found, fresh = set[int](), {root}
    while fresh:
        found |= fresh
        fresh = {pid for pid, stat in among.items() if stat.parent in fresh} - found
    return found


def cpu_us(root: int) -> int:
    """CPU time spent so far by the process and all below it, those included that have ended and were waited for."""
    now = stats()
    return sum(now[pid].ticks for pid in tree(root, now) if pid in now) * TICK_US


def children(pid: int) -> list[int]:
    return sorted(child for child, stat in stats().items() if stat.parent == pid)


def pss_mb(pid: int) -> float:
    """Memory of one process in MB of 10^6 bytes, shared pages counted by their share."""
    return parse_pss((PROCESSES / str(pid) / "smaps_rollup").read_text()) / 1e6


def environment(given: Mapping[str, str]) -> dict[str, str]:
    return {**{name: os.environ[name] for name in INHERITED if name in os.environ}, **given}


def die_with_parent() -> None:
    """In a child: nginx writes over the environment by which the watchdog would find it after a `kill -9` of ours."""
    _libc.prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


@contextmanager
def running(words: Sequence[str], *, log: Path, **options: Any) -> Iterator[int]:
    """The process id of a command that runs meanwhile, in a session of its own; its output is added to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509  (we are single-threaded)
            **{"cwd": ROOT, **options},
        )
    try:
        yield process.pid
    finally:
        end(process)


def end(process: "subprocess.Popen[bytes]") -> None:
    """In order, with all of its session: `make` does not wait for what it started."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    send(process.pid, signal.SIGTERM)
    while process.poll() is None or any(stat.session == process.pid for stat in stats().values()):
        if time.monotonic() > deadline:
            send(process.pid, signal.SIGKILL)
        time.sleep(0.05)


def send(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def tool(words: Sequence[str], **options: Any) -> str:
    """What a command prints. Raises RuntimeError with the end of what it complained about."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, **{"cwd": ROOT, **options})
    if done.returncode != 0:
        raise RuntimeError(f"{Path(words[0]).name} failed: {(done.stderr or done.stdout)[-1500:]}")
    return str(done.stdout)
