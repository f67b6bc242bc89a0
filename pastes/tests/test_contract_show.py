"""GET and HEAD /paste/{id}: what a reader gets, and until when."""

from datetime import datetime
from typing import Any

import pytest

from pastes.tests.calls import UNKNOWN_ID, Clock, assert_problem, call, create, delete, update
from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded

CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def path(paste: Any) -> str:
    return f"/paste/{paste['id']}"


def test_answers_the_fields_of_the_create_and_the_content(door: Door) -> None:
    paste = create(door, "a\r\nb", title="app.py")
    found = door("GET", path(paste))
    assert (found.status, found.headers["content-type"]) == (200, "application/json")
    paste.pop("editToken")
    assert found.json() == {**paste, "content": "a\r\nb"}


def test_needs_no_credential_and_shows_none(door: Door, owner: str) -> None:
    paste = create(door, token=owner)
    assert owner.encode() not in door("GET", path(paste)).body
    assert owner not in str(door("GET", path(paste)).headers)


def test_may_be_kept_but_is_asked_for_again(door: Door) -> None:
    found = door("GET", path(create(door)))
    assert (found.headers["cache-control"], found.headers["vary"]) == ("no-cache", "Accept, Accept-Encoding")


def test_head_answers_the_headers_of_get_without_the_body(door: Door, clock: Clock) -> None:
    paste = create(door)
    got, asked = door("GET", path(paste)), door("HEAD", path(paste))
    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["content-length"] == str(len(got.body))
    assert {**asked.headers, "x-correlation-id": ""} == {**got.headers, "x-correlation-id": ""}


def test_head_of_an_unknown_paste_is_not_found(door: Door) -> None:
    assert door("HEAD", f"/paste/{UNKNOWN_ID}").status == 404


def test_id_may_be_spelled_in_either_case(door: Door) -> None:
    paste = create(door)
    assert door("GET", f"/paste/{paste['id'].upper()}").json()["id"] == paste["id"]


def test_reader_who_holds_the_current_version_gets_no_body(door: Door) -> None:
    paste = create(door)
    tag = door("GET", path(paste)).headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', f'"other",W/{tag}', "*"):
        found = door("GET", path(paste), headers={"If-None-Match": condition})
        assert (found.status, found.body) == (304, b""), condition
        assert (found.headers["etag"], found.headers["cache-control"]) == (tag, "no-cache")
        assert found.headers["vary"] == "Accept, Accept-Encoding"
        assert "content-type" not in found.headers
    assert door("HEAD", path(paste), headers={"If-None-Match": tag}).status == 304


def test_reader_who_holds_another_version_gets_the_current_one(door: Door) -> None:
    paste = create(door)
    tag = door("GET", path(paste)).headers["etag"]
    update(door, paste, "newer")
    for condition in (tag, '"other"', "", f"{tag[:-1]}"):
        found = door("GET", path(paste), headers={"If-None-Match": condition})
        assert (found.status, found.json()["content"]) == (200, "newer")
        assert found.headers["etag"] != tag


def test_etag_is_another_where_the_links_are_others(door: Door, settings: Any) -> None:
    paste = create(door)
    tag = door("GET", path(paste)).headers["etag"]
    settings.PUBLIC_URL = "https://paste.example"
    found = door("GET", path(paste), headers={"If-None-Match": tag})
    assert (found.status, found.json()["url"]) == (200, f"https://paste.example/{paste['id']}")


PREFER_HTML = [CHROME, "text/html", "TEXT/HTML", "text/html, application/json;q=0.9", "application/json;q=0, text/html"]
PREFER_JSON = [
    *("*/*", "", "image/png", "application/json", "text/html, application/json", "text/html, application/*"),
    *("text/html;q=0.5, application/json", "text/html;q=0", "text/html;q=x, */*;q=0.1", "text/html-like"),
]


def test_browser_is_sent_to_the_page(door: Door) -> None:
    paste = create(door)
    for accept in PREFER_HTML:
        found = door("GET", path(paste), headers={"Accept": accept})
        assert (found.status, found.body) == (303, b""), accept
        assert (found.headers["location"], found.headers["vary"]) == (paste["url"], "Accept")


def test_program_gets_json(door: Door) -> None:
    paste = create(door)
    for accept in PREFER_JSON:
        found = door("GET", path(paste), headers={"Accept": accept})
        assert (found.status, found.headers["content-type"]) == (200, "application/json"), accept


def test_browser_is_not_sent_to_the_page_of_an_unknown_paste(door: Door) -> None:
    assert_problem(door("GET", f"/paste/{UNKNOWN_ID}", headers={"Accept": CHROME}), 404)


def test_unknown_deleted_and_expired_are_one_answer(door: Door, clock: Clock) -> None:
    deleted, expired = create(door), create(door, timetolive=1)
    delete(door, deleted)
    clock.advance(seconds=1)
    answers = [assert_problem(door("GET", f"/paste/{UNKNOWN_ID}"), 404)]
    answers += [assert_problem(door("GET", path(paste)), 404) for paste in (deleted, expired)]
    for answer in answers:
        answer.pop("correlationId")
    assert answers[0] == answers[1] == answers[2]


def test_paste_is_there_until_its_last_millisecond_and_gone_at_its_expiry(door: Door, clock: Clock) -> None:
    paste = create(door, timetolive=60)
    clock.advance(seconds=60, milliseconds=-1)
    assert door("GET", path(paste)).status == 200
    clock.advance(milliseconds=1)
    assert clock.moment == datetime.fromisoformat(paste["expiresAt"])
    for target in (path(paste), f"/{paste['id']}", f"/{paste['id']}/raw", f"/{paste['id']}/download"):
        assert door("GET", target).status == 404, target
        assert door("HEAD", target).status == 404, target


def test_expired_paste_is_not_served_from_a_warm_cache(door: Door, clock: Clock) -> None:
    paste = create(door, timetolive=60)
    targets = (path(paste), f"/{paste['id']}", f"/{paste['id']}/raw", f"/{paste['id']}/download")
    tags = {target: door("GET", target).headers["etag"] for target in targets}
    clock.advance(seconds=60)
    for target, tag in tags.items():
        assert door("GET", target).status == 404, target
        assert door("GET", target, headers={"If-None-Match": tag}).status == 404, target
        assert door("GET", target, headers={"If-None-Match": "*", "Accept": CHROME}).status == 404, target


def test_expired_paste_can_be_neither_changed_nor_deleted(door: Door, clock: Clock) -> None:
    paste = create(door, timetolive=60)
    clock.advance(seconds=60)
    fields, token = {"content": "again", "version": 1, "timetolive": 60}, paste["editToken"]
    assert_problem(call(door, "PUT", path(paste), fields, token=token), 404)
    assert_problem(call(door, "DELETE", path(paste), token=token), 404)


def test_shorter_life_counts_at_once(door: Door, clock: Clock) -> None:
    paste = create(door)
    door("GET", path(paste))
    update(door, paste, "text", timetolive=1)
    clock.advance(seconds=1)
    assert_problem(door("GET", path(paste)), 404)


def test_longer_life_counts_at_once(door: Door, clock: Clock) -> None:
    paste = create(door, timetolive=1)
    door("GET", path(paste))
    update(door, paste, "text", timetolive=10)
    clock.advance(seconds=9)
    assert door("GET", path(paste)).status == 200


def test_change_is_seen_by_the_next_read(door: Door) -> None:
    paste = create(door)
    for number in range(3):
        update(door, paste, f"text {number}")
        assert door("GET", path(paste)).json()["content"] == f"text {number}"
        assert door("GET", f"/{paste['id']}/raw").text == f"text {number}"
