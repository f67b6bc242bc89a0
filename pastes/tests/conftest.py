"""The cast, the doors, and a clean stage for every test."""

import os
import time
from collections.abc import Iterator
from ipaddress import ip_network
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connections

from pastes import derived, limits
from pastes.breaker import breaker
from pastes.doors import client
from pastes.tests import doors
from pastes.tests.calls import Clock

# The ASGI driver's inline batches call the ORM on the event loop's own thread, as only tests do.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Threads that serve one request leave no connection behind, so the test database can be dropped."""
    connections.databases["default"]["CONN_MAX_AGE"] = 0


@pytest.fixture(scope="session", autouse=True)
def patient_cache() -> None:
    """50 ms are for machines that serve; one that runs several suites at once may pause for longer."""
    django_settings.CACHES["default"].get("OPTIONS", {}).update(SOCKET_TIMEOUT=2, SOCKET_CONNECT_TIMEOUT=2)


@pytest.fixture(autouse=True)
def clean_stage(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No limits, and nothing remembered by any cache, unless a test asks for it."""
    settings.ALLOWED_HOSTS = [doors.HOST, "localhost", "127.0.0.1"]
    settings.LIMIT_CREATE = None
    settings.LIST_ANONYMOUS = True
    settings.PUBLIC_URL = ""
    # django-ratelimit counts in windows of the clock: a slow test that meets the end of one would count too few.
    began = time.time()
    monkeypatch.setattr("django_ratelimit.core.time", SimpleNamespace(time=lambda: began))
    forget()
    yield
    forget()


def forget() -> None:
    derived.memory.clear()
    limits.local.clear()
    breaker._failures, breaker._closed_again_at = 0, 0.0
    if django_settings.EMBEDDED:
        cache.clear()
    if not django_settings.EMBEDDED:
        from django_redis import get_redis_connection

        get_redis_connection("default").flushdb()


@pytest.fixture
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Real commits, as with pytest-django's own, whose flush of every table takes longer than most tests."""
    from django.contrib.sessions.models import Session

    from pastes.models import Paste, Retired, Revision, TaskRun, User

    with django_db_blocker.unblock():
        yield
        for model in (Revision, Paste, Retired, TaskRun, Session, User):
            model.objects.all().delete()


@pytest.fixture(params=sorted(doors.DOORS))
def door(request: pytest.FixtureRequest, transactional_db: None) -> doors.Door:
    """Each driver in turn: `door("PUT", "/app.py", body=b"…")`."""
    return doors.DOORS[request.param]


# The cast: their edit tokens, and for browsers the secrets of their owner cookies.


@pytest.fixture
def owner() -> str:
    return "owner-owner-owner-owner"


@pytest.fixture
def other() -> str:
    return "other-other-other-other"


@pytest.fixture
def stranger() -> None:
    """Has no token at all."""


@pytest.fixture
def moderator(transactional_db: None) -> Any:
    from pastes.models import User

    return User.objects.create_superuser("moderator", password="a long enough password")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """`clock.advance(seconds=1)`: requests are received at its moment, and at no other."""
    standing_still = Clock()
    monkeypatch.setattr("pastes.clock.now", standing_still)
    return standing_still


@pytest.fixture
def trusted_proxy(settings: Any) -> Iterator[None]:
    """The peer that all doors see is a proxy of ours."""
    settings.TRUSTED_PROXIES = [ip_network(doors.PEER)]
    client.is_trusted.cache_clear()
    yield
    client.is_trusted.cache_clear()


# Real servers, for tests marked `faults`.
# A real browser, for tests marked `browser`.
from pastes.tests.browsing import base_url, browser_type_launch_args, site, visit  # noqa: E402, F401
from pastes.tests.servers import stores, web  # noqa: E402, F401


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: from the first of them on, Playwright's event loop runs in this thread."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


# Connections that die at COMMIT.
from pastes.tests.sessions import commits  # noqa: E402, F401
