"""HTTP/1.1 spoken in bytes, for what no client library sends."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import Any, NamedTuple

TIMEOUT_SECONDS = 20


class Answered(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Wire:
    """One connection."""

    def __init__(self, connection: socket.socket, stream: BufferedReader) -> None:
        self._connection = connection
        self._stream = stream

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def end_sending(self) -> None:
        self._connection.shutdown(socket.SHUT_WR)

    def answer(self, *, has_body: bool = True) -> Answered:
        """The next answer, interim ones too; `has_body` is False after HEAD."""
        line = self._stream.readline()
        if not line:
            raise ConnectionError("closed without an answer")
        status = int(line.split(b" ", 2)[1])
        headers = {}
        while line := self._stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        length = int(headers.get("content-length", 0)) if has_body else 0
        return Answered(status, headers, self._stream.read(length))

    def is_closed(self) -> bool:
        """Whether the server ends the connection, without another answer."""
        try:
            return self._stream.read(1) == b""
        except ConnectionResetError:
            return True


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    address = ("127.0.0.1", port)
    with socket.create_connection(address, TIMEOUT_SECONDS) as connection, connection.makefile("rb") as stream:
        yield Wire(connection, stream)


def head(method: str, target: str, *lines: str, host: str = "testserver") -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode("latin-1")


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)
