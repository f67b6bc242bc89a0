"""DELETE /paste/{id}: gone at once, everywhere, for good."""

from typing import Any

import pytest

from pastes.models import Paste, Retired, Revision
from pastes.tests.calls import UNKNOWN_ID, Clock, assert_problem, call, create, delete, read, update
from pastes.tests.doors import Door, Reply

pytestmark = pytest.mark.embedded


def remove(door: Door, paste: Any, *, token: str | None = "", **headers: str) -> Reply:
    """By its owner, unless another token is given, or None."""
    by = paste["editToken"] if token == "" else token
    return call(door, "DELETE", f"/paste/{paste['id']}", token=by, **headers)


def test_answers_the_id_and_the_moment(door: Door, clock: Clock) -> None:
    paste = create(door)
    clock.advance(seconds=1)
    gone = remove(door, paste)
    assert (gone.status, gone.headers["content-type"]) == (200, "application/json")
    moment = clock.moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert gone.json() == {"id": paste["id"], "deletedAt": moment}


def test_deleted_paste_is_gone_everywhere_though_it_was_read_before(door: Door, owner: str) -> None:
    paste = create(door, token=owner, visibility="public")
    targets = [f"/paste/{paste['id']}", *(f"/{paste['id']}{page}" for page in ("", "/raw", "/download"))]
    tags = {target: door("GET", target).headers["etag"] for target in targets}
    delete(door, paste)
    for target, tag in tags.items():
        for headers in ({}, {"If-None-Match": tag}, {"Accept": "text/html"}):
            assert door("GET", target, headers=headers).status == 404, target
    assert call(door, "GET", "/paste", token=owner).json()["pastes"] == []
    assert paste["id"].encode() not in door("GET", "/recent").body


def test_deleted_paste_cannot_be_changed_or_deleted_again(door: Door) -> None:
    paste = create(door)
    delete(door, paste)
    assert_problem(remove(door, paste), 404)
    fields = {"content": "back", "version": 1}
    assert_problem(call(door, "PUT", f"/paste/{paste['id']}", fields, token=paste["editToken"]), 404)


def test_content_and_history_are_erased_and_the_id_is_retired(door: Door) -> None:
    paste = create(door)
    update(door, paste)
    delete(door, paste)
    assert not Paste.objects.filter(id=paste["id"]).exists()
    assert not Revision.objects.filter(paste_id=paste["id"]).exists()
    assert Retired.objects.filter(id=paste["id"]).exists()


def test_if_match_deletes_only_the_version_that_was_read(door: Door) -> None:
    paste = create(door)
    old = door("GET", f"/paste/{paste['id']}").headers["etag"]
    changed = update(door, paste)
    document = assert_problem(remove(door, paste, if_match=old), 412)
    assert (document["currentVersion"], document["currentUpdatedAt"]) == (2, changed["updatedAt"])
    assert read(door, paste)["version"] == 2
    current = door("GET", f"/paste/{paste['id']}").headers["etag"]
    assert remove(door, paste, if_match=current).status == 200


def test_if_match_of_any_version_deletes(door: Door) -> None:
    assert remove(door, create(door), if_match="*").status == 200


def test_without_a_token_a_credential_is_asked_for(door: Door) -> None:
    paste = create(door)
    reply = remove(door, paste, token=None)
    assert_problem(reply, 401)
    assert reply.headers["www-authenticate"] == "X-Edit-Token"
    assert read(door, paste)["version"] == 1


def test_token_of_another_paste_is_forbidden(door: Door, other: str) -> None:
    paste = create(door)
    assert_problem(remove(door, paste, token=other), 403)
    assert_problem(remove(door, paste, token="short"), 400, field="X-Edit-Token")
    assert read(door, paste)["version"] == 1


def test_unknown_paste_is_not_found(door: Door, owner: str) -> None:
    assert_problem(remove(door, {"id": UNKNOWN_ID}, token=owner), 404)
