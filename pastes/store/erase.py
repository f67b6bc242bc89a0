"""How old versions are taken out of a history for good."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from pastes import clock
from pastes.errors import NotFound, OutcomeUnknown, PasteError
from pastes.models import Header, Paste, Revision
from pastes.store.edits import Guard
from pastes.store.order import in_order_of_id
from pastes.transactions import together

Outcomes = Sequence[Header | Exception]
Key = tuple[UUID, int]


class Erasure(msgspec.Struct, frozen=True):
    """`version` is that of a revision; what the paste is now is none. `guard` as of an Edit."""

    id: UUID
    version: int
    at: datetime
    guard: Guard

    @property
    def key(self) -> Key:
        return self.id, self.version


def erase(erasures: Sequence[Erasure]) -> list[Header | Exception]:
    """The header of the paste, which stays as it is. NotFound where its history holds no such version."""
    return in_order_of_id(
        erasures, lambda item: item.id, lambda items: together(items, _erase, recover=_erase_or_find_erased)
    )


def _erase(erasures: list[Erasure], *, is_gone_fine: bool = False) -> Outcomes:
    # With the pastes' locks, so that nobody adds to these histories, or gives a paste away, in between.
    locked = Paste.objects.filter(id__in={item.id for item in erasures}).order_by("id").select_for_update()
    headers = {header.id: header for header in locked.headers()}
    there = set(Revision.objects.filter(pk__in=[item.key for item in erasures]).values_list("paste_id", "version"))
    erased: set[Key] = set()
    at = clock.now()
    outcomes: list[Header | Exception] = []
    for item in erasures:
        outcome = _allowed(item, headers.get(item.id), at=at)
        if isinstance(outcome, Header) and item.key in there - erased:
            erased.add(item.key)
        elif isinstance(outcome, Header) and not is_gone_fine:
            outcome = NotFound()
        outcomes.append(outcome)
    if erased:
        Revision.objects.filter(pk__in=sorted(erased)).delete()
    return outcomes


def _allowed(item: Erasure, header: Header | None, *, at: datetime) -> Header | Exception:
    if header is None or not header.is_live(at):
        return NotFound()
    try:
        item.guard(header)
    except PasteError as error:
        return error
    return header


def _erase_or_find_erased(erasures: list[Erasure]) -> Outcomes:
    """After a COMMIT that may have happened: what is not there any more was erased, for all that its owner cares."""
    return together(erasures, partial(_erase, is_gone_fine=True), recover=_give_up)


def _give_up(erasures: list[Erasure]) -> Outcomes:
    return [OutcomeUnknown() for _ in erasures]
