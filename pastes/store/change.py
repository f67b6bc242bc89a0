"""How pastes are changed: rows locked, guards asked, rows written, cache claimed, COMMIT, cache settled."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from pastes.cache import Stored, paste_cache
from pastes.errors import NotFound, PasteError, Unavailable
from pastes.models import HEADER_FIELDS, Header, Paste, Record, Retired, Revision
from pastes.models.paste import header_of
from pastes.store.edits import Edit, Removal
from pastes.store.history import keep_replaced
from pastes.store.order import in_order_of_id
from pastes.transactions import together

Change = Edit | Removal
Outcomes = Sequence[Header | Exception]
CHANGING_FIELDS = tuple(sorted(set(HEADER_FIELDS) - {"id", "created_at", "first_sha256", "owner_id"}))


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
        self._before: dict[UUID, Record] = {}
        self._after: dict[UUID, Record | None] = {}
        self._written: list[UUID] = []
        self._outcomes: Outcomes = []

    def run(self, changes: list[Change]) -> Outcomes:
        ended: dict[UUID, Header | None] = {}
        try:
            outcomes = together(changes, self._attempt, recover=self._find_out)
            ended = {
                item.id: self._header_after(item.id)
                for item, outcome in zip(changes, outcomes, strict=True)
                if not isinstance(outcome, Exception)
            }
        except Unavailable as error:  # a claim failed, so all was rolled back
            outcomes = [error] * len(changes)
        paste_cache.settle(
            [Stored(paste_id, token, ended.get(paste_id)) for paste_id, token in self._claims.items()],
            at=changes[0].at,
        )
        return outcomes

    def _attempt(self, changes: list[Change]) -> Outcomes:
        self._before = _locked({item.id for item in changes})
        rows: dict[UUID, Record | None] = dict(self._before)
        replaced: list[Record] = []
        self._outcomes = [_apply(item, rows, replaced) for item in changes]
        written = {paste_id: row for paste_id, row in rows.items() if row is not self._before[paste_id]}
        self._after |= written
        self._written = list(written)
        _write(written, at=changes[0].at)
        keep_replaced([record for record in replaced if written[record.header.id] is not None])
        if written:
            self._claims |= zip(written, paste_cache.claim(list(written)), strict=True)
        return self._outcomes

    def _find_out(self, changes: list[Change]) -> Outcomes:
        """After a COMMIT that may have happened. One row tells for all, since they were one transaction."""
        now = {header.id: header for header in Paste.objects.filter(id__in=self._written).headers()}
        if any(now.get(paste_id) == self._header_after(paste_id) for paste_id in self._written):
            return self._outcomes
        if any(now.get(paste_id) == self._before[paste_id].header for paste_id in self._written):
            return together(changes, self._attempt, recover=_give_up)
        return _give_up(changes)

    def _header_after(self, paste_id: UUID) -> Header | None:
        record = self._after.get(paste_id)
        return record.header if record else None


def _locked(ids: Iterable[UUID]) -> dict[UUID, Record]:
    # SQLite takes no row locks; there the whole transaction is IMMEDIATE.
    rows = Paste.objects.filter(id__in=set(ids)).order_by("id").select_for_update()
    return {row[0]: Record(header_of(row), row[-1]) for row in rows.values_list(*HEADER_FIELDS, "content")}


def _apply(item: Change, rows: dict[UUID, Record | None], replaced: list[Record]) -> Header | Exception:
    record = rows.get(item.id)
    if record is None or not record.header.is_live(item.at):
        return NotFound()
    try:
        item.guard(record.header)
    except PasteError as error:
        return error
    after = item.applied_to(record)
    if item.keeps(record, after):
        replaced.append(record)
    rows[item.id] = after
    return after.header if after else record.header


def _write(written: dict[UUID, Record | None], *, at: datetime) -> None:
    gone = [paste_id for paste_id, record in written.items() if record is None]
    if gone:
        Revision.objects.filter(paste_id__in=gone).delete()
        Paste.objects.filter(id__in=gone).delete()
        Retired.objects.bulk_create([Retired(id=paste_id, retired_at=at) for paste_id in gone], ignore_conflicts=True)
    for paste_id, record in written.items():
        if record is not None:
            values = {name: getattr(record.header, name) for name in CHANGING_FIELDS}
            Paste.objects.filter(id=paste_id).update(content=record.content, **values)


def _give_up(changes: list[Change]) -> Outcomes:
    return [Unavailable("The database was lost while this was saved. Read the paste to see.") for _ in changes]
