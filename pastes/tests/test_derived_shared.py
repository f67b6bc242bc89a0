"""Derived bytes in Redis, where all processes find them; without it each has its own."""

from typing import Any

import pytest
import redis
from django.conf import settings
from django_redis import get_redis_connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from pastes import derived, pipelines
from pastes.breaker import breaker
from pastes.codings import Coded, kept_quickly, kept_small

pytestmark = pytest.mark.skipif(settings.EMBEDDED, reason="needs Redis")

KEY = derived.key_of("6a1e7c1e1111422283330123456789ab", 3, "json")
TEXT = b"large " * 1000
SMALL, LARGE = Coded(b"small"), kept_quickly(TEXT)


@pytest.fixture
def client() -> Any:
    return get_redis_connection("default")


def unreachable() -> Any:
    return redis.Redis(port=1, retry=Retry(NoBackoff(), 0))


@pytest.mark.parametrize("value", [Coded(b""), SMALL, LARGE, kept_small(TEXT)])
def test_another_process_finds_it_and_remembers_it(value: Coded) -> None:
    derived.keep([(KEY, value)])
    derived.memory.clear()
    assert derived.recall(["d:unknown", KEY]) == [None, value]
    assert derived.memory.get(KEY) == value


def test_large_values_are_stored_compressed_and_for_a_time(client: Any) -> None:
    derived.keep([(KEY, LARGE)])
    assert client.strlen(KEY) < len(TEXT) / 10
    assert 0 < client.ttl(KEY) <= derived.LIFE_SECONDS


def test_nothing_shared_is_asked_while_the_breaker_is_open(client: Any) -> None:
    for _ in range(breaker.FAILURES):
        breaker.failed()
    derived.keep([(KEY, SMALL)])
    assert derived.recall([KEY]) == [SMALL]
    derived.memory.clear()
    assert derived.recall([KEY]) == [None]
    assert not client.exists(KEY)


def test_a_cache_that_refuses_is_a_miss_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipelines, "cache_client", unreachable)
    derived.keep([(KEY, SMALL)])
    derived.memory.clear()
    assert derived.recall([KEY]) == [None]
    assert breaker._failures == 2


@pytest.mark.parametrize("stored", [b"", b"p{}", b"z\x78\x01", b"\x93\xc0\xc0", b"\x81\x01\x02"])
def test_what_another_release_kept_is_a_miss(client: Any, stored: bytes) -> None:
    client.set(KEY, stored)
    assert derived.recall([KEY]) == [None]
