"""All pastes of this browser as a ZIP, sent while it is made."""

import threading
import time
from collections.abc import Iterator
from typing import Self, cast

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from pastes import browser
from pastes.account.archive import Archive
from pastes.account.ownership import owned
from pastes.doors.http import Exchange
from pastes.errors import Unavailable
from pastes.responses import PERSONAL, exchange_of, methods

BUSY_SECONDS = 10  # after which somebody who found the one place taken may ask again
SECONDS = 300  # of a whole export; ASGI's driver gives up its sending a little later than we do our making

turn = threading.Lock()  # one at a time: each holds one of the few threads that make all pages


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    """Raises Unavailable while another export is under way in this process."""
    exchange = exchange_of(request)
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="pastes-{exchange.at:%Y-%m-%d}.zip"',
        "Cache-Control": PERSONAL,
    }
    if request.method == "HEAD":
        return HttpResponse(headers=headers)
    pastes = owned(browser.secret_of(request.COOKIES), at=exchange.at)
    archive = Archive(pastes, origin=exchange.origin, at=exchange.at)
    if not turn.acquire(blocking=False):
        raise Unavailable("An export is being made, and there is one at a time.", retry_after=BUSY_SECONDS)
    return cast("HttpResponse", StreamingHttpResponse(Turn(iter(archive), exchange), headers=headers))


class CutShortError(Exception):
    """The rest of an export is not made. A broken answer tells whoever still reads that it is not whole."""


class Turn:
    """The pieces of an export while somebody is there to take them; the turn is another's when it is closed."""

    def __init__(self, pieces: Iterator[bytes], exchange: Exchange) -> None:
        self._pieces = pieces
        self._exchange = exchange
        self._ends = time.monotonic() + SECONDS
        self._is_closed = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._exchange.is_abandoned or time.monotonic() > self._ends:
            raise CutShortError
        return next(self._pieces)

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            turn.release()
