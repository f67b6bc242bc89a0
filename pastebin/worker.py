"""gunicorn's worker: uvicorn's, with a way to end that fails no request of a client that keeps its connection."""

import asyncio
import signal
import sys
from types import FrameType
from typing import Any

from gunicorn.arbiter import Arbiter
from uvicorn.server import Server
from uvicorn_worker import UvicornWorker

LAST_ANSWERS_SECONDS = 1.5  # in which each answer closes its connection, so that clients move to another worker
DRAIN_SECONDS = 3


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


class Worker(UvicornWorker):  # type: ignore[misc]  # it ships no types
    CONFIG_KWARGS = {
        "loop": "uvloop",
        "http": "httptools",
        "ws": "none",
        "lifespan": "on",
        "proxy_headers": False,  # doors/client.py decides who the client is
        "server_header": False,
        "access_log": False,
        "timeout_graceful_shutdown": DRAIN_SECONDS,
    }

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = DrainingServer(config=self.config)
        server.loop = asyncio.get_running_loop()
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)
