"""Where `make run` and `make full` keep their data: in which folder, one launcher at a time, and how to join it."""

import fcntl
import hashlib
import json
import os
import stat
import time
from pathlib import Path
from typing import Self

from tools.accounts import reachable, server_account
from tools.server import write_private

RELEASE_SECONDS = 15


class FolderError(Exception):
    """The data folder is in use, not in use, or somebody else's; the message says which."""


class DataFolder:
    """Locked for as long as this process, or one that inherited the lock, lives."""

    def __init__(self, path: Path, lock: int) -> None:
        self.path = path
        self.lock = lock

    @classmethod
    def take(cls, path: Path) -> Self:
        """Raises FolderError when another launcher has it."""
        path.mkdir(parents=True, exist_ok=True)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        deadline = time.monotonic() + RELEASE_SECONDS
        while not _locked(lock):
            owner = os.pread(lock, 20, 0).decode().strip()
            if _alive(owner) or time.monotonic() > deadline:
                raise FolderError(f"Already running on {path} (process {owner or 'unknown'}). Stop that first.")
            time.sleep(0.1)
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        return cls(path, lock)

    def publish(self, environment: dict[str, str]) -> None:
        """Leave the addresses for tools that join, such as `make moderator STACK=full`."""
        write_private(self.path / "environment.json", json.dumps(environment))


def published(wanted: Path) -> dict[str, str]:
    """Environment of the launcher that runs on the folder now; raises FolderError when none does."""
    path = placed(wanted)
    lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if _locked(lock) or not (path / "environment.json").exists():
            raise FolderError("PostgreSQL and Redis are not running. Start `make full` in another terminal first.")
        environment: dict[str, str] = json.loads((path / "environment.json").read_text())
        return environment
    finally:
        os.close(lock)


def placed(wanted: Path) -> Path:
    """`wanted`, made; as root, when the servers' account cannot reach it, a folder below /var/tmp named after it."""
    wanted = wanted.resolve()
    wanted.mkdir(parents=True, exist_ok=True)
    if reachable(wanted, server_account()):
        return wanted
    path = Path("/var/tmp") / f"pastebin-{hashlib.sha256(str(wanted).encode()).hexdigest()[:12]}"  # noqa: S108
    path.mkdir(mode=0o711, exist_ok=True)
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != os.geteuid():
        raise FolderError(f"{path} belongs to somebody else.")
    return path


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
