"""What PostgreSQL and Redis share: a folder, a loopback port that outlives a restart, a process of another account."""

import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

from tools.accounts import Account, private_folder, server_account

START_SECONDS = 60
STOP_SECONDS = 20


class ServerError(Exception):
    """A server did not start or did not stop; the message ends with the last lines of its log."""


class Server(ABC):
    """Start, stop, kill and restart one server of our own.

    `durable`: its writes reach the disk. Without a folder it makes a temporary one, which `close` removes; `spare`
    takes copies of programs that its account cannot reach. A start that fails raises ServerError.
    """

    name: str
    stop_signal: signal.Signals
    attempts = 1  # at starting

    def __init__(self, folder: Path | None = None, *, durable: bool = False, spare: Path | None = None) -> None:
        self._temporary = not folder
        self.folder = (folder or Path(tempfile.mkdtemp(prefix="pastebin-"))).resolve()
        if self._temporary:
            self.folder.chmod(0o711)
        self.spare = spare or self.folder
        self.durable = durable
        self.account: Account = server_account()
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> list[str]:
        """Make what is missing in the folder and answer the command line."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether clients are served."""

    @property
    @abstractmethod
    def url(self) -> str: ...

    @property
    def data(self) -> Path:
        return self.folder / self.name

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        if self.process is None:
            raise ServerError(f"{self.name} is not running")
        return self.process.pid

    @property
    def password(self) -> str:
        """Made on first use and kept beside the data: loopback is open to everybody on this machine."""
        path = self.folder / f"{self.name}.password"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(24))
        return path.read_text()

    def start(self) -> None:
        private_folder(self.data, self.account)
        self.port = self.port or free_port()
        command = self.prepare()
        for _ in range(self.attempts):
            self.process = self._spawn(command)
            if self._becomes_ready():
                return
            time.sleep(0.3)
        self.process = None
        raise ServerError(f"{self.name} does not start.\n{self.log_tail()}")

    def stop(self) -> None:
        """End it in order; a second time does nothing."""
        process, self.process = self.process, None
        if process is None:
            return
        process.send_signal(self.stop_signal)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """End it as a crash would. The data stays, and `start` brings it back on the same port."""
        process, self.process = self.process, None
        if process is not None:
            process.kill()
            process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it and, where the folder was its own, remove that."""
        self.stop()
        if self._temporary:
            shutil.rmtree(self.folder)

    def log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-15:])

    def run(self, command: list[str]) -> None:
        """Run a tool of the server as the server's account; its output goes to the log."""
        with self.log.open("ab") as log:
            done = subprocess.run(command, stdout=log, stderr=log, check=False, **self._options())
        if done.returncode != 0:
            raise ServerError(f"{command[0]} failed.\n{self.log_tail()}")

    def _spawn(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            # Its own session: Ctrl-C in the terminal is for the command, the servers go after it.
            return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **self._options())

    def _options(self) -> dict[str, Any]:
        foreign = ("PG", "LC_", "LANG")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        options = {"cwd": self.data, "env": {**environment, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL}
        return {**options, **self.account.process_options()}

    def _becomes_ready(self) -> bool:
        """Wait until it answers; False as soon as its process has ended."""
        deadline = time.monotonic() + START_SECONDS
        while self.process and self.process.poll() is None:
            if self.answers():
                return True
            if time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.name} does not answer after {START_SECONDS} s.\n{self.log_tail()}")
            time.sleep(0.02)
        return False


def write_private(path: Path, text: str) -> None:
    """Replace the file with one that its owner alone can read."""
    path.unlink(missing_ok=True)
    with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(text)


def free_port() -> int:
    """A loopback port below the ephemeral range, from which a client may have one by the time of a restart."""
    while True:
        port = random.randrange(20000, 32000)  # noqa: S311
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
