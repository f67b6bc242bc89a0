"""How expired pastes leave: small batches, each its own transaction. Reads never wait for this: they check the time."""

from datetime import datetime

import msgspec
from django.db import transaction

from pastes.models import Paste, Retired, Revision

BATCH = 500


class Sweep(msgspec.Struct, frozen=True):
    """`lag_seconds`: how long the paste due longest had been expired when the sweep began."""

    removed: int
    lag_seconds: float


def expire(*, at: datetime, batches: int) -> Sweep:
    """Removes what is due at that moment, at most so many batches of it, and retires the ids.

    Killed anywhere, it has done whole batches; run twice at once, each row is taken by one. No word to the cache:
    each header there carries its expiry, and is checked against it.
    """
    oldest = Paste.objects.due(at).order_by("expires_at").values_list("expires_at", flat=True).first()
    lag = (at - oldest).total_seconds() if oldest else 0.0
    removed = 0
    for _ in range(batches):
        count = _expire_batch(at)
        removed += count
        if count < BATCH:
            break
    return Sweep(removed, lag)


def _expire_batch(at: datetime) -> int:
    with transaction.atomic(durable=True):
        # A row that somebody is renewing is locked, and skipped; once locked by us it can no longer be renewed.
        due = Paste.objects.due(at).order_by("expires_at").select_for_update(skip_locked=True)
        ids = list(due.values_list("id", flat=True)[:BATCH])
        Revision.objects.filter(paste_id__in=ids).delete()
        Paste.objects.filter(id__in=ids).delete()
        Retired.objects.bulk_create([Retired(id=paste_id, retired_at=at) for paste_id in ids], ignore_conflicts=True)
    return len(ids)
