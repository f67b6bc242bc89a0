"""The protocol on a real Redis, script by script: what each token allows, and what each step leaves in the key."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django_redis import get_redis_connection

from pastes import cache, pipelines
from pastes.breaker import Breaker
from pastes.cache import CLAIM_MS, LEASE_MS, LIFE_MS, RedisCache, Stored, encode, key_of
from pastes.errors import Unavailable
from pastes.tests.samples import NOW, SECOND, header, with_fields

pytestmark = pytest.mark.skipif(settings.EMBEDDED, reason="needs Redis")

PASTE = header("text", expires_at=None)
NEWER = with_fields(PASTE, version=2)
EXPIRED = with_fields(PASTE, expires_at=NOW)
KEY = key_of(PASTE.id)
OTHERS = b"?another reader", b"!another writer"


@pytest.fixture
def client() -> Any:
    return get_redis_connection("default")


@pytest.fixture
def redis_cache(client: Any) -> Iterator[RedisCache]:
    yield RedisCache(lambda: client, is_direct=False, breaker=Breaker())
    client.delete(KEY)


def leased(redis_cache: RedisCache) -> bytes:
    lease = redis_cache.lease([PASTE.id])[0]
    assert isinstance(lease, bytes)
    return lease


def fill(redis_cache: RedisCache, lease: bytes, found: Any = PASTE) -> None:
    redis_cache.fill([Stored(PASTE.id, lease, found)], at=NOW)


def settle(redis_cache: RedisCache, token: bytes, found: Any = NEWER) -> None:
    redis_cache.settle([Stored(PASTE.id, token, found)], at=NOW)


# READ.


def test_a_reader_of_nothing_gets_a_lease_and_the_next_one_may_not_fill(redis_cache: RedisCache, client: Any) -> None:
    lease = leased(redis_cache)
    assert lease[:1] == b"?"
    assert client.get(KEY) == lease
    assert 0 < client.pttl(KEY) <= LEASE_MS
    assert redis_cache.lease([PASTE.id]) == [None]
    assert client.get(KEY) == lease


def test_a_reader_of_a_value_gets_it(redis_cache: RedisCache) -> None:
    fill(redis_cache, leased(redis_cache))
    assert redis_cache.lease([PASTE.id]) == redis_cache.recall([PASTE.id]) == [PASTE]


@pytest.mark.parametrize("standing", [*OTHERS, b"V from another release", b"Z"])
def test_a_reader_of_anything_else_reads_the_database_and_fills_nothing(
    redis_cache: RedisCache, client: Any, standing: bytes
) -> None:
    client.set(KEY, standing)
    assert redis_cache.lease([PASTE.id]) == redis_cache.recall([PASTE.id]) == [None]
    assert client.get(KEY) == standing


def test_a_script_that_ran_twice_because_its_answer_was_lost_still_gives_the_lease(
    redis_cache: RedisCache, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "new_token", lambda kind: kind + b"token")
    client.set(KEY, b"?token")
    assert redis_cache.lease([PASTE.id]) == [b"?token"]


def test_recalling_leaves_no_lease(redis_cache: RedisCache, client: Any) -> None:
    assert redis_cache.recall([PASTE.id]) == [None]
    assert client.get(KEY) is None


def test_lists_answer_in_their_order(redis_cache: RedisCache, client: Any) -> None:
    pastes = [header(str(number), expires_at=None) for number in range(4)]
    leases = redis_cache.lease([paste.id for paste in pastes])
    known = [
        Stored(paste.id, lease, paste) for paste, lease in zip(pastes, leases, strict=True) if isinstance(lease, bytes)
    ]
    redis_cache.fill(known[::2], at=NOW)
    assert redis_cache.recall([paste.id for paste in pastes]) == [pastes[0], None, pastes[2], None]
    for asked in (redis_cache.recall, redis_cache.lease, redis_cache.lease_new, redis_cache.claim):
        assert asked([]) == []
    client.delete(*(key_of(paste.id) for paste in pastes))


def test_an_id_that_many_wait_for_is_asked_for_once(redis_cache: RedisCache, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(redis_cache, leased(redis_cache))
    other = header("other").id
    sent: list[object] = []

    def noted(_: object, commands: Any) -> list[bytes | None]:
        sent.extend(commands)
        return [encode(PASTE), None]

    monkeypatch.setattr(pipelines, "answers", noted)
    assert redis_cache.recall([PASTE.id, other, PASTE.id]) == [PASTE, None, PASTE]
    assert sent == [("GET", KEY), ("GET", key_of(other))]


# Creates.


def test_a_create_asks_for_a_lease_and_fills_it(redis_cache: RedisCache) -> None:
    (lease,) = redis_cache.lease_new([PASTE.id])
    assert lease
    fill(redis_cache, lease)
    assert redis_cache.recall([PASTE.id]) == [PASTE]


@pytest.mark.parametrize("standing", [*OTHERS, encode(PASTE)])
def test_a_create_never_voids_what_stands_there(redis_cache: RedisCache, client: Any, standing: bytes) -> None:
    client.set(KEY, standing)
    assert redis_cache.lease_new([PASTE.id]) == [None]
    assert client.get(KEY) == standing


# FILL.


@pytest.mark.parametrize("standing", [None, *OTHERS, encode(NEWER)])
def test_a_fill_whose_lease_is_gone_stores_nothing(
    redis_cache: RedisCache, client: Any, standing: bytes | None
) -> None:
    lease = leased(redis_cache)
    client.delete(KEY)
    if standing:
        client.set(KEY, standing)
    fill(redis_cache, lease)
    assert client.get(KEY) == standing


@pytest.mark.parametrize(
    "found", [None, with_fields(PASTE, expires_at=NOW), with_fields(PASTE, expires_at=NOW - SECOND)]
)
def test_what_is_not_there_is_not_remembered(redis_cache: RedisCache, client: Any, found: Any) -> None:
    fill(redis_cache, leased(redis_cache), found)
    assert client.get(KEY) is None


def test_a_value_lives_five_minutes_and_never_past_its_expiry(redis_cache: RedisCache, client: Any) -> None:
    fill(redis_cache, leased(redis_cache))
    assert LIFE_MS * 0.89 < client.pttl(KEY) <= LIFE_MS * 1.1
    client.delete(KEY)
    fill(redis_cache, leased(redis_cache), with_fields(PASTE, expires_at=NOW + SECOND))
    assert 0 < client.pttl(KEY) <= 1000


def test_values_of_one_moment_do_not_end_together() -> None:
    assert len({cache.life_ms(PASTE, NOW) for _ in range(50)}) > 10
    assert cache.life_ms(with_fields(PASTE, expires_at=NOW + timedelta(milliseconds=1500)), NOW) == 1500


# CLAIM and SETTLE.


@pytest.mark.parametrize("standing", [None, *OTHERS, encode(PASTE)])
def test_a_claim_voids_whatever_stands_there(redis_cache: RedisCache, client: Any, standing: bytes | None) -> None:
    if standing:
        client.set(KEY, standing)
    (claim,) = redis_cache.claim([PASTE.id])
    assert claim[:1] == b"!"
    assert client.get(KEY) == claim
    assert LEASE_MS < client.pttl(KEY) <= CLAIM_MS


def test_a_claim_voids_a_lease_so_that_an_old_row_is_never_filled(redis_cache: RedisCache) -> None:
    lease = leased(redis_cache)
    (claim,) = redis_cache.claim([PASTE.id])
    fill(redis_cache, lease)
    settle(redis_cache, claim)
    fill(redis_cache, lease)
    assert redis_cache.recall([PASTE.id]) == [NEWER]


def test_a_settled_removal_leaves_nothing(redis_cache: RedisCache, client: Any) -> None:
    (claim,) = redis_cache.claim([PASTE.id])
    settle(redis_cache, claim, None)
    assert client.get(KEY) is None


@pytest.mark.parametrize(
    ("standing", "left"), [(None, None), (b"?another reader", None), (encode(PASTE), None), (OTHERS[1], OTHERS[1])]
)
def test_a_settle_whose_claim_is_gone_leaves_only_anothers_claim(
    redis_cache: RedisCache, client: Any, standing: bytes | None, left: bytes | None
) -> None:
    (claim,) = redis_cache.claim([PASTE.id])
    client.delete(KEY)
    if standing:
        client.set(KEY, standing)
    settle(redis_cache, claim)
    assert client.get(KEY) == left


# What goes wrong.


def test_scripts_that_the_server_has_forgotten_are_sent_again(redis_cache: RedisCache, client: Any) -> None:
    client.script_flush()
    lease = leased(redis_cache)
    client.script_flush()
    fill(redis_cache, lease)
    assert redis_cache.recall([PASTE.id]) == [PASTE]
    (claim,) = redis_cache.claim([PASTE.id])
    client.script_flush()
    settle(redis_cache, claim)
    assert redis_cache.recall([PASTE.id]) == [NEWER]


def test_a_key_that_makes_no_sense_is_a_miss_for_all_in_its_list(redis_cache: RedisCache, client: Any) -> None:
    client.lpush(KEY, "a list")
    settle(redis_cache, b"!token")  # logged, and not raised
    assert redis_cache.lease([PASTE.id]) == redis_cache.recall([PASTE.id]) == [None]
    assert redis_cache.breaker._failures == 2


def test_nothing_is_sent_for_an_empty_list(redis_cache: RedisCache) -> None:
    redis_cache._client = lambda: pytest.fail("it asked")
    redis_cache.fill([], at=NOW)
    redis_cache.settle([], at=NOW)


def test_a_claim_that_the_server_refuses_is_unavailable(redis_cache: RedisCache, client: Any) -> None:
    client.config_set("maxmemory-policy", "noeviction")
    client.config_set("maxmemory", "1")
    try:
        with pytest.raises(Unavailable):
            redis_cache.claim([PASTE.id])
    finally:
        client.config_set("maxmemory", "256mb")
        client.config_set("maxmemory-policy", "allkeys-lru")
