"""The cache and the database killed, frozen and restarted under load: slower or 503, never wrong, well by itself."""

import os
import re
import signal
import time
from collections.abc import Iterator

import httpx
import pytest
from redis import Redis

from pastes.tests.load import TOKEN, Register, create, get, load, made, not_served
from pastes.tests.servers import ASGI, Stores, Web, eventually

pytestmark = pytest.mark.faults

FROZEN_SECONDS = 2
UNKNOWN = "6a1e7c1e-1111-4222-8333-0123456789ab"


@pytest.fixture(scope="module")
def survivor(stores: Stores) -> Iterator[Web]:
    """A web server that must live through what happens to its stores, with the workers it began with."""
    with Web(ASGI, stores.environment, stores.folder) as web:
        workers = web.children()
        yield web
        assert web.children() == workers
        assert '"status":500' not in web.said()


def status_of(client: httpx.Client, path: str) -> int:
    return client.get(path).status_code


def cached(stores: Stores, paste_id: str) -> bytes:
    with Redis.from_url(stores.cache.url) as client:
        value = client.get(f"p:{paste_id.replace('-', '')}")
    assert isinstance(value, bytes | None)
    return value or b""


def is_cached_again(client: httpx.Client, stores: Stores, path: str) -> bool:
    """A read leaves its header in the cache: whatever stood in the way is gone."""
    client.get(path)
    return cached(stores, path.removeprefix("/paste/")).startswith(b"V")


def test_killed_cache_stops_nothing_and_nothing_stale_is_read(survivor: Web, stores: Stores) -> None:
    with survivor.client() as client:
        register, paste = Register(client), made(client, "read through it all")
        others = (create, get(f"/paste/{paste['id']}"), register.read)
        with load(survivor, *others) as seen_by_others, load(survivor, register.write, threads=1) as (writes,):
            time.sleep(0.5)
            stores.cache.kill()
            ready = client.get("/readyz").json()
            before = writes.statuses.copy()
            time.sleep(1.5)
            without_cache = writes.statuses - before
            stores.cache.start()
            time.sleep(1.5)
        creates, reads, checks = seen_by_others
        assert ready == {"status": "ready", "database": True, "cache": False, "degraded": True}
        assert [seen.failures for seen in (creates, reads, checks)] == [[], [], []]
        assert (checks.complaints, creates.complaints) == ([], [])
        # A refused connection proves that nothing old can be read from there, so changes go on.
        assert set(without_cache) == {200}
        assert set(writes.statuses) <= {200, 503}
        assert eventually(lambda: is_cached_again(client, stores, register.path))
        assert not_served(client, creates.acknowledged) == []


def test_frozen_cache_holds_up_changes_alone(survivor: Web, stores: Stores) -> None:
    with survivor.client() as client:
        register = Register(client)
        before = client.get(register.path).json()
        os.kill(stores.cache.pid, signal.SIGSTOP)
        try:
            changes, others = during_the_freeze(client, register)
        finally:
            os.kill(stores.cache.pid, signal.SIGCONT)
        assert (set(changes), set(others)) == ({503}, {200})
        assert client.get(register.path).json() == before
        assert eventually(lambda: register.put(client, "after", 1) == 200)
        assert client.get(register.path).json()["content"] == "after"
        assert client.delete(register.path, headers=TOKEN).status_code == 200
        assert status_of(client, register.path) == 404


def during_the_freeze(client: httpx.Client, register: Register) -> tuple[list[int], list[int]]:
    """Statuses of changes, and of everything else."""
    changes, others = [], []
    deadline = time.monotonic() + FROZEN_SECONDS
    while time.monotonic() < deadline:
        changes.append(register.put(client, "never", 1))
        changes.append(client.delete(register.path, headers=TOKEN).status_code)
        others.append(client.post("/paste", json={"content": "new"}).status_code)
        others += [status_of(client, path) for path in (register.path, register.path.removeprefix("/paste"), "/livez")]
    return changes, others


