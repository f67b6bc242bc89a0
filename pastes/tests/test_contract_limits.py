"""How many pastes one client may make, and how it is told."""

import re
from typing import Any
from uuid import uuid4

import pytest

from pastebin.environment import Rate
from pastes.tests.calls import assert_problem, call, create, read, update
from pastes.tests.doors import PEER, Door, Reply

pytestmark = pytest.mark.embedded


@pytest.fixture(autouse=True)
def three_a_minute(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(3, 60)


def post(door: Door, *, peer: str = PEER, forwarded: str = "") -> Reply:
    headers = {"Content-Type": "application/json", **({"X-Forwarded-For": forwarded} if forwarded else {})}
    return door("POST", "/paste", headers=headers, body=b'{"content": "text"}', peer=peer)


def test_exactly_so_many_creates_are_let_in(door: Door) -> None:
    assert [post(door).status for _ in range(5)] == [200, 200, 200, 429, 429]


def test_each_create_tells_what_is_left(door: Door) -> None:
    for left in (2, 1, 0):
        made = post(door)
        assert made.headers["ratelimit-policy"] == '"create";q=3;w=60'
        assert re.fullmatch(rf'"create";r={left};t=(5\d|60)', made.headers["ratelimit"])


def test_refusal_tells_how_long_to_wait(door: Door) -> None:
    for _ in range(3):
        post(door)
    refused = post(door)
    document = assert_problem(refused, 429)
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["retry-after"] in document["detail"]
    assert refused.headers["ratelimit"] == f'"create";r=0;t={refused.headers["retry-after"]}'
    assert refused.headers["ratelimit-policy"] == '"create";q=3;w=60'
    assert "x-edit-token" not in refused.headers


def test_uploads_and_posts_are_counted_together(door: Door) -> None:
    post(door)
    made = door("PUT", "/app.py", body=b"text")
    assert made.headers["ratelimit"].startswith('"create";r=1;')
    post(door)
    assert_problem(door("PUT", "/app.py", body=b"text"), 429)


def test_invalid_creates_spend_nothing(door: Door) -> None:
    for body in (b"{", b"{}", b'{"content": ""}', b'{"content": "a", "title": "a\\nb"}'):
        refused = door("POST", "/paste", headers={"Content-Type": "application/json"}, body=body)
        assert refused.status == 400
    assert door("PUT", "/app.py").status == 400
    assert door("POST", "/paste", body=b"x").status == 415
    assert [post(door).status for _ in range(4)] == [200, 200, 200, 429]


def test_reads_and_changes_spend_nothing(door: Door) -> None:
    paste = create(door)
    for _ in range(4):
        read(door, paste)
        update(door, paste)
    assert [post(door).status for _ in range(3)] == [200, 200, 429]


def test_conflict_tells_what_is_left_too(door: Door, owner: str) -> None:
    paste_id = str(uuid4())
    create(door, id=paste_id)
    refused = call(door, "POST", "/paste", {"content": "other", "id": paste_id}, token=owner)
    assert_problem(refused, 409)
    assert refused.headers["ratelimit"].startswith('"create";r=1;')


def test_refused_create_makes_nothing(door: Door, owner: str) -> None:
    for _ in range(3):
        post(door)
    paste_id = str(uuid4())
    assert_problem(call(door, "POST", "/paste", {"content": "text", "id": paste_id}, token=owner), 429)
    assert_problem(call(door, "GET", f"/paste/{paste_id}"), 404)


def test_invented_forwarding_lifts_nothing(door: Door) -> None:
    statuses = [post(door, forwarded=f"198.51.100.{number}").status for number in range(10)]
    assert statuses == [200] * 3 + [429] * 7


def test_other_spellings_of_forwarding_lift_nothing(door: Door) -> None:
    names = ("X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "Client-IP")
    statuses = [door("PUT", "/app.py", headers={name: "198.51.100.1"}, body=b"text").status for name in names]
    assert statuses == [200] * 3 + [429] * 3


def test_another_token_lifts_nothing(door: Door) -> None:
    statuses = [
        call(door, "POST", "/paste", {"content": "text"}, token=f"token-token-token-tok-{number}").status
        for number in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_other_address_has_a_limit_of_its_own(door: Door) -> None:
    assert [post(door).status for _ in range(4)][-1] == 429
    assert post(door, peer="198.51.100.1").status == 200


def test_whole_ipv6_64_is_one_client(door: Door) -> None:
    statuses = [post(door, peer=f"2001:db8:0:1::{number:x}").status for number in range(1, 5)]
    assert statuses == [200, 200, 200, 429]
    assert post(door, peer="2001:db8:0:2::1").status == 200


def test_ipv4_in_an_ipv6_spelling_is_the_same_client(door: Door) -> None:
    assert [post(door, peer="198.51.100.1").status for _ in range(3)] == [200] * 3
    assert post(door, peer="::ffff:198.51.100.1").status == 429


def test_client_is_the_last_address_that_a_trusted_proxy_names(door: Door, trusted_proxy: None) -> None:
    statuses = [post(door, forwarded=f"203.0.113.{number}, 198.51.100.1").status for number in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert post(door, forwarded="198.51.100.1, 198.51.100.2").status == 200


def test_limit_may_be_switched_off(door: Door, settings: Any) -> None:
    settings.LIMIT_CREATE = None
    made = [post(door) for _ in range(5)]
    assert [reply.status for reply in made] == [200] * 5
    assert "ratelimit" not in made[0].headers
