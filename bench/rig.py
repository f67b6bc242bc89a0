"""The rig: stores with production's durability, the pastebin on them, yardsticks beside it, each once it is needed.

Everything is started here and ended by its id; the launcher's watchdog does it where we are killed.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg

from bench import servers
from bench.machine import cores, program
from bench.processes import cpu_us
from bench.servers import Counter, Server
from tools.data import DataFolder
from tools.server import Server as Store
from tools.services import guarded_folder
from tools.stacks import Durable

ON_DISK = "/var/tmp"  # noqa: S108  (where /tmp is memory, COMMIT costs nothing)


@dataclass(frozen=True)
class Plan:
    """How long and how often. `quick`: enough to see whether a change helped, not to be published."""

    quick: bool = False

    @property
    def rounds(self) -> int:
        return 1 if self.quick else 3

    @property
    def seconds(self) -> float:
        return 2 if self.quick else 4


@dataclass(frozen=True)
class Stores:
    """The stores alone, for load that goes past the pastebin."""

    others: Mapping[str, Counter]
    origin: str = ""

    def counters(self) -> dict[str, float]:
        return {name: count() for name, count in self.others.items()}

    def memory(self) -> dict[str, float]:
        return {}

    def settle(self) -> None:
        """Nothing to forget."""


class Rig:
    def __init__(self, plan: Plan, folder: Path, stores: Mapping[str, Store], cleanup: ExitStack) -> None:
        """`stores` run, by the variable that tells their address."""
        self.plan = plan
        self.folder = folder
        self.addresses = {name: store.url for name, store in stores.items()}
        self._pids = {name: store.pid for name, store in stores.items()}
        self._cleanup = cleanup

    @property
    def database_url(self) -> str:
        return self.addresses["DATABASE_URL"].replace("postgres:", "postgresql:")

    @cached_property
    def database(self) -> "psycopg.Connection[Any]":
        return self._cleanup.enter_context(psycopg.connect(self.database_url, autocommit=True))

    @cached_property
    def site(self) -> Server:
        """One worker a core."""
        return self._production({})

    @cached_property
    def single(self) -> Server:
        """The same with one worker."""
        return self._production({"WEB_CONCURRENCY": "1"})

    @cached_property
    def embedded(self) -> Server:
        folder = self.folder / "embedded"
        folder.mkdir()
        settings = {"PASTEBIN_MODE": "embedded", "DATA_DIR": str(folder)}
        return self._cleanup.enter_context(servers.pastebin(settings, folder, {}))

    @cached_property
    def bare(self) -> Server:
        return self._cleanup.enter_context(servers.bare(self.folder, workers=cores()))

    @cached_property
    def nginx(self) -> Server:
        return self._cleanup.enter_context(servers.nginx(self.offered, program("nginx"), workers=cores()))

    @property
    def offered(self) -> Path:
        """The folder that nginx serves."""
        return self.folder / "nginx"

    def stores(self) -> Stores:
        return Stores(self._counters())

    def empty(self) -> None:
        """No rows and nothing left to write for those that were: yardstick and subject start alike."""
        self.database.execute("TRUNCATE pastes_paste, pastes_revision, pastes_retired")
        self.database.execute("CHECKPOINT")

    def _production(self, more: Mapping[str, str]) -> Server:
        settings = {"PASTEBIN_MODE": "production", "DATA_DIR": str(self.folder / "data"), **self.addresses, **more}
        return self._cleanup.enter_context(servers.pastebin(settings, self.folder, self._counters()))

    def _counters(self) -> dict[str, Counter]:
        return {
            "postgresql_cpu_us": lambda: cpu_us(self._pids["DATABASE_URL"]),
            "redis_cpu_us": lambda: cpu_us(self._pids["REDIS_URL"]),
            "wal_bytes": self._wal_bytes,
        }

    def _wal_bytes(self) -> float:
        row = self.database.execute("SELECT pg_current_wal_insert_lsn() - '0/0'").fetchone()
        return float(row[0]) if row else 0


@contextmanager
def rig(plan: Plan) -> Iterator[Rig]:
    tempfile.tempdir = os.environ.get("TMPDIR") or ON_DISK
    with guarded_folder(None) as folder, ExitStack() as cleanup:
        data = folder / "data"
        data.mkdir(mode=0o711)
        stores = Durable(DataFolder.take(data)).servers(folder)
        for store in stores.values():
            cleanup.callback(store.stop)
            store.start()
        yield Rig(plan, folder, stores, cleanup)