def test_claim_of_a_change_that_was_refused_ends(survivor: Web, stores: Stores) -> None:
    """What Redis was sent while it was frozen it does when it wakes up: no read may be kept from the truth by it."""
    with survivor.client() as client:
        register = Register(client)
        os.kill(stores.cache.pid, signal.SIGSTOP)
        try:
            assert register.put(client, "never", 1) == 503
        finally:
            os.kill(stores.cache.pid, signal.SIGCONT)
        assert eventually(lambda: register.put(client, "after", 1) == 200)
        with load(survivor, register.read, register.write, threads=2) as (checks, _):
            time.sleep(1)
        assert (checks.complaints, checks.failures) == ([], [])
        assert eventually(lambda: is_cached_again(client, stores, register.path))


@pytest.mark.parametrize(
    "stop_signal", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL], ids=["fast", "immediate", "crash"]
)
def test_restarted_database_costs_503s_and_nothing_else(
    survivor: Web, stores: Stores, monkeypatch: pytest.MonkeyPatch, stop_signal: signal.Signals
) -> None:
    monkeypatch.setattr(stores.postgresql, "stop_signal", stop_signal)
    with survivor.client() as client:
        register = Register(client)
        calls = (create, register.read, register.write, get("/livez"), get("/recent"))
        with load(survivor, *calls) as all_seen:
            time.sleep(0.5)
            stores.postgresql.restart()
            assert eventually(lambda: status_of(client, "/readyz") == 200)
            assert made(client, "first after the restart")
            time.sleep(0.5)
        creates, checks, writes, alive, pages = all_seen
        for seen in (creates, checks, pages):
            assert set(seen.statuses) <= {200, 503}
        assert set(writes.statuses) <= {200, 409, 503}
        assert alive.failures == []
        assert [seen.complaints for seen in all_seen] == [[]] * len(all_seen)
        assert not_served(client, creates.acknowledged) == []
        assert client.get(register.path).json()["version"] >= register.acknowledged


@pytest.fixture
def stopped_database(survivor: Web, stores: Stores) -> Iterator[tuple[httpx.Client, str, str]]:
    """A client with its browser's cookies, the path of a paste it read, and a form it opened before the stop."""
    with survivor.client() as client:
        path = f"/paste/{made(client, 'known to the cache')['id']}"
        assert status_of(client, path) == 200
        form = client.get("/").text
        stores.postgresql.stop()
        try:
            yield client, path, form
        finally:
            stores.postgresql.start()
        assert eventually(lambda: status_of(client, "/readyz") == 200)
        assert status_of(client, f"/paste/{UNKNOWN}") == 404
        assert made(client, "again")


def test_stopped_database_is_told_and_never_taken_for_a_404(stopped_database: tuple[httpx.Client, str, str]) -> None:
    client, _, _ = stopped_database
    for path in ("/readyz", f"/paste/{UNKNOWN}", f"/{UNKNOWN}", f"/{UNKNOWN}/raw", "/recent", "/mine"):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 503)
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["X-Correlation-ID"] in answer.text or path == "/readyz"


def test_stopped_database_leaves_what_needs_none(stopped_database: tuple[httpx.Client, str, str]) -> None:
    client, path, _ = stopped_database
    for needless in ("/livez", "/about", "/", "/api", path):
        assert (needless, status_of(client, needless)) == (needless, 200)


def test_stopped_database_refuses_writes_and_gives_a_typed_text_back(
    stopped_database: tuple[httpx.Client, str, str],
) -> None:
    client, path, form = stopped_database
    typed = {name: re.search(f'name="{name}" value="([^"]*)"', form)[1] for name in ("csrfmiddlewaretoken", "id")}  # type: ignore[index]
    answers = [
        client.post("/paste", json={"content": "x"}),
        client.put("/upload.txt", content=b"x"),
        client.put(path, json={"content": "x", "version": 1}, headers=TOKEN),
        client.delete(path, headers=TOKEN),
        client.get("/paste", headers=TOKEN),
        client.post("/", data={**typed, "content": "hours of typing"}),
    ]
    assert [answer.status_code for answer in answers] == [503] * len(answers)
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    assert "hours of typing" in answers[-1].text
