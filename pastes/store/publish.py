"""How pastes are made: one INSERT and one COMMIT for all that wait."""

from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import msgspec

from pastes.cache import Stored, paste_cache
from pastes.errors import Conflict, OutcomeUnknown
from pastes.models import Header, Paste, Record, Retired
from pastes.pipelines import Command
from pastes.store import rows
from pastes.store.order import in_order_of_id
from pastes.transactions import together


class NewPaste(msgspec.Struct, frozen=True):
    """`id_is_given`: by the client, so it may be taken, retired, or this very create sent once more."""

    record: Record
    id_is_given: bool = False

    @property
    def id(self) -> UUID:
        return self.record.header.id


Outcomes = Sequence[Header | Exception]
Keep = Callable[[Sequence[NewPaste]], Sequence[Command]]


def publish(new: Sequence[NewPaste], *, keep: Keep = lambda _: ()) -> list[Header | Exception]:
    """A taken or retired id is a Conflict, unless the paste there was made by this very create, sent before.

    `keep` is told which were made now, and gives what shall be written to the cache along with their headers.
    """
    return in_order_of_id(new, lambda item: item.id, partial(_publish, keep=keep))


def _publish(new: list[NewPaste], *, keep: Keep) -> Outcomes:
    ids = list(dict.fromkeys(item.id for item in new))
    leases = dict(zip(ids, paste_cache.lease_new(ids), strict=True))
    is_one_statement = not any(item.id_is_given for item in new)  # else `retired` is asked in the same transaction
    outcomes = together(new, _insert, recover=_find_or_insert, in_one_statement=is_one_statement)
    made = [item for item, outcome in zip(new, outcomes, strict=True) if outcome is item.record.header]
    paste_cache.fill(
        [Stored(item.id, lease, item.record.header) for item in made if (lease := leases[item.id])],
        at=new[0].record.header.created_at,
        along=keep(made),
    )
    return outcomes


def _insert(new: list[NewPaste]) -> Outcomes:
    # One statement cannot insert an id twice. Those who come second find the first one's paste, as a later list would.
    firsts: dict[UUID, NewPaste] = {}
    for item in new:
        firsts.setdefault(item.id, item)
    inserted = rows.insert([item.record for item in firsts.values()])
    inserted -= _take_out_retired([item.id for item in firsts.values() if item.id_is_given and item.id in inserted])
    if len(inserted) == len(new):
        return [item.record.header for item in new]
    fresh = {paste_id: firsts[paste_id] for paste_id in inserted}
    found = _find([item for item in new if item is not fresh.get(item.id)])
    return [item.record.header if item is fresh.get(item.id) else _repeated(item, found) for item in new]


def _take_out_retired(ids: list[UUID]) -> set[UUID]:
    """Only after the INSERT does a statement see every delete that was committed before it: asking first would race."""
    retired = set(Retired.objects.filter(id__in=ids).values_list("id", flat=True)) if ids else set()
    if retired:
        Paste.objects.filter(id__in=retired).delete()
    return retired


def _find_or_insert(new: list[NewPaste]) -> Outcomes:
    """After a COMMIT that may have happened: what is there was made, what is not there is tried again."""
    found = _find(new)
    missing = [item for item in new if item.id not in found]
    again = dict(zip(map(id, missing), together(missing, _insert, recover=_give_up), strict=True))
    return [again[id(item)] if id(item) in again else _repeated(item, found) for item in new]


def _give_up(new: list[NewPaste]) -> Outcomes:
    return [OutcomeUnknown() for _ in new]


def _find(new: list[NewPaste]) -> dict[UUID, Header]:
    return {header.id: header for header in Paste.objects.filter(id__in={item.id for item in new}).headers()}


def _repeated(item: NewPaste, found: dict[UUID, Header]) -> Header | Exception:
    made, asked = found.get(item.id), item.record.header
    if (
        made
        and made.is_live(asked.created_at)
        and (made.owner_key, made.first_sha256) == (asked.owner_key, asked.first_sha256)
    ):
        return made
    return Conflict("This id is taken, or was once. Send another, or none.")
