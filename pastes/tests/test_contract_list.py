"""GET /paste: a caller's own pastes, page by page."""

from typing import Any

import pytest

from pastes.tests.calls import Clock, assert_problem, call, create, delete
from pastes.tests.doors import Door, Reply

pytestmark = pytest.mark.embedded


def listed(door: Door, token: str, query: str = "") -> Any:
    found = call(door, "GET", f"/paste{query}", token=token)
    assert found.status == 200, found.body
    return found.json()


def made(door: Door, count: int, token: str) -> list[str]:
    """Ids, oldest first."""
    return [create(door, f"text {number}", token=token)["id"] for number in range(count)]


def ids(page: Any) -> list[str]:
    return [paste["id"] for paste in page["pastes"]]


def walked(door: Door, token: str, *, limit: int) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = listed(door, token, f"?limit={limit}&cursor={cursor}")
        assert 0 < len(page["pastes"]) <= limit
        found += ids(page)
        cursor = page["next"]
    return found


def test_shows_the_fields_of_the_callers_own_and_no_content(door: Door, owner: str, other: str) -> None:
    paste = create(door, token=owner, title="app.py")
    create(door, token=other)
    paste.pop("editToken")
    assert listed(door, owner) == {"pastes": [paste], "next": None}


def test_is_empty_for_a_token_that_made_nothing(door: Door, other: str) -> None:
    assert listed(door, other) == {"pastes": [], "next": None}


def test_is_kept_by_nobody(door: Door, owner: str) -> None:
    assert call(door, "GET", "/paste", token=owner).headers["cache-control"] == "private, no-store"


def test_newest_comes_first(door: Door, owner: str, clock: Clock) -> None:
    first = create(door, token=owner)
    clock.advance(milliseconds=1)
    second = create(door, token=owner)
    assert ids(listed(door, owner)) == [second["id"], first["id"]]


def test_pages_hold_each_paste_once_though_all_are_of_one_moment(door: Door, owner: str, clock: Clock) -> None:
    known = made(door, 7, owner)
    for limit in (1, 3, 7, 100):
        found = walked(door, owner, limit=limit)
        assert sorted(found) == sorted(known)


def test_last_full_page_has_no_next(door: Door, owner: str) -> None:
    made(door, 4, owner)
    first = listed(door, owner, "?limit=2")
    assert listed(door, owner, f"?limit=2&cursor={first['next']}")["next"] is None


def test_page_never_shifts_for_pastes_made_or_gone_meanwhile(door: Door, owner: str, clock: Clock) -> None:
    known = []
    for number in range(4):
        known.append(create(door, f"text {number}", token=owner))
        clock.advance(milliseconds=1)
    first = listed(door, owner, "?limit=2")
    create(door, "newest", token=owner)
    delete(door, known[2])
    second = listed(door, owner, f"?limit=2&cursor={first['next']}")
    assert ids(second) == [known[1]["id"], known[0]["id"]]


def test_holds_fifty_where_no_limit_is_given(door: Door, owner: str) -> None:
    made(door, 51, owner)
    page = listed(door, owner)
    assert len(page["pastes"]) == 50
    assert len(listed(door, owner, f"?cursor={page['next']}")["pastes"]) == 1
    assert len(listed(door, owner, "?limit=100")["pastes"]) == 51


LIMITS = ["0", "101", "-1", "", "x", "1.0", "%2B1", "9" * 4301, "%D9%A1"]


def test_limit_out_of_its_bounds_is_refused(door: Door, owner: str) -> None:
    for limit in LIMITS:
        assert_problem(call(door, "GET", f"/paste?limit={limit}", token=owner), 400, field="limit")


CURSORS = ["x", "1-", "-1-" + "0" * 32, "9" * 15 + "-" + "0" * 32, "1-" + "g" * 32]


def test_cursor_that_no_page_gave_is_refused(door: Door, owner: str) -> None:
    for cursor in CURSORS:
        assert_problem(call(door, "GET", f"/paste?cursor={cursor}", token=owner), 400, field="cursor")


def test_cursor_of_the_farthest_future_is_served(door: Door, owner: str) -> None:
    made(door, 1, owner)
    assert len(listed(door, owner, f"?cursor={'9' * 14}-{'f' * 32}")["pastes"]) == 1


def test_unknown_parameter_is_named(door: Door, owner: str) -> None:
    assert_problem(call(door, "GET", "/paste?limit=1&_connector=OR", token=owner), 400, field="_connector")
    assert_problem(call(door, "GET", "/paste?limit=1&limit=2", token=owner), 400, field="limit")


def test_expired_and_deleted_pastes_are_not_listed(door: Door, owner: str, clock: Clock) -> None:
    create(door, token=owner, timetolive=1)
    delete(door, create(door, token=owner))
    kept = create(door, token=owner)
    clock.advance(seconds=1)
    assert ids(listed(door, owner)) == [kept["id"]]


def test_unlisted_and_public_are_listed_to_their_owner(door: Door, owner: str) -> None:
    create(door, token=owner, visibility="public")
    create(door, token=owner, visibility="unlisted")
    assert {paste["visibility"] for paste in listed(door, owner)["pastes"]} == {"public", "unlisted"}


def refused(door: Door, **headers: str) -> Reply:
    return call(door, "GET", "/paste", **headers)


def test_without_a_token_a_credential_is_asked_for(door: Door, owner: str) -> None:
    create(door, token=owner)
    for headers in ({}, {"Cookie": f"owner={owner}"}, {"Authorization": f"Bearer {owner}"}):
        reply = refused(door, **headers)
        assert "X-Edit-Token" in assert_problem(reply, 401)["detail"]
        assert reply.headers["www-authenticate"] == "X-Edit-Token"


def test_bad_token_is_refused(door: Door) -> None:
    assert_problem(refused(door, X_Edit_Token="short"), 400, field="X-Edit-Token")


def test_head_answers_without_a_body(door: Door, owner: str) -> None:
    create(door, token=owner)
    got, asked = call(door, "GET", "/paste", token=owner), call(door, "HEAD", "/paste", token=owner)
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["content-length"] == str(len(got.body))
