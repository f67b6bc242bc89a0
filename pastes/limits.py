"""How much one client may do: one counter a client and purpose, spent once by each valid create at either door.

A window opens with a client's first request and lasts the rate's seconds. Counters live in Redis, exact over all
processes; when Redis is away each process grants its share, so there is never no limit and never a lock-out.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django_ratelimit.core import get_usage
from django_redis.exceptions import ConnectionInterrupted
from redis.exceptions import RedisError

from pastebin.environment import Rate
from pastes import pipelines
from pastes.breaker import breaker
from pastes.doors.client import network
from pastes.errors import TooManyRequests

Headers = list[tuple[str, str]]

CREATE, CREATE_FORM, SIGN_IN = "create", "create-form", "sign-in"
SIGN_IN_RATE = Rate(10, 60)
COMPARE, COMPARE_RATE = "compare", Rate(30, 60)  # each may take a second of one core
RECOVERY, RECOVERY_RATE = "recovery", Rate(10, 60)
SEARCH, SEARCH_RATE = "search", Rate(30, 60)  # each reads all that one owner has
CLIENTS_REMEMBERED = 100_000  # in the memory of one process
FORM_GUARD_FACTOR = 5  # refused and accepted posts of the form together, in multiples of LIMIT_CREATE


class Verdict(NamedTuple):
    """`spent` counts this request; `reset` is the seconds until the window ends."""

    purpose: str
    rate: Rate
    spent: int
    reset: int

    @property
    def is_within(self) -> bool:
        return self.spent <= self.rate.quota

    def headers(self) -> Headers:
        """RateLimit and RateLimit-Policy as in draft-ietf-httpapi-ratelimit-headers-11."""
        left = max(self.rate.quota - self.spent, 0)
        return [
            ("RateLimit-Policy", f'"{self.purpose}";q={self.rate.quota};w={self.rate.seconds}'),
            ("RateLimit", f'"{self.purpose}";r={left};t={self.reset}'),
        ]

    def refusal(self) -> TooManyRequests:
        return TooManyRequests(
            f"At most {self.rate.quota} in {self.rate.seconds} seconds. Try again in {self.reset} seconds.",
            headers=[("Retry-After", str(self.reset)), *self.headers()],
        )


def rate_of(purpose: str) -> Rate | None:
    return {CREATE: settings.LIMIT_CREATE}[purpose]


def spend(purpose: str, addresses: Sequence[str]) -> list[Verdict | None]:
    """One for each address, in order; None where the limit is off."""
    rate = rate_of(purpose)
    if rate is None:
        return [None] * len(addresses)
    keys = [f"l:{purpose}:{network(address)}" for address in addresses]
    counts = None if settings.EMBEDDED or breaker.is_open else _spend_shared(keys, rate)
    if counts is None:
        rate = rate if settings.EMBEDDED else share(rate)
        counts = local.spend(keys, rate)
    return [Verdict(purpose, rate, spent, max(math.ceil(left), 1)) for spent, left in counts]


def share(rate: Rate) -> Rate:
    """What one of the web processes grants while none can see what the others granted."""
    return Rate(max(rate.quota // settings.WEB_CONCURRENCY, 1), rate.seconds)


def _spend_shared(keys: Sequence[str], rate: Rate) -> list[tuple[int, float]] | None:
    try:
        # The end after the count, so that no counter stays without one when the window before ends in between.
        commands = [
            command
            for key in keys
            for command in (("INCR", key), ("PEXPIRE", key, rate.seconds * 1000, "NX"), ("PTTL", key))
        ]
        answers = pipelines.answers(pipelines.cache_client(), commands)
    except RedisError:
        breaker.failed()
        return None
    return [(answers[index], answers[index + 2] / 1000) for index in range(0, len(answers), 3)]


class LocalWindows:
    """Windows in this process's memory, for the clients seen last. Safe between threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows: OrderedDict[str, tuple[int, float]] = OrderedDict()
        self._lock = threading.Lock()

    def spend(self, keys: Sequence[str], rate: Rate) -> list[tuple[int, float]]:
        """The count with this request, and the seconds left, for each key."""
        with self._lock:
            return [self._spend_one(key, rate) for key in keys]

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()

    def _spend_one(self, key: str, rate: Rate) -> tuple[int, float]:
        now = self._clock()
        spent, ends = self._windows.pop(key, (0, 0.0))
        if ends <= now:
            spent, ends = 0, now + rate.seconds
        self._windows[key] = spent + 1, ends
        if len(self._windows) > CLIENTS_REMEMBERED:
            self._windows.popitem(last=False)
        return spent + 1, ends - now


