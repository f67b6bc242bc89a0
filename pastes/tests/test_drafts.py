"""The one validation: each rule, at its edge, with the words that name it; and what a draft becomes."""

import base64
import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from msgspec import UNSET

from pastes import drafts
from pastes.drafts import LONGEST_TTL, Draft, hashed_token, new_id, new_token, parsed_id
from pastes.errors import Invalid
from pastes.store.edits import Edit
from pastes.tests.samples import DAY, NOW, OWNER_KEY, SECOND, anyone

pytestmark = pytest.mark.embedded

DEFAULT_TTL, MAX_TTL = 3600, 7200


@pytest.fixture(autouse=True)
def plan(settings: Any) -> None:
    settings.DEFAULT_TTL, settings.MAX_TTL = DEFAULT_TTL, MAX_TTL
    settings.MAX_PASTE_BYTES = 10
    settings.LIST_ANONYMOUS = True


def complaints(**fields: Any) -> dict[str, str]:
    """What is wrong, by field."""
    try:
        Draft(**fields).checked(at=NOW)
    except Invalid as invalid:
        return {error.field: error.message for error in invalid.errors}
    return {}


# Content.


@pytest.mark.parametrize("content", ["x", " ", "\r\n", "x" * 10, "🙂🙂", "\ufeff", "\u2028", "\x1b"])
def test_any_text_of_the_right_size_is_taken_as_it_is(content: str) -> None:
    assert Draft(content=content).checked(at=NOW).content == content


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "has no text in it"),
        ("a\0b", "holds a NUL character, which no text file has"),
        ("a\ud800b", "holds half a surrogate pair, which is not text"),
        ("x" * 11, "is 11 bytes of UTF-8; at most 10 are taken"),
        ("🙂🙂🙂", "is 12 bytes of UTF-8; at most 10 are taken"),
    ],
)
def test_content_that_no_text_file_holds_is_refused(content: str, message: str) -> None:
    assert complaints(content=content) == {"content": message}


# Title, language, visibility.


@pytest.mark.parametrize("title", ["", "x" * 200, "🙂" * 200, "a / b <c>.txt"])
def test_a_title_is_one_line_of_at_most_200_characters(title: str) -> None:
    assert Draft(title=title).checked(at=NOW).title == title


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("x" * 201, "is 201 characters long; at most 200 are taken"),
        ("a\nb", "must be one line without control characters"),
        ("a\0b", "must be one line without control characters"),
        ("a\x7f", "must be one line without control characters"),
        ("a\udfff", "holds half a surrogate pair, which is not text"),
    ],
)
def test_any_other_title_is_refused(title: str, message: str) -> None:
    assert complaints(title=title) == {"title": message}


@pytest.mark.parametrize(("given", "name"), [("python", "python"), ("txt", "text"), ("auto", "auto"), (None, None)])
def test_a_language_is_kept_under_its_one_name(given: str | None, name: str | None) -> None:
    assert Draft(language=given).checked(at=NOW).language == name


@pytest.mark.parametrize("language", ["", "klingon", "text "])
def test_a_language_that_nobody_knows_is_refused(language: str) -> None:
    assert complaints(language=language) == {
        "language": "is not one that is known here; see the API page for the names"
    }


@pytest.mark.parametrize("visibility", [None, "public", "unlisted"])
def test_a_paste_is_listed_or_not(visibility: str | None) -> None:
    assert Draft(visibility=visibility).checked(at=NOW).visibility == visibility


def test_listing_is_a_right(settings: Any) -> None:
    settings.LIST_ANONYMOUS = False
    assert complaints(visibility="public") == {
        "visibility": "public listing is not open to anonymous pastes here",
    }
    assert complaints(visibility="unlisted") == {}


@pytest.mark.parametrize(
    ("visibility", "message"),
    [
        ("private", "private pastes need an account, and there are none here"),
        ("", "must be public or unlisted"),
        ("Public", "must be public or unlisted"),
    ],
)
def test_no_other_visibility_is_taken(visibility: str, message: str) -> None:
    assert complaints(visibility=visibility) == {"visibility": message}


