"""gunicorn's worker: uvicorn's, with a way to end that fails no request of a client that keeps its connection."""

import asyncio
import ctypes
import gc
import signal
import socket
import sys
from functools import partial
from types import FrameType
from typing import Any

from gunicorn.arbiter import Arbiter
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

# In which each answer closes its connection, so that clients move to another worker; then nobody new is let in, but
# those who came in last still get the answer to a request that may be on its way.
LAST_ANSWERS_SECONDS, LATECOMERS_SECONDS = 1.2, 0.3
DRAIN_SECONDS = 3
M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8  # of malloc.h
LARGE_BLOCK = 262_144  # bytes
GARBAGE_OBJECTS = 10_000  # made and not freed since the youngest were last looked at; Python says 700
WHOLE_BODY, ANSWER_WHOLE = "pastebin.whole_body", "pastebin.answer_whole"
HEAD_BYTES = 65_536  # of request line and headers; a chunk more may be read before it is seen


class DrainingServer(Server):
    """On SIGTERM says goodbye on each connection before it stops listening, then lets what is under way end."""

    loop: asyncio.AbstractEventLoop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        application: Any = self.config.app
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        if application.is_draining:
            return  # a process group is often told twice: by its supervisor, and by gunicorn's master
        application.is_draining = True
        # From a signal handler only this call wakes the loop.
        self.loop.call_soon_threadsafe(self.loop.call_later, LAST_ANSWERS_SECONDS, super().handle_exit, sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await asyncio.sleep(LATECOMERS_SECONDS)
        await super().shutdown(sockets)


class Protocol(HttpToolsProtocol):
    """Refuses a request whose head does not end: the parser would gather it without bound, in quadratic time.

    And offers the application, as extensions of the scope (ASGI 3.0, "Extensions"), so that it runs without them too:
    a body that came with its head, and to send an answer whole, in one write and with no search of each header.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._in_body, self._head_bytes = False, 0

    def data_received(self, data: bytes) -> None:
        # A chunk in which a head ended starts the count anew: what follows it there is less than a chunk.
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes > HEAD_BYTES and not self._in_body and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._in_body, self._head_bytes = True, 0
        super().on_headers_complete()
        if self.cycle.scope is self.scope:  # not so when the request asks for an upgrade
            self.scope["extensions"] = {ANSWER_WHOLE: {"send": partial(answer_whole, self.cycle)}}

    def on_message_complete(self) -> None:
        self._in_body, self._head_bytes = False, 0
        super().on_message_complete()
        if "extensions" in self.cycle.scope:  # until the application has taken them, so before it asks for the body
            self.cycle.scope["extensions"][WHOLE_BODY] = {"body": bytes(self.cycle.body)}


def answer_whole(cycle: RequestResponseCycle, status: int, head: bytes, body: bytes) -> bool:
    """All that `cycle.send` does in two messages. False where it has to go that way: the client is slow, or gone.

    `head` is lines of headers without the empty one that ends them; Content-Length stands there where it is due.
    """
    if cycle.flow.write_paused or cycle.disconnected or cycle.response_started:
        return False
    cycle.response_started = cycle.response_complete = True
    cycle.waiting_for_100_continue = False
    own = [b"%b: %b\r\n" % pair for pair in cycle.default_headers]  # the server's: Date
    if not cycle.keep_alive:
        own.append(b"connection: close\r\n")
    cycle.transport.write(b"".join((STATUS_LINE[status], *own, head, b"\r\n", body)))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
    return True


def settle_garbage_collection() -> None:
    """What was imported stays for good, so is not looked at again; what a request leaves is rarely a cycle."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, *gc.get_threshold()[1:])


def share_heap() -> None:
    """Has glibc keep one heap for all threads, and large blocks outside it, so that what is freed goes back.

    Each of our ten threads would else hold on to what the largest paste it ever handled took (mallopt(3)).
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # other C libraries have no such trouble
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK)


class Worker(UvicornWorker):  # type: ignore[misc]  # it ships no types
    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": Protocol,
        "ws": "none",
        "lifespan": "on",
        "proxy_headers": False,  # doors/client.py decides who the client is
        "server_header": False,
        "access_log": False,
        "timeout_graceful_shutdown": DRAIN_SECONDS,
    }

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        settle_garbage_collection()
        share_heap()
        server = DrainingServer(config=self.config)
        server.loop = asyncio.get_running_loop()
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
