"""Pages, texts and documents that are kept: the bytes and headers that Django gives, in every coding."""

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import pytest
from a2wsgi import WSGIMiddleware
from django.conf import settings
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from pastebin.wsgi import django_application
from pastes import browser, fragments
from pastes.doors.asgi import Application
from pastes.models import Header
from pastes.tests.doors import DOORS, HOST, Door, Reply
from pastes.tests.pages import published
from pastes.turns import Turns
from pastes.views import show

pytestmark = [pytest.mark.embedded, pytest.mark.usefixtures("transactional_db")]

TEXT = "import os\n\n\ndef name() -> str:\n    return os.name\n" * 200
CODINGS = {"": bytes, "gzip": lambda body: zlib.decompress(body, 31), "br": brotli.decompress}
OWN = ("date", "server", "connection", "x-correlation-id")


@pytest.fixture(params=sorted(DOORS))
def door(request: pytest.FixtureRequest) -> Door:
    return DOORS[request.param]


def asked(door: Door, path: str, coding: str = "", **headers: str) -> Reply:
    accept = {"Accept-Encoding": coding} if coding else {}
    return door("GET", path, headers={**accept, **{name.replace("_", "-"): value for name, value in headers.items()}})


def comparable(reply: Reply) -> tuple[int, dict[str, str], bytes]:
    return reply.status, {name: value for name, value in reply.headers.items() if name not in OWN}, reply.body


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("address", ["/{id}", "/{id}/raw", "/paste/{id}"])
def test_what_is_kept_is_what_was_made(door: Door, coding: str, address: str) -> None:
    path = address.format(id=published(TEXT).id)
    made = asked(door, path, coding)
    assert comparable(asked(door, path, coding)) == comparable(made)
    assert made.headers.get("content-encoding", "") == (coding if coding != "br" or address == "/{id}" else "")
    assert "Accept-Encoding" in made.headers["vary"]


@pytest.mark.parametrize("coding", CODINGS)
def test_every_coding_holds_the_same_page(door: Door, coding: str) -> None:
    path = f"/{published(TEXT).id}"
    plain = asked(door, path)
    coded = asked(door, path, coding)
    assert CODINGS[coding](coded.body) == plain.body
    assert (coded.headers["etag"] == plain.headers["etag"]) is (coding == "")


@pytest.mark.parametrize("coding", CODINGS)
def test_django_answers_who_is_signed_in_with_the_same_page(door: Door, coding: str) -> None:
    path = f"/{published(TEXT).id}"
    first = asked(door, path, coding, Cookie=f"{settings.SESSION_COOKIE_NAME}=something")
    assert comparable(first) == comparable(asked(door, path, coding))
    assert comparable(first) == comparable(
        asked(door, path, coding, Cookie=f"{settings.SESSION_COOKIE_NAME}=something")
    )


def test_both_doors_give_the_same_page() -> None:
    path = f"/{published(TEXT).id}"
    assert comparable(DOORS["asgi"]("GET", path)) == comparable(DOORS["django"]("GET", path))


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("address", ["/{id}", "/{id}/raw", "/paste/{id}"])
def test_an_unchanged_one_is_not_sent_again_in_whatever_coding(door: Door, coding: str, address: str) -> None:
    path = address.format(id=published(TEXT).id)
    tag = asked(door, path, coding).headers["etag"]
    for other in CODINGS:
        again = asked(door, path, other, If_None_Match=tag)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert "content-encoding" not in again.headers
    assert asked(door, path, coding, If_None_Match='"another"').status == 200


@pytest.mark.parametrize("address", ["/{id}", "/{id}/raw", "/paste/{id}"])
def test_what_is_kept_asks_the_database_nothing(door: Door, address: str) -> None:
    path = address.format(id=published(TEXT).id)
    asked(door, path)
    with CaptureQueriesContext(connection) as queries:
        assert asked(door, path).status == 200
    assert settings.EMBEDDED or not queries.captured_queries


def test_owner_and_reader_have_pages_of_their_own(door: Door) -> None:
    secret = "owner-owner-owner-owner"
    path = f"/{published(TEXT, secret=secret).id}"
    cookie = f"{browser.OWNER_COOKIE}={secret}"
    for _ in range(2):
        reader, owner = asked(door, path), asked(door, path, Cookie=cookie)
        assert b"/edit" in owner.body
        assert b"/edit" not in reader.body
        assert reader.headers["etag"] != owner.headers["etag"]
        assert asked(door, path, Cookie=f"{browser.OWNER_COOKIE}=another-another-another").body == reader.body


def test_a_page_that_may_look_better_soon_is_kept_by_nobody(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "turns", Turns(1, wait_seconds=0))
    path = f"/{published(TEXT).id}"
    with fragments.turns.take():
        busy = asked(door, path, "gzip")
    assert busy.headers["cache-control"] == "no-store"
    assert "etag" not in busy.headers
    assert "etag" in asked(door, path, "gzip").headers


def page_of(paste: Header) -> dict[str, Any]:
    path = f"/{paste.id}"
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", HOST.encode())],
        "client": ("192.0.2.7", 4000),
        "server": (HOST, 80),
    }


def test_a_page_asked_for_by_many_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(show, "_markup", recorded(show._markup, made))
    replies = asyncio.run(of_many(page_of(published(TEXT)), 8))
    assert {status for status, _ in replies} == {200}
    assert len({body for _, body in replies}) == 1
    assert len(made) == 1


def test_nobody_waits_for_a_page_that_cannot_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fragments, "turns", Turns(1, wait_seconds=0))
    with fragments.turns.take():
        replies = asyncio.run(of_many(page_of(published(TEXT)), 4))
    assert [status for status, _ in replies] == [200] * 4


def recorded(call: Callable[..., str], calls: list[object]) -> Callable[..., str]:
    def recording(*arguments: Any) -> str:
        calls.append(arguments)
        return call(*arguments)

    return recording


async def of_many(scope: dict[str, Any], count: int) -> list[tuple[int, bytes]]:
    application = Application(django_application)
    application.start()
    application._django = WSGIMiddleware(django_application, workers=1)  # type: ignore[arg-type]
    replies = await asyncio.gather(*(of_one(application, dict(scope)) for _ in range(count)))
    application._django.executor.submit(connections.close_all).result()
    application._django.executor.shutdown()
    await application.stop()
    return replies


async def of_one(application: Application, scope: dict[str, Any]) -> tuple[int, bytes]:
    messages: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    await application(scope, receive, send)
    return messages[0]["status"], b"".join(message.get("body", b"") for message in messages[1:])
