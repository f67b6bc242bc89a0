"""Erasing on PostgreSQL beside others: held locks, and connections that die at COMMIT."""

import pytest
from django.db import connection

from pastes import store
from pastes.models import Header
from pastes.store import Erasure
from pastes.tests.samples import NOW, anyone, edit, kinds, must, published, versions_kept
from pastes.tests.sessions import Commits, in_thread, no_database, other_session, wait_for_lock

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs sessions beside each other"),
]


@pytest.fixture
def paste() -> Header:
    return must(store.revise([edit(published("one"), "two")])[0])


def erasure(paste: Header, version: int = 1) -> Erasure:
    return Erasure(paste.id, version, NOW, anyone)


def test_it_waits_for_whoever_holds_the_paste(paste: Header) -> None:
    with other_session() as session:
        session.execute("SELECT 1 FROM pastes_paste WHERE id = %s FOR UPDATE", [paste.id])
        outcome = in_thread(lambda: store.erase([erasure(paste)]))
        wait_for_lock()
        assert versions_kept(paste) == [1]
        session.rollback()
        assert kinds(outcome()) == ["Header"]
    assert versions_kept(paste) == []


@pytest.mark.parametrize("death", ["before", "after"])
def test_whose_commit_was_cut_off_is_found_done_or_done_again(commits: Commits, paste: Header, death: str) -> None:
    commits.deaths = [death]
    assert store.erase([erasure(paste)]) == [paste]
    assert versions_kept(paste) == []


def test_whose_commit_was_cut_off_twice_may_have_been_done_or_not(commits: Commits, paste: Header) -> None:
    commits.deaths = ["before", "before"]
    assert kinds(store.erase([erasure(paste)])) == ["OutcomeUnknown"]
    assert versions_kept(paste) == [1]


def test_without_a_database_nothing_is_erased(paste: Header) -> None:
    with no_database():
        assert kinds(store.erase([erasure(paste)])) == ["Unavailable"]
    assert versions_kept(paste) == [1]