# Life.

OUT_OF_RANGE = f"must be a whole number of seconds from 1 to {MAX_TTL}"


@pytest.mark.parametrize("seconds", [1, MAX_TTL])
def test_a_life_within_the_plan_is_taken(seconds: int) -> None:
    assert Draft(timetolive=seconds).checked(at=NOW).timetolive == seconds


@pytest.mark.parametrize("seconds", [0, -1, MAX_TTL + 1, 10**30])
def test_a_life_beyond_the_plan_is_refused(seconds: int) -> None:
    assert complaints(timetolive=seconds) == {"timetolive": OUT_OF_RANGE}


def test_for_ever_is_for_plans_that_allow_it(settings: Any) -> None:
    message = f"must be given: no paste lives for ever here, at most {MAX_TTL} seconds"
    assert complaints(timetolive=None) == {"timetolive": message}
    settings.MAX_TTL = None
    assert complaints(timetolive=None) == {}
    assert complaints(timetolive=LONGEST_TTL) == {}
    assert complaints(timetolive=LONGEST_TTL + 1) == {
        "timetolive": f"must be a whole number of seconds from 1 to {LONGEST_TTL}"
    }


def test_a_picked_moment_is_counted_in_seconds() -> None:
    draft = Draft(expires_at=NOW + timedelta(seconds=90, milliseconds=500)).checked(at=NOW)
    assert draft.timetolive == 90
    assert complaints(expires_at=NOW + MAX_TTL * SECOND) == {}


@pytest.mark.parametrize("moment", [NOW - DAY, NOW, NOW + timedelta(milliseconds=999), NOW + (MAX_TTL + 1) * SECOND])
def test_a_picked_moment_beyond_the_plan_is_refused_under_the_name_that_the_form_has_for_it(moment: Any) -> None:
    assert complaints(expires_at=moment) == {"expires_on": OUT_OF_RANGE}


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        Draft(content="", title="a\nb", language="klingon", visibility="secret", timetolive=0).checked(at=NOW)
    fields = [error.field for error in refusal.value.errors]
    assert fields == ["content", "title", "language", "visibility", "timetolive"]
    assert refusal.value.detail.startswith("content: has no text in it; title: must be one line")


# What a draft becomes.


def test_a_new_paste_has_what_was_given_and_the_plans_defaults() -> None:
    new = Draft(content="naïve").checked(at=NOW).new_paste(at=NOW, owner_key=OWNER_KEY)
    made, digest = new.record.header, hashlib.sha256("naïve".encode()).digest()
    assert (made.title, made.language, made.visibility, made.version) == ("", "text", "unlisted", 1)
    assert (made.created_at, made.updated_at, made.owner_key) == (NOW, NOW, OWNER_KEY)
    assert (made.timetolive, made.expires_at) == (DEFAULT_TTL, NOW + DEFAULT_TTL * SECOND)
    assert (made.size, made.sha256, made.first_sha256) == (6, digest, digest)
    assert (new.record.content, new.id_is_given, made.id.version) == ("naïve", False, 4)


def test_a_new_paste_may_have_everything_given() -> None:
    given = new_id()
    draft = Draft(content="x", title="a.py", language="bash", visibility="public", timetolive=60).checked(at=NOW)
    new = draft.new_paste(at=NOW, owner_key=OWNER_KEY, given_id=given)
    made = new.record.header
    assert (new.id, new.id_is_given, made.title, made.language, made.visibility) == (
        given,
        True,
        "a.py",
        "bash",
        "public",
    )
    assert (made.timetolive, made.expires_at) == (60, NOW + 60 * SECOND)


@pytest.mark.parametrize("language", [None, "auto"])
def test_a_language_that_was_not_given_is_guessed(language: str | None) -> None:
    draft = Draft(content="x", title="a.py", language=language).checked(at=NOW)
    assert draft.new_paste(at=NOW, owner_key=OWNER_KEY).record.header.language == "python"


