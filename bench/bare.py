"""A yardstick: what an answer costs in uvicorn alone. `GET /SIZE` is answered with so many bytes, by nothing."""

from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

Message = dict[str, Any]


@cache
def answer(path: str) -> tuple[Message, Message]:
    size = int(path[1:])
    headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(size).encode())]
    return (
        {"type": "http.response.start", "status": 200, "headers": headers},
        {"type": "http.response.body", "body": b"x" * size},
    )


async def application(scope: Mapping[str, Any], _receive: object, send: Callable[[Message], Awaitable[None]]) -> None:
    start, body = answer(scope["path"])
    await send(start)
    await send(body)