local = LocalWindows()


def guard_form(request: HttpRequest, address: str) -> None:
    """django-ratelimit's coarse outer guard of the create form: refused and accepted posts together.

    Raises TooManyRequests.
    """
    if settings.LIMIT_CREATE is not None:
        _guard(request, CREATE_FORM, settings.LIMIT_CREATE.times(FORM_GUARD_FACTOR), network(address))


def guard_sign_in(request: HttpRequest, address: str, name: str) -> None:
    """Guesses at a password, by where they come from and by whom they would be. Raises TooManyRequests."""
    _guard(request, SIGN_IN, SIGN_IN_RATE, network(address))
    _guard(request, f"{SIGN_IN}-as", SIGN_IN_RATE, name)


def guard_recovery(request: HttpRequest, address: str) -> None:
    """Guesses at a recovery code, by where they come from. Raises TooManyRequests."""
    _guard(request, RECOVERY, RECOVERY_RATE, network(address))


def guard_compare(request: HttpRequest, address: str) -> None:
    """Of every page that compares texts. Raises TooManyRequests."""
    _guard(request, COMPARE, COMPARE_RATE, network(address))


def guard_search(request: HttpRequest, address: str) -> None:
    """Of pages that look through texts. Raises TooManyRequests."""
    _guard(request, SEARCH, SEARCH_RATE, network(address))


def _guard(request: HttpRequest, purpose: str, rate: Rate, key: str) -> None:
    try:
        usage = get_usage(request, group=purpose, key=lambda *_: key, rate=lambda *_: tuple(rate), increment=True)
        spent, left = usage["count"], usage["time_left"]
    except (ConnectionInterrupted, RedisError):
        rate = share(rate)
        spent, left = local.spend([f"{purpose}:{key}"], rate)[0]
    verdict = Verdict(purpose, rate, spent, max(math.ceil(left), 1))
    if not verdict.is_within:
        raise verdict.refusal()


def document() -> dict[str, Any]:
    """What GET /limits says: the numbers that the form, the OpenAPI document and the headers hold too.

    Sizes in bytes, times in seconds, null for "none".
    """
    rate = settings.LIMIT_CREATE
    return {
        "maxPasteBytes": settings.MAX_PASTE_BYTES,
        "defaultTimetolive": settings.DEFAULT_TTL,
        "maxTimetolive": settings.MAX_TTL,
        "publicListing": settings.LIST_ANONYMOUS,
        "create": {"quota": rate.quota, "windowSeconds": rate.seconds} if rate else None,
    }


def published() -> dict[str, Any]:
    """The same numbers in words, for pages."""
    rate = settings.LIMIT_CREATE
    return {
        "max_bytes": settings.MAX_PASTE_BYTES,
        "default_life": duration_words(settings.DEFAULT_TTL),
        "max_life": duration_words(settings.MAX_TTL),
        "create": rate_words(rate) if rate else None,
    }


def rate_words(rate: Rate) -> str:
    """`60 per minute`, `1000 in 10 minutes`."""
    number, unit = duration_words(rate.seconds).split(" ")
    return f"{rate.quota} per {unit}" if number == "1" else f"{rate.quota} in {number} {unit}"


def duration_words(seconds: int | None) -> str:
    """`30 days`, `12 hours`, `90 seconds`: in the largest unit that divides it; `for ever` for None."""
    if seconds is None:
        return "for ever"
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds % size == 0:
            return f"{seconds // size} {unit}{'s' if seconds != size else ''}"
    return f"{seconds} second{'s' if seconds != 1 else ''}"
