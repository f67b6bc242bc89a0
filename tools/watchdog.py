"""Cleans up after the launcher, however that ended: waits for the end of its input, which even `kill -9` brings about.

Started by path, `python tools/watchdog.py MARK [TEMPORARY_FOLDER]`, in a session of its own: standard library only.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

MARK = "PASTEBIN_SERVICES"
GRACE_SECONDS = 8


def marked(mark: str) -> set[int]:
    """Processes whose environment carries the mark, whoever started them and in whatever session; never ourselves."""
    needle = f"{MARK}={mark}"
    processes = Path("/proc")
    found = _marked_in(processes, needle) if processes.is_dir() else _marked_by_ps(needle)
    return found - {os.getpid()}


def sweep(mark: str, *, spare: frozenset[int] = frozenset()) -> None:
    """End every marked process but those in `spare`: asked first, killed after the grace."""
    deadline = time.monotonic() + GRACE_SECONDS
    asked: set[int] = set()
    while left := marked(mark) - spare:
        late = time.monotonic() > deadline
        for pid in left if late else left - asked:
            _send(pid, signal.SIGKILL if late else signal.SIGTERM)
        asked |= left
        time.sleep(0.1)


def _marked_in(processes: Path, needle: str) -> set[int]:
    found = set()
    for folder in processes.glob("[0-9]*"):
        try:
            if needle.encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.add(int(folder.name))
        except OSError:
            continue  # gone, or another account's
    return found


def _marked_by_ps(needle: str) -> set[int]:
    listing = subprocess.run(["ps", "axeww", "-o", "pid=,command="], capture_output=True, text=True, check=True)  # noqa: S607
    return {int(line.split(None, 1)[0]) for line in listing.stdout.splitlines() if needle in line.split()}


def _send(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


if __name__ == "__main__":
    # A launcher inside a launcher's command: the outer one's sweep must not end the inner one's clean-up half-way.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.stdin.buffer.read()
    sweep(sys.argv[1])
    for folder in sys.argv[2:]:
        shutil.rmtree(folder, ignore_errors=True)
