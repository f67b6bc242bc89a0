"""One long scenario through each driver, everything random and every clock pinned: the answers are the same bytes."""

import json
import re
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.core.management import call_command

from pastebin.environment import Rate
from pastes import browser, clock, drafts, endpoints
from pastes.doors import http
from pastes.tests.conftest import forget
from pastes.tests.doors import DOORS, Door, Reply
from pastes.tests.scenario import OWNER, Sent, requests
from pastes.views import create, edit

pytestmark = [pytest.mark.embedded, pytest.mark.usefixtures("transactional_db")]

STARTED = datetime.now(UTC).replace(microsecond=0)
LEFT_OUT = ("date", "expires", "retry-after", "server", "connection")  # times of the day, and the connection's own
STATUSES = {200, 302, 303, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428, 429}
FIELDS = {"time", "method", "route", "status", "bytes", "milliseconds", "client", "correlationId", "level", "event"}
ROUTES = {
    *("/paste", "/paste/{id}", "/{filename}", "/livez", "/readyz", "/", "/{id}", "/{id}/raw", "/{id}/download"),
    *("/{id}/edit", "/{id}/delete", "/recent", "/mine", "/about", "/api", "/limits", "/openapi.json", "/robots.txt"),
    *("/static/{file}", "/admin/", "/admin/login/", "(unmatched)"),
}
WHOLE_ID = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?4[0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}", re.IGNORECASE)
UNPINNED = re.compile(
    r'(?<=csrfmiddlewaretoken" value=")[^"]+|(?<=csrf=)[^;]+|(?<=expires=)[^;]+|(?<=;t=)\d+|(?<=again in )\d+'
)

Line = dict[str, Any]


class Played(NamedTuple):
    """The scenario through one driver: its answers, and what stands in the log."""

    replies: list[Reply]
    lines: list[Line]


def test_both_drivers_give_the_same_answers(
    monkeypatch: pytest.MonkeyPatch, settings: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    settings.MAX_PASTE_BYTES = 1000
    settings.LIMIT_CREATE = Rate(20, 3600)
    sent = list(requests())
    asgi, django = (played(DOORS[name], sent, monkeypatch, capfd) for name in sorted(DOORS))
    assert "".join(map(difference, sent, asgi.replies, django.replies)) == ""
    assert {reply.status for reply in asgi.replies} == STATUSES
    assert asgi.lines == django.lines
    assert_one_harmless_line_each(asgi)


def played(door: Door, sent: list[Sent], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Played:
    call_command("flush", verbosity=0, interactive=False)
    forget()
    pin_down(monkeypatch)
    capfd.readouterr()
    replies = [door(method, target, headers=headers, body=body) for method, target, headers, body in sent]
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    return Played([comparable(reply) for reply in replies], [{**line, "milliseconds": 0} for line in lines])


def pin_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """Correlation ids, ids and tokens are counted; the clock is, in seconds."""
    seconds, correlation_ids, ids, tokens = count(), count(), count(), count()
    monkeypatch.setattr(clock, "now", lambda: STARTED + timedelta(seconds=next(seconds)))
    monkeypatch.setattr(http, "new_correlation_id", lambda: f"{next(correlation_ids):032x}")
    for module in (drafts, create, edit):
        monkeypatch.setattr(module, "new_id", lambda: UUID(int=next(ids) | 4 << 76 | 2 << 62))
    for module in (drafts, endpoints, browser):
        monkeypatch.setattr(module, "new_token", lambda: f"{next(tokens):032}")


def assert_one_harmless_line_each(recorded: Played) -> None:
    """JSON each, none with a whole id, a token, or a route that holds what a caller sent."""
    lines = recorded.lines
    assert [line["status"] for line in lines] == [reply.status for reply in recorded.replies]
    assert [line["correlationId"] for line in lines] == [
        reply.headers["x-correlation-id"] for reply in recorded.replies
    ]
    assert {line["route"] for line in lines} <= ROUTES
    for line in lines:
        assert set(line) - {"paste", "callerCorrelationId"} == FIELDS
        assert not WHOLE_ID.search(str({**line, "correlationId": ""})), line
        assert OWNER not in str(line)
        assert len(line.get("paste", "")) in (0, 8)


def difference(sent: Sent, asgi: Reply, django: Reply) -> str:
    """Empty where there is none; of the bodies, what begins at the first byte that differs."""
    headers = sorted(set(asgi.headers.items()) ^ set(django.headers.items()))
    if asgi.status == django.status and not headers and asgi.body == django.body:
        return ""
    pairs = zip(asgi.body, django.body, strict=False)
    same = next((index for index, (one, other) in enumerate(pairs) if one != other), 0)
    bodies = f"{asgi.body[same:][:80]!r} {django.body[same:][:80]!r}"
    return f"{sent.method} {sent.target} {sent.headers} {asgi.status} {django.status} {headers} {bodies}\n"


def comparable(reply: Reply) -> Reply:
    headers = {name: UNPINNED.sub("", value) for name, value in reply.headers.items() if name not in LEFT_OUT}
    return Reply(reply.status, headers, UNPINNED.sub("", reply.body.decode("latin-1")).encode("latin-1"))
