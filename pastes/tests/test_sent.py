"""What Django sends through the ASGI driver: no thread of it waits for a client who left or is far too slow."""

import asyncio
from typing import Any

import pytest

from pastes.doors import http, sent
from pastes.doors.sent import Sent

pytestmark = pytest.mark.embedded

START = {"type": "http.response.start", "status": 200, "headers": [(b"x-own", b"1")]}
PIECE = {"type": "http.response.body", "body": b"piece", "more_body": True}
END = {"type": "http.response.body", "body": b""}


class Client:
    """`leaves`: after its request it is gone as soon as it is asked for more. `is_stuck`: it takes nothing."""

    def __init__(self, *, leaves: bool = False, is_stuck: bool = False) -> None:
        self.leaves = leaves
        self.is_stuck = is_stuck
        self.asked = 0
        self.taken: list[dict[str, Any]] = []

    async def receive(self) -> dict[str, Any]:
        self.asked += 1
        if self.asked == 1:
            return {"type": "http.request", "body": b"", "more_body": False}
        if not self.leaves:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        if self.is_stuck and message["type"] == "http.response.body":
            await asyncio.Event().wait()
        self.taken.append(message)


def start(status: int, headers: http.Headers) -> dict[str, Any]:
    return {"type": "http.response.start", "status": status, "headers": headers}


def sending(client: Client, *messages: dict[str, Any]) -> tuple[Sent, http.Exchange]:
    """After each message the loop turns, as it does between two pieces that a thread makes."""
    exchange = http.begin("GET", "192.0.2.7", {})

    async def run() -> Sent:
        way = Sent(client.receive, client.send, start, exchange)
        for message in messages:
            await way(dict(message))
            for _ in range(3):
                await asyncio.sleep(0)
        way.close()
        return way

    return asyncio.run(run()), exchange


def test_an_answer_has_our_headers_and_is_counted() -> None:
    client = Client()
    way, exchange = sending(client, START, PIECE, END)
    names = {name.lower() for name, _ in client.taken[0]["headers"]}
    assert {"x-own", "content-security-policy", "x-correlation-id"} <= names
    assert (way.status, way.size, exchange.is_abandoned) == (200, 5, False)


def test_nobody_is_watched_for_an_answer_of_one_piece() -> None:
    client = Client(leaves=True)
    _, exchange = sending(client, START, PIECE, END)
    assert (client.asked, exchange.is_abandoned) == (0, False)


def test_once_the_client_has_left_the_rest_goes_nowhere() -> None:
    client = Client(leaves=True)
    way, exchange = sending(client, START, PIECE, PIECE, PIECE, PIECE, END)
    assert exchange.is_abandoned
    assert way.size == 10
    assert len(client.taken) == 3


def test_a_client_who_stays_gets_every_piece() -> None:
    client = Client()
    way, exchange = sending(client, START, *[PIECE] * 20, END)
    assert (way.size, exchange.is_abandoned, len(client.taken)) == (100, False, 22)


def test_a_client_who_takes_nothing_is_waited_for_no_longer_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sent, "ANSWER_SECONDS", 0)
    way, exchange = sending(Client(is_stuck=True), START, PIECE, PIECE, END)
    assert exchange.is_abandoned
    assert way.size == 5
