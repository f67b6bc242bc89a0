"""The limit of a client: windows, numbers in headers, and shares of a process where counters are not shared."""

from typing import Any

import pytest
from django.test import RequestFactory

from pastebin.environment import Rate
from pastes import limits
from pastes.errors import TooManyRequests
from pastes.limits import CREATE, LocalWindows, Verdict

pytestmark = pytest.mark.embedded

ADDRESS, NEIGHBOUR = "192.0.2.1", "192.0.2.2"


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def three_a_minute(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(3, 60)


def within(addresses: list[str]) -> list[bool | None]:
    return [verdict and verdict.is_within for verdict in limits.spend(CREATE, addresses)]


@pytest.mark.usefixtures("three_a_minute")
def test_a_client_has_its_quota_and_no_more_whatever_the_lists() -> None:
    assert within([ADDRESS, ADDRESS]) == [True, True]
    assert within([NEIGHBOUR, ADDRESS, ADDRESS, NEIGHBOUR]) == [True, True, False, True]
    assert within([ADDRESS]) == [False]
    assert within([]) == []


@pytest.mark.usefixtures("three_a_minute")
def test_one_subscribers_whole_network_is_one_client() -> None:
    addresses = [f"2001:db8:0:1::{number}" for number in range(1, 5)]
    assert within(addresses) == [True, True, True, False]
    assert within(["2001:db8:0:2::1", "unknown"]) == [True, True]


def test_where_the_limit_is_off_nothing_is_counted() -> None:
    assert limits.spend(CREATE, [ADDRESS, ADDRESS]) == [None, None]
    assert limits.document()["create"] is limits.published()["create"] is None


@pytest.mark.usefixtures("three_a_minute")
def test_a_verdict_counts_down_and_says_when_it_begins_anew() -> None:
    first, second = limits.spend(CREATE, [ADDRESS, ADDRESS])
    assert (first, second) == (Verdict(CREATE, Rate(3, 60), 1, 60), Verdict(CREATE, Rate(3, 60), 2, 60))


def test_the_headers_are_those_of_the_draft() -> None:
    assert Verdict(CREATE, Rate(3, 60), 1, 59).headers() == [
        ("RateLimit-Policy", '"create";q=3;w=60'),
        ("RateLimit", '"create";r=2;t=59'),
    ]
    assert Verdict(CREATE, Rate(3, 60), 9, 59).headers()[1] == ("RateLimit", '"create";r=0;t=59')


def test_a_refusal_says_when_to_come_again() -> None:
    refusal = Verdict(CREATE, Rate(3, 60), 4, 17).refusal()
    assert refusal.status == 429
    assert ("Retry-After", "17") in refusal.headers
    assert ("RateLimit", '"create";r=0;t=17') in refusal.headers
    assert "3 in 60 seconds" in refusal.detail


def test_a_window_opens_with_the_first_request_and_ends_by_the_clock() -> None:
    clock = Clock()
    windows, rate = LocalWindows(clock), Rate(3, 60)
    assert windows.spend(["a", "a", "b"], rate) == [(1, 60.0), (2, 60.0), (1, 60.0)]
    clock.now += 59.5
    assert windows.spend(["a"], rate) == [(3, 0.5)]
    clock.now += 0.5
    assert windows.spend(["a", "b"], rate) == [(1, 60.0), (1, 60.0)]
    windows.clear()
    assert windows.spend(["a"], rate) == [(1, 60.0)]


def test_memory_holds_the_clients_seen_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CLIENTS_REMEMBERED", 2)
    windows, rate = LocalWindows(Clock()), Rate(3, 60)
    windows.spend(["a", "b", "a", "c"], rate)
    assert [count for count, _ in windows.spend(["a", "c", "b"], rate)] == [3, 2, 1]


@pytest.mark.parametrize(("quota", "processes", "share"), [(60, 4, 15), (3, 8, 1), (5, 2, 2), (7, 1, 7)])
def test_a_process_alone_grants_its_share_and_never_nothing(
    settings: Any, quota: int, processes: int, share: int
) -> None:
    settings.WEB_CONCURRENCY = processes
    assert limits.share(Rate(quota, 60)) == Rate(share, 60)


@pytest.mark.usefixtures("three_a_minute")
def test_the_form_has_a_coarser_guard_for_refused_posts_too() -> None:
    request = RequestFactory().post("/")
    for _ in range(3 * limits.FORM_GUARD_FACTOR):
        limits.guard_form(request, ADDRESS)
    with pytest.raises(TooManyRequests) as refusal:
        limits.guard_form(request, ADDRESS)
    assert ("RateLimit-Policy", '"create-form";q=15;w=60') in refusal.value.headers
    limits.guard_form(request, NEIGHBOUR)


def test_guesses_at_a_password_are_counted_by_address_and_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SIGN_IN_RATE", Rate(2, 60))
    request = RequestFactory().post("/admin/login/")
    limits.guard_sign_in(request, ADDRESS, "root")
    limits.guard_sign_in(request, NEIGHBOUR, "root")
    with pytest.raises(TooManyRequests):
        limits.guard_sign_in(request, "192.0.2.3", "root")
    limits.guard_sign_in(request, ADDRESS, "somebody")
    with pytest.raises(TooManyRequests):
        limits.guard_sign_in(request, ADDRESS, "somebody else")


def test_where_the_limit_is_off_the_form_has_no_guard_either() -> None:
    for _ in range(5):
        limits.guard_form(RequestFactory().post("/"), ADDRESS)


def test_the_same_numbers_stand_in_the_document_and_in_words(settings: Any) -> None:
    settings.LIMIT_CREATE, settings.MAX_PASTE_BYTES = Rate(60, 60), 1000
    settings.DEFAULT_TTL, settings.MAX_TTL, settings.LIST_ANONYMOUS = 30 * 86_400, None, False
    assert limits.document() == {
        "maxPasteBytes": 1000,
        "defaultTimetolive": 2_592_000,
        "maxTimetolive": None,
        "publicListing": False,
        "create": {"quota": 60, "windowSeconds": 60},
    }
    assert limits.published() == {
        "max_bytes": 1000,
        "default_life": "30 days",
        "max_life": "for ever",
        "create": "60 per minute",
    }


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "for ever"),
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (5400, "90 minutes"),
        (3600, "1 hour"),
        (43_200, "12 hours"),
        (86_400, "1 day"),
        (31_536_000, "365 days"),
    ],
)
def test_a_duration_is_told_in_the_largest_unit_that_divides_it(seconds: int | None, words: str) -> None:
    assert limits.duration_words(seconds) == words
