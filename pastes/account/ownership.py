"""Whose pastes they are, and how all of one owner's become another's."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pastes import browser, store
from pastes.access import Actor
from pastes.batching import LIST_BYTES, LIST_ITEMS, outcome_or_raise
from pastes.errors import Forbidden, NotFound
from pastes.models import Paste
from pastes.models.paste import PasteQuerySet
from pastes.preconditions import Preconditions
from pastes.transactions import reading

FIRST = UUID(int=0)


def owned(secret: str | None, *, at: datetime) -> PasteQuerySet:
    """Live pastes of the browser with this secret; of none without one."""
    return Paste.objects.owned_by(browser.owner_key(secret)).live(at) if secret else Paste.objects.none()


def hand_over(secret: str, *, to: str, at: datetime) -> int:
    """Gives each live paste that one secret owns to another secret; how many were given.

    In batches of one commit each, in the order of ids, and again until nothing is left that was made meanwhile. Where
    it was cut short, what was given stays given, and doing it again goes on from there. Raises Unavailable where the
    database is away.
    """
    given = 0
    while more := _hand_over_once(secret, to=to, at=at):
        given += more
    return given


def _hand_over_once(secret: str, *, to: str, at: datetime) -> int:
    given, last = 0, FIRST
    while batch := _batch(secret, last, at=at):
        given += _give(batch, secret, to=to, at=at)
        last = batch[-1]
    return given


def _batch(secret: str, last: UUID, *, at: datetime) -> list[UUID]:
    """The next ids, as many as one list of the store may have in items and bytes."""
    following = owned(secret, at=at).filter(id__gt=last).order_by("id").values_list("id", "size")
    ids: list[UUID] = []
    room = LIST_BYTES
    for paste_id, size in reading(lambda: list(following[:LIST_ITEMS])):
        room -= size
        if room < 0 and ids:
            break
        ids.append(paste_id)
    return ids


def _give(ids: Sequence[UUID], secret: str, *, to: str, at: datetime) -> int:
    guard = Preconditions().guard(Actor(browser.owner_key(secret)))
    key = browser.owner_key(to)
    outcomes = store.revise([store.Edit(paste_id, at, guard, owner_key=key) for paste_id in ids])
    # What expired, was deleted, or was given away by the same request sent twice has nothing left to give.
    left = [outcome for outcome in outcomes if not isinstance(outcome, NotFound | Forbidden)]
    return len([outcome_or_raise(outcome) for outcome in left])
