"""Both drivers behind one call, so that a test of the contract is written once and run through each."""

import asyncio
import json
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
from a2wsgi import WSGIMiddleware
from django.db import connections

from pastebin.wsgi import application as wsgi_application
from pastebin.wsgi import django_application
from pastes.doors.asgi import Application
from pastes.doors.django import INLINE

HOST = "testserver"
PEER = "192.0.2.7"


class Reply(msgspec.Struct, frozen=True):
    """An answer as a client sees it; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)


Door = Callable[..., Reply]


def through_wsgi(
    method: str, target: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"", peer: str = PEER
) -> Reply:
    """The WSGI application as gunicorn's own workers call it."""
    raw_path, _, query = target.partition("?")
    sent = _sent(headers or {}, body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "QUERY_STRING": query,
        "SERVER_NAME": HOST,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": peer,
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.input_terminated": True,
        "wsgi.errors": BytesIO(),
    }
    for name, value in sent.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    started: dict[str, Any] = {}

    def start_response(status: str, pairs: list[tuple[str, str]], *_: Any) -> None:
        started.update(status=int(status[:3]), headers=pairs)

    chunks = wsgi_application(environ, start_response)
    content = b"" if method == "HEAD" else b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return _reply(started["status"], started["headers"], content)


def through_asgi(
    method: str, target: str, *, headers: Mapping[str, str] | None = None, body: bytes = b"", peer: str = PEER
) -> Reply:
    """The ASGI application as uvicorn calls it, with lists of one: pages in Django's threads, so tests commit."""
    raw_path, _, query = target.partition("?")
    sent = _sent(headers or {}, body)
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote_to_bytes(raw_path).decode(errors="replace"),
        "raw_path": raw_path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent.items()],
        "client": (peer, 40000) if peer else None,
        "server": (HOST, 80),
    }
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    async def call() -> None:
        # Django's thread, and the loop itself, have connections of their own: none may outlive the test's database.
        application = Application(django_application, INLINE)
        application._django = WSGIMiddleware(django_application, workers=1)  # type: ignore[arg-type]
        await application(scope, receive, send)
        application._django.executor.submit(connections.close_all).result()
        application._django.executor.shutdown()
        connections.close_all()

    asyncio.run(call())
    start = messages[0]
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in start["headers"]]
    content = b"" if method == "HEAD" else b"".join(message.get("body", b"") for message in messages[1:])
    return _reply(start["status"], pairs, content)


def _sent(headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """A body has its length told, unless the test tells another, or sends it in chunks."""
    length = {"Content-Length": str(len(body))} if body and "Transfer-Encoding" not in headers else {}
    return {"Host": HOST, **length, **headers}


def _reply(status: int, pairs: list[tuple[str, str]], body: bytes) -> Reply:
    headers: dict[str, str] = {}
    for name, value in pairs:
        key, text = name.lower(), value.strip(" ")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return Reply(status, headers, body)


DOORS: dict[str, Door] = {"django": through_wsgi, "asgi": through_asgi}
