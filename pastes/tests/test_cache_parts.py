"""The cache's parts that need no Redis: breaker, addresses, errors, encoding, and the cache that is none."""

from uuid import UUID

import pytest
import redis

from pastes import cache
from pastes.breaker import Breaker
from pastes.cache import NoCache, Stored
from pastes.tests.samples import NOW, SECOND, header

pytestmark = pytest.mark.embedded

PASTE = header("text")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now

    def advance(self) -> None:
        self.now += Breaker.PAUSE


def test_the_breaker_opens_after_five_failures_in_a_row() -> None:
    breaker = Breaker()
    seen = []
    for happens in [*[breaker.failed] * 4, breaker.succeeded, *[breaker.failed] * 5]:
        happens()
        seen.append(breaker.is_open)
    assert seen == [False] * 9 + [True]


def test_after_its_pause_the_breaker_lets_one_try_tell_how_it_goes_on() -> None:
    clock = Clock()
    breaker = Breaker(clock)
    seen = []
    for happens in [
        *[breaker.failed] * 5,
        clock.advance,
        breaker.failed,
        clock.advance,
        breaker.succeeded,
        breaker.failed,
    ]:
        happens()
        seen.append(breaker.is_open)
    assert seen == [False] * 4 + [True, False, True, False, False, False]


@pytest.mark.parametrize(
    ("url", "direct"),
    [
        ("unix:///run/redis.sock", True),
        ("redis://127.0.0.1:6379/0", True),
        ("redis://:secret@localhost/0", True),
        ("rediss://[::1]:6379/0", True),
        ("redis://10.0.0.1:6379/0", False),
        ("redis://cache.example/0", False),
        ("", False),
    ],
)
def test_only_an_address_on_this_machine_is_known_to_have_no_proxy_before_it(url: str, *, direct: bool) -> None:
    assert cache.is_direct_address(url) is direct


def test_a_refused_connection_is_told_from_all_other_errors() -> None:
    refused = redis.ConnectionError("Error 111")
    refused.__cause__ = ConnectionRefusedError()
    wrapped = redis.ConnectionError("again")
    wrapped.__context__ = refused
    timeout = redis.TimeoutError("Timeout")
    timeout.__cause__ = TimeoutError()
    assert cache.is_refusal(refused)
    assert cache.is_refusal(wrapped)
    assert cache.is_refusal(FileNotFoundError())
    assert not cache.is_refusal(timeout)
    assert not cache.is_refusal(redis.ConnectionError("Connection closed by server."))
    assert not cache.is_refusal(None)


def test_a_header_comes_back_as_it_was() -> None:
    for paste in (PASTE, header("x", expires_at=None, timetolive=None, title="naïve", owner_id=7)):
        assert cache.decode(cache.encode(paste)) == paste


@pytest.mark.parametrize("value", [None, b"", b"?token", b"!token", b"V", b"V\x93\x01", cache.encode(PASTE)[:-1]])
def test_whatever_is_no_header_is_read_as_none(value: bytes | None) -> None:
    assert cache.decode(value) is None


def test_an_id_has_one_key() -> None:
    upper, lower = UUID("6A1E7C1E-1111-4222-8333-0123456789AB"), UUID("6a1e7c1e-1111-4222-8333-0123456789ab")
    assert cache.key_of(upper) == cache.key_of(lower) == "p:6a1e7c1e1111422283330123456789ab"


def test_tokens_are_never_the_same() -> None:
    assert len({cache.new_token(b"?") for _ in range(100)}) == 100


def test_what_is_stored_ends_when_the_paste_does() -> None:
    assert cache.call_of(Stored(PASTE.id, b"!t", header(expires_at=NOW + SECOND)), NOW)[3] == 1000
    assert cache.call_of(Stored(PASTE.id, b"!t", header(expires_at=NOW)), NOW)[2:] == (b"", 0)
    assert cache.call_of(Stored(PASTE.id, b"!t", None), NOW)[2:] == (b"", 0)


def test_where_there_is_no_cache_everything_is_asked_of_the_database() -> None:
    ids, none = [PASTE.id, UUID(int=1)], NoCache()
    assert none.recall(ids) == none.lease(ids) == none.lease_new(ids) == [None, None]
    assert none.claim(ids) == [b"", b""]
    none.fill([Stored(PASTE.id, b"", PASTE)], at=NOW)
    none.settle([Stored(PASTE.id, b"", PASTE)], at=NOW)
    assert none.recall(ids) == [None, None]
