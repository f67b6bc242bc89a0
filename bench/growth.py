"""What more rows cost, and what many creates cost in memory. Empties the table: goes last."""

from functools import partial

from bench.creates import create, inserts
from bench.load import Load, Numbers, get
from bench.registry import Cell, Family, Measurement
from bench.rig import Rig
from bench.samples import SIZES, sample

ROWS = (10_000, 100_000, 1_000_000)
READ_ROWS = 10_000
CREATES, FILLING = 200_000, 50_000  # of which the first fill the memory for pages
FILL = """
INSERT INTO pastes_paste (id, content, title, language, visibility, owner_id, owner_key, version, created_at,
  updated_at, expires_at, timetolive, size, sha256, first_sha256)
SELECT gen_random_uuid(), row || %(text)s, 'argparse.py', 'python', 'unlisted', NULL, digest, 1, made, made,
  made + interval '30 days', 2592000, length(row || %(text)s), digest, digest
FROM (SELECT row, sha256(row::text::bytea) AS digest, now() - row * interval '1 second' AS made
      FROM generate_series(1, %(rows)s) AS row) AS rows
"""


def grow(rig: Rig, *, rows: int) -> None:
    """To that many rows, unless there are about that many: a load before may have added some.

    Small tables are made anew for each load, and big ones have so many rows that hardly one is asked for twice: what
    `reads` asks for is in no cache at any size.
    """
    [[found]] = rig.database.execute("SELECT count(*) FROM pastes_paste")
    if not rows <= found <= 1.2 * rows:
        rig.empty()
        rig.database.execute(FILL, {"text": sample(SIZES["1k"]), "rows": rows})
        rig.database.execute("VACUUM (ANALYZE) pastes_paste")
    rig.database.execute("CHECKPOINT")


def reads(rig: Rig) -> Measurement:
    """Of as many rows at each size, in no cache until they were asked for."""

    def measure(seconds: float) -> Numbers:
        found = rig.database.execute("SELECT id FROM pastes_paste ORDER BY random() LIMIT %s", [READ_ROWS])
        return Load(rig.site, [get(f"/paste/{paste_id}") for [paste_id] in found.fetchall()])(seconds)

    return measure


def family(rows: int) -> Family:
    found = Family(f"growth-{rows}", before_each=partial(grow, rows=rows))
    named = f"at {rows:,} rows"
    found.cells += [
        Cell(f"create-{rows}", f"create 1kB {named}", partial(create, size=SIZES["1k"])),
        Cell(f"pgbench-{rows}", f"pgbench INSERT 1kB {named}", partial(inserts, size=SIZES["1k"])),
        Cell(f"read-{rows}", f"API GET 1kB, {READ_ROWS:,} {named}", reads),
    ]
    return found


MEMORY = Family("memory", before_each=Rig.empty)


@MEMORY.cell("memory", "memory over many creates", once=True)
def memory(rig: Rig) -> Measurement:
    load = create(rig, size=SIZES["1k"])
    after_filling = (CREATES - FILLING) // (6 if rig.plan.quick else 1)

    def measure(_seconds: float) -> Numbers:
        before = rig.site.memory()["worker_pss_mb"]
        filled = after_creates(load, FILLING)
        full = after_creates(load, after_filling)
        return {
            "creates": FILLING + after_filling,
            "before_mb": before,
            "filled_mb": filled,
            "after_mb": full,
            "growth_percent": (full / filled - 1) * 100,
        }

    return measure


def after_creates(load: Load, count: int) -> float:
    """MB of the largest worker once so many more were made."""
    made, largest = 0.0, 0.0
    while made < count:
        numbers = load(2)
        made, largest = made + numbers["requests"], numbers["worker_pss_mb"]
    return largest


FAMILIES = [MEMORY, *map(family, ROWS)]
