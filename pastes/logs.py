"""Log lines: JSON, one object a line. An unlisted id is a capability, so no line holds a whole one, nor any content."""

import contextlib
import logging
import os
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


def write_request(line: RequestLine) -> None:
    """One write call a line, so that lines of several processes on one pipe never mix.

    A log that cannot be written to is no reason to fail a request.
    """
    with contextlib.suppress(OSError):
        os.write(sys.stdout.fileno(), _encoder.encode(line) + b"\n")


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
