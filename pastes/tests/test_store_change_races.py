"""Changes on PostgreSQL beside others: twelve writers, held locks, bad items, connections that die."""

from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pastes import store
from pastes.cache import paste_cache
from pastes.models import Header, Paste
from pastes.store.change import Change
from pastes.tests.samples import (
    edit,
    is_retired,
    kinds,
    must,
    must_be_stored,
    only,
    published,
    removal,
    stored,
    versions_kept,
)
from pastes.tests.sessions import (
    Commits,
    at_once,
    backend,
    impatient,
    in_thread,
    no_database,
    other_session,
    terminate,
    wait_for_lock,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs sessions beside each other"),
]


def cached(paste: Header) -> Header | None:
    return paste_cache.recall([paste.id])[0]


def test_of_twelve_writers_on_one_version_one_wins() -> None:
    paste = published("text")
    writers = [partial(store.revise, [edit(paste, str(number), guard=only(1))]) for number in range(12)]
    outcomes = [outcome for (outcome,) in at_once(writers)]
    assert sorted(kinds(outcomes)) == ["Conflict"] * 11 + ["Header"]
    assert must_be_stored(paste).header in outcomes
    assert cached(paste) in (None, must_be_stored(paste).header)


def test_writers_of_many_rows_in_opposite_order_do_not_deadlock() -> None:
    edits = [edit(published(str(number))) for number in range(20)]
    forwards, backwards = at_once([lambda: store.revise(edits), lambda: store.revise(edits[::-1])])
    assert {must(outcome).version for outcome in [*forwards, *backwards]} == {2, 3}


def test_of_an_edit_and_a_removal_at_once_neither_undoes_the_other() -> None:
    paste = published("text")
    edited, removed = at_once([lambda: store.revise([edit(paste)]), lambda: store.remove([removal(paste)])])
    assert kinds(removed) == ["Header"]
    assert kinds(edited) in (["Header"], ["NotFound"])
    assert stored(paste) is None
    assert versions_kept(paste) == []
    assert cached(paste) is None


def test_an_edit_waits_for_the_row_and_meets_what_the_one_before_it_left() -> None:
    paste = published("text")
    with other_session() as session:
        session.execute("UPDATE pastes_paste SET version = 2 WHERE id = %s", [paste.id])
        editing = in_thread(lambda: store.revise([edit(paste, guard=only(1))]))
        wait_for_lock()
        session.commit()
        assert kinds(editing()) == ["Conflict"]


def test_a_writer_claims_the_cache_only_with_the_row_lock() -> None:
    paste = published("text")
    with other_session() as session:
        session.execute("SELECT id FROM pastes_paste WHERE id = %s FOR UPDATE", [paste.id])
        editing = in_thread(lambda: store.revise([edit(paste)]))
        wait_for_lock()
        assert cached(paste) == paste
        session.commit()
        assert editing() == [cached(paste)]


def test_a_row_that_stays_locked_fails_none_of_its_neighbours() -> None:
    pastes = sorted((published(str(number)) for number in range(4)), key=lambda paste: paste.id)
    with other_session() as session, impatient():
        session.execute("SELECT id FROM pastes_paste WHERE id = %s FOR UPDATE", [pastes[1].id])
        changes: list[Change] = [edit(pastes[0]), edit(pastes[1]), removal(pastes[2]), edit(pastes[3])]
        assert kinds(store.change(changes)) == ["Header", "Unavailable", "Header", "Header"]
    assert must_be_stored(pastes[1]).header == pastes[1]


def test_data_that_the_database_refuses_fails_its_own_item() -> None:
    pastes = [published(str(number)) for number in range(4)]
    changes: list[Change] = [edit(pastes[0]), edit(pastes[1], title="t" * 201), removal(pastes[2]), edit(pastes[3])]
    assert kinds(store.change(changes)) == ["Header", "Fault", "Header", "Header"]
    assert must_be_stored(pastes[1]).header == pastes[1]
    assert versions_kept(pastes[1]) == []


