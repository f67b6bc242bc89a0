"""How pastes are changed: rows locked, guards asked, rows written, cache claimed, COMMIT, cache settled."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from pastes import clock
from pastes.cache import Stored, paste_cache
from pastes.errors import NotFound, OutcomeUnknown, PasteError
from pastes.models import HEADER_FIELDS, Header, Paste, Record, Retired, Revision
from pastes.models.paste import header_of
from pastes.store import rows
from pastes.store.edits import Edit, Removal
from pastes.store.history import keep_replaced
from pastes.store.order import in_order_of_id
from pastes.transactions import together

Change = Edit | Removal
Outcomes = Sequence[Header | Exception]


def revise(edits: Sequence[Edit]) -> list[Header | Exception]:
    """The header after the edit. What an edit of content, title or language replaces is kept as a revision."""
    return change(edits)


def remove(removals: Sequence[Removal]) -> list[Header | Exception]:
    """The header that was. History goes with the paste; the id is retired and never given out again."""
    return change(removals)


def change(changes: Sequence[Change]) -> list[Header | Exception]:
    """Edits and removals in one list and one commit, each against the row as the one before left it."""
    return in_order_of_id(changes, lambda item: item.id, lambda items: _Attempts().run(items))


class _Attempts:
    """One list's way to the database, tried again where `together` does, and the end of it told to the cache."""

    def __init__(self) -> None:
        self._claims: dict[UUID, bytes] = {}
        # Of the last attempt alone.
        self._before: dict[UUID, Record] = {}
        self._after: dict[UUID, Record | None] = {}
        self._outcomes: Outcomes = []

    def run(self, changes: list[Change]) -> Outcomes:
        outcomes = together(changes, self._attempt, recover=self._find_out)
        # What was committed, never what was attempted: of several changes of one paste the last may have failed.
        ended = {
            item.id: outcome if isinstance(item, Edit) else None
            for item, outcome in zip(changes, outcomes, strict=True)
            if isinstance(outcome, Header)
        }
        # A claim whose COMMIT may yet happen stands until it ends by itself: dropped, it would let old values in.
        unknown = {
            item.id for item, outcome in zip(changes, outcomes, strict=True) if isinstance(outcome, OutcomeUnknown)
        }
        claims = [(paste_id, token) for paste_id, token in self._claims.items() if paste_id not in unknown]
        stored = [Stored(paste_id, token, ended.get(paste_id)) for paste_id, token in claims]
        if paste_cache.settle(stored, at=clock.now()):
            return outcomes
        return [OutcomeUnknown() if isinstance(outcome, Header) else outcome for outcome in outcomes]

    def _attempt(self, changes: list[Change]) -> Outcomes:
        self._before = _locked({item.id for item in changes})
        records: dict[UUID, Record | None] = dict(self._before)
        replaced: list[Record] = []
        at = clock.now()  # with the locks taken: what expired while they were waited for has expired
        self._outcomes = [_apply(item, records, replaced, at=at) for item in changes]
        self._after = {paste_id: row for paste_id, row in records.items() if row is not self._before[paste_id]}
        _write(self._after, at=changes[0].at)
        keep_replaced([record for record in replaced if self._after[record.header.id] is not None])
        if self._after:
            self._claims |= zip(self._after, paste_cache.claim(list(self._after)), strict=True)
        return self._outcomes

    def _find_out(self, changes: list[Change]) -> Outcomes:
        """After a COMMIT that may have happened. One row tells for all, since they were one transaction."""
        with transaction.atomic(durable=True):
            # With a lock, which a COMMIT that is still under way makes us wait for.
            now = _locked(self._after)
        # A version is born once: a row as it was before proves that nothing happened.
        if any(now.get(paste_id) == self._before[paste_id] for paste_id in self._after):
            return together(changes, self._attempt, recover=_give_up)
        # A missing row proves nothing where there is an edit to ask: somebody else may have removed it.
        edited = {paste_id: row for paste_id, row in self._after.items() if row}
        if any(now.get(paste_id) == row for paste_id, row in (edited or self._after).items()):
            return self._outcomes
        return _give_up(changes)


def _locked(ids: Iterable[UUID]) -> dict[UUID, Record]:
    # SQLite takes no row locks; there the whole transaction is IMMEDIATE.
    locked = Paste.objects.filter(id__in=set(ids)).order_by("id").select_for_update()
    return {row[0]: Record(header_of(row), row[-1]) for row in locked.values_list(*HEADER_FIELDS, "content")}


def _apply(
    item: Change, records: dict[UUID, Record | None], replaced: list[Record], *, at: datetime
) -> Header | Exception:
    record = records.get(item.id)
    if record is None or not record.header.is_live(at):
        return NotFound()
    try:
        item.guard(record.header)
    except PasteError as error:
        return error
    after = item.applied_to(record)
    if item.keeps(record, after):
        replaced.append(record)
    records[item.id] = after
    return after.header if after else record.header


def _write(written: dict[UUID, Record | None], *, at: datetime) -> None:
    gone = [paste_id for paste_id, record in written.items() if record is None]
    if gone:
        Revision.objects.filter(paste_id__in=gone).delete()
        Paste.objects.filter(id__in=gone).delete()
        Retired.objects.bulk_create([Retired(id=paste_id, retired_at=at) for paste_id in gone], ignore_conflicts=True)
    rows.update([record for record in written.values() if record is not None])


def _give_up(changes: list[Change]) -> Outcomes:
    return [OutcomeUnknown() for _ in changes]
