"""First views: of a paste that was never rendered, one after the other, to the last byte."""

import time
from collections.abc import Mapping
from functools import partial
from statistics import median

from bench.load import Numbers
from bench.pastes import CODINGS, expect, publish
from bench.registry import Cell, Family, Measurement
from bench.rig import Rig
from bench.samples import samples

FAMILY = Family("first")
COUNTS: Mapping[str, tuple[int, int]] = {  # bytes, pastes
    "1k": (1_000, 20),
    "20k": (20_000, 20),
    "100k": (100_000, 10),
    "256k": (256 * 1024, 6),
    "1m": (1024 * 1024, 6),
}


def first_views(rig: Rig, *, size: int, count: int) -> Measurement:
    # One more than counted: the first of all wakes the process that renders.
    pastes = publish(rig.site, samples(size, count + 1, seed=size))

    def measure(_seconds: float) -> Numbers:
        waits, received = [], 0
        with rig.site.client() as client:
            for paste in pastes:
                began = time.perf_counter()
                answer = client.get(paste.page, headers={"Accept-Encoding": CODINGS})
                waits.append((time.perf_counter() - began) * 1000)
                expect(answer.status_code == 200, answer, "a first view")
                received = answer.num_bytes_downloaded
        return {"p50_ms": median(waits[1:]), "longest_ms": max(waits[1:]), "bytes": received}

    return measure


FAMILY.cells += [
    Cell(f"first-{label}", f"first view {label}B", partial(first_views, size=size, count=count), once=True)
    for label, (size, count) in COUNTS.items()
]
