"""The cache protocol as a machine that takes its steps in any order, and reads what was promised off every answer.

The scripts are the real ones, on a real Redis; the database is one row and its lock.
"""

from datetime import datetime
from typing import TypeVar

from django_redis import get_redis_connection
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pastes.breaker import Breaker
from pastes.cache import RedisCache, Stored, decode, key_of
from pastes.drafts import new_id
from pastes.models import Header
from pastes.tests.samples import NOW, SECOND, header, with_fields

GONE = 1_000_000  # the version after the last: deleted, or swept
pick = st.integers(0, 1)
# Writers take more steps than readers, so they get more turns.
TURNS = ["reader 0", "reader 1", *["writer 0", "writer 1"] * 2, "eviction"]


Actor = TypeVar("Actor")


def chosen(actors: list[Actor], number: int) -> Actor:
    return actors[number % len(actors)]


class Reader:
    """Its next step; what it holds between two of them."""

    step = "begins"  # asks_the_database, fills
    at: datetime
    floor: int
    lease: bytes | None
    row: Header | None


class Writer:
    step = "begins"  # claims, commits, settles
    at: datetime
    token: bytes | None
    after: Header | None


class Promises(RuleBasedStateMachine):
    """What was acknowledged, or seen by anybody, is the oldest that a read beginning later may return."""

    evicts_claims = False
    steps_of_a_write = ("begins", "claims", "commits", "settles")

    def __init__(self) -> None:
        super().__init__()
        self.client = get_redis_connection("default")
        self.cache = self.make_cache()
        self.id = new_id()
        self.key = key_of(self.id)
        self.now = NOW
        self.steps_of_the_create = [self.create_asks_for_leave, self.create_commits, self.create_fills]
        self.creators_lease: bytes | None = None
        self.row: Header | None = None
        self.committed: list[Header] = []
        self.locked_by: Writer | None = None
        self.acknowledged = self.seen = 0
        self.lives: list[int | None] = []
        self.readers, self.writers = [Reader(), Reader()], [Writer(), Writer()]

    def make_cache(self) -> RedisCache:
        return RedisCache(lambda: self.client, is_direct=False, breaker=Breaker())

    def rank(self, row: Header | None) -> int:
        return row.version if row else GONE if self.committed else 0

    # A create.

    @initialize(is_made=st.sampled_from([True, True, True, False]))
    def begin(self, *, is_made: bool) -> None:
        while is_made and self.steps_of_the_create:
            self.create_goes_on()

    @precondition(lambda self: self.steps_of_the_create)
    @rule()
    def create_goes_on(self) -> None:
        self.steps_of_the_create.pop(0)()

    def create_asks_for_leave(self) -> None:
        self.creators_lease = self.cache.lease_new([self.id])[0]

    def create_commits(self) -> None:
        self.row = header(id=self.id, expires_at=NOW + 600 * SECOND)
        self.committed.append(self.row)

    def create_fills(self) -> None:
        if self.creators_lease:
            self.cache.fill([Stored(self.id, self.creators_lease, self.committed[0])], at=NOW)
        self.acknowledge(1)

    @rule(turns=st.lists(st.sampled_from(TURNS), min_size=8, max_size=24))
    def all_go_on(self, turns: list[str]) -> None:
        """A step of one, then of another: the steps are those that a request takes."""
        for turn in turns:
            kind, _, number = turn.partition(" ")
            if kind == "reader":
                reader = self.readers[int(number)]
                getattr(self, f"read_{reader.step}")(reader)
            elif kind == "writer":
                writer = self.writers[int(number)]
                getattr(self, f"write_{writer.step}")(writer)
            else:
                self.redis_evicts()
            self.check_redis()

    # Readers.

    def read_begins(self, reader: Reader) -> None:
        reader.at, reader.floor = self.now, self.acknowledged if self.evicts_claims else self.seen
        found = self.cache.lease([self.id])[0]
        if isinstance(found, Header):
            self.observe(reader, found)
        else:
            reader.lease, reader.step = found, "asks_the_database"

    def read_asks_the_database(self, reader: Reader) -> None:
        reader.row = self.row if self.row and self.row.is_live(reader.at) else None
        self.observe(reader, self.row)
        reader.step = "fills" if reader.lease else "begins"

    def read_fills(self, reader: Reader) -> None:
        assert reader.lease
        self.cache.fill([Stored(self.id, reader.lease, reader.row)], at=reader.at)
        reader.step = "begins"

    @precondition(lambda self: any(reader.step != "begins" for reader in self.readers))
    @rule(number=pick)
    def reader_dies(self, number: int) -> None:
        self.readers[number].step = "begins"

    def observe(self, reader: Reader, found: Header | None) -> None:
        if found and not found.is_live(reader.at):
            assert self.row is None or not self.row.is_live(reader.at), "a renewed paste was taken for expired"
            return
        assert self.rank(found) >= reader.floor, "a read went back behind what was acknowledged before it began"
        self.seen = max(self.seen, self.rank(found))

    # Writers.

    @rule(lives=st.lists(st.sampled_from([60, 600, 6000, None]), min_size=1))
    def the_next_writes_give(self, lives: list[int | None]) -> None:
        """So many seconds to live from then; None deletes."""
        self.lives = lives

    def write_begins(self, writer: Writer) -> None:
        if not (self.row and self.row.is_live(self.now)) or self.locked_by:
            return
        seconds = self.lives.pop() if self.lives else 600
        after = with_fields(self.row, version=self.row.version + 1, expires_at=self.now + (seconds or 0) * SECOND)
        writer.at, writer.after, writer.token = self.now, after if seconds else None, None
        self.locked_by = writer
        self.step_on(writer)

    def write_claims(self, writer: Writer) -> None:
        writer.token = self.cache.claim([self.id])[0]
        self.step_on(writer)

    def write_commits(self, writer: Writer) -> None:
        self.row, self.locked_by = writer.after, None
        self.committed += [writer.after] if writer.after else []
        self.step_on(writer)

    def write_settles(self, writer: Writer) -> None:
        assert writer.token
        self.cache.settle([Stored(self.id, writer.token, writer.after)], at=writer.at)
        self.acknowledge(self.rank(writer.after))
        self.step_on(writer)

    def step_on(self, writer: Writer) -> None:
        steps = self.steps_of_a_write
        writer.step = steps[(steps.index(writer.step) + 1) % len(steps)]

    def acknowledge(self, rank: int) -> None:
        self.acknowledged = max(self.acknowledged, rank)
        self.seen = max(self.seen, rank)

    @precondition(lambda self: self.locked_by)
    @rule()
    def writer_rolls_back(self) -> None:
        writer, self.locked_by = self.locked_by, None
        assert writer
        if writer.token:
            self.cache.settle([Stored(self.id, writer.token, None)], at=writer.at)
        writer.step = "begins"

    @precondition(lambda self: any(writer.step != "begins" for writer in self.writers))
    @rule(number=pick)
    def writer_dies(self, number: int) -> None:
        """Before COMMIT, or between COMMIT and SETTLE: its claim stands, and nothing is acknowledged."""
        writer = self.writers[number]
        self.locked_by = None if self.locked_by is writer else self.locked_by
        writer.step = "begins"

    # The world.

    def redis_evicts(self) -> None:
        if self.evicts_claims or (self.client.get(self.key) or b"!")[:1] != b"!":
            self.client.delete(self.key)

    @rule()
    def a_claim_runs_out(self) -> None:
        """Never before its transaction has ended: it lives longer than any may stay open."""
        value = self.client.get(self.key)
        if value and value[:1] == b"!" and not (self.locked_by and self.locked_by.token == value):
            self.client.delete(self.key)

    @rule()
    def time_passes(self) -> None:
        self.now += 20 * SECOND

    @precondition(lambda self: self.row and not self.row.is_live(self.now) and not self.locked_by)
    @rule()
    def the_sweeper_removes_it(self) -> None:
        self.row = None

    @invariant()
    def check_redis(self) -> None:
        """What stands there was committed."""
        found = decode(self.client.get(self.key))
        assert found is None or found in self.committed

    def teardown(self) -> None:
        self.client.delete(self.key)
