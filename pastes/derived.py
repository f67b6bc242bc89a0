"""Bytes made from one version of a paste: immutable, so they need no protocol, only a key that names the version.

Kept in this process's own bounded memory and, in production, in Redis, compressed. Looked up only after the header
read has named the version, so an old entry is never found.
"""

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence

import msgspec
from django.conf import settings
from redis.exceptions import RedisError

from pastes import pipelines
from pastes.breaker import breaker
from pastes.codings import Coded
from pastes.pipelines import Command

logger = logging.getLogger(__name__)

MEMORY_BYTES = 32 * 1024 * 1024
LARGEST_SHARE = 8  # of the memory, for one entry: the eighth part
ENTRY_OVERHEAD = 200  # bytes that Python adds to an entry, roughly
LIFE_SECONDS = 3600

_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Coded)


class Memory:
    """The entries used last, up to a number of bytes. Safe between threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._size = 0
        self._entries: OrderedDict[str, Coded] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Coded | None:
        with self._lock:
            value = self._entries.get(key)
            if value is not None:
                self._entries.move_to_end(key)
            return value

    def put(self, key: str, value: Coded) -> None:
        if value.size > self._capacity // LARGEST_SHARE:
            return  # it would push out too much that is wanted
        with self._lock:
            self._size += self._weight(key, value) - self._weight(key, self._entries.pop(key, None))
            self._entries[key] = value
            while self._size > self._capacity:
                self._size -= self._weight(*self._entries.popitem(last=False))

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self._size = 0

    @staticmethod
    def _weight(key: str, value: Coded | None) -> int:
        return 0 if value is None else value.size + len(key) + ENTRY_OVERHEAD


memory = Memory(MEMORY_BYTES)


def key_of(paste_id: str, version: int, *parts: object) -> str:
    """`parts`: representation, variant, release of what makes it, origin. `paste_id` as 32 hex digits."""
    return ":".join(("d", paste_id, str(version), *map(str, parts)))


def recall(keys: Sequence[str]) -> list[Coded | None]:
    """From memory, and what is not there from Redis in one round trip."""
    found = {key: memory.get(key) for key in keys}
    missing = [key for key, value in found.items() if value is None]
    if missing and _is_shared():
        for key, stored in zip(missing, _fetch(missing), strict=True):
            value = _decoded(stored)
            if value:
                found[key] = value
                memory.put(key, value)
    return [found[key] for key in keys]


def keep(entries: Sequence[tuple[str, Coded]]) -> None:
    commands = remember(entries)
    if not commands or not _is_shared():
        return
    try:
        pipelines.send(pipelines.cache_client(), commands)
    except RedisError as error:
        _failed(error)


def remember(entries: Sequence[tuple[str, Coded]]) -> list[Command]:
    """Keeps them in this process's memory; the commands that keep them for the others."""
    for key, value in entries:
        memory.put(key, value)
    return [("SET", key, _encoder.encode(value), "EX", LIFE_SECONDS) for key, value in entries]


def _is_shared() -> bool:
    return not settings.EMBEDDED and not breaker.is_open


def _fetch(keys: list[str]) -> list[bytes | None]:
    try:
        return pipelines.answers(pipelines.cache_client(), [("GET", key) for key in keys])
    except RedisError as error:
        _failed(error)
        return [None] * len(keys)


def _failed(error: RedisError) -> None:
    breaker.failed()
    logger.warning("the cache did not answer: %s", type(error).__name__)


def _decoded(stored: bytes | None) -> Coded | None:
    """None for nothing, and for what another release of ours wrote."""
    try:
        return _decoder.decode(stored) if stored else None
    except msgspec.MsgspecError:
        return None
