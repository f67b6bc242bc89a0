"""Our own programs as real processes, on a PostgreSQL and a Redis of their own that tests may kill."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

import httpx
import pytest

from tools.postgresql import Postgresql
from tools.redis import CACHE, DURABLE_BROKER, Redis
from tools.server import free_port

ROOT = Path(__file__).resolve().parents[2]
ASGI = ("-m", "gunicorn", "pastebin.asgi:application", "--worker-class", "pastebin.worker.Worker")
WSGI = ("-m", "gunicorn", "pastebin.wsgi")
PATIENCE_SECONDS = 30
# What programs of ours inherit: where things lie, and the mark by which the launcher around a test run finds strays.
INHERITED = ("PATH", "HOME", "TMPDIR", "PASTEBIN_SERVICES")

Environment = Mapping[str, str]


def eventually(condition: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not (holds := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds


class Program:
    """A command of ours, run from the project folder with this environment alone; its output goes to `log`."""

    def __init__(self, words: tuple[str, ...], environment: Environment, log: Path) -> None:
        self.log = log
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env={**inherited, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        return self.process.pid

    def children(self) -> list[int]:
        """Process ids, in the order of their start."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def stop(self) -> int:
        """End it in order, and whatever is left of its session after that; its exit code."""
        self.process.terminate()
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return self.process.wait()

    def said(self) -> str:
        return self.log.read_text(errors="replace")


class Web(Program):
    """A web server of ours that answers on `port`, for which the word PORT stands, by the time it is made.

    `workers`: processes below it, 0 for a server that serves by itself.
    """

    def __init__(self, words: tuple[str, ...], environment: Environment, folder: Path, *, workers: int = 2) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"HOST": "127.0.0.1", "PORT": str(self.port), "WEB_CONCURRENCY": str(max(workers, 1))}
        words = tuple(word.replace("PORT", str(self.port)) for word in words)
        super().__init__(words, {**environment, **own}, folder / f"web-{self.port}.log")
        if not eventually(lambda: self.answers() or self.process.poll() is not None) or self.process.poll() is not None:
            self.stop()
            raise AssertionError(f"no answer from {' '.join(words)}\n{self.said()[-4000:]}")
        eventually(lambda: len(self.children()) >= workers)

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/livez", trust_env=False, timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE_SECONDS)

    @contextmanager
    def only(self, worker: int) -> Iterator[httpx.Client]:
        """A client of one worker: while it is used the others are frozen."""
        others = [pid for pid in self.children() if pid != worker]
        for pid in others:
            os.kill(pid, signal.SIGSTOP)
        try:
            with self.client() as client:
                yield client
        finally:
            for pid in others:
                os.kill(pid, signal.SIGCONT)


class Stores(NamedTuple):
    """Private servers, and the environment of programs that use them."""

    postgresql: Postgresql
    cache: Redis
    broker: Redis
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PASTEBIN_MODE": "production",
            "SECRET_KEY": "a key of nobody's, long enough for the checks",
            "PUBLIC_URL": "http://testserver",
            "ALLOWED_HOSTS": "testserver,127.0.0.1",
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": self.cache.url,
            "CELERY_BROKER_URL": self.broker.url,
            "DATA_DIR": str(self.folder),
            "LIMIT_CREATE": "off",
        }


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pastebin-test-") as name:
        yield Path(name).resolve()


def migrate(environment: Environment, folder: Path) -> None:
    program = Program(("manage.py", "migrate", "--verbosity", "0"), environment, folder / "migrate.log")
    assert program.process.wait(PATIENCE_SECONDS) == 0, program.said()


@contextmanager
def private_stores() -> Iterator[Stores]:
    """Migrated, and durable: what was committed survives the server's crash."""
    with ExitStack() as cleanup:
        folder = cleanup.enter_context(scratch())
        stores = Stores(Postgresql(durable=True), Redis("cache", CACHE), Redis("broker", DURABLE_BROKER), folder)
        for server in stores[:3]:
            cleanup.callback(server.close)
            server.start()
        migrate(stores.environment, folder)
        yield stores


@contextmanager
def embedded_environment() -> Iterator[dict[str, str]]:
    """A migrated SQLite in a folder of its own."""
    with scratch() as folder:
        environment = {"PASTEBIN_MODE": "embedded", "DATA_DIR": str(folder), "LIMIT_CREATE": "off"}
        migrate(environment, folder)
        yield environment


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    with private_stores() as found:
        yield found


@pytest.fixture(scope="session")
def web(stores: Stores) -> Iterator[Web]:
    """Two workers of the Procfile's web server, for tests that leave it as it was."""
    with Web(ASGI, stores.environment, stores.folder) as found:
        yield found
