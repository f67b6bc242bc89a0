"""The ASGI driver: hot routes by endpoints in gathered lists, everything else by Django in its threads.

It is the outermost layer: correlation id, client, host, body, headers and the log line are decided here for both.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from a2wsgi import WSGIMiddleware

from pastes import clock, endpoints, logs, operations, routes, store
from pastes.batching import GatheringBatch
from pastes.doors import http
from pastes.doors.sent import Sent
from pastes.errors import PasteError, RequestTimeout
from pastes.responses import is_plain_not_found, not_found_page
from pastes.routes import Batches, Route

Scope = dict[str, Any]
Message = dict[str, Any]

NOTHING: dict[str, Any] = {}
CORRELATION_ID = http.CORRELATION_ID.encode()
DJANGO_THREADS = 4
# What pastebin/worker.py offers: a body that came with its head, and a whole answer in one write.
WHOLE_BODY, ANSWER_WHOLE = "pastebin.whole_body", "pastebin.answer_whole"
LOOKUP_WEIGHT = 65_536  # bytes; a lookup's size is known only after it, so lists of them are kept to 64

logger = logging.getLogger(__name__)


class Way(NamedTuple):
    """How an answer gets back: in ASGI's messages, or whole where the server offers that."""

    receive: Any
    send: Any
    send_whole: Callable[[int, bytes, bytes], bool] | None


class Disconnected(Exception):
    """The client went away before its request was complete. Nobody is left to answer."""


class Application:
    """One per worker process. `is_draining` makes each answer the last of its connection."""

    def __init__(self, django_application: Any, batches: Batches | None = None) -> None:
        """`batches` instead of gathering ones: for tests, which see only what their own thread has written."""
        self._django = WSGIMiddleware(django_application, workers=DJANGO_THREADS)
        self._gathering: list[GatheringBatch[Any, Any]] = []
        self._batches = batches
        self._lines = logs.Lines()
        self._making: dict[str, asyncio.Event] = {}  # pages, by path
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
        self._lines.flush()

    async def _lifespan(self, receive: Any, send: Any) -> None:
        await receive()
        if self._batches is None:
            self.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})

    async def _http(self, scope: Scope, receive: Any, send: Any) -> None:
        # Taken out of the scope, since it knows the scope in its turn: a circle for each request to be collected.
        extensions = scope.pop("extensions", NOTHING)
        back = Way(receive, send, extensions.get(ANSWER_WHOLE, NOTHING).get("send"))
        headers = headers_of(scope)
        peer = scope["client"][0] if scope.get("client") else ""
        exchange = http.begin(scope["method"], peer, headers)
        path = scope["raw_path"] if b"%" not in scope["raw_path"] else unquote_to_bytes(scope["raw_path"])
        query = scope["query_string"].decode("latin-1")
        request = http.Request(scope["method"], path.decode(errors="replace"), query, headers, b"", exchange)
        route = endpoints.hot_route(request.method, request.path)
        try:
            refusal = refused(request, path)
            if refusal is None and has_body(headers):
                refusal = await received(request, extensions.get(WHOLE_BODY, NOTHING).get("body"), receive)
            answer = await self._answer(route, request, refusal)
            if isinstance(answer, http.Answer):
                await self._send(answer, request, back)
            elif route is endpoints.PAGE and answer is None:
                await self._single_flight(route, scope, request, back)
            else:
                await self._page(scope, request, answer, back)
        except Disconnected:
            self._log(exchange, 499, 0)

    async def _answer(
        self, route: Route | None, request: http.Request, refusal: PasteError | None
    ) -> http.Answer | PasteError | None:
        """Ours, or what Django has to make a page of: an error, or, for None, the request itself."""
        assert self._batches is not None, "the lifespan has not started"  # noqa: S101
        if route is None:
            return refusal
        request.exchange.route = route.template
        try:
            if refusal is not None:
                raise refusal
            return await routes.answer(route, request, self._batches)
        except Exception as error:  # noqa: BLE001  (whatever it is, it is told and logged)
            if http.speaks_json(request.method, request.path):
                return http.error_answer(error, request.exchange)
            return not_found_page(request.exchange) if is_plain_not_found(error) else http.told(error)

    async def _single_flight(self, route: Route, scope: Scope, request: http.Request, back: Way) -> None:
        """Has Django make a page that is not kept yet; whoever asks meanwhile waits here, not in a thread."""
        answer: http.Answer | PasteError | None = None
        if request.path in self._making:
            await self._making[request.path].wait()
            answer = await self._answer(route, request, None)
        if isinstance(answer, http.Answer):
            await self._send(answer, request, back)
            return
        made = self._making[request.path] = asyncio.Event()
        try:
            await self._page(scope, request, answer, back)
        finally:
            made.set()
            if self._making.get(request.path) is made:
                del self._making[request.path]

    async def _send(self, answer: http.Answer, request: http.Request, back: Way) -> None:
        body = b"" if request.method == "HEAD" else answer.body
        send_whole = None if self.is_draining else back.send_whole
        if not send_whole or not send_whole(answer.status, head(answer, request), body):
            await back.send(self._start(answer.status, http.finish(measured(answer), request.exchange)))
            await back.send({"type": "http.response.body", "body": body})
        self._log(request.exchange, answer.status, len(body))

    def _start(self, status: int, finished: http.Headers) -> Message:
        if self.is_draining:
            finished.append(("Connection", "close"))
        encoded = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in finished]
        return {"type": "http.response.start", "status": status, "headers": encoded}

    def _log(self, exchange: http.Exchange, status: int, size: int) -> None:
        """With those of all requests that end in this turn of the event loop."""
        if self._lines.add(exchange.line(status, size)):
            asyncio.get_running_loop().call_soon(self._lines.flush)

    async def _page(self, scope: Scope, request: http.Request, error: PasteError | None, back: Way) -> None:
        """By Django, which has a page for an error too."""
        scope["pastebin.exchange"] = request.exchange
        if error is not None:
            scope["pastebin.error"] = error
        exchange = request.exchange
        sent = Sent(back.receive, back.send, self._start, exchange)
        try:
            await self._django(django_scope(scope, request), whole(request.body), sent)  # type: ignore[arg-type]
        except Exception as fault:
            if not sent.status:
                await self._send(http.error_answer(fault, exchange), request, back)
            elif exchange.is_abandoned:
                self._log(exchange, 499, sent.size)
            else:
                raise  # half an answer is on its way: only a broken connection tells the client
        else:
            self._log(exchange, sent.status, sent.size)
        finally:
            sent.close()


