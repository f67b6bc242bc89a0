"""Unknown, deleted and expired ids: one answer, and the same work for it, so that neither tells which it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db.backends.utils import CursorWrapper
from redis import Redis

from pastes import cache
from pastes.tests.calls import UNKNOWN_ID, Clock, call, create, delete
from pastes.tests.conftest import forget
from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded

PAGES = ("", "/raw", "/raw?lines=1", "/download", "/edit", "/delete")


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is asked of the database, by any thread, with its parameters."""
    seen: list[str] = []
    execute = CursorWrapper.execute

    def seen_and_executed(self: CursorWrapper, sql: str, params: Any = None) -> Any:
        seen.append(f"{sql} {params}")
        return execute(self, sql, params)

    with monkeypatch.context() as patched:
        patched.setattr(CursorWrapper, "execute", seen_and_executed)
        yield seen


@contextmanager
def commands() -> Iterator[list[str]]:
    """What is asked of Redis, as it sees it; complete when the block has ended."""
    seen: list[str] = []
    if django_settings.EMBEDDED:
        yield seen
        return
    with Redis.from_url(django_settings.REDIS_URL) as client, client.monitor() as monitor:
        yield seen
        client.echo("the end")
        while "the end" not in (command := monitor.next_command()["command"]):
            seen.append(command)


def asked(door: Door, method: str, target: str, paste_id: str, monkeypatch: pytest.MonkeyPatch) -> tuple[object, ...]:
    """The answer, statements and commands, with the id and the correlation id taken out."""
    headers = {"X-Edit-Token": "owner-owner-owner-owner", "Content-Type": "application/json"}
    body = b'{"content": "text", "version": 1}' if method == "PUT" else b""
    with statements(monkeypatch) as sql, commands() as redis:
        reply = door(method, target.format(paste_id), headers=headers, body=body)
    known = (reply.headers["x-correlation-id"], paste_id, paste_id.replace("-", ""))
    return reply.status, *(without(text, known) for text in (reply.headers, reply.text, sql, redis))


def without(seen: object, words: tuple[str, ...]) -> str:
    text = str(seen)
    for word in words:
        text = text.replace(word, "…")
    return text


@pytest.fixture
def gone(door: Door, owner: str, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An unknown id, a deleted and an expired one."""
    deleted, expired = create(door, token=owner), create(door, token=owner, timetolive=1)
    delete(door, deleted)
    clock.advance(seconds=1)
    forget()  # Redis drops the header of an expired paste by its own clock, which stands still for nobody
    monkeypatch.setattr(cache, "new_token", lambda kind: kind + b"token")
    return [UNKNOWN_ID, deleted["id"], expired["id"]]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_api_answers_them_alike_after_the_same_work(
    door: Door, gone: list[str], method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (asked(door, method, "/paste/{}", paste_id, monkeypatch) for paste_id in gone)
    assert first == second == third
    assert first[0] == 404


@pytest.mark.parametrize("suffix", PAGES)
def test_pages_answer_them_alike_after_the_same_work(
    door: Door, gone: list[str], suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (asked(door, "GET", f"/{{}}{suffix}", paste_id, monkeypatch) for paste_id in gone)
    assert first == second == third
    assert first[0] == 404


def test_work_is_seen_at_all(door: Door, gone: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, _, sql, redis = asked(door, "GET", "/paste/{}", gone[0], monkeypatch)
    assert "SELECT" in str(sql)
    assert "EVALSHA" in str(redis) or django_settings.EMBEDDED


def test_list_and_recent_know_none_of_them(door: Door, gone: list[str], owner: str) -> None:
    assert call(door, "GET", "/paste", token=owner).json()["pastes"] == []
    assert not [paste_id for paste_id in gone if paste_id.encode() in door("GET", "/recent").body]
