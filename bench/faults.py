"""Hot views while something goes on that shall not concern them."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from bench.load import Load, Numbers, get
from bench.pastes import expect
from bench.reads import page
from bench.registry import Family, Measurement
from bench.rig import Rig
from bench.samples import SIZES

FAMILY = Family("faults")
UNKNOWN_IDS = 2_000
SPARE_SECONDS = 10


@FAMILY.cell("page-undisturbed", "share page 20kB, undisturbed")
def undisturbed(rig: Rig) -> Load:
    return page(rig, size=SIZES["20k"])


@FAMILY.cell("page-unknown-ids", "… while two clients ask for unknown ids")
def unknown_ids(rig: Rig) -> Measurement:
    views = page(rig, size=SIZES["20k"])
    unknown = [uuid.uuid4() for _ in range(UNKNOWN_IDS)]
    paths = [path for paste_id in unknown for path in (f"/{paste_id}", f"/paste/{paste_id}")]
    with rig.site.client() as client:
        for answer in (client.get(paths[0]), client.get(paths[1])):
            expect(answer.status_code == 404, answer, "an unknown id")
    strangers = Load(rig.site, [get(path) for path in paths], connections=2)

    def measure(seconds: float) -> Numbers:
        with strangers.beside(seconds + SPARE_SECONDS):
            return views(seconds)

    return measure


@FAMILY.cell("page-locked", "… while the table is locked")
def locked(rig: Rig) -> Measurement:
    views = page(rig, size=SIZES["20k"])

    def measure(seconds: float) -> Numbers:
        with table_lock(rig):
            return views(seconds)

    return measure


@contextmanager
def table_lock(rig: Rig) -> Iterator[None]:
    with psycopg.connect(rig.database_url) as connection:
        connection.execute("LOCK TABLE pastes_paste IN ACCESS EXCLUSIVE MODE")
        yield