def headers_of(scope: Scope) -> dict[str, str]:
    """By lower-case name, repeated ones joined. A name with `_` could pass for another in WSGI's spelling: dropped."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        if "_" not in name:
            separator = "; " if name == "cookie" else ", "
            headers[name] = f"{headers[name]}{separator}{value}" if name in headers else value
    return headers


def measured(answer: http.Answer) -> http.Headers:
    """The headers with the Content-Length, which a 304 does not have."""
    length = [("Content-Length", str(len(answer.body)))] if answer.status != 304 else []
    return [*answer.headers, *length]


def head(answer: http.Answer, request: http.Request) -> bytes:
    """All headers as they go over the wire."""
    lines = answer.head or http.head_of(measured(answer))
    return b"%b%b: %b\r\n" % (lines, CORRELATION_ID, request.exchange.correlation_id.encode())


def has_body(headers: Mapping[str, str]) -> bool:
    return "content-length" in headers or "transfer-encoding" in headers


def refused(request: http.Request, path: bytes) -> PasteError | None:
    """Why this request is refused before its body is read, if it is."""
    try:
        http.check(request, path, request.query.encode("latin-1"))
    except PasteError as error:
        return error
    return None


async def received(request: http.Request, body: bytes | None, receive: Any) -> PasteError | None:
    """Takes in the body, unless it is here already; why it is refused, if it is. Raises Disconnected."""
    try:
        cut = http.body_cut(request.method, request.path)
        length = http.check_length(request.headers, cut)
        request.body = await in_time(receive, cut) if body is None else http.check_size(body, cut)
        http.check_complete(request.body, length)
    except PasteError as error:
        return error
    request.exchange.at = clock.now()
    return None


async def in_time(receive: Any, cut: int) -> bytes:
    """All that arrives. Raises TooLarge, RequestTimeout and Disconnected."""
    try:
        async with asyncio.timeout(http.BODY_SECONDS):
            return bytes(await gathered(receive, cut))
    except TimeoutError as error:
        raise RequestTimeout(http.BODY_SECONDS) from error


async def gathered(receive: Any, cut: int) -> bytearray:
    """All that arrives, up to the cut. Raises TooLarge past it, and Disconnected."""
    body, has_more = bytearray(), True
    while has_more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        body += message.get("body", b"")
        http.check_size(body, cut)
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
