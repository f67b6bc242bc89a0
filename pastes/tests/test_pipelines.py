"""Commands in one round trip: replies in order, refusals in their places, one more try where a connection had died."""

import os
import signal
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.retry import Retry

from pastes import pipelines
from tools.redis import CACHE, Redis

pytestmark = pytest.mark.faults

WRONG = ("GET", "list")


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    server = Redis("pipelines", CACHE)
    server.start()
    yield server
    server.close()


@pytest.fixture
def client(server: Redis) -> Iterator[Any]:
    retry = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))
    with redis.Redis.from_url(server.url, socket_timeout=0.3, socket_connect_timeout=0.3, retry=retry) as made:
        made.flushdb()
        made.lpush("list", "of one")
        yield made


def connections_made(client: Any) -> int:
    return int(client.info("stats")["total_connections_received"])


def test_replies_come_in_order_whatever_their_kind(client: Any) -> None:
    commands = [("SET", "a", b"\0\xff"), ("INCR", "b"), ("GET", "a"), ("GET", "c"), ("SET", "a", 1, "NX")]
    assert pipelines.send(client, commands) == [b"OK", 1, b"\0\xff", None, None]


def test_a_refusal_stands_in_its_place_and_stops_nothing(client: Any) -> None:
    first, refusal, last = pipelines.send(client, [("INCR", "a"), WRONG, ("INCR", "a")])
    assert (first, last) == (1, 2)
    assert isinstance(refusal, ResponseError)


def test_the_first_refusal_is_raised_to_those_who_want_answers(client: Any) -> None:
    assert pipelines.answers(client, [("INCR", "a")]) == [1]
    with pytest.raises(ResponseError):
        pipelines.answers(client, [("INCR", "a"), WRONG, ("INCR", "a")])
    assert client.get("a") == b"3"


def test_nothing_is_sent_for_no_commands() -> None:
    assert pipelines.send(redis.Redis(port=1), []) == pipelines.answers(redis.Redis(port=1), []) == []


def test_one_connection_serves_one_pipeline_after_another(client: Any) -> None:
    before = connections_made(client)
    for _ in range(5):
        pipelines.send(client, [("INCR", "a"), WRONG])
    assert connections_made(client) == before


def test_a_connection_that_died_in_the_pool_is_replaced(server: Redis, client: Any) -> None:
    client.ping()
    with redis.Redis.from_url(server.url) as killer:
        killer.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    assert pipelines.send(client, [("INCR", "a")]) == [1]


def test_a_connection_that_dies_under_way_is_tried_once_more(client: Any) -> None:
    commands = [("INCR", "a"), ("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "no"), ("GET", "a")]
    with pytest.raises(redis.ConnectionError):
        pipelines.send(client, commands)
    assert client.get("a") == b"2"


def test_a_server_that_is_silent_is_not_asked_again(server: Redis, client: Any) -> None:
    client.ping()
    os.kill(server.pid, signal.SIGSTOP)
    try:
        with pytest.raises(redis.TimeoutError):
            pipelines.send(client, [("INCR", "a")])
    finally:
        os.kill(server.pid, signal.SIGCONT)
    assert pipelines.send(client, [("INCR", "b"), ("GET", "b")]) == [1, b"1"]


def test_a_server_that_is_gone_is_an_error_of_the_family() -> None:
    with pytest.raises(redis.ConnectionError):
        pipelines.send(redis.Redis(port=1, retry=Retry(NoBackoff(), 0)), [("GET", "a")])
