"""Many commands to Redis in one round trip, by the client's own connections without its layers around each command."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import hiredis
from django_redis import get_redis_connection
from redis import Redis
from redis.connection import ConnectionInterface
from redis.exceptions import ResponseError

Command = tuple[str | bytes | int, ...]


@lru_cache(maxsize=1)
def cache_client() -> Redis:
    """django-redis's own, one for the process. It is safe between threads; to look it up takes longer than a GET."""
    client: Redis = get_redis_connection("default")
    return client


def send(client: Redis, commands: Sequence[Command]) -> list[Any]:
    """The replies, in order; where the server refused a command, its ResponseError stands in place of the reply.

    Raises RedisError where the server did not answer, after as many tries as the client's `retry` allows.
    """
    if not commands:
        return []
    packed = b"".join(hiredis.pack_command(command) for command in commands)  # type: ignore[arg-type]
    pool = client.connection_pool
    connection = pool.get_connection()
    try:
        return connection.retry.call_with_retry(
            lambda: _exchange(connection, packed, len(commands)),
            lambda _: connection.disconnect(),  # type: ignore[no-untyped-call]
        )
    finally:
        pool.release(connection)


def answers(client: Redis, commands: Sequence[Command]) -> list[Any]:
    """As `send`, but the first refusal is raised."""
    replies = send(client, commands)
    for reply in replies:
        if isinstance(reply, ResponseError):
            raise reply
    return replies


def _exchange(connection: ConnectionInterface, packed: bytes, number: int) -> list[Any]:
    connection.send_packed_command([packed])  # type: ignore[no-untyped-call]
    return [_reply(connection) for _ in range(number)]


def _reply(connection: ConnectionInterface) -> Any:
    try:
        return connection.read_response()
    except ResponseError as error:
        return error
