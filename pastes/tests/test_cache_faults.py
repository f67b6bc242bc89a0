"""A cache that is dead, hangs, or comes back in the middle of a change: what still goes on, and what must not."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from uuid import UUID

import pytest
import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from pastes import store
from pastes.breaker import Breaker
from pastes.cache import RedisCache, Stored, key_of
from pastes.tests.samples import NOW, edit, kinds, must, must_be_stored, new, only, published, removal
from tools.redis import CACHE, Redis

pytestmark = [
    pytest.mark.faults,
    pytest.mark.django_db,
    pytest.mark.skipif(settings.EMBEDDED, reason="needs Redis"),
]
TIMEOUT = 0.3  # seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    server = Redis("fault", CACHE)
    server.start()
    yield server
    server.close()


def one_retry() -> Retry:
    return Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))


@pytest.fixture
def client(server: Redis) -> Iterator["redis.Redis"]:
    with redis.Redis.from_url(
        server.url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT, retry=one_retry()
    ) as made:
        made.flushdb()
        yield made
    if server.process is None:
        server.start()


def use(monkeypatch: pytest.MonkeyPatch, cache: RedisCache) -> RedisCache:
    for name in ("publish", "change", "read"):
        monkeypatch.setattr(import_module(f"pastes.store.{name}"), "paste_cache", cache)
    return cache


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, client: "redis.Redis") -> RedisCache:
    """The store's, on a server of our own at a direct address."""
    return use(monkeypatch, RedisCache(lambda: client, is_direct=True, breaker=Breaker()))


