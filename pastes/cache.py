"""The header cache: one key a paste, one token a key (docs/cache.md has the protocol and why it holds).

`p:{hex}` holds exactly one of `V<header>`, a reader's lease `?token`, a writer's claim `!token`. A value may be stored
only by the holder of the token that stands in the key, and a writer puts its token there while it holds the row lock,
before COMMIT. So no read that begins after a write was acknowledged returns anything older.
"""

import hashlib
import logging
import os
import random
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django.conf import settings
from redis import Redis
from redis.exceptions import NoScriptError, RedisError

from pastes import pipelines
from pastes.breaker import Breaker, breaker
from pastes.errors import Unavailable
from pastes.models import Header
from pastes.pipelines import Command

logger = logging.getLogger(__name__)

LEASE_MS = 3_000
CLAIM_MS = 30_000  # longer than any transaction may stay open after its claim (see POSTGRESQL_OPTIONS)
LIFE_MS, LIFE_JITTER = 300_000, 0.1
ABSENT = b""
UNCLAIMED = b"!"  # in place of a claim that a dead server refused: no key holds it, so SETTLE deletes

# A miss is seen and leased in one step: of all who miss at once, one may fill.
READ = """
local value = redis.call('GET', KEYS[1])
if value then return value end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
# Whoever was overtaken by a writer, or evicted, finds another token here or none, and keeps what it read to itself.
FILL = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
"""
# Another's claim stays: its writer knows more than this one. A lease goes, for its reader may have read before COMMIT,
# and so does a value, which was filled on such a lease.
SETTLE = """
local value = redis.call('GET', KEYS[1])
if value == ARGV[1] then
  if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
  return 1
end
if value and string.sub(value, 1, 1) ~= '!' then redis.call('DEL', KEYS[1]) end
return 0
"""
DIGESTS = {script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest() for script in (READ, FILL, SETTLE)}
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Header)


class Stored(NamedTuple):
    """What may be stored for an id by the holder of a token; no header means that there is no such paste."""

    id: UUID
    token: bytes
    header: Header | None


class Cache(Protocol):
    """List in, list out, in the same order."""

    def recall(self, ids: Sequence[UUID]) -> list[Header | None]:
        """What the cache knows, without asking for leave to fill."""

    def lease(self, ids: Sequence[UUID]) -> list[Header | bytes | None]:
        """For each id its header, or a token that allows one fill, or None: read the database, do not fill."""

    def lease_new(self, ids: Sequence[UUID]) -> list[bytes | None]:
        """For ids about to be inserted. Never voids what a paste of that id may have there."""

    def fill(self, items: Sequence[Stored], *, at: datetime, along: Sequence[Command] = ()) -> None:
        """Stores what was read, for those whose lease still stands; and sends `along` in the same round trip."""

    def claim(self, ids: Sequence[UUID]) -> list[bytes]:
        """Voids whatever stands there. The last statement before COMMIT, after the rows were written.

        UNCLAIMED for each where the server is known to be dead, and so to come back empty.

        Raises Unavailable where an old value may live on: then nothing may be committed.
        """

    def settle(self, items: Sequence[Stored], *, at: datetime) -> bool:
        """After COMMIT (or rollback: no header). False where an old value may live on, and nothing may be promised.

        A settle that fails is harmless, since the claim stands until it ends – unless there was none to be had.
        """


class NoCache:
    """Embedded: the database is in the same process, and quicker than any cache outside it."""

    def recall(self, ids: Sequence[UUID]) -> list[Header | None]:
        return [None] * len(ids)

    def lease(self, ids: Sequence[UUID]) -> list[Header | bytes | None]:
        return [None] * len(ids)

    def lease_new(self, ids: Sequence[UUID]) -> list[bytes | None]:
        return [None] * len(ids)

    def fill(self, items: Sequence[Stored], *, at: datetime, along: Sequence[Command] = ()) -> None:
        pass

    def claim(self, ids: Sequence[UUID]) -> list[bytes]:
        return [b""] * len(ids)

    def settle(self, items: Sequence[Stored], *, at: datetime) -> bool:
        return True


