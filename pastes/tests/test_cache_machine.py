"""The cache protocol under every order of steps: two readers, two writers, a creator, evictions, deaths and time.

The machine is shown to be worth something by two broken variants of the protocol, in which it must find a stale read.
"""

from collections.abc import Sequence
from datetime import datetime

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from pastes.breaker import Breaker
from pastes.cache import RedisCache, Stored, decode, encode, key_of
from pastes.pipelines import Command
from pastes.tests.promises import Promises

pytestmark = pytest.mark.skipif(django_settings.EMBEDDED, reason="needs Redis")

BOUNDED = settings(
    max_examples=60,
    stateful_step_count=12,
    derandomize=True,
    database=None,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class StrictPromises(Promises):
    """While no claim is evicted: what stands in Redis is the row as it is, at every moment."""

    @invariant()
    def check_redis(self) -> None:
        found = decode(self.client.get(self.key))
        assert found is None or found == self.row or not found.is_live(self.now)


class ClaimsEvicted(Promises):
    evicts_claims = True


class FillsWithoutAsking(RedisCache):
    def fill(self, items: Sequence[Stored], *, at: datetime, along: Sequence[Command] = ()) -> None:
        for item in items:
            if item.header:
                self._client().set(key_of(item.id), encode(item.header), px=60_000)


class BrokenFill(Promises):
    def make_cache(self) -> RedisCache:
        return FillsWithoutAsking(lambda: self.client, is_direct=False, breaker=Breaker())


class LateClaim(Promises):
    steps_of_a_write = ("begins", "commits", "claims", "settles")


def test_no_read_returns_anything_older_than_what_was_acknowledged_before_it_began() -> None:
    run_state_machine_as_test(StrictPromises, settings=BOUNDED)


def test_even_with_claims_evicted_no_read_is_behind_an_acknowledged_write() -> None:
    run_state_machine_as_test(ClaimsEvicted, settings=BOUNDED)


@pytest.mark.parametrize("broken", [BrokenFill, LateClaim])
def test_a_broken_protocol_is_found_out(broken: type[Promises]) -> None:
    with pytest.raises(AssertionError, match="behind what was acknowledged"):
        run_state_machine_as_test(broken, settings=settings(BOUNDED, max_examples=600))
