"""Log lines: JSON, one object a line. An unlisted id is a capability, so no line holds a whole one, nor any content."""

import logging
import os
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

import msgspec

correlation_id: ContextVar[str] = ContextVar("correlation_id", default="")


class RequestLine(msgspec.Struct, omit_defaults=True, rename="camel"):
    """One request. `route` is the template, `paste` the first 8 hex digits of the id; durations in milliseconds."""

    time: datetime
    method: str
    route: str
    status: int
    bytes: int
    milliseconds: float
    client: str
    correlation_id: str
    level: str = msgspec.field(name="level", default="INFO")
    event: str = "request"
    paste: str = ""
    caller_correlation_id: str = ""


_encoder = msgspec.json.Encoder()


def write_request(line: RequestLine) -> None:
    """One write call a line, so that lines of several processes on one pipe never mix."""
    os.write(sys.stdout.fileno(), _encoder.encode(line) + b"\n")


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname,
            "event": "log",
            "logger": record.name,
            "message": record.getMessage(),
            "correlationId": correlation_id.get(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return _encoder.encode(line).decode()