class RedisCache:
    """The protocol on Redis: pipelines of one-key scripts, so that Redis Cluster works too."""

    def __init__(self, client: Callable[[], Redis], *, is_direct: bool, breaker: Breaker) -> None:
        """`is_direct`: no proxy stands between, so a refused connection proves that the server is dead and empty."""
        self._client = client
        self._is_direct = is_direct
        self.breaker = breaker

    def recall(self, ids: Sequence[UUID]) -> list[Header | None]:
        unique = list(dict.fromkeys(ids))
        values = self._bypassable(lambda: self._pipeline([("GET", key_of(paste_id)) for paste_id in unique]))
        headers = dict(zip(unique, map(decode, values or [None] * len(unique)), strict=True))
        return [headers[paste_id] for paste_id in ids]

    def lease(self, ids: Sequence[UUID]) -> list[Header | bytes | None]:
        tokens = [new_token(b"?") for _ in ids]
        calls = [(key_of(paste_id), token, LEASE_MS) for paste_id, token in zip(ids, tokens, strict=True)]
        values = self._bypassable(lambda: self._scripts(READ, calls))
        if not values:
            return [None] * len(ids)
        # Our own token comes back when the connection broke after the script ran, and it ran again.
        return [
            token if value is None or value == token else decode(value)
            for value, token in zip(values, tokens, strict=True)
        ]

    def lease_new(self, ids: Sequence[UUID]) -> list[bytes | None]:
        tokens = [new_token(b"?") for _ in ids]
        pairs = zip(ids, tokens, strict=True)
        commands = [("SET", key_of(paste_id), token, "NX", "PX", LEASE_MS) for paste_id, token in pairs]
        done = self._bypassable(lambda: self._pipeline(commands))
        return [token if set_ else None for token, set_ in zip(tokens, done or [None] * len(ids), strict=True)]

    def fill(self, items: Sequence[Stored], *, at: datetime, along: Sequence[Command] = ()) -> None:
        if items or along:
            self._bypassable(lambda: self._scripts(FILL, [call_of(item, at) for item in items], along=along))

    def claim(self, ids: Sequence[UUID]) -> list[bytes]:
        tokens = [new_token(b"!") for _ in ids]
        pairs = zip(ids, tokens, strict=True)
        try:
            self._pipeline([("SET", key_of(paste_id), token, "PX", CLAIM_MS) for paste_id, token in pairs])
        except RedisError as error:
            if not (self._is_direct and is_refusal(error)):
                logger.warning("a claim failed: %s", type(error).__name__)  # its text quotes the command, and so an id
                raise Unavailable("The cache does not answer, so nothing could be changed safely.") from error
            return [UNCLAIMED] * len(ids)
        return tokens

    def settle(self, items: Sequence[Stored], *, at: datetime) -> bool:
        try:
            if items:
                self._scripts(SETTLE, [call_of(item, at) for item in items])
        except RedisError as error:
            logger.warning("a settle failed: %s", type(error).__name__)
            # Without a claim, a server that came back in between may hold what a reader filled before our COMMIT.
            return is_refusal(error) or not any(item.token == UNCLAIMED for item in items)
        return True

    def _bypassable(self, ask: Callable[[], list[Any]]) -> list[Any] | None:
        """Reads and fills go on without the cache; claims and settles never come through here."""
        if self.breaker.is_open:
            return None
        try:
            answers = ask()
        except RedisError as error:
            self.breaker.failed()
            logger.warning("the cache did not answer: %s", type(error).__name__)
            return None
        self.breaker.succeeded()
        return answers

    def _pipeline(self, commands: Sequence[Command]) -> list[Any]:
        return pipelines.answers(self._client(), commands)

    def _scripts(self, script: str, calls: Sequence[Command], *, along: Sequence[Command] = ()) -> list[Any]:
        """The answers to the calls. What goes along is only sent: nobody waits for what comes of it."""
        evals = [("EVALSHA", DIGESTS[script], 1, *call) for call in calls]
        answers = pipelines.send(self._client(), [*evals, *along])[: len(calls)]
        missing = [index for index, answer in enumerate(answers) if isinstance(answer, NoScriptError)]
        again = self._pipeline([("EVAL", script, 1, *calls[index]) for index in missing]) if missing else []
        for index, answer in zip(missing, again, strict=True):
            answers[index] = answer
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        return answers


def key_of(paste_id: UUID) -> str:
    """From the parsed id only, so that no second spelling of an id makes a second key."""
    return f"p:{paste_id.hex}"


def new_token(kind: bytes) -> bytes:
    return kind + os.urandom(12)


def encode(header: Header) -> bytes:
    return b"V" + _encoder.encode(header)


def decode(value: bytes | None) -> Header | None:
    """The header of a value; None for a token, for nothing, and for what another release of ours wrote."""
    if not value or value[:1] != b"V":
        return None
    try:
        return _decoder.decode(value[1:])
    except msgspec.MsgspecError:
        return None


def life_ms(header: Header, at: datetime) -> int:
    """Milliseconds to keep a header: five minutes, spread so that no crowd ends at once, and never past its expiry."""
    life = int(LIFE_MS * (1 + random.uniform(-LIFE_JITTER, LIFE_JITTER)))  # noqa: S311
    if header.expires_at is None:
        return life
    return min(life, int((header.expires_at - at).total_seconds() * 1000))


def call_of(item: Stored, at: datetime) -> tuple[str, bytes, bytes, int]:
    """Key and arguments of FILL and SETTLE."""
    life = life_ms(item.header, at) if item.header else 0
    value = encode(item.header) if item.header and life > 0 else ABSENT
    return key_of(item.id), item.token, value, life


def is_refusal(error: BaseException | None) -> bool:
    """Whether a refused connection, or a Unix socket that is gone, lies at the bottom of this error."""
    while error is not None:
        if isinstance(error, ConnectionRefusedError | FileNotFoundError):
            return True
        error = error.__cause__ or error.__context__
    return False


def is_direct_address(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "unix" or parts.hostname in ("localhost", "127.0.0.1", "::1")


paste_cache: Cache = (
    NoCache()
    if settings.EMBEDDED
    else RedisCache(
        pipelines.cache_client,
        is_direct=settings.CACHE_DIRECT or is_direct_address(settings.REDIS_URL),
        breaker=breaker,
    )
)
