"""An export from a real server: whole for who takes it, no burden on others, and at an end when its client leaves."""

import base64
import io
import json
import os
import socket
import zipfile
from collections.abc import Iterator

import pytest

from pastes.tests.servers import ASGI, PATIENCE_SECONDS, Web, embedded_environment, eventually, scratch

pytestmark = pytest.mark.faults

SECRET = "an-owner-who-exports-all"
COOKIE = {"Cookie": f"owner={SECRET}"}
TEXT_BYTES, PASTES = 1_000_000, 20  # together more than all that stands between maker and reader holds


@pytest.fixture(scope="module")
def server() -> Iterator[Web]:
    with embedded_environment() as environment, scratch() as folder, Web(ASGI, environment, folder, workers=1) as web:
        yield web


@pytest.fixture(scope="module")
def texts(server: Web) -> dict[str, str]:
    """By id. None of them can be made much smaller."""
    made = {}
    with server.client() as client:
        for _ in range(PASTES):
            text = base64.b64encode(os.urandom(TEXT_BYTES * 3 // 4)).decode()
            answer = client.post("/paste", json={"content": text}, headers={"X-Edit-Token": SECRET})
            made[answer.json()["id"]] = text
    return made


def export(server: Web) -> bytes | None:
    """The archive; None where somebody else's is being made."""
    with server.client() as client:
        answer = client.get("/mine/export", headers=COOKIE)
    if answer.status_code == 503:
        assert answer.headers["retry-after"] == "10"
        return None
    assert answer.status_code == 200
    return answer.content


def slow_reader(server: Web) -> socket.socket:
    """A connection on which an export has begun to come, and of which nobody reads more."""
    connection = socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS)
    connection.sendall(f"GET /mine/export HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: owner={SECRET}\r\n\r\n".encode())
    assert b" 200 " in connection.recv(100)
    return connection


def test_an_export_is_whole(server: Web, texts: dict[str, str]) -> None:
    found = zipfile.ZipFile(io.BytesIO(export(server) or b""))
    assert found.testzip() is None
    pastes = json.loads(found.read("pastes.json"))["pastes"]
    assert {paste["id"]: found.read(paste["file"]).decode() for paste in pastes} == texts


@pytest.mark.usefixtures("texts")
def test_a_slow_reader_holds_up_nothing_but_other_exports_and_by_leaving_not_even_those(server: Web) -> None:
    with slow_reader(server), server.client() as client:
        assert export(server) is None
        for _ in range(8):
            assert client.get("/mine", headers=COOKIE).status_code == 200
    assert eventually(lambda: export(server) is not None)
    lines = [json.loads(line) for line in server.said().splitlines() if '"/mine/export"' in line]
    assert 499 in [line["status"] for line in lines]
    assert SECRET not in server.said()
    assert "Traceback" not in server.said()
