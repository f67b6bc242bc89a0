"""Many at once, through a live server of two workers."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import httpx
import pytest
from redis import Redis

from pastes.tests.load import TOKEN, Register, Seen, load, made, not_served
from pastes.tests.servers import Stores, Web

pytestmark = pytest.mark.faults

ROUNDS, WRITERS = 5, 12
LIFE_SECONDS = 2  # long enough to be read once by each worker
APPENDERS, APPENDS, MOST_TRIES = 6, 12, 2000
PATIENT_TRIES = 10

Write = Callable[[httpx.Client, int], int]


def patiently(write: Callable[[], int]) -> int:
    """As clients do: a 503 (on a machine too busy for the cache's 50 ms) changed nothing, so it is sent again."""
    for _ in range(PATIENT_TRIES):
        status = write()
        if status != 503:
            return status
        time.sleep(0.5)
    return 503


def at_once(web: Web, count: int, write: Write) -> Counter[int]:
    """Statuses of `count` writers that have their connections open and start together."""
    ready = threading.Barrier(count)

    def run(number: int) -> int:
        with web.client() as client:
            client.get("/livez")
            ready.wait(20)
            return patiently(lambda: write(client, number))

    with ThreadPoolExecutor(count) as pool:
        return Counter(pool.map(run, range(count)))


@pytest.mark.parametrize(("by_header", "refusal"), [(True, 412), (False, 409)], ids=["if-match", "version"])
def test_of_twelve_writers_on_one_version_one_wins(web: Web, *, by_header: bool, refusal: int) -> None:
    for _ in range(ROUNDS):
        with web.client() as client:
            paste = made(client, "first")
            path = f"/paste/{paste['id']}"
            etag = client.get(path).headers["ETag"]

            def write(client: httpx.Client, number: int, path: str = path, etag: str = etag) -> int:
                headers = {**TOKEN, "If-Match": etag} if by_header else TOKEN
                version = {} if by_header else {"version": 1}
                return client.put(path, json={"content": f"by {number}", **version}, headers=headers).status_code

            assert at_once(web, WRITERS, write) == {200: 1, refusal: WRITERS - 1}
            assert client.get(path).json()["version"] == 2


def test_of_twenty_creates_under_one_id_one_wins(web: Web) -> None:
    paste_id = str(uuid4())

    def write(client: httpx.Client, number: int) -> int:
        return client.post("/paste", json={"id": paste_id, "content": f"by {number}"}).status_code

    assert at_once(web, 20, write) == {200: 1, 409: 19}
    with web.client() as client:
        assert client.get(f"/paste/{paste_id}").json()["version"] == 1


def test_one_create_sent_twenty_times_at_once_is_one_paste(web: Web) -> None:
    paste_id = str(uuid4())

    def write(client: httpx.Client, number: int) -> int:
        return client.post("/paste", json={"id": paste_id, "content": "same"}, headers=TOKEN).status_code

    assert at_once(web, 20, write) == {200: 20}


async def created_at_once(url: str, contents: list[str]) -> list[httpx.Response]:
    limits = httpx.Limits(max_connections=len(contents))
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30, limits=limits) as client:
        return await asyncio.gather(*(client.post("/paste", json={"content": text}) for text in contents))


def test_two_hundred_creates_at_once_are_all_readable_from_every_worker(web: Web) -> None:
    contents = [f"text {number}" for number in range(200)]
    answers = asyncio.run(created_at_once(web.url, contents))
    assert {answer.status_code for answer in answers} == {200}
    acknowledged = {answer.json()["id"]: text for answer, text in zip(answers, contents, strict=True)}
    assert len(acknowledged) == 200
    for worker in web.children():
        with web.only(worker) as client:
            assert not_served(client, acknowledged) == []


def test_expired_paste_is_served_by_no_worker(web: Web, stores: Stores) -> None:
    with web.client() as client:
        path = f"/paste/{made(client, 'short', timetolive=LIFE_SECONDS)['id']}"
        expired_at = time.monotonic() + LIFE_SECONDS
    warm = []
    for worker in web.children():
        with web.only(worker) as client:
            warm.append(client.get(path).status_code)
    assert warm == [200, 200]
    with Redis.from_url(stores.cache.url) as cache:  # as if the cache's own clock stood still
        cache.persist(f"p:{path.removeprefix('/paste/').replace('-', '')}")
    time.sleep(max(0.0, expired_at - time.monotonic()) + 0.1)
    statuses: Counter[int] = Counter()
    for worker in web.children():
        with web.only(worker) as client:
            statuses += Counter(client.get(path).status_code for _ in range(25))
            statuses += Counter(client.get(f"{path.removeprefix('/paste')}{part}").status_code for part in ("", "/raw"))
    assert statuses == {404: 54}


def append(register: Register, client: httpx.Client, mark: str) -> None:
    """Read, add a line, write under the version read; again until it is accepted."""
    for _ in range(MOST_TRIES):
        read = client.get(register.path).json()
        text = f"{read['content']}\n{mark}"
        status = patiently(partial(register.put, client, text, read["version"]))
        if status == 200:
            return
        assert status == 409
    raise AssertionError("never accepted")


def test_appends_by_six_writers_lose_nothing_and_no_read_is_stale(web: Web) -> None:
    with web.client() as client:
        register = Register(client)

    def run(writer: int) -> None:
        with web.client() as client:
            for number in range(APPENDS):
                append(register, client, f"{writer}.{number}")

    with load(web, register.read) as (reads,), ThreadPoolExecutor(APPENDERS) as pool:
        list(pool.map(run, range(APPENDERS)))
    with web.client() as client:
        last = client.get(register.path).json()
    expected = {f"{writer}.{number}" for writer in range(APPENDERS) for number in range(APPENDS)}
    assert sorted(last["content"].split("\n")[1:]) == sorted(expected)
    assert last["version"] == 1 + APPENDERS * APPENDS
    assert (reads.complaints, reads.failures) == ([], [])


def test_delete_among_reads_is_final(web: Web) -> None:
    with web.client() as client:
        register = Register(client)
        deleted = threading.Event()

        def read(client: httpx.Client, seen: Seen) -> int:
            was_deleted = deleted.is_set()
            status = client.get(register.path).status_code
            if was_deleted and status != 404:
                seen.complaints.append("served after the delete was acknowledged")
            return status

        with load(web, read) as (reads,):
            time.sleep(0.3)
            assert client.delete(register.path, headers=TOKEN).status_code == 200
            deleted.set()
            time.sleep(0.5)
    assert reads.complaints == []
    assert set(reads.statuses) == {200, 404}
