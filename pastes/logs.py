"""Log lines: JSON, one object a line. An unlisted id is a capability, so no line holds a whole one, nor any content."""

import contextlib
import logging
import os
import select
import sys
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


class RequestLine(msgspec.Struct, omit_defaults=True, rename="camel", tag_field="event", tag="request"):
    """One request. `route` is the template, `paste` the first 8 hex digits of the id; durations in milliseconds."""

    time: datetime
    level: str
    method: str
    route: str
    status: int
    bytes: int
    milliseconds: float
    client: str
    correlation_id: str
    paste: str = ""
    caller_correlation_id: str = ""


_encoder = msgspec.json.Encoder()


class Lines:
    """Lines of requests, written out together by `flush`: at most PIPE_BUF bytes a write, which is all that a pipe
    takes whole, so that lines of several processes never mix.

    A log that cannot be written to is no reason to fail a request.
    """

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def add(self, line: RequestLine) -> bool:
        """True for the first that waits: somebody has to see to the flush."""
        self._waiting.append(_encoder.encode(line) + b"\n")
        return len(self._waiting) == 1

    def flush(self) -> None:
        lines, self._waiting = self._waiting, []
        chunk: list[bytes] = []
        size = 0
        for line in lines:
            if size + len(line) > select.PIPE_BUF:
                _write(b"".join(chunk))
                chunk, size = [], 0
            chunk.append(line)
            size += len(line)
        _write(b"".join(chunk))


def write_request(line: RequestLine) -> None:
    _write(_encoder.encode(line) + b"\n")


def _write(data: bytes) -> None:
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), data)


def _trace(error: BaseException | None) -> list[str]:
    """Where it happened, and of which class: an exception's own words may quote a paste, or a row of them."""
    lines = []
    while error is not None:
        lines += [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        lines.append(type(error).__name__)
        error = error.__cause__ or error.__context__
    return lines


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "event": "log",
            "logger": record.name,
            "message": record.getMessage(),
            "correlationId": correlation_id.get(),
        }
        if record.exc_info:
            line["traceback"] = _trace(record.exc_info[1])
        return _encoder.encode(line).decode()
