"""PUT /paste/{id}: what a change changes, who may, and what it must be based on."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pastes.models import Revision
from pastes.tests.calls import UNKNOWN_ID, Clock, assert_problem, call, create, delete, read, update
from pastes.tests.doors import Door, Reply

pytestmark = pytest.mark.embedded


def put(door: Door, paste: Any, fields: Mapping[str, object], *, token: str | None = "", **headers: str) -> Reply:
    """By its owner, unless another token is given, or None."""
    by = paste["editToken"] if token == "" else token
    return call(door, "PUT", f"/paste/{paste['id']}", {"content": "newer", **fields}, token=by, **headers)


def at(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_answers_the_fields_after_the_change(door: Door, clock: Clock) -> None:
    paste = create(door, title="app.py")
    clock.advance(seconds=5)
    changed = put(door, paste, {"version": 1})
    fields = changed.json()
    assert (changed.status, changed.headers["content-type"]) == (200, "application/json")
    assert (fields["version"], fields["size"], fields["title"]) == (2, 5, "app.py")
    assert (fields["createdAt"], fields["updatedAt"]) == (paste["createdAt"], at(clock.moment))
    assert "editToken" not in fields
    assert read(door, paste) == {**fields, "content": "newer"}
    assert changed.headers["etag"] == door("GET", f"/paste/{paste['id']}").headers["etag"]


def test_what_is_absent_or_null_stays_as_it_is(door: Door) -> None:
    kept: dict[str, Any] = {"title": "notes.md", "language": "python", "visibility": "public", "timetolive": 600}
    paste = create(door, **kept)
    for fields in ({}, {"title": None, "language": None, "visibility": None}):
        changed = update(door, paste, "newer", **fields)
        assert {field: changed[field] for field in kept} == kept
        assert changed["expiresAt"] == paste["expiresAt"]


def test_what_is_given_is_changed(door: Door) -> None:
    asked = {"title": "notes.md", "language": "markdown", "visibility": "public"}
    changed = update(door, create(door, title="app.py"), **asked)
    assert {field: changed[field] for field in asked} == asked
    assert update(door, create(door, title="app.py"), title="")["title"] == ""


def test_life_is_counted_from_the_change(door: Door, clock: Clock) -> None:
    paste = create(door, timetolive=100)
    clock.advance(seconds=50)
    changed = update(door, paste, timetolive=100)
    assert (changed["timetolive"], changed["expiresAt"]) == (100, at(clock.moment + timedelta(seconds=100)))


def test_never_follows_the_plan(door: Door, settings: Any) -> None:
    paste = create(door)
    assert_problem(put(door, paste, {"version": 1, "timetolive": None}), 400, field="timetolive")
    settings.MAX_TTL = None
    changed = update(door, paste, timetolive=None)
    assert (changed["timetolive"], changed["expiresAt"]) == (None, None)


def test_any_change_raises_the_version(door: Door) -> None:
    paste = create(door, timetolive=60)
    assert update(door, paste, "text", timetolive=60)["version"] == 2
    assert update(door, paste, "text")["version"] == 3


def test_time_of_a_change_is_later_than_the_one_before_though_the_clock_is_not(door: Door, clock: Clock) -> None:
    paste = create(door)
    assert update(door, paste)["updatedAt"] == at(clock.moment + timedelta(milliseconds=1))
    clock.advance(seconds=-10)
    assert update(door, paste)["updatedAt"] == at(clock.moment + timedelta(seconds=10, milliseconds=2))


def test_what_is_replaced_is_kept_as_history(door: Door) -> None:
    paste = create(door, "first")
    update(door, paste, "second")
    kept = Revision.objects.get(paste_id=paste["id"])
    assert (kept.version, kept.content) == (1, "first")


def test_what_is_replaced_is_not_kept_where_that_is_asked_for(door: Door) -> None:
    paste = create(door, "a secret")
    assert update(door, paste, "no secret", keepHistory=False)["version"] == 2
    assert not Revision.objects.filter(paste_id=paste["id"]).exists()


def test_answer_sent_back_with_another_text_is_a_change(door: Door) -> None:
    paste = create(door)
    mine = {**read(door, paste), "content": "mine", "editToken": paste["editToken"]}
    assert put(door, paste, mine).status == 200
    assert_problem(put(door, paste, mine), 409)


def test_id_must_be_that_of_the_address(door: Door) -> None:
    paste = create(door)
    for wrong in (UNKNOWN_ID, "", "no id", create(door)["id"]):
        assert_problem(put(door, paste, {"version": 1, "id": wrong}), 400, field="id")
    assert put(door, paste, {"version": 1, "id": paste["id"].upper()}).status == 200


def test_change_based_on_nothing_is_refused(door: Door) -> None:
    paste = create(door)
    document = assert_problem(put(door, paste, {}), 428)
    assert all(word in document["detail"] for word in ("If-Match", "version", "updatedAt"))
    assert read(door, paste)["version"] == 1


def test_if_match_of_the_current_version_holds(door: Door) -> None:
    for condition in ("*", '"other", {}', "{}"):
        paste = create(door)
        tag = door("GET", f"/paste/{paste['id']}").headers["etag"]
        assert put(door, paste, {}, If_Match=condition.format(tag)).status == 200


def test_if_match_takes_the_etag_of_any_representation(door: Door) -> None:
    for page in ("", "/raw", "/raw?lines=1", "/download"):
        paste = create(door)
        tag = door("GET", f"/{paste['id']}{page}").headers["etag"]
        assert put(door, paste, {}, If_Match=tag).status == 200, page


def test_if_match_of_another_version_fails(door: Door) -> None:
    paste = create(door)
    old = door("GET", f"/paste/{paste['id']}").headers["etag"]
    changed = update(door, paste)
    current = door("GET", f"/paste/{paste['id']}").headers["etag"]
    foreign = door("GET", f"/paste/{create(door)['id']}").headers["etag"]
    for condition in (old, foreign, f"W/{current}", '"other"', "", "2"):
        document = assert_problem(put(door, paste, {}, If_Match=condition), 412)
        assert (document["currentVersion"], document["currentUpdatedAt"]) == (2, changed["updatedAt"])
    assert read(door, paste)["version"] == 2


def test_if_match_and_version_must_both_hold(door: Door) -> None:
    paste = create(door)
    old = door("GET", f"/paste/{paste['id']}").headers["etag"]
    update(door, paste)
    current = door("GET", f"/paste/{paste['id']}").headers["etag"]
    assert_problem(put(door, paste, {"version": 2}, If_Match=old), 412)
    assert_problem(put(door, paste, {"version": 1}, If_Match=current), 409)
    assert put(door, paste, {"version": 2}, If_Match=current).status == 200


@pytest.mark.parametrize("version", [1, 3, 0, -1, 10**12])
def test_version_that_is_not_current_is_a_conflict(door: Door, version: int) -> None:
    paste = create(door)
    changed = update(door, paste)
    document = assert_problem(put(door, paste, {"version": version}), 409)
    assert (document["currentVersion"], document["yourVersion"]) == (2, version)
    assert document["currentUpdatedAt"] == changed["updatedAt"]
    assert read(door, paste)["version"] == 2


def test_time_older_than_the_paste_is_a_conflict(door: Door, clock: Clock) -> None:
    paste = create(door)
    clock.advance(seconds=1)
    update(door, paste)
    older = at(clock.moment - timedelta(milliseconds=1))
    document = assert_problem(put(door, paste, {"updatedAt": older}), 409)
    assert (document["currentVersion"], document["currentUpdatedAt"]) == (2, at(clock.moment))
    assert document["yourUpdatedAt"] == older


def test_time_of_the_paste_or_newer_is_no_conflict(door: Door, clock: Clock) -> None:
    paste = create(door)
    assert put(door, paste, {"updatedAt": paste["updatedAt"]}).json()["version"] == 2
    newer = datetime(2199, 1, 1, tzinfo=UTC)
    assert put(door, paste, {"updatedAt": at(newer)}).json()["version"] == 3
    east = (clock.moment + timedelta(hours=2, milliseconds=2)).replace(tzinfo=None).isoformat() + "+02:00"
    assert put(door, paste, {"updatedAt": east}).json()["version"] == 4


def test_version_wins_over_the_time(door: Door) -> None:
    paste = create(door)
    assert put(door, paste, {"version": 1, "updatedAt": "1999-01-01T00:00:00Z"}).status == 200
    assert_problem(put(door, paste, {"version": 1, "updatedAt": "2199-01-01T00:00:00Z"}), 409)


NO_TIMES = ["", "now", "2026-11-24", "2026-11-24T08:00:00", "0001-01-01T00:00:00+23:59"]


def test_time_that_is_none_is_refused(door: Door) -> None:
    for wrong in NO_TIMES:
        assert_problem(put(door, create(door), {"updatedAt": wrong}), 400, field="updatedAt")


def test_without_a_token_a_credential_is_asked_for(door: Door) -> None:
    paste = create(door)
    reply = put(door, paste, {"version": 1}, token=None)
    assert "X-Edit-Token" in assert_problem(reply, 401)["detail"]
    assert reply.headers["www-authenticate"] == "X-Edit-Token"


def test_token_of_another_paste_is_forbidden(door: Door, owner: str, other: str) -> None:
    paste = create(door, token=owner)
    for fields in ({"version": 1}, {"version": 7}, {"updatedAt": "1999-01-01T00:00:00Z"}):
        document = assert_problem(put(door, paste, fields, token=other), 403)
        assert "currentVersion" not in document
    assert read(door, paste)["version"] == 1


def test_token_too_short_to_be_one_is_refused(door: Door) -> None:
    assert_problem(put(door, create(door), {"version": 1}, token="short"), 400, field="X-Edit-Token")


def test_unknown_and_deleted_pastes_are_not_found(door: Door, owner: str) -> None:
    paste = create(door, token=owner)
    delete(door, paste)
    assert_problem(put(door, paste, {"version": 1}), 404)
    assert_problem(put(door, {"id": UNKNOWN_ID}, {"version": 1}, token=owner), 404)


def test_refused_change_changes_nothing(door: Door) -> None:
    paste = create(door)
    before = read(door, paste)
    for fields in ({"content": ""}, {"title": "a\nb"}, {"timetolive": 0}, {"visibility": "private"}, {"colour": 1}):
        assert_problem(put(door, paste, {"version": 1, **fields}), 400)
    assert read(door, paste) == before
