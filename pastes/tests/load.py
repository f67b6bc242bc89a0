"""Bounded load: threads that repeat one call through their own client, and what they saw."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from uuid import uuid4

import httpx

from pastes.tests.servers import Web

MOST_SECONDS = 30
FAILED = 0  # in place of a status, where there was no answer
TOKEN = {"X-Edit-Token": "owner-owner-owner-owner"}

Document: TypeAlias = dict[str, Any]
Call = Callable[[httpx.Client, "Seen"], int]


class Seen:
    """Statuses by number, what was acknowledged, and complaints of the calls. Shared by all threads of a load."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.acknowledged: dict[str, str] = {}  # content by id
        self.complaints: list[str] = []

    @property
    def failures(self) -> list[int]:
        return sorted(status for status in self.statuses if status != 200)


class Load:
    def __init__(self, web: Web, call: Call, *, threads: int) -> None:
        self.seen = Seen()
        self._web, self._call = web, call
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(threads)]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        deadline = time.monotonic() + MOST_SECONDS
        with self._web.client() as client:
            while not self._ended.is_set() and time.monotonic() < deadline:
                try:
                    status = self._call(client, self.seen)
                except (httpx.TransportError, OSError) as error:
                    self.seen.complaints.append(repr(error))
                    status = FAILED
                self.seen.statuses[status] += 1


@contextmanager
def load(web: Web, *calls: Call, threads: int = 2) -> Iterator[list[Seen]]:
    """What each call saw, complete once the block has ended."""
    loads = [Load(web, call, threads=threads) for call in calls]
    try:
        for each in loads:
            each.start()
        yield [each.seen for each in loads]
    finally:
        for each in loads:
            each.stop()


def made(client: httpx.Client, content: str, **fields: Any) -> Document:
    answer = client.post("/paste", json={"content": content, **fields}, headers=TOKEN)
    assert answer.status_code == 200, answer.text
    document: Document = answer.json()
    return document


def create(client: httpx.Client, seen: Seen) -> int:
    """A new paste under an id of the client's; remembered once it was acknowledged."""
    paste_id, content = str(uuid4()), f"text {uuid4()}"
    status = client.post("/paste", json={"id": paste_id, "content": content}, headers=TOKEN).status_code
    if status == 200:
        seen.acknowledged[paste_id] = content
    return status


def get(path: str) -> Call:
    return lambda client, seen: client.get(path).status_code


def not_served(client: httpx.Client, acknowledged: dict[str, str]) -> list[str]:
    """Acknowledged pastes that do not come back as they were sent."""
    missing = []
    for paste_id, content in acknowledged.items():
        answer = client.get(f"/paste/{paste_id}")
        if answer.status_code != 200 or answer.json()["content"] != content:
            missing.append(paste_id)
    return missing


class Register:
    """One paste that is written under its version while it is read: no read may lie behind an acknowledged write."""

    def __init__(self, client: httpx.Client) -> None:
        self.document = made(client, "0")
        self.path = f"/paste/{self.document['id']}"
        self.acknowledged = 1  # version
        self._lock = threading.Lock()

    def read(self, client: httpx.Client, seen: Seen) -> int:
        expected = self.acknowledged
        answer = client.get(self.path)
        if answer.status_code == 200 and answer.json()["version"] < expected:
            seen.complaints.append(f"version {answer.json()['version']} read after {expected} was acknowledged")
        return answer.status_code

    def write(self, client: httpx.Client, seen: Seen) -> int:
        read = client.get(self.path)
        if read.status_code != 200:
            return read.status_code
        text = f"{read.json()['content']}\n{uuid4()}"
        return self.put(client, text, read.json()["version"])

    def put(self, client: httpx.Client, text: str, version: int) -> int:
        answer = client.put(self.path, json={"content": text, "version": version}, headers=TOKEN)
        if answer.status_code == 200:
            with self._lock:
                self.acknowledged = max(self.acknowledged, answer.json()["version"])
        return answer.status_code
