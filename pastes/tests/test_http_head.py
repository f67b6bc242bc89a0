"""A head that does not end is refused before it fills the memory; one of a usual size is not."""

import pytest

from pastes.tests.servers import Web
from pastes.tests.wire import head, wire

pytestmark = pytest.mark.faults
KILOBYTE = 1024


def test_a_head_that_does_not_end_is_refused(web: Web) -> None:
    with wire(web.port) as connection:
        connection.send(b"GET /livez HTTP/1.1\r\nHost: testserver\r\nX-Endless: ")
        with pytest.raises(ConnectionError):  # answered, closed, and reset if we go on sending
            connection.send(b"x" * KILOBYTE * KILOBYTE * 256)
    with wire(web.port) as connection:
        connection.send(head("GET", "/livez"))
        assert connection.answer().status == 200


def test_many_small_headers_are_refused_alike(web: Web) -> None:
    with wire(web.port) as connection:
        connection.send(b"GET /livez HTTP/1.1\r\n" + b"X-Many: x\r\n" * 20_000)
        assert connection.answer().status == 400
        assert connection.is_closed()


def test_a_long_head_is_served(web: Web) -> None:
    with wire(web.port) as connection:
        connection.send(head("GET", "/livez", f"X-Long: {'x' * KILOBYTE * 32}"))
        assert connection.answer().status == 200


def test_a_body_larger_than_a_head_may_be_is_no_head(web: Web) -> None:
    with wire(web.port) as connection:
        for size in (KILOBYTE * 100, KILOBYTE * 900):
            connection.send(head("PUT", "/large.txt", f"Content-Length: {size}") + b"x" * size)
            assert connection.answer().status == 200
