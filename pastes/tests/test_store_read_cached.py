"""Reading with Redis: hits ask no database, misses ask it once, and neither being down says something untrue."""

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_redis import get_redis_connection

from pastes import store
from pastes.breaker import breaker
from pastes.cache import paste_cache
from pastes.errors import Unavailable
from pastes.tests.samples import NOW, edit, must, new, published, removal
from pastes.tests.sessions import Commits, backend, no_database, terminate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.EMBEDDED, reason="needs Redis and PostgreSQL"),
]


def evict_everything() -> None:
    get_redis_connection("default").flushdb()


def test_what_was_published_is_a_hit_at_once_and_hits_ask_no_database() -> None:
    made = [must(outcome) for outcome in store.publish([new(str(number)) for number in range(20)])]
    with CaptureQueriesContext(connection) as queries:
        assert store.recall([paste.id for paste in made]) == made
        assert store.headers([paste.id for paste in made], at=NOW) == made
    assert len(queries) == 0


def test_a_miss_is_read_once_and_then_a_hit() -> None:
    paste = published("text")
    evict_everything()
    with CaptureQueriesContext(connection) as queries:
        assert [store.headers([paste.id], at=NOW) for _ in range(3)] == [[paste]] * 3
    assert len(queries) == 1


def test_an_edit_is_a_hit_at_once_and_a_removal_a_miss() -> None:
    paste = published("text")
    edited = must(store.revise([edit(paste)])[0])
    assert store.recall([paste.id]) == [edited]
    store.remove([removal(paste)])
    assert store.recall([paste.id]) == [None]


def test_a_create_that_lost_its_id_leaves_the_winner_in_the_cache() -> None:
    paste = published("text")
    store.publish([new("other", id=paste.id, id_is_given=True)])
    assert store.recall([paste.id]) == [paste]


def test_a_create_found_after_a_cut_off_commit_is_read_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    item = new("text")
    Commits(monkeypatch).deaths = ["after"]
    assert store.publish([item]) == [item.record.header]
    assert store.headers([item.id], at=NOW) == [item.record.header]


def test_while_the_breaker_is_open_reads_and_creates_go_to_the_database() -> None:
    for _ in range(breaker.FAILURES):
        breaker.failed()
    paste = published("text")
    assert store.recall([paste.id]) == [None]
    assert store.headers([paste.id], at=NOW) == [paste]


def test_a_lease_that_another_reader_holds_is_not_filled() -> None:
    paste = published("text")
    evict_everything()
    (lease,) = paste_cache.lease([paste.id])
    assert isinstance(lease, bytes)
    assert store.headers([paste.id], at=NOW) == [paste]
    assert store.recall([paste.id]) == [None]


def test_hits_are_served_and_misses_unavailable_while_the_database_is_down() -> None:
    paste = published("text")
    with no_database():
        assert store.headers([paste.id], at=NOW) == [paste]
        with pytest.raises(Unavailable):
            store.fetch([paste.id], at=NOW)
    assert store.fetch([paste.id], at=NOW)[0]


def test_a_connection_that_died_is_replaced_before_anybody_notices() -> None:
    paste = published("text")
    terminate(backend())
    assert store.fetch([paste.id], at=NOW)[0]
