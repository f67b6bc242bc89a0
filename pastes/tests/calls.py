"""The calls of the JSON API, short enough that a test shows only what matters to it."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from pastes import clock
from pastes.tests.doors import Door, Reply

JSON = "application/json"
PROBLEM = "application/problem+json"
UNKNOWN_ID = "6a1e7c1e-1111-4222-8333-0123456789ab"

Fields = Mapping[str, object]


class Clock:
    """The server's clock, standing still until a test moves it."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


def call(
    door: Door, method: str, target: str, fields: Fields | None = None, /, *, token: str | None = None, **headers: str
) -> Reply:
    """`fields` become the JSON body; `if_match="…"` becomes the header If-Match."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent["X-Edit-Token"] = token
    if fields is None:
        return door(method, target, headers=sent)
    return door(method, target, headers={"Content-Type": JSON, **sent}, body=json.dumps(fields).encode())


def create(door: Door, content: str = "text", *, token: str | None = None, **fields: object) -> Any:
    """The fields of a paste that was made; its edit token stands in `editToken`."""
    made = call(door, "POST", "/paste", {"content": content, **fields}, token=token)
    assert made.status == 200, made.body
    return made.json()


def read(door: Door, paste: Any) -> Any:
    found = call(door, "GET", f"/paste/{paste['id']}")
    assert found.status == 200, found.body
    return found.json()


def update(door: Door, paste: Any, content: str = "newer", **fields: object) -> Any:
    """As its owner, on top of what is there now."""
    target, sent = f"/paste/{paste['id']}", {"content": content, **fields}
    changed = call(door, "PUT", target, sent, token=paste["editToken"], if_match="*")
    assert changed.status == 200, changed.body
    return changed.json()


def delete(door: Door, paste: Any) -> None:
    gone = call(door, "DELETE", f"/paste/{paste['id']}", token=paste["editToken"])
    assert gone.status == 200, gone.body


def assert_problem(reply: Reply, status: int, *, field: str | None = None) -> Any:
    """The document of a refusal, complete (RFC 9457); `field` is what it must name as wrong."""
    assert reply.status == status, (reply.status, reply.body)
    assert reply.headers["content-type"] == PROBLEM
    document = reply.json()
    assert document["status"] == status
    assert document["type"].endswith(f"#status-{status}")
    assert document["title"]
    assert document["detail"]
    assert document["correlationId"] == reply.headers["x-correlation-id"]
    if field is not None:
        assert field in [error["field"] for error in document["errors"]], document
    return document
