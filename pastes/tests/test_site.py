"""Pages and documents about the site: the same numbers everywhere, and honest words on what works."""

import json
import struct
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from redis.exceptions import ConnectionError as RedisConnectionError

from pastebin.environment import Rate
from pastes import browser, limits, site
from pastes.store.history import REVISIONS_KEPT
from pastes.tests.pages import Response, Visitor, fields_of, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

redis_only = pytest.mark.skipif(django_settings.EMBEDDED, reason="embedded has no cache that could be away")


def document(path: str) -> Any:
    response = Visitor().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return json.loads(response.content)


def test_the_same_numbers_stand_everywhere(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(7, 600)
    settings.MAX_PASTE_BYTES = 5 * 1024
    settings.DEFAULT_TTL, settings.MAX_TTL = 12 * 3600, 14 * 86_400
    said = document("/limits")
    assert said == {
        "maxPasteBytes": 5120,
        "defaultTimetolive": 43_200,
        "maxTimetolive": 1_209_600,
        "publicListing": True,
        "create": {"quota": 7, "windowSeconds": 600},
    }
    create = Visitor().get("/")
    assert 'data-max-bytes="5120"' in text_of(create)
    assert fields_of(text_of(create))["lifetime"] == "43200"
    assert 'value="2592000"' not in text_of(create)
    for page in (text_of(create), about := text_of(Visitor().get("/about")), text_of(Visitor().get("/api"))):
        assert str(limits.published()["create"]) in page
    assert "5.0\xa0KB" in about
    assert "12 hours" in about
    assert "14 days" in about
    life = document("/openapi.json")["components"]["schemas"]["CreatePaste"]["properties"]["timetolive"]
    assert "1209600" in json.dumps(life)
    answer = Visitor().post("/paste", '{"content": "x"}', content_type="application/json")
    assert answer["RateLimit-Policy"] == '"create";q=7;w=600'
    assert json.loads(answer.content)["timetolive"] == 43_200


def test_limits_that_are_off_are_null(settings: Any) -> None:
    settings.LIMIT_CREATE = settings.DEFAULT_TTL = settings.MAX_TTL = None
    said = document("/limits")
    assert (said["create"], said["defaultTimetolive"], said["maxTimetolive"]) == (None, None, None)
    assert text_of(Visitor().get("/about")).count("None") == 0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "for ever"),
        (1, "1 second"),
        (90, "90 seconds"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (5400, "90 minutes"),
        (86_400, "1 day"),
        (2_592_000, "30 days"),
    ],
)
def test_lives_are_told_in_the_largest_unit(seconds: int | None, words: str) -> None:
    assert limits.duration_words(seconds) == words


def test_how_many_versions_are_kept_is_told() -> None:
    assert f"{REVISIONS_KEPT} versions" in text_of(Visitor().get("/about"))


def test_what_is_stored_is_told_and_every_cookie_with_it() -> None:
    about = text_of(Visitor().get("/about"))
    for heading in ("What is stored", "Cookies", "Addresses", "Logs"):
        assert f"<dt>{heading}</dt>" in about
    assert f"for {browser.OWNER_COOKIE_SECONDS // 86_400} days" in about


@pytest.mark.parametrize(
    ("contact", "words"),
    [("mailto:help@paste.example", "help@paste.example"), ("https://a.example/?b", "https://a.example/?b")],
)
def test_whom_to_write_to_is_told_where_it_is_set(settings: Any, contact: str, words: str) -> None:
    assert 'id="contact"' not in text_of(Visitor().get("/about"))
    settings.CONTACT = contact
    assert f'<a href="{contact}">{words}</a>' in text_of(Visitor().get("/about"))


@pytest.mark.parametrize(("path", "size"), [("/favicon.ico", 32), ("/apple-touch-icon.png", 180)])
def test_the_icon_is_found_under_its_usual_name(path: str, size: int) -> None:
    response = Visitor().get(path)
    assert response.status_code == 302
    image = (Path(django_settings.BASE_DIR) / "static" / "icons" / f"icon-{size}.png").read_bytes()
    assert response["Location"].startswith(f"/static/icons/icon-{size}.")
    assert struct.unpack(">II", image[16:24]) == (size, size)


@pytest.mark.parametrize("path", ["/about", "/api"])
def test_pages_name_the_address_of_this_site(settings: Any, path: str) -> None:
    assert "http://testserver" in text_of(Visitor().get(path))
    settings.PUBLIC_URL = "https://paste.example"
    assert "https://paste.example" in text_of(Visitor().get(path))
    assert "testserver" not in text_of(Visitor().get(path))


@pytest.mark.parametrize("path", ["/about", "/api", "/recent", "/"])
def test_search_engines_may_keep_the_pages_of_the_site(path: str) -> None:
    assert "X-Robots-Tag" not in Visitor().get(path)


def test_robots_are_kept_out_of_what_is_not_theirs() -> None:
    response = Visitor().get("/robots.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "Disallow: /admin/\n" in text_of(response)
    assert "Disallow: /\n" not in text_of(response)


def test_ready_with_all_stores() -> None:
    assert document("/readyz") == {"status": "ready", "database": True, "cache": True, "degraded": False}


@redis_only
def test_without_a_cache_it_is_ready_but_degraded(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: str) -> Any:
        raise RedisConnectionError("refused")

    monkeypatch.setattr(site, "get_redis_connection", refuse)
    assert document("/readyz") == {"status": "ready", "database": True, "cache": False, "degraded": True}


def test_without_a_database_it_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    response = without_database(monkeypatch, "/readyz")
    assert response.status_code == 503
    assert int(response["Retry-After"]) >= 1
    assert json.loads(response.content)["database"] is False


def test_alive_without_any_store(monkeypatch: pytest.MonkeyPatch) -> None:
    response = without_database(monkeypatch, "/livez")
    assert response.status_code == 200
    assert json.loads(response.content) == {"status": "alive"}


@pytest.mark.parametrize("path", ["/about", "/api", "/limits", "/openapi.json", "/robots.txt", "/"])
def test_pages_that_need_no_database_ask_for_none(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    assert without_database(monkeypatch, path).status_code == 200


def without_database(monkeypatch: pytest.MonkeyPatch, path: str) -> Response:
    def refuse(*_: Any, **__: Any) -> Any:
        raise OperationalError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        return Visitor().get(path)


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/limits", "/openapi.json"])
def test_documents_for_programs_answer_head(path: str) -> None:
    response = Visitor().head(path)
    assert (response.status_code, response.content) == (200, b"")
