"""The sweep on PostgreSQL beside others: rows being renewed, sweeps at once, many runners of one task."""

from importlib import import_module

import pytest
from django.db import connection

from pastes import store, tasks
from pastes.models import Paste, Retired, TaskRun
from pastes.tests.samples import DAY, NOW, SECOND, edit, is_retired, kinds, must_be_stored, new, published, stored
from pastes.tests.sessions import at_once, in_thread, other_session, wait_for_lock

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs sessions beside each other"),
]


def due(count: int) -> None:
    store.publish([new(str(number), expires_at=NOW + number * SECOND) for number in range(count)])


def test_a_row_that_is_being_renewed_is_skipped_and_lives() -> None:
    renewed, gone = published("renewed", expires_at=NOW + SECOND), published("gone", expires_at=NOW + SECOND)
    with other_session() as session:
        session.execute("UPDATE pastes_paste SET expires_at = %s WHERE id = %s", [NOW + 9 * DAY, renewed.id])
        assert store.expire(at=NOW + DAY, batches=9).removed == 1
        session.commit()
    assert stored(gone) is None
    assert must_be_stored(renewed).header.expires_at == NOW + 9 * DAY
    assert not is_retired(renewed.id)


def test_a_renewal_that_comes_while_its_row_is_swept_finds_nothing() -> None:
    paste = published("text", expires_at=NOW + SECOND)
    with other_session() as session:
        session.execute("DELETE FROM pastes_paste WHERE id = %s", [paste.id])
        renewing = in_thread(lambda: store.revise([edit(paste, None, at=NOW, timetolive=60)]))
        wait_for_lock()
        session.commit()
        assert kinds(renewing()) == ["NotFound"]


def test_sweeps_at_once_take_each_row_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("pastes.store.expire"), "BATCH", 5)
    due(60)
    sweeps = at_once([lambda: store.expire(at=NOW + DAY, batches=99)] * 4)
    removed = sum(sweep.removed for sweep in sweeps)
    assert removed + store.expire(at=NOW + DAY, batches=99).removed == 60
    assert (Paste.objects.count(), Retired.objects.count()) == (0, 60)


def test_of_many_runners_one_is_told_to_run() -> None:
    claims = at_once([lambda: TaskRun.objects.claim("job", at=NOW, seconds=50)] * 8)
    assert sorted(claims) == [False] * 7 + [True]


def test_the_task_sent_twice_at_once_sweeps_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "now", lambda: NOW + DAY)
    due(10)
    swept = at_once([tasks.sweep_expired, tasks.sweep_expired])
    assert sorted(swept) == [0, 10]
    assert Retired.objects.count() == 10
    assert TaskRun.objects.get(name=tasks.SWEEP).claimed_until is None
