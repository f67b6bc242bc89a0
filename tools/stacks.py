"""The three sets of servers: thrown away after a test run, durable for `make full`, none for `make run`."""

import os
import secrets
from pathlib import Path

from tools.data import DataFolder
from tools.postgresql import Postgresql
from tools.redis import BROKER, CACHE, DURABLE_BROKER, Redis
from tools.server import Server


class Temporary:
    """PostgreSQL, a cache and a broker in memory's speed; nothing outlives the command."""

    data: DataFolder | None = None

    def servers(self, folder: Path) -> dict[str, Server]:
        """In the order of their start, by the variable that tells the command their address."""
        return {
            "REDIS_URL": Redis("cache", CACHE, folder=folder),
            "CELERY_BROKER_URL": Redis("broker", BROKER, folder=folder),
            "DATABASE_URL": Postgresql(folder),
        }

    def environment(self, folder: Path) -> dict[str, str]:
        """What the command is told beside the addresses.

        Here: to put its temporary files where they go as well, and what else the settings ask for.
        """
        scratch = folder / "tmp"
        scratch.mkdir(mode=0o711)
        wanted = {"SECRET_KEY": secrets.token_urlsafe(48), "PUBLIC_URL": "http://localhost"}
        return {"TMPDIR": str(scratch), **{name: os.environ.get(name) or value for name, value in wanted.items()}}


class Embedded:
    """No server at all: SQLite and the filesystem broker in the data folder."""

    def __init__(self, data: DataFolder) -> None:
        self.data = data

    def servers(self, folder: Path) -> dict[str, Server]:
        return {}

    def environment(self, folder: Path) -> dict[str, str]:
        return {"DATA_DIR": str(self.data.path)}


class Durable(Embedded):
    """An acknowledged write survives a crash, in PostgreSQL and in the broker; the cache may forget everything."""

    def servers(self, folder: Path) -> dict[str, Server]:
        kept = self.data.path
        return {
            "REDIS_URL": Redis("cache", CACHE, folder=kept, spare=folder),
            "CELERY_BROKER_URL": Redis("broker", DURABLE_BROKER, folder=kept, spare=folder),
            "DATABASE_URL": Postgresql(kept, durable=True, spare=folder),
        }


Stack = Temporary | Embedded
