"""What is written about a request: one JSON line, no whole id, no token, no text, whatever the request holds."""

import json
import select
from typing import Any

import pytest

from pastes import logs
from pastes.doors import http
from pastes.tests.calls import call, create, update
from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded


def lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Those written since the last call; any that is not JSON fails the test."""
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_line_names_route_client_and_the_beginning_of_the_id(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    paste = create(door)
    lines(capfd)
    for target, route in ((f"/paste/{paste['id']}", "/paste/{id}"), (f"/{paste['id'].upper()}/raw", "/{id}/raw")):
        reply = door("GET", target, peer="203.0.113.9")
        (line,) = lines(capfd)
        assert (line["event"], line["level"], line["method"]) == ("request", "INFO", "GET")
        assert (line["route"], line["status"], line["client"]) == (route, 200, "203.0.113.9")
        assert (line["paste"], line["bytes"]) == (paste["id"][:8], len(reply.body))
        assert line["milliseconds"] >= 0


def test_line_holds_neither_text_nor_title_nor_token_nor_query(
    door: Door, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, owner: str
) -> None:
    lines(capfd)
    paste = create(door, "a secret text", token=owner, title="a secret title")
    update(door, paste, "a secret edit")
    door("PUT", "/a-secret-name?timetolive=60", headers={"X-Edit-Token": owner}, body=b"a secret body")
    door("GET", f"/{paste['id']}?secret=query", headers={"Cookie": "owner=a-secret-cookie", "User-Agent": "secret"})
    door("GET", "/a-secret-path")
    call(door, "GET", "/paste?cursor=secret", token=owner)
    call(door, "POST", "/paste", {"content": "a secret", "secret": 1}, token=owner)
    written = str(lines(capfd)) + caplog.text
    assert "secret" not in written
    assert owner not in written
    assert paste["id"] not in written


def test_correlation_id_of_a_caller_is_noted_beside_ours(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    lines(capfd)
    reply = door("GET", "/livez", headers={"X-Correlation-ID": "from-the-caller"})
    (line,) = lines(capfd)
    assert (line["correlationId"], line["callerCorrelationId"]) == (
        reply.headers["x-correlation-id"],
        "from-the-caller",
    )


def test_correlation_id_of_a_trusted_proxy_is_the_lines(
    door: Door, capfd: pytest.CaptureFixture[str], trusted_proxy: None
) -> None:
    lines(capfd)
    door("GET", "/livez", headers={"X-Correlation-ID": "from-the-proxy", "X-Forwarded-For": "198.51.100.7"})
    (line,) = lines(capfd)
    assert (line["correlationId"], line["client"]) == ("from-the-proxy", "198.51.100.7")
    assert "callerCorrelationId" not in line


HOSTILE = ['a\r\n{"event":"request"}', "\x1b[31mred", "a" * 10_000, "\x00", "\u0085", '"}\n{']


def test_hostile_values_add_no_line_and_stand_in_none(
    door: Door, capfd: pytest.CaptureFixture[str], trusted_proxy: None
) -> None:
    names = ("X-Correlation-ID", "User-Agent", "Referer", "X-Forwarded-For", "Cookie", "Accept", "Authorization")
    lines(capfd)
    for wrong in HOSTILE:
        for name in names:
            door("GET", "/livez", headers={name: wrong})
        written = lines(capfd)
        assert len(written) == len(names)
        assert all(len(json.dumps(line)) < 500 and "\x1b" not in str(line) for line in written)
        assert {line["client"] for line in written} == {"192.0.2.7"}


def test_hostile_paths_and_methods_add_no_line(door: Door, capfd: pytest.CaptureFixture[str]) -> None:
    lines(capfd)
    for target in ("/%0A%7B%7D", "/%1B%5B31m", "/paste/%0D%0A", "/" + "a" * 5000, "/%22%7D%0A%7B", "/%E2%80%A8"):
        door("GET", target)
        (line,) = lines(capfd)
        assert line["route"] in ("(unmatched)", "/paste/{id}")
    door("X" * 500, "/livez")
    (line,) = lines(capfd)
    assert line["method"] == "X" * 16


def test_lines_that_leave_together_are_whole_in_each_write(monkeypatch: pytest.MonkeyPatch) -> None:
    writes: list[bytes] = []
    monkeypatch.setattr(logs, "_write", writes.append)
    waiting = logs.Lines()
    exchange = http.begin("GET", "192.0.2.7", {})
    firsts = [waiting.add(exchange.line(200, size)) for size in range(100)]
    waiting.flush()
    assert firsts == [True] + [False] * 99
    assert len(writes) > 1
    assert all(len(data) <= select.PIPE_BUF and data.endswith(b"\n") for data in writes)
    assert [json.loads(line)["bytes"] for line in b"".join(writes).splitlines()] == list(range(100))
    assert waiting.add(exchange.line(200, 1))
