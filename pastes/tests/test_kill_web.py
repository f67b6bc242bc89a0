"""Web workers killed, replaced and stopped under load: what was acknowledged stays, and no client needs to notice."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import psycopg
import pytest

from pastes.tests.load import FAILED, TOKEN, Seen, create, get, load, made, not_served
from pastes.tests.servers import ASGI, Stores, Web, eventually
from pastes.tests.wire import head, wire

pytestmark = pytest.mark.faults

RESTARTS, KEPT_REQUESTS = 3, 200


@pytest.fixture
def doomed(stores: Stores) -> Iterator[Web]:
    with Web(ASGI, stores.environment, stores.folder) as web:
        yield web


def stored(stores: Stores, title: str) -> list[str]:
    with psycopg.connect(stores.postgresql.url) as database:
        return [row[0] for row in database.execute("SELECT content FROM pastes_paste WHERE title = %s", [title])]


def is_replaced(web: Web, worker: int) -> bool:
    return worker not in web.children() and len(web.children()) == 2


def test_killed_worker_loses_no_acknowledged_paste_and_is_replaced(doomed: Web) -> None:
    before = doomed.children()
    with load(doomed, create, threads=4) as (creates,):
        for worker in before:
            time.sleep(0.5)
            os.kill(worker, signal.SIGKILL)
            assert eventually(partial(is_replaced, doomed, worker))
        time.sleep(0.5)
    assert set(creates.statuses) <= {200, FAILED}
    assert creates.statuses[FAILED] <= 4 * len(before)  # each client had one request in flight at each kill
    with doomed.client() as client:
        assert not_served(client, creates.acknowledged) == []


def test_rolling_restart_fails_no_request_of_persistent_connections(doomed: Web) -> None:
    with doomed.client() as client:
        paste = made(client, "kept through the restart")
    reads, pages = get(f"/paste/{paste['id']}"), get("/about")
    with load(doomed, create, reads, pages, threads=3) as all_seen:
        time.sleep(0.5)
        restart_workers(doomed)
        served = [seen.statuses[200] for seen in all_seen]
        assert eventually(lambda: all(seen.statuses[200] > 20 + n for seen, n in zip(all_seen, served, strict=True)))
    for seen in all_seen:
        assert (seen.complaints, seen.failures) == ([], [])
    with doomed.client() as client:
        assert not_served(client, all_seen[0].acknowledged) == []


def restart_workers(web: Web) -> None:
    before = set(web.children())
    web.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: len(web.children()) == 2 and not before & set(web.children()))


def test_rolling_restart_fails_no_request_of_new_connections(doomed: Web) -> None:
    """Each on a connection of its own, so that some are just being opened when the old workers stop listening."""

    def connect(_: httpx.Client, seen: Seen) -> int:
        with wire(doomed.port) as connection:
            connection.send(head("GET", "/livez"))
            return connection.answer().status

    with load(doomed, connect, threads=8) as (seen,):
        for _ in range(RESTARTS):
            restart_workers(doomed)
    assert (seen.complaints, set(seen.statuses)) == ([], {200})


def test_rolling_restart_closes_no_connection_unannounced(doomed: Web) -> None:
    """A client that keeps a connection until it is told otherwise, and sends nothing twice."""

    def keep(_: httpx.Client, seen: Seen) -> int:
        with wire(doomed.port) as connection:
            for _request in range(KEPT_REQUESTS):
                connection.send(head("GET", "/livez"))
                answer = connection.answer()
                if answer.status != 200 or answer.headers.get("connection") == "close":
                    return answer.status
                time.sleep(0.005)
        return 200

    with load(doomed, keep, threads=6) as (seen,):
        time.sleep(0.3)
        restart_workers(doomed)
    assert (seen.complaints, set(seen.statuses)) == ([], {200})


def test_sigterm_lets_a_half_sent_body_arrive(doomed: Web, stores: Stores) -> None:
    with wire(doomed.port) as connection:
        connection.send(head("PUT", "/half-sent.txt", "Content-Length: 8") + b"half")
        time.sleep(0.2)
        doomed.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        connection.send(b"half")
        answer = connection.answer()
        assert (answer.status, answer.headers["connection"]) == (200, "close")
        assert connection.is_closed()
    assert doomed.process.wait(20) == 0
    assert stored(stores, "half-sent.txt") == ["halfhalf"]


def test_sigterm_waits_for_a_create_that_waits_for_the_database(doomed: Web, stores: Stores) -> None:
    statuses: list[int] = []

    def send() -> None:
        with doomed.client() as client:
            fields = {"content": "held up", "title": "held-up"}
            statuses.append(client.post("/paste", json=fields, headers=TOKEN).status_code)

    with psycopg.connect(stores.postgresql.url) as database:
        database.execute("LOCK TABLE pastes_paste IN EXCLUSIVE MODE")
        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(0.3)
        doomed.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        database.rollback()
        sender.join()
    assert doomed.process.wait(20) == 0
    assert (statuses, stored(stores, "held-up")) == ([200], ["held up"])


def test_stopped_server_leaves_no_process(doomed: Web) -> None:
    workers = doomed.children()
    assert doomed.stop() == 0
    assert eventually(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))
