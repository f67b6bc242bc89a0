"""HTTP/1.1 as it arrives in bytes: a body announced, in chunks, too long, too slow, cut short; what is malformed."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import uvicorn

from pastebin.worker import Worker
from pastebin.wsgi import django_application
from pastes.doors import http
from pastes.doors.asgi import Application
from pastes.doors.django import INLINE
from pastes.tests.servers import ASGI, Stores, Web, eventually
from pastes.tests.wire import Wire, chunk, head, wire
from tools.server import free_port

pytestmark = pytest.mark.faults

JSON = "Content-Type: application/json"
CHUNKED = "Transfer-Encoding: chunked"
MEBIBYTE = 1024 * 1024
HUGE = 24 * MEBIBYTE


@pytest.fixture
def connection(web: Web) -> Iterator[Wire]:
    with wire(web.port) as found:
        yield found


def raw(connection: Wire, address: bytes) -> bytes:
    """The text of the paste whose address an upload answered, over the same connection."""
    path = address.decode().strip().removeprefix("http://testserver")
    connection.send(head("GET", f"{path}/raw"))
    return connection.answer().body


def pastes_titled(stores: Stores, title: str) -> int:
    with psycopg.connect(stores.postgresql.url) as database:
        found = database.execute("SELECT count(*) FROM pastes_paste WHERE title = %s", [title]).fetchone()
    return found[0] if found else 0


@pytest.mark.parametrize(
    ("method", "target", "kind"),
    [
        ("POST", "/paste", JSON),
        ("PUT", "/huge.txt", "Content-Type: text/plain"),
        ("POST", "/", "Content-Type: application/x-www-form-urlencoded"),
    ],
)
def test_body_announced_over_the_cut_is_refused_before_it_is_sent(
    connection: Wire, method: str, target: str, kind: str
) -> None:
    connection.send(head(method, target, kind, "Content-Length: 100000000000"))
    assert connection.answer().status == 413


def test_refused_body_is_not_asked_for(connection: Wire) -> None:
    connection.send(head("PUT", "/huge.txt", f"Content-Length: {HUGE}", "Expect: 100-continue"))
    assert connection.answer().status == 413


def test_accepted_body_is_asked_for(connection: Wire) -> None:
    connection.send(head("PUT", "/asked.txt", "Content-Length: 5", "Expect: 100-continue"))
    assert connection.answer().status == 100
    connection.send(b"hello")
    made = connection.answer()
    assert (made.status, raw(connection, made.body)) == (200, b"hello")


def test_chunks_become_one_text(connection: Wire) -> None:
    connection.send(head("PUT", "/chunks.txt", CHUNKED))
    for part in (b"one ", b"two ", b"three"):
        connection.send(chunk(part))
    connection.send(b"0\r\n\r\n")
    made = connection.answer()
    assert (made.status, raw(connection, made.body)) == (200, b"one two three")


def test_chunks_over_the_cut_are_refused_before_they_end(connection: Wire) -> None:
    connection.send(head("PUT", "/chunks.txt", CHUNKED))
    connection.send(chunk(b"x" * (MEBIBYTE + 1)))
    assert connection.answer().status == 413


@pytest.mark.parametrize("target", ["/truncated.txt", "/truncated-chunks.txt"])
def test_truncated_body_is_never_saved(web: Web, stores: Stores, target: str) -> None:
    with wire(web.port) as connection:
        if "chunks" in target:
            connection.send(head("PUT", target, CHUNKED) + chunk(b"half of the"))
        else:
            connection.send(head("PUT", target, "Content-Length: 100") + b"half of the")
        connection.end_sending()
        assert connection.is_closed()
    with wire(web.port) as connection:
        connection.send(head("PUT", f"{target}.next", "Content-Length: 4") + b"next")
        assert connection.answer().status == 200
    assert (pastes_titled(stores, target[1:]), pastes_titled(stores, f"{target[1:]}.next")) == (0, 1)


def test_truncated_form_is_never_saved(web: Web, stores: Stores) -> None:
    kind = "Content-Type: application/x-www-form-urlencoded"
    with wire(web.port) as connection:
        connection.send(head("POST", "/", kind, "Content-Length: 1000") + b"title=truncated-form&content=half")
        connection.end_sending()
        assert connection.is_closed()
    assert pastes_titled(stores, "truncated-form") == 0


def test_pipelined_requests_are_answered_in_order(connection: Wire) -> None:
    first = head("PUT", "/first.txt", "Content-Length: 5") + b"first"
    second = head("PUT", "/second.txt", "Content-Length: 6") + b"second"
    connection.send(first + head("GET", "/about") + second + head("GET", "/livez"))
    answers = [connection.answer() for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 200]
    assert b"<!doctype html>" in answers[1].body
    assert answers[3].json() == {"status": "alive"}
    assert [raw(connection, answers[index].body) for index in (0, 2)] == [b"first", b"second"]


def test_a_body_that_comes_after_its_head_is_taken_whole(connection: Wire) -> None:
    connection.send(head("PUT", "/late.txt", "Content-Length: 10"))
    for part in (b"in ", b"three ", b"."):
        time.sleep(0.05)
        connection.send(part)
    answer = connection.answer()
    assert answer.status == 200
    assert raw(connection, answer.body) == b"in three ."


def test_a_client_that_asks_for_it_has_its_connection_closed(web: Web) -> None:
    for lines in (["Connection: close"], []):
        with wire(web.port) as connection:
            request = head("GET", "/livez", *lines)
            connection.send(request if lines else request.replace(b"HTTP/1.1", b"HTTP/1.0"))
            answer = connection.answer()
            assert (answer.status, answer.headers["connection"]) == (200, "close")
            assert connection.is_closed()


@pytest.mark.parametrize("target", ["/livez", "/about", "/paste/6a1e7c1e-0000-4222-8333-0123456789ab"])
def test_every_answer_tells_its_date(connection: Wire, target: str) -> None:
    connection.send(head("GET", target))
    answer = connection.answer()
    assert parsedate_to_datetime(answer.headers["date"]).tzinfo is not None


def test_a_request_to_upgrade_is_answered_like_any_other(connection: Wire) -> None:
    connection.send(head("GET", "/livez", "Connection: Upgrade", "Upgrade: websocket"))
    assert connection.answer().status == 200


def test_a_client_that_reads_slowly_gets_every_answer(connection: Wire) -> None:
    text = b"0123456789abcde\n" * 60_000
    connection.send(head("PUT", "/large.txt", f"Content-Length: {len(text)}") + text)
    path = connection.answer().body.decode().strip().removeprefix("http://testserver")
    connection.send(head("GET", f"{path}/raw") * 40)
    time.sleep(1)
    assert all(connection.answer().body == text for _ in range(40))


def test_head_has_the_headers_of_get_and_no_body(connection: Wire) -> None:
    connection.send(head("PUT", "/head.txt", "Content-Length: 4") + b"head")
    address = connection.answer().body.decode().strip().removeprefix("http://testserver")
    for target in (f"/paste{address}", f"{address}/raw", address, "/", "/about", "/livez", "/static/css/base.css"):
        connection.send(head("GET", target))
        got = connection.answer()
        connection.send(head("HEAD", target))
        answer = connection.answer(has_body=False)
        assert (answer.status, answer.headers["content-length"]) == (got.status, got.headers["content-length"]), target
    connection.send(head("GET", "/livez"))
    assert connection.answer().status == 200


@pytest.mark.parametrize(
    "request_",
    [
        b"no request at all\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: testserver\r\n\r\n",
        head("GET", "/", "X-Nul: a\0b"),
        head("GET", "/", "Name with spaces: 1"),
        head("PUT", "/two.txt", "Content-Length: 5", "Content-Length: 6") + b"hello",
        head("PUT", "/two.txt", "Content-Length: 5", CHUNKED) + b"hello",
        head("PUT", "/two.txt", "Content-Length: five") + b"hello",
        head("PUT", "/two.txt", CHUNKED) + b"zz\r\nhello\r\n",
        head("GET", "/", "Host: other"),
        head("GET", "/paste/x", "Host: testserver"),
        head("GET", "/", host="evil.example"),
        head("GET", "/%00"),
        head("GET", "/paste/%00"),
        head("GET", "/?q=%00"),
        head("GET", "/%ff"),
        head("PUT", "/%ff", "Content-Length: 1") + b"x",
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 50,
    ],
)
def test_malformed_request_is_a_400_and_the_next_is_served(web: Web, request_: bytes) -> None:
    with wire(web.port) as connection:
        connection.send(request_)
        assert connection.answer().status == 400
    with wire(web.port) as connection:
        connection.send(head("GET", "/livez"))
        assert connection.answer().status == 200


@pytest.mark.parametrize("method", ["GET", "DELETE"], ids=["django", "endpoint"])
def test_header_name_with_an_underscore_is_dropped(connection: Wire, method: str) -> None:
    target = "/paste" if method == "GET" else "/paste/6a1e7c1e-1111-4222-8333-0123456789ab"
    connection.send(head(method, target, "X_Edit_Token: owner-owner-owner-owner"))
    assert connection.answer().status == 401


@contextmanager
def impatient_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The application under uvicorn in this process, with a deadline of one second; its port."""
    monkeypatch.setattr(http, "BODY_SECONDS", 1)
    port = free_port()
    options: dict[str, Any] = {**Worker.CONFIG_KWARGS, "log_config": None, "port": port}
    server = uvicorn.Server(uvicorn.Config(Application(django_application, INLINE), **options))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert eventually(lambda: server.started)
        yield port
    finally:
        server.should_exit = True
        thread.join()


