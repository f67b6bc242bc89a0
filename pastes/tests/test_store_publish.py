"""Publishing: one id, one paste, once. Each refusal is its own item's, and all that wait share one commit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.models import Paste, Retired
from pastes.tests.samples import (
    DAY,
    NOW,
    OTHER_KEY,
    SECOND,
    edit,
    is_retired,
    kinds,
    must_be_stored,
    new,
    published,
    removal,
    stored,
)

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


def test_what_was_published_is_what_is_stored() -> None:
    item = new("naïve 🙂\r\n", title="a.txt", visibility="public", expires_at=None, timetolive=None)
    assert store.publish([item]) == [item.record.header]
    assert stored(item.record.header) == item.record


def test_outcomes_come_in_the_order_given_whatever_the_ids() -> None:
    items = sorted((new(str(number)) for number in range(9)), key=lambda item: item.id, reverse=True)
    assert store.publish(items) == [item.record.header for item in items]


def test_an_empty_list_asks_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert store.publish([]) == []
    assert len(queries) == 0


def test_a_taken_id_is_a_conflict_and_leaves_the_first_paste_alone() -> None:
    first = published("first")
    assert kinds(store.publish([new("second", id=first.id, id_is_given=True)])) == ["Conflict"]
    assert must_be_stored(first).content == "first"


def test_the_same_create_sent_again_answers_with_the_paste_as_it_is() -> None:
    first = published("text")
    later = store.revise([edit(first, "edited since")])[0]
    again = new("text", id=first.id, id_is_given=True, created_at=NOW + SECOND, updated_at=NOW + SECOND)
    assert store.publish([again]) == [later]
    assert Paste.objects.count() == 1


@pytest.mark.parametrize("fields", [{"owner_key": OTHER_KEY}, {"first_sha256": b"0" * 32}])
def test_the_same_id_by_another_or_with_another_text_is_no_retry(fields: dict[str, bytes]) -> None:
    first = published("text")
    assert kinds(store.publish([new("text", id=first.id, id_is_given=True, **fields)])) == ["Conflict"]


def test_an_expired_paste_still_holds_its_id() -> None:
    first = published("text", expires_at=NOW + SECOND)
    again = new("text", id=first.id, id_is_given=True, created_at=NOW + SECOND)
    assert kinds(store.publish([again])) == ["Conflict"]


def test_a_deleted_id_is_never_given_out_again_even_to_its_owner() -> None:
    first = published("text")
    store.remove([removal(first)])
    assert kinds(store.publish([new("text", id=first.id, id_is_given=True)])) == ["Conflict"]
    assert stored(first) is None
    assert is_retired(first.id)


def test_a_swept_id_is_never_given_out_again() -> None:
    first = published("text", expires_at=NOW + SECOND)
    store.expire(at=NOW + DAY, batches=1)
    assert kinds(store.publish([new("text", id=first.id, id_is_given=True)])) == ["Conflict"]


def test_of_one_id_twice_in_a_list_the_first_to_arrive_wins() -> None:
    first = new("first", id_is_given=True)
    second = new("second", id=first.id, id_is_given=True)
    repeated = new("first", id=first.id, id_is_given=True)
    assert kinds(store.publish([first, second, repeated])) == ["Header", "Conflict", "Header"]
    assert stored(first.record.header) == first.record


def test_a_conflict_fails_none_of_its_neighbours() -> None:
    taken, retired = published("taken"), published("retired")
    store.remove([removal(retired)])
    items = [
        new("one"),
        new("two", id=taken.id, id_is_given=True),
        new("three", id=retired.id, id_is_given=True),
        new("four", id_is_given=True),
    ]
    assert kinds(store.publish(items)) == ["Header", "Conflict", "Conflict", "Header"]
    assert [item.content for item in Paste.objects.order_by("content")] == ["four", "one", "taken"]


def test_one_insert_serves_all_that_wait() -> None:
    with CaptureQueriesContext(connection) as queries:
        store.publish([new(str(number)) for number in range(50)])
    inserts = [query for query in queries if "INSERT" in query["sql"]]
    assert len(inserts) == 1
    assert len(queries) <= 3  # with the beginning and the end of a transaction


def test_given_ids_cost_one_statement_more_for_the_whole_list() -> None:
    with CaptureQueriesContext(connection) as queries:
        store.publish([new(str(number), id_is_given=True) for number in range(50)])
    assert len([query for query in queries if query["sql"].startswith("SELECT")]) == 1


def test_ids_of_the_servers_own_making_are_not_looked_up_among_the_retired() -> None:
    item = new("text")
    Retired.objects.create(id=item.id, retired_at=NOW)
    assert kinds(store.publish([item])) == ["Header"]