def test_a_new_paste_may_live_for_ever_or_to_a_picked_moment(settings: Any) -> None:
    settings.MAX_TTL = None
    for_ever = Draft(content="x", timetolive=None).checked(at=NOW).new_paste(at=NOW, owner_key=OWNER_KEY)
    assert (for_ever.record.header.timetolive, for_ever.record.header.expires_at) == (None, None)
    moment = NOW + timedelta(seconds=90, milliseconds=500)
    picked = Draft(content="x", expires_at=moment).checked(at=NOW).new_paste(at=NOW, owner_key=OWNER_KEY)
    assert (picked.record.header.timetolive, picked.record.header.expires_at) == (90, moment)


def test_a_plan_whose_pastes_live_for_ever_by_default(settings: Any) -> None:
    settings.DEFAULT_TTL = settings.MAX_TTL = None
    assert Draft(content="x").checked(at=NOW).new_paste(at=NOW, owner_key=OWNER_KEY).record.header.expires_at is None


def test_a_new_paste_needs_content() -> None:
    with pytest.raises(Invalid, match="content: is required"):
        Draft().checked(at=NOW).new_paste(at=NOW, owner_key=OWNER_KEY)


def test_an_edit_asks_for_what_was_given_and_nothing_else() -> None:
    paste_id = new_id()
    assert Draft().edit(paste_id, at=NOW, guard=anyone) == Edit(paste_id, NOW, anyone)
    draft = Draft("text", "a", "python", "public", 60, NOW + DAY)
    asked = draft.edit(paste_id, at=NOW, guard=anyone, keep_history=False)
    assert asked == Edit(paste_id, NOW, anyone, "text", "a", "python", "public", 60, NOW + DAY, False)
    assert Draft().edit(paste_id, at=NOW, guard=anyone).timetolive is UNSET


# Ids and tokens.


def test_ids_are_random_uuids_of_version_4() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {(found.version, found.variant) for found in ids} == {(4, uuid.RFC_4122)}


@pytest.mark.parametrize("spelling", ["6a1e7c1e-1111-4222-8333-0123456789ab", "6A1E7C1E-1111-4222-B333-0123456789AB"])
def test_an_id_is_read_in_either_case(spelling: str) -> None:
    assert parsed_id(spelling) == uuid.UUID(spelling)


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "6a1e7c1e1111422283330123456789ab",
        "{6a1e7c1e-1111-4222-8333-0123456789ab}",
        "6a1e7c1e-1111-1222-8333-0123456789ab",
        "6a1e7c1e-1111-4222-7333-0123456789ab",
        "6a1e7c1e-1111-4222-8333-0123456789ab\n",
        "\uff16a1e7c1e-1111-4222-8333-0123456789ab",
    ],
)
def test_no_other_spelling_is_an_id(spelling: str) -> None:
    assert parsed_id(spelling) is None


def test_an_edit_token_is_kept_as_its_hash() -> None:
    token = new_token()
    assert hashed_token(token) == hashlib.sha256(token.encode()).digest()
    assert len(base64.urlsafe_b64decode(token)) == 24
    assert hashed_token("a" * 22) != hashed_token("A" * 22)
    assert len(hashed_token("-" * 128)) == 32


@pytest.mark.parametrize("token", ["", "a" * 21, "a" * 129, "a" * 22 + "=", "a" * 22 + "\n", "é" * 22])
def test_what_cannot_hold_128_random_bits_is_no_token(token: str) -> None:
    with pytest.raises(Invalid, match="X-Edit-Token: must be 22 to 128 base64url characters"):
        hashed_token(token)


def test_a_number_of_seconds_is_always_a_date() -> None:
    assert drafts.moment_after(LONGEST_TTL, NOW) == NOW + 36_500 * DAY
    assert drafts.moment_after(None, NOW) is None