def test_slow_body_is_cut_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    with impatient_server(monkeypatch) as port:
        for method, target in (("PUT", "/slow.txt"), ("POST", "/paste"), ("POST", "/")):
            with wire(port) as connection:
                connection.send(head(method, target, JSON, "Content-Length: 100") + b"slow")
                answer = connection.answer()
                assert (answer.status, answer.headers["connection"]) == (408, "close")
                assert connection.is_closed()
        with wire(port) as connection:
            connection.send(head("GET", "/livez"))
            assert connection.answer().status == 200


def resident(pid: int) -> int:
    """Bytes of memory that the process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024


def test_bodies_of_24_mib_leave_a_worker_small(stores: Stores) -> None:
    block = b"x" * MEBIBYTE
    with Web(ASGI, stores.environment, stores.folder, workers=1) as web:
        (worker,) = web.children()
        before = resident(worker)
        for target in ("/paste", "/", "/huge.txt"):
            method = "PUT" if target == "/huge.txt" else "POST"
            for framing, part in ((f"Content-Length: {HUGE}", block), (CHUNKED, chunk(block))):
                with wire(web.port) as connection:
                    connection.send(head(method, target, JSON, framing))
                    for _ in range(HUGE // MEBIBYTE):
                        connection.send(part)
                    assert connection.answer().status == 413
        assert resident(worker) - before < 50 * MEBIBYTE
        assert web.children() == [worker]
