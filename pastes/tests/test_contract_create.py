"""POST /paste: what is made, under which id, and whose it is."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pastes.tests.calls import Clock, assert_problem, call, create, delete, read, update
from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded

FIELDS = {
    *("id", "url", "rawUrl", "title", "language", "visibility", "size", "sha256", "version"),
    *("createdAt", "updatedAt", "expiresAt", "timetolive", "editToken"),
}
SHA256_OF_TEXT = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_answers_the_fields_of_the_paste_and_its_edit_token(door: Door) -> None:
    made = call(door, "POST", "/paste", {"content": "text"})
    paste = made.json()
    assert (made.status, made.headers["content-type"]) == (200, "application/json")
    assert set(paste) == FIELDS
    assert (paste["size"], paste["sha256"], paste["version"]) == (4, SHA256_OF_TEXT, 1)
    assert (paste["title"], paste["language"], paste["visibility"]) == ("", "text", "unlisted")
    assert all(MOMENT.fullmatch(paste[field]) for field in ("createdAt", "updatedAt", "expiresAt"))
    assert paste["createdAt"] == paste["updatedAt"]


def test_links_lead_to_the_paste(door: Door) -> None:
    made = call(door, "POST", "/paste", {"content": "text"})
    paste_id = made.json()["id"]
    assert made.headers["location"] == f"http://testserver/paste/{paste_id}"
    assert made.json()["url"] == f"http://testserver/{paste_id}"
    assert made.json()["rawUrl"] == f"http://testserver/{paste_id}/raw"
    assert door("GET", f"/{paste_id}/raw").body == b"text"


def test_etag_of_the_answer_is_that_of_a_read(door: Door) -> None:
    made = call(door, "POST", "/paste", {"content": "text"})
    assert re.fullmatch(r'"[^"]+"', made.headers["etag"])
    assert made.headers["etag"] == door("GET", f"/paste/{made.json()['id']}").headers["etag"]


def test_answer_with_the_token_is_kept_by_nobody(door: Door) -> None:
    assert call(door, "POST", "/paste", {"content": "text"}).headers["cache-control"] == "no-store"


def test_each_paste_gets_an_id_of_its_own(door: Door) -> None:
    first, second = create(door), create(door)
    assert first["id"] != second["id"]
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", first["id"])


def test_title_language_visibility_and_life_are_kept(door: Door) -> None:
    asked: dict[str, Any] = {"title": "Notes 📝", "language": "markdown", "visibility": "public", "timetolive": 60}
    paste = read(door, create(door, **asked))
    assert {field: paste[field] for field in asked} == asked


def test_language_is_guessed_where_none_is_named(door: Door) -> None:
    assert create(door, "x = 1", title="app.py")["language"] == "python"
    assert create(door, "x = 1", title="app.py", language="auto")["language"] == "python"
    assert create(door, "x = 1", title="app.py", language="js")["language"] == "javascript"


def test_life_is_the_default_where_none_is_asked_for(door: Door, clock: Clock) -> None:
    paste = create(door)
    assert paste["timetolive"] == 30 * 86_400
    assert datetime.fromisoformat(paste["expiresAt"]) == clock.moment + timedelta(days=30)


def test_never_is_refused_where_the_plan_knows_no_never(door: Door) -> None:
    reply = call(door, "POST", "/paste", {"content": "text", "timetolive": None})
    assert_problem(reply, 400, field="timetolive")


def test_never_is_taken_where_the_plan_allows_it(door: Door, settings: Any) -> None:
    settings.MAX_TTL = None
    paste = create(door, timetolive=None)
    assert (paste["timetolive"], paste["expiresAt"]) == (None, None)


def test_longest_life_is_taken_and_a_second_more_is_not(door: Door) -> None:
    assert create(door, timetolive=365 * 86_400)["timetolive"] == 365 * 86_400
    reply = call(door, "POST", "/paste", {"content": "text", "timetolive": 365 * 86_400 + 1})
    assert_problem(reply, 400, field="timetolive")


def test_created_at_is_checked_and_then_ignored(door: Door, clock: Clock) -> None:
    paste = create(door, createdAt="1999-12-31T23:59:59+02:00")
    assert datetime.fromisoformat(paste["createdAt"]) == clock.moment
    for wrong in ("yesterday", "", "2026-11-24", "2026-11-24T08:00:00", "2026-13-01T00:00:00Z"):
        assert_problem(call(door, "POST", "/paste", {"content": "text", "createdAt": wrong}), 400, field="createdAt")


def test_id_of_the_client_is_taken_in_either_case(door: Door) -> None:
    lower, upper = str(uuid4()), str(uuid4()).upper()
    assert create(door, id=lower)["id"] == lower
    assert create(door, id=upper)["id"] == upper.lower()


@pytest.mark.parametrize("in_case", [str.lower, str.upper])
def test_same_create_sent_again_is_one_paste(door: Door, owner: str, in_case: Callable[[str], str]) -> None:
    paste_id = str(uuid4())
    first = create(door, id=paste_id, token=owner)
    assert create(door, id=in_case(paste_id), token=owner) == first


def test_same_create_sent_again_after_an_edit_answers_what_is_there_now(door: Door, owner: str) -> None:
    first = create(door, id=str(uuid4()), token=owner)
    update(door, first, "edited")
    again = create(door, id=first["id"], token=owner)
    assert (again["id"], again["version"], again["size"]) == (first["id"], 2, len("edited"))
    assert read(door, first)["content"] == "edited"


def test_taken_id_is_a_conflict_for_another_text(door: Door, owner: str) -> None:
    first = create(door, id=str(uuid4()), token=owner)
    reply = call(door, "POST", "/paste", {"content": "other", "id": first["id"]}, token=owner)
    assert_problem(reply, 409)
    assert read(door, first)["content"] == "text"


@pytest.mark.parametrize("token", ["other-other-other-other", None])
def test_taken_id_is_a_conflict_for_somebody_else(door: Door, owner: str, token: str | None) -> None:
    first = create(door, id=str(uuid4()), token=owner)
    reply = call(door, "POST", "/paste", {"content": "text", "id": first["id"]}, token=token)
    assert_problem(reply, 409)
    assert "x-edit-token" not in reply.headers
    assert owner.encode() not in reply.body


def test_id_of_a_deleted_paste_is_never_given_out_again(door: Door, owner: str) -> None:
    paste = create(door, id=str(uuid4()), token=owner)
    delete(door, paste)
    for content in ("text", "other"):
        assert_problem(call(door, "POST", "/paste", {"content": content, "id": paste["id"]}, token=owner), 409)
    assert_problem(call(door, "GET", f"/paste/{paste['id']}"), 404)


def test_id_of_an_expired_paste_is_never_given_out_again(door: Door, owner: str, clock: Clock) -> None:
    paste = create(door, id=str(uuid4()), token=owner, timetolive=1)
    clock.advance(seconds=1)
    assert_problem(call(door, "POST", "/paste", {"content": "text", "id": paste["id"]}, token=owner), 409)
    assert_problem(call(door, "GET", f"/paste/{paste['id']}"), 404)


def test_public_is_refused_where_listing_is_off(door: Door, settings: Any) -> None:
    settings.LIST_ANONYMOUS = False
    reply = call(door, "POST", "/paste", {"content": "text", "visibility": "public"})
    assert_problem(reply, 400, field="visibility")


def test_private_waits_for_accounts(door: Door) -> None:
    reply = call(door, "POST", "/paste", {"content": "text", "visibility": "private"})
    assert_problem(reply, 400, field="visibility")


def test_every_wrong_field_is_named_at_once(door: Door) -> None:
    reply = call(door, "POST", "/paste", {"content": "", "title": "a\nb", "language": "klingon", "timetolive": 0})
    document = assert_problem(reply, 400)
    assert {error["field"] for error in document["errors"]} == {"content", "title", "language", "timetolive"}


def test_token_of_the_client_owns_the_paste(door: Door, owner: str) -> None:
    made = call(door, "POST", "/paste", {"content": "text"}, token=owner)
    assert made.headers["x-edit-token"] == made.json()["editToken"] == owner
    assert update(door, made.json())["version"] == 2


def test_token_is_fresh_where_the_client_brings_none(door: Door) -> None:
    made = call(door, "POST", "/paste", {"content": "text"})
    assert made.headers["x-edit-token"] == made.json()["editToken"] != create(door)["editToken"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{22,}", made.json()["editToken"])
    assert update(door, made.json())["version"] == 2


TOKENS = ["", "a" * 21, "a" * 21 + "=", "a" * 21 + "é", "a b" * 10, "a" * 129]


def test_token_that_holds_no_128_random_bits_is_refused(door: Door) -> None:
    for token in TOKENS:
        assert_problem(call(door, "POST", "/paste", {"content": "text"}, token=token), 400, field="X-Edit-Token")


def test_token_anywhere_else_proves_nothing(door: Door, owner: str) -> None:
    paste = create(door, token=owner)
    target = f"/paste/{paste['id']}"
    fields = {"content": "mine", "version": 1}
    for headers in ({"Authorization": f"Bearer {owner}"}, {"Cookie": f"owner={owner}; __Host-owner={owner}"}):
        assert_problem(call(door, "PUT", target, fields, **headers), 401)
    assert_problem(call(door, "PUT", f"{target}?editToken={owner}", fields), 401)
    assert_problem(call(door, "PUT", target, {**fields, "editToken": owner}), 401)
    assert read(door, paste)["content"] == "text"