@contextmanager
def hanging(server: Redis) -> Iterator[None]:
    """Alive, and as silent as behind a broken network."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def at_the_claim(monkeypatch: pytest.MonkeyPatch, cache: RedisCache, happening: Callable[[], None]) -> None:
    """Something happens between CLAIM and COMMIT."""
    claim = cache.claim

    def and_then(ids: Sequence[UUID]) -> list[bytes]:
        tokens = claim(ids)
        happening()
        return tokens

    monkeypatch.setattr(cache, "claim", and_then)


@pytest.mark.usefixtures("cache")
def test_while_the_cache_is_dead_everything_goes_on(server: Redis) -> None:
    paste, doomed = published("text"), published("doomed")
    server.kill()
    assert kinds(store.publish([new("new")])) == ["Header"]
    assert store.headers([paste.id], at=NOW) == [paste]
    edited = must(store.revise([edit(paste, guard=only(1))])[0])
    assert kinds(store.remove([removal(doomed)])) == ["Header"]
    assert store.headers([paste.id, doomed.id], at=NOW) == [edited, None]


def test_a_cache_that_comes_back_serves_again_and_nothing_old(server: Redis, cache: RedisCache) -> None:
    paste = published("text")
    server.kill()
    edited = must(store.revise([edit(paste)])[0])
    server.start()
    assert store.headers([paste.id], at=NOW) == [edited]
    assert cache.recall([paste.id]) == [edited]


def test_where_a_proxy_may_stand_between_a_refused_claim_proves_nothing(
    server: Redis, client: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, RedisCache(lambda: client, is_direct=False, breaker=Breaker()))
    paste = published("text")
    server.kill()
    assert kinds(store.change([edit(paste), removal(paste)])) == ["Unavailable", "Unavailable"]
    assert must_be_stored(paste).header == paste


def test_a_socket_that_is_gone_is_a_dead_server(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = redis.Redis(unix_socket_path="/nonexistent/redis.sock", retry=one_retry())
    use(monkeypatch, RedisCache(lambda: gone, is_direct=True, breaker=Breaker()))
    assert kinds(store.revise([edit(published("text"))])) == ["Header"]


def test_while_the_cache_hangs_changes_are_unavailable_and_change_nothing(server: Redis, cache: RedisCache) -> None:
    paste = published("text")
    with hanging(server):
        outcomes = store.change([edit(paste), removal(paste)])
        assert kinds(outcomes) == ["Unavailable", "Unavailable"]
        assert must_be_stored(paste).header == paste
        assert store.headers([paste.id], at=NOW) == [paste]
        assert kinds(store.publish([new("new")])) == ["Header"]
    edited = must(store.revise([edit(paste, guard=only(1))])[0])
    assert store.headers([paste.id], at=NOW) == cache.recall([paste.id]) == [edited]


def test_what_a_reader_filled_after_a_refused_claim_is_taken_out_again(
    server: Redis, client: "redis.Redis", cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste = published("text")
    server.kill()

    def reader_fills_what_is_about_to_be_old() -> None:
        server.start()
        (lease,) = cache.lease([paste.id])
        assert isinstance(lease, bytes)
        cache.fill([Stored(paste.id, lease, paste)], at=NOW)
        assert cache.recall([paste.id]) == [paste]

    at_the_claim(monkeypatch, cache, reader_fills_what_is_about_to_be_old)
    edited = must(store.revise([edit(paste)])[0])
    assert client.get(key_of(paste.id)) is None
    assert store.headers([paste.id], at=NOW) == [edited]


def test_a_cache_that_dies_between_claim_and_settle_takes_nothing_back(
    server: Redis, cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste = published("text")
    at_the_claim(monkeypatch, cache, server.kill)
    edited = must(store.revise([edit(paste)])[0])
    assert must_be_stored(paste).header == edited


def test_the_breaker_opens_skips_reads_and_fills_but_never_a_change(
    server: Redis, client: "redis.Redis", cache: RedisCache
) -> None:
    paste, known = published("text"), published("known")
    server.kill()
    for _ in range(cache.breaker.FAILURES):
        assert not cache.breaker.is_open
        assert cache.recall([paste.id]) == [None]
    assert cache.breaker.is_open
    server.start()
    assert cache.lease([paste.id]) == [None]
    assert cache.lease_new([paste.id]) == [None]
    assert cache.recall([known.id]) == [None]
    assert client.dbsize() == 0
    edited = must(store.revise([edit(paste)])[0])
    assert client.dbsize() == 1
    assert cache.recall([paste.id]) == [None]
    cache.breaker._closed_again_at = 0  # its pause is over
    assert cache.recall([paste.id]) == [edited]
    assert not cache.breaker.is_open


def test_a_claim_that_hangs_in_one_part_of_a_list_leaves_the_other_part_done(
    cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sorted((published("one"), published("two")), key=lambda paste: paste.id)
    claim, calls = cache.claim, []

    def hang_at_the_second(ids: Sequence[UUID]) -> list[bytes]:
        calls.append(ids)
        if len(calls) == 2:
            monkeypatch.setattr(cache, "_pipeline", time_out)
        return claim(ids)

    def time_out(_: object) -> list[object]:
        raise redis.TimeoutError("Timeout reading from socket")

    monkeypatch.setattr(cache, "claim", hang_at_the_second)
    broken = edit(second, title="t" * 201)
    outcomes = store.revise([edit(first), broken, edit(second)])
    assert kinds(outcomes) == ["Header", "Fault", "Unavailable"]
    assert must_be_stored(first).header == outcomes[0]
    assert must_be_stored(second).header == second


def test_a_change_is_not_acknowledged_where_neither_claim_nor_settle_was_to_be_had(
    server: Redis, cache: RedisCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    paste = published("text")
    server.kill()

    def comes_back_and_hangs() -> None:
        server.start()
        os.kill(server.pid, signal.SIGSTOP)

    at_the_claim(monkeypatch, cache, comes_back_and_hangs)
    outcomes = store.change([edit(paste, guard=only(1)), edit(paste, guard=only(7))])
    os.kill(server.pid, signal.SIGCONT)
    assert kinds(outcomes) == ["OutcomeUnknown", "Conflict"]
