"""The sweep: what is due goes, in batches, with its history; ids stay retired; one runner of many."""

import logging
from importlib import import_module
from typing import Any

import pytest

from pastes import store, tasks
from pastes.models import Header, Paste, Retired, TaskRun
from pastes.store import Sweep
from pastes.tests.samples import DAY, NOW, SECOND, edit, is_retired, must, new, published, stored, versions_kept

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("pastes.store.expire"), "BATCH", 3)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "now", lambda: NOW + DAY)


def due(count: int) -> list[Header]:
    return [
        must(outcome) for outcome in store.publish([new(str(n), expires_at=NOW + n * SECOND) for n in range(count)])
    ]


def test_what_is_due_goes_at_that_very_moment_and_the_rest_stays() -> None:
    gone, later, never = (published(expires_at=moment) for moment in (NOW + SECOND, NOW + 2 * SECOND, None))
    renewed = published(expires_at=NOW + SECOND)
    store.revise([edit(renewed, None, at=NOW, timetolive=60)])
    assert store.expire(at=NOW + SECOND, batches=9) == Sweep(1, 0.0)
    assert stored(gone) is None
    assert all(stored(paste) for paste in (later, never, renewed))


def test_ids_are_retired_and_history_goes_with_its_paste() -> None:
    gone, stays = published("gone", expires_at=NOW + DAY), published("stays", expires_at=NOW + 2 * DAY)
    store.revise([edit(gone, "edited"), edit(stays, "edited")])
    store.expire(at=NOW + DAY, batches=1)
    assert (versions_kept(gone), versions_kept(stays)) == ([], [1])
    assert is_retired(gone.id)
    assert not is_retired(stays.id)


def test_an_id_that_is_retired_already_stops_no_sweep() -> None:
    paste = published(expires_at=NOW)
    Retired.objects.create(id=paste.id, retired_at=NOW)
    assert store.expire(at=NOW, batches=1).removed == 1


def test_a_sweep_with_nothing_to_do_is_on_time() -> None:
    published()
    assert store.expire(at=NOW, batches=1) == Sweep(0, 0.0)


@pytest.mark.usefixtures("small_batches")
def test_it_goes_in_batches_longest_due_first_and_ends_when_told() -> None:
    pastes = due(8)
    assert store.expire(at=NOW + DAY, batches=2) == Sweep(6, 86_400.0)
    assert [paste for paste in pastes if stored(paste)] == pastes[6:]
    assert store.expire(at=NOW + DAY, batches=2).removed == 2


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("count", [2, 3, 4])
def test_batches_that_come_out_even_end_as_well(count: int) -> None:
    due(count)
    assert store.expire(at=NOW + DAY, batches=99).removed == count
    assert Paste.objects.count() == 0


@pytest.mark.usefixtures("small_batches")
def test_a_sweep_that_was_cut_short_has_done_whole_batches_and_the_next_one_does_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    due(5)
    with monkeypatch.context() as patch:
        patch.setattr(Retired.objects, "bulk_create", None)
        with pytest.raises(TypeError):
            store.expire(at=NOW + DAY, batches=9)
    assert (Paste.objects.count(), Retired.objects.count()) == (5, 0)
    assert store.expire(at=NOW + DAY, batches=9).removed == 5
    assert Retired.objects.count() == 5


# The task around it.


@pytest.mark.usefixtures("clock")
def test_the_task_sweeps_and_records_its_run(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    due(4)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)  # the test's own transaction
    with caplog.at_level(logging.INFO, logger="pastes.tasks"):
        assert tasks.sweep_expired() == 4
    run = TaskRun.objects.get(name=tasks.SWEEP)
    assert (run.done, run.lag_seconds, run.finished_at, run.claimed_until) == (4, 86_400.0, NOW + DAY, None)
    assert "swept 4 expired pastes" in caplog.text
    assert str(run) == tasks.SWEEP
    assert tasks.sweep_expired() == 0


@pytest.mark.usefixtures("clock")
def test_a_task_that_another_worker_runs_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    due(1)
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    assert TaskRun.objects.claim(tasks.SWEEP, at=NOW + DAY, seconds=50)
    assert tasks.sweep_expired() == 0
    assert Paste.objects.count() == 1


def test_a_claim_ends_when_its_holder_died() -> None:
    assert TaskRun.objects.claim("job", at=NOW, seconds=50)
    assert not TaskRun.objects.claim("job", at=NOW + 49 * SECOND, seconds=50)
    assert TaskRun.objects.claim("job", at=NOW + 50 * SECOND, seconds=50)
    assert TaskRun.objects.claim("another job", at=NOW, seconds=50)


def test_a_released_claim_is_free() -> None:
    TaskRun.objects.claim("job", at=NOW, seconds=50)
    TaskRun.objects.release("job", at=NOW + SECOND, done=3, lag_seconds=0.5)
    assert TaskRun.objects.claim("job", at=NOW + SECOND, seconds=50)
