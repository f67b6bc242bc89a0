"""Worker and beat for real, on the filesystem transport and on Redis: what is due goes, twice does no harm."""

import json
import shelve
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from pastes.tests.servers import Environment, Program, Stores, embedded_environment, eventually

pytestmark = pytest.mark.faults

CELERY = ("-m", "celery", "--quiet", "--app", "pastebin")
WORKER = (*CELERY, "worker", "--loglevel", "INFO", "--without-mingle", "--without-gossip", "--without-heartbeat")
BEAT = (*CELERY, "beat", "--loglevel", "INFO")
PUBLISH = """
import django
django.setup()
from datetime import timedelta
from pastes import store
from pastes.clock import now
from pastes.drafts import Draft
at = now() - timedelta(hours=1)
drafts = [Draft(content="short", timetolive=1), Draft(content="long")]
for header in store.publish([draft.new_paste(at=at, owner_key=b"k" * 32) for draft in drafts]):
    print(header.id)
"""
SEND = """
import django
django.setup()
from pastes.tasks import sweep_expired
sweep_expired.delay()
"""
STATE = """
import django, json
django.setup()
from pastes.models import Paste, Retired, TaskRun
run = TaskRun.objects.filter(name="sweep_expired").first()
print(json.dumps({
    "ids": sorted(str(id) for id in Paste.objects.values_list("id", flat=True)),
    "retired": sorted(str(id) for id in Retired.objects.values_list("id", flat=True)),
    "finished": run and run.finished_at and run.finished_at.isoformat(),
    "claimed": bool(run and run.claimed_until),
    "done": run and run.done,
}))
"""


class Site(NamedTuple):
    environment: Environment
    folder: Path

    def run(self, words: tuple[str, ...]) -> Program:
        return Program(
            words, self.environment, self.folder / f"{words[-1].rpartition('.')[2]}-{time.monotonic_ns()}.log"
        )

    def finish(self, words: tuple[str, ...]) -> str:
        program = self.run(words)
        assert program.process.wait(30) == 0, program.said()
        return program.said()

    def state(self) -> dict[str, object]:
        found: dict[str, object] = json.loads(self.finish(("-c", STATE)).splitlines()[-1])
        return found


@contextmanager
def site_on_redis(stores: Stores) -> Iterator[Site]:
    yield Site({**stores.environment, "DJANGO_SETTINGS_MODULE": "pastebin.settings"}, stores.folder)


@contextmanager
def site_on_files(_: Stores) -> Iterator[Site]:
    with embedded_environment() as environment:
        folder = Path(environment["DATA_DIR"])
        yield Site({**environment, "DJANGO_SETTINGS_MODULE": "pastebin.settings"}, folder)


@pytest.fixture(params=[site_on_redis, site_on_files], ids=["redis", "filesystem"])
def site(request: pytest.FixtureRequest, stores: Stores) -> Iterator[Site]:
    with request.param(stores) as found:
        yield found


def expired_and_kept(site: Site) -> tuple[str, str]:
    """Ids of two pastes, of which the first has expired."""
    expired, kept = site.finish(("-c", PUBLISH)).split()
    return expired, kept


def test_worker_sweeps_what_is_due_and_a_doubled_task_is_harmless(site: Site) -> None:
    expired, kept = expired_and_kept(site)
    with site.run(WORKER) as worker:
        site.finish(("-c", SEND + "sweep_expired.delay()"))
        assert eventually(lambda: worker.said().count("succeeded") == 2), worker.said()
    state = site.state()
    assert (expired in state["ids"], kept in state["ids"]) == (False, True)  # type: ignore[operator]
    assert state["retired"].count(expired) == 1  # type: ignore[attr-defined]
    assert state["finished"]
    assert not state["claimed"]
    assert "Traceback" not in worker.said()


def make_overdue(schedule: Path) -> None:
    """As after an hour without a beat."""
    with shelve.open(str(schedule)) as kept:  # noqa: S301  (our own file)
        entries = kept["entries"]
        for entry in entries.values():
            entry.last_run_at -= timedelta(hours=1)
        kept["entries"] = entries


def test_beat_sends_what_is_overdue_and_the_worker_does_it(site: Site) -> None:
    expired, _ = expired_and_kept(site)
    schedule = site.folder / "celerybeat-schedule"
    with site.run(BEAT):
        assert eventually(lambda: any(site.folder.glob(f"{schedule.name}*")))
        time.sleep(1)
    make_overdue(schedule)
    with ExitStack() as running:
        worker = running.enter_context(site.run(WORKER))
        beat = running.enter_context(site.run(BEAT))
        assert eventually(lambda: "sweep expired pastes" in beat.said()), beat.said()
        assert eventually(lambda: "succeeded" in worker.said()), worker.said()
    assert expired not in site.state()["ids"]  # type: ignore[operator]


def test_worker_lives_through_a_restart_of_its_database(stores: Stores) -> None:
    with site_on_redis(stores) as site:
        expired, _ = expired_and_kept(site)
        with site.run(WORKER) as worker:
            site.finish(("-c", SEND))
            assert eventually(lambda: "succeeded" in worker.said()), worker.said()
            second, _ = expired_and_kept(site)
            stores.postgresql.restart()
            site.finish(("-c", SEND))
            assert eventually(lambda: worker.said().count("succeeded") == 2), worker.said()
        state = site.state()
    assert not {expired, second} & set(state["ids"])  # type: ignore[call-overload]
