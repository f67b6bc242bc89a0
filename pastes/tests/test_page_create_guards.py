"""Who the form takes for the same browser, what it lets through, and what it gives back when it does not."""

import re
from http.cookies import Morsel
from typing import Any

import pytest

from pastebin.environment import Rate
from pastes import limits
from pastes.models import Paste
from pastes.tests.pages import Response, Visitor, fields_of, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

DAYS = 86_400


def owner_cookie(response: Response) -> Morsel[str]:
    return response.cookies["owner"]


def test_the_form_gives_a_browser_its_secret() -> None:
    cookie = owner_cookie(Visitor().get("/"))
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert cookie["max-age"] == 400 * DAYS


def test_each_browser_gets_another_secret() -> None:
    assert owner_cookie(Visitor().get("/")).value != owner_cookie(Visitor().get("/")).value


def test_the_secret_is_kept_and_its_time_begins_anew() -> None:
    visitor = Visitor()
    first = owner_cookie(visitor.get("/")).value
    again = owner_cookie(visitor.get("/"))
    published = owner_cookie(visitor.fill("/", content="x"))
    assert again.value == published.value == first
    assert again["max-age"] == 400 * DAYS


@pytest.mark.parametrize("spoilt", ["short", "x" * 129, "a secret with blanks in it", "ümlautümlautümlautümlaut"])
def test_a_spoilt_secret_is_replaced(spoilt: str) -> None:
    assert owner_cookie(Visitor(spoilt).get("/")).value != spoilt


def test_a_browser_that_never_opened_the_form_gets_a_secret_with_its_first_paste() -> None:
    visitor = Visitor()
    fields = {**visitor.form("/"), "content": "x"}
    del visitor.cookies["owner"]
    assert owner_cookie(visitor.send("/", fields)).value


def test_the_form_without_cookies_is_given_back_and_can_be_sent_again() -> None:
    visitor = Visitor()
    fields = {**visitor.form("/"), "content": "long\nwork\n", "title": "mine", "language": "python"}
    visitor.cookies.clear()
    response = visitor.send("/", fields)
    assert response.status_code == 403
    assert "Nothing is lost" in text_of(response)
    again = fields_of(text_of(response))
    assert (again["content"], again["title"], again["language"]) == ("long\nwork\n", "mine", "python")
    assert visitor.send("/", again).status_code == 303


def test_forms_without_cookies_are_counted_too(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(1, 60)
    visitor = Visitor()
    assert [visitor.post("/", {"content": "kept"}).status_code for _ in range(5)] == [403] * 5
    response = visitor.post("/", {"content": "kept"})
    assert response.status_code == 429
    assert fields_of(text_of(response))["content"] == "kept"


@pytest.mark.parametrize(
    ("body", "status"), [(b"%ff", 400), (b"\xff", 400), (b"%00\xff", 400), (b"%EF%BF%BD", 403), (b"\xc3\xa9", 403)]
)
def test_bytes_that_are_no_text_are_refused_not_replaced(body: bytes, status: int) -> None:
    visitor = Visitor()
    visitor.raise_request_exception = False
    response = visitor.generic("POST", "/", b"content=" + body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == status


def test_a_foreign_page_cannot_post() -> None:
    response = Visitor().post("/", {"content": "spam"}, HTTP_ORIGIN="https://evil.example")
    assert response.status_code == 403
    assert not Paste.objects.exists()


def test_past_the_limit_the_text_comes_back_with_the_time_to_wait(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(2, 60)
    visitor = Visitor()
    left = [visitor.fill("/", content=f"text {number}")["RateLimit"] for number in range(2)]
    assert [header.partition(";t=")[0] for header in left] == ['"create";r=1', '"create";r=0']
    response = visitor.fill("/", content="the third\n", title="third")
    assert response.status_code == 429
    assert 1 <= int(response["Retry-After"]) <= 60
    assert response["RateLimit-Policy"] == '"create";q=2;w=60'
    shown = fields_of(text_of(response))
    assert (shown["content"], shown["title"]) == ("the third\n", "third")
    assert Paste.objects.count() == 2


def test_refused_posts_spend_nothing_of_the_limit(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(1, 60)
    visitor = Visitor()
    assert [visitor.fill("/", content="").status_code for _ in range(4)] == [422] * 4
    assert visitor.fill("/", content="x").status_code == 303


def test_the_form_is_guarded_at_five_times_the_limit(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(2, 60)
    visitor = Visitor()
    assert [visitor.fill("/", content="").status_code for _ in range(10)] == [422] * 10
    response = visitor.fill("/", content="worth keeping")
    assert response.status_code == 429
    assert response["RateLimit-Policy"] == '"create-form";q=10;w=60'
    assert fields_of(text_of(response))["content"] == "worth keeping"


def test_reading_the_form_spends_nothing(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(1, 60)
    visitor = Visitor()
    assert [visitor.get("/").status_code for _ in range(8)] == [200] * 8
    assert visitor.fill("/", content="x").status_code == 303


def test_clients_are_counted_apart(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(1, 60)
    here, there = Visitor(REMOTE_ADDR="192.0.2.1"), Visitor(REMOTE_ADDR="192.0.2.2")
    assert [visitor.fill("/", content="x").status_code for visitor in (here, here, there)] == [303, 429, 303]


def test_off_switches_both_off(settings: Any) -> None:
    settings.LIMIT_CREATE = None
    visitor = Visitor()
    assert [visitor.fill("/", content="").status_code for _ in range(12)] == [422] * 12
    response = visitor.fill("/", content="x")
    assert response.status_code == 303
    assert "RateLimit" not in response


def test_the_form_says_what_the_limits_are(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(7, 60)
    settings.MAX_PASTE_BYTES = 2048
    page = text_of(Visitor().get("/"))
    assert f"{limits.published()['create']}" in page
    assert 'data-max-bytes="2048"' in page


def test_public_is_offered_only_where_listing_is_open(settings: Any) -> None:
    settings.LIST_ANONYMOUS = False
    visitor = Visitor()
    assert 'value="public"' not in text_of(visitor.get("/"))
    assert visitor.fill("/", content="x", visibility="public").status_code == 422


def test_never_is_offered_only_where_pastes_may_live_for_ever(settings: Any) -> None:
    visitor = Visitor()
    assert visitor.fill("/", content="x", lifetime="never").status_code == 422
    settings.MAX_TTL = None
    path = visitor.publish(lifetime="never")
    assert Paste.objects.get(id=path[1:]).expires_at is None
