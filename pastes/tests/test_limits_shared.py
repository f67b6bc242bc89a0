"""Limits counted in Redis: exact over threads and processes; without it each process grants its share."""

from collections.abc import Callable
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.test import RequestFactory
from django_redis import get_redis_connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from pastebin.environment import Rate
from pastes import limits, pipelines
from pastes.breaker import breaker
from pastes.errors import TooManyRequests
from pastes.limits import CREATE
from pastes.tests.sessions import at_once

pytestmark = pytest.mark.skipif(django_settings.EMBEDDED, reason="needs Redis")

ADDRESS = "192.0.2.1"
KEY = f"l:create:{ADDRESS}"


@pytest.fixture(autouse=True)
def rate(settings: Any) -> Rate:
    settings.LIMIT_CREATE = Rate(40, 60)
    settings.WEB_CONCURRENCY = 4
    return Rate(40, 60)


def spent() -> int:
    (verdict,) = limits.spend(CREATE, [ADDRESS])
    assert verdict
    return verdict.spent


def unreachable(*_: object, **__: object) -> Any:
    return redis.Redis(port=1, retry=Retry(NoBackoff(), 0))


def test_many_threads_together_spend_the_quota_exactly() -> None:
    lists: list[Callable[[], list[Any]]] = [lambda: limits.spend(CREATE, [ADDRESS] * 10)] * 8
    verdicts = [verdict for spent in at_once(lists) for verdict in spent]
    assert sorted(verdict.spent for verdict in verdicts) == list(range(1, 81))
    assert len([verdict for verdict in verdicts if verdict.is_within]) == 40


def test_a_window_ends_by_itself() -> None:
    client = get_redis_connection("default")
    assert [spent(), spent()] == [1, 2]
    assert 0 < client.pttl(KEY) <= 60_000
    client.delete(KEY)
    assert spent() == 1


def test_a_window_is_not_made_longer_by_those_who_keep_coming() -> None:
    client = get_redis_connection("default")
    spent()
    client.pexpire(KEY, 20_000)
    assert spent() == 2
    assert 0 < client.pttl(KEY) <= 20_000


def test_a_counter_without_an_end_is_given_one() -> None:
    client = get_redis_connection("default")
    client.set(KEY, 100)
    assert spent() == 101
    assert 0 < client.pttl(KEY) <= 60_000


def test_without_redis_a_process_grants_its_share_and_afterwards_all_count_together_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pipelines, "cache_client", unreachable)
        verdicts = limits.spend(CREATE, [ADDRESS] * 12)
        assert [verdict.is_within for verdict in verdicts if verdict] == [True] * 10 + [False] * 2
        assert verdicts[0]
        assert verdicts[0].rate == Rate(10, 60)
    assert breaker._failures == 1
    assert spent() == 1


def test_while_the_breaker_is_open_nobody_waits_for_redis() -> None:
    for _ in range(breaker.FAILURES):
        breaker.failed()
    (verdict,) = limits.spend(CREATE, [ADDRESS])
    assert verdict
    assert verdict.rate == Rate(10, 60)
    assert not get_redis_connection("default").exists(KEY)


def test_the_guard_of_the_form_falls_back_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> Any:
        raise redis.ConnectionError("refused")

    monkeypatch.setattr(limits, "get_usage", fail)
    request = RequestFactory().post("/")
    share = 40 * limits.FORM_GUARD_FACTOR // 4
    for _ in range(share):
        limits.guard_form(request, ADDRESS)
    with pytest.raises(TooManyRequests) as refusal:
        limits.guard_form(request, ADDRESS)
    assert ("RateLimit-Policy", f'"create-form";q={share};w=60') in refusal.value.headers
