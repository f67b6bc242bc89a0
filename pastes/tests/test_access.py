"""The permission table, row by row."""

import pytest

from pastes.access import ANYBODY, Actor, identified, owns, readable, writable
from pastes.errors import Forbidden, NotFound, Unauthorized
from pastes.tests.samples import NOW, OTHER_KEY, OWNER_KEY, SECOND, header

pytestmark = pytest.mark.embedded

OWNER, OTHER = Actor(OWNER_KEY), Actor(OTHER_KEY)


@pytest.mark.parametrize("visibility", ["public", "unlisted"])
def test_anybody_reads_what_has_a_link(visibility: str) -> None:
    paste = header(visibility=visibility)
    assert readable(paste, at=NOW) is paste


def test_what_you_may_not_see_is_not_found_with_one_answer_for_all() -> None:
    hidden = [None, header(visibility="private"), header(visibility="new kind"), header(expires_at=NOW)]
    details = set()
    for paste in hidden:
        with pytest.raises(NotFound) as refusal:
            readable(paste, at=NOW)
        details.add(refusal.value.detail)
    assert len(details) == 1


def test_what_never_expires_is_readable_for_ever() -> None:
    paste = header(expires_at=None)
    assert readable(paste, at=NOW + 10**9 * SECOND) is paste


def test_whoever_holds_the_owner_key_may_write() -> None:
    writable(header(), OWNER)
    assert owns(header(), OWNER)


def test_another_is_forbidden_and_nobody_is_asked_who_they_are() -> None:
    with pytest.raises(Forbidden):
        writable(header(), OTHER)
    with pytest.raises(Unauthorized) as refusal:
        writable(header(), ANYBODY)
    assert refusal.value.headers == [("WWW-Authenticate", "X-Edit-Token")]


@pytest.mark.parametrize("actor", [ANYBODY, OTHER])
def test_what_another_may_not_even_see_is_not_found_when_they_change_it(actor: Actor) -> None:
    with pytest.raises(NotFound):
        writable(header(visibility="private"), actor)


@pytest.mark.parametrize("actor", [ANYBODY, OTHER, Actor(b""), Actor(OWNER_KEY[:-1])])
def test_nobody_else_owns_it(actor: Actor) -> None:
    assert not owns(header(), actor)


def test_an_empty_owner_key_in_the_row_is_nobodys() -> None:
    assert not owns(header(owner_key=b""), ANYBODY)


def test_who_proved_a_key_is_known_by_it_and_who_did_not_is_asked() -> None:
    assert identified(OWNER) == OWNER_KEY
    with pytest.raises(Unauthorized):
        identified(ANYBODY)
