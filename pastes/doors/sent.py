"""What Django sends, on its way out of the ASGI driver."""

import asyncio
from collections.abc import Callable
from typing import Any

from pastes.doors import http

ANSWER_SECONDS = 330  # that a client may take over an answer of ours

Message = dict[str, Any]
Start = Callable[[int, http.Headers], Message]


class Sent:
    """Gives the answer our headers, and counts it for the log line.

    An answer in many pieces is abandoned where its client has gone, or takes too long over it. The exchange tells
    whoever makes it, and what still comes is dropped: a thread that waited for that client would be lost to others.
    """

    def __init__(self, receive: Any, send: Any, start: Start, exchange: http.Exchange) -> None:
        self._receive = receive
        self._send = send
        self._start = start
        self._exchange = exchange
        self._ends = asyncio.get_running_loop().time() + ANSWER_SECONDS
        self._pieces = 0
        self._watch: asyncio.Task[None] | None = None
        self.status = self.size = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
            message = self._start(self.status, http.finish(pairs, self._exchange))
        elif message.get("more_body"):
            self._pieces += 1
            if self._pieces == 2:  # every page is one piece and the end
                self._watch = asyncio.create_task(self._wait_for_leave())
        if not self._exchange.is_abandoned:
            self.size += len(message.get("body", b""))
            await self._send_in_time(message)

    def close(self) -> None:
        if self._watch is not None:
            self._watch.cancel()

    async def _send_in_time(self, message: Message) -> None:
        try:
            async with asyncio.timeout_at(self._ends):
                await self._send(message)
        except TimeoutError:
            self._exchange.is_abandoned = True

    async def _wait_for_leave(self) -> None:
        """The request itself may come first, once; what comes after it is that the client has gone."""
        for _ in range(2):
            if (await self._receive())["type"] == "http.disconnect":
                self._exchange.is_abandoned = True
                return