def test_what_was_refused_after_an_edit_of_the_same_paste_never_reaches_the_cache() -> None:
    paste = published("one")
    outcomes = store.revise([edit(paste, "two"), edit(paste, "three", title="t" * 201)])
    assert kinds(outcomes) == ["Header", "Fault"]
    assert must_be_stored(paste).header == outcomes[0]
    assert cached(paste) == outcomes[0]


def test_an_edit_before_a_refused_removal_stays() -> None:
    paste = published("one")
    outcomes = store.change([edit(paste, "two"), removal(paste, guard=only(1))])
    assert kinds(outcomes) == ["Header", "Conflict"]
    assert cached(paste) == outcomes[0]


def test_n_edits_share_one_update_and_one_commit() -> None:
    pastes = [published(str(number)) for number in range(10)]
    with CaptureQueriesContext(connection) as queries:
        store.revise([edit(paste, None, visibility="public") for paste in pastes])
    assert [query["sql"].split()[0] for query in queries] == ["BEGIN", "SELECT", "UPDATE", "COMMIT"]


def test_a_connection_that_died_before_the_edit_is_replaced() -> None:
    paste = published("text")
    terminate(backend())
    assert must(store.revise([edit(paste, guard=only(1))])[0]).version == 2


@pytest.mark.parametrize("death", ["before", "after"])
def test_changes_whose_commit_was_cut_off_are_found_done_or_done_again(commits: Commits, death: str) -> None:
    edited, removed, refused = published("edited"), published("removed"), published("refused")
    commits.deaths = [death]
    changes: list[Change] = [edit(edited, "newer", guard=only(1)), removal(removed), edit(refused, guard=only(7))]
    outcomes = store.change(changes)
    assert kinds(outcomes) == ["Header", "Header", "Conflict"]
    assert must_be_stored(edited).header == outcomes[0] == cached(edited)
    assert versions_kept(edited) == [1]
    assert stored(removed) is None
    assert is_retired(removed.id)
    assert cached(removed) is None


@pytest.mark.parametrize("death", ["before", "after"])
def test_a_removal_whose_commit_was_cut_off_is_found_done_or_done_again(commits: Commits, death: str) -> None:
    paste = published("text")
    commits.deaths = [death]
    assert store.remove([removal(paste)]) == [paste]
    assert stored(paste) is None


def test_changes_whose_commit_was_cut_off_twice_may_have_been_done_or_not(commits: Commits) -> None:
    paste = published("text")
    commits.deaths = ["before", "before"]
    assert kinds(store.revise([edit(paste)])) == ["OutcomeUnknown"]
    assert must_be_stored(paste).header == paste


def test_after_a_cut_off_commit_a_row_that_someone_else_has_changed_tells_nothing(commits: Commits) -> None:
    paste = published("text")
    commits.deaths = ["before"]

    def change_it() -> None:
        with other_session(autocommit=True) as session:
            session.execute("UPDATE pastes_paste SET version = 9 WHERE id = %s", [paste.id])

    commits.after_death = change_it
    assert kinds(store.revise([edit(paste)])) == ["OutcomeUnknown"]
    # The claim stands until it ends by itself, so that nobody fills what a late COMMIT makes old.
    assert paste_cache.lease([paste.id]) == [None]


def test_a_cut_off_commit_is_never_taken_for_done_because_a_removed_row_went_otherwise(commits: Commits) -> None:
    edited, removed = published("edited"), published("removed")
    commits.deaths = ["before"]

    def sweep_it() -> None:
        with other_session(autocommit=True) as session:
            session.execute("DELETE FROM pastes_paste WHERE id = %s", [removed.id])

    commits.after_death = sweep_it
    assert kinds(store.change([edit(edited), removal(removed)])) == ["Header", "NotFound"]
    assert must_be_stored(edited).header.version == 2


def test_without_a_database_every_change_is_unavailable_and_then_it_is_back() -> None:
    paste, neighbour = published("text"), published("neighbour")
    changes: list[Change] = [edit(paste), removal(neighbour)]
    with no_database():
        assert kinds(store.change(changes)) == ["Unavailable", "Unavailable"]
    assert Paste.objects.filter(version=1).count() == 2
    assert kinds(store.change(changes)) == ["Header", "Header"]
