"""The ASGI driver: hot routes by endpoints in gathered lists, everything else by Django in its threads.

It is the outermost layer: correlation id, client, host, body, headers and the log line are decided here for both.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from a2wsgi import WSGIMiddleware

from pastes import clock, endpoints, operations, store
from pastes.batching import GatheringBatch
from pastes.doors import http
from pastes.endpoints import Batches, Route
from pastes.errors import PasteError, RequestTimeout, TooLarge

Scope = dict[str, Any]
Message = dict[str, Any]

DJANGO_THREADS = 4
LOOKUP_WEIGHT = 65_536  # bytes; a lookup's size is known only after it, so lists of them are kept to 64

logger = logging.getLogger(__name__)


class Disconnected(Exception):
    """The client went away before its request was complete. Nobody is left to answer."""


class Application:
    """One per worker process. `is_draining` makes each answer the last of its connection."""

    def __init__(self, django_application: Any, batches: Batches | None = None) -> None:
        """`batches` instead of gathering ones: for tests, which see only what their own thread has written."""
        self._django = WSGIMiddleware(django_application, workers=DJANGO_THREADS)
        self._gathering: list[GatheringBatch[Any, Any]] = []
        self._batches = batches
        self.is_draining = False

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    def start(self) -> None:
        """To be called on the event loop that will serve."""
        recalls = GatheringBatch("recalls", operations.recall, weigh=lambda _: 0)
        loads = GatheringBatch("loads", operations.load, weigh=lambda _: LOOKUP_WEIGHT)
        creates = GatheringBatch("creates", operations.create, weigh=lambda item: item.new.record.header.size)
        changes = GatheringBatch("changes", store.change, weigh=operations.weight)
        self._gathering = [recalls, loads, creates, changes]
        self._batches = Batches(recalls, loads, creates, changes)

    async def stop(self) -> None:
        """Finishes what waits."""
        for batch in self._gathering:
            await batch.close()

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        if self._batches is None:
            self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Any, send: Any) -> None:
        headers = headers_of(scope)
        peer = scope["client"][0] if scope.get("client") else ""
        exchange = http.begin(scope["method"], peer, headers)
        path = unquote_to_bytes(scope["raw_path"])
        request = http.Request(
            scope["method"],
            path.decode(errors="replace"),
            scope["query_string"].decode("latin-1"),
            headers,
            b"",
            exchange,
        )
        try:
            route = endpoints.hot_route(request.method, request.path)
            if route is None:
                await self._page(scope, request, path, (receive, send))
            else:
                answer = await self._answer(route, request, path, receive)
                await self._send(answer, request, send)
        except Disconnected:
            exchange.log(499, 0)

    async def _answer(self, route: Route, request: http.Request, path: bytes, receive: Any) -> http.Answer:
        assert self._batches is not None, "the lifespan has not started"  # noqa: S101
        request.exchange.route = route.template
        try:
            http.check(request, path, request.query.encode("latin-1"))
            request.body = await body_of(request, receive)
            request.exchange.at = clock.now()
            return await endpoints.answer(route, request, self._batches)
        except Disconnected:
            raise
        except Exception as error:  # noqa: BLE001  (error_answer logs what is a fault of ours)
            return http.error_answer(error, request.exchange)

    async def _send(self, answer: http.Answer, request: http.Request, send: Any) -> None:
        headers = (
            [*answer.headers, ("Content-Length", str(len(answer.body)))] if answer.status != 304 else answer.headers
        )
        await send(self._start(answer.status, headers, request.exchange))
        body = b"" if request.method == "HEAD" else answer.body
        await send({"type": "http.response.body", "body": body})
        request.exchange.log(answer.status, len(body))

    def _start(self, status: int, headers: http.Headers, exchange: http.Exchange) -> Message:
        finished = http.finish(headers, exchange)
        if self.is_draining:
            finished.append(("Connection", "close"))
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in finished]
        return {"type": "http.response.start", "status": status, "headers": encoded}

    async def _page(self, scope: Scope, request: http.Request, path: bytes, channel: tuple[Any, Any]) -> None:
        receive, send = channel
        scope["pastebin.exchange"] = request.exchange
        try:
            http.check(request, path, scope["query_string"])
            request.body = await body_of(request, receive)
            request.exchange.at = clock.now()
        except PasteError as error:
            scope["pastebin.error"] = error  # Django has the page for it
        sent = Sent(send, lambda status, headers: self._start(status, headers, request.exchange))
        try:
            await self._django(django_scope(scope, request), whole(request.body), sent)  # type: ignore[arg-type]
        except Exception as error:
            if sent.status:
                raise  # half an answer is on its way: only a broken connection tells the client
            await self._send(http.error_answer(error, request.exchange), request, send)
        else:
            request.exchange.log(sent.status, sent.size)


class Sent:
    """What Django sends, on its way out: given our headers, and counted for the log line."""

    def __init__(self, send: Any, start: Callable[[int, http.Headers], Message]) -> None:
        self._send = send
        self._start = start
        self.status = self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            message = self._start(self.status, pairs)
        self.size += len(message.get("body", b""))
        await self._send(message)


def headers_of(scope: Scope) -> dict[str, str]:
    """By lower-case name, repeated ones joined. A name with `_` could pass for another in WSGI's spelling: dropped."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" not in name:
            separator = "; " if name == "cookie" else ", "
            headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers


async def body_of(request: http.Request, receive: Any) -> bytes:
    """The whole body. Raises TooLarge before reading where Content-Length tells, RequestTimeout, Disconnected."""
    if "content-length" not in request.headers and "transfer-encoding" not in request.headers:
        return b""
    cut = http.body_cut(request.method, request.path)
    length = http.check_length(request.headers, cut)
    try:
        async with asyncio.timeout(http.BODY_SECONDS):
            body = await gathered(receive, cut)
    except TimeoutError as error:
        raise RequestTimeout(http.BODY_SECONDS) from error
    http.check_complete(body, length)
    return bytes(body)


async def gathered(receive: Any, cut: int) -> bytearray:
    """All that arrives, up to the cut. Raises TooLarge past it, and Disconnected."""
    body, has_more = bytearray(), True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        if len(body) > cut:
            raise TooLarge(cut)
        has_more = message.get("more_body", False)
    return body


def django_scope(scope: Scope, request: http.Request) -> Scope:
    """The scope as Django shall see it: our client, our scheme, our header names, and the length of the whole body."""
    replaced = {**request.headers, "content-length": str(len(request.body))}
    replaced.pop("transfer-encoding", None)
    if "pastebin.error" in scope:
        replaced.pop("content-type", None)  # it may be what was refused, and Django would stumble over it
    return {
        **scope,
        "client": (request.exchange.client, 0),
        "scheme": request.exchange.origin.partition(":")[0],
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in replaced.items()],
    }


def whole(body: bytes) -> Any:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
