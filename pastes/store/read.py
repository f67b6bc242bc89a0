"""How a paste is read: what the cache knows, else one statement for all that it does not."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings

from pastes.cache import Stored, paste_cache
from pastes.models import HEADER_FIELDS, Header, Paste, Record
from pastes.models.paste import header_of
from pastes.transactions import reading


def recall(ids: Sequence[UUID]) -> list[Header | None]:
    """Headers known without asking for leave to fill; None asks for `fetch`. Expiry is the caller's to check."""
    if settings.EMBEDDED:
        known = {header.id: header for header in Paste.objects.filter(id__in=set(ids)).headers()}
        return [known.get(paste_id) for paste_id in ids]
    return paste_cache.recall(ids)


def fetch(ids: Sequence[UUID], *, at: datetime) -> list[Record | None]:
    """Live pastes from the database, their headers into the cache.

    An id that is unknown, deleted or expired makes the same calls: the time taken tells nobody which. Raises
    Unavailable where the database does not answer.
    """
    wanted = sorted(set(ids))
    leases = dict(zip(wanted, paste_cache.lease(wanted), strict=True))
    rows = Paste.objects.live(at).filter(id__in=wanted).values_list(*HEADER_FIELDS, "content")
    records = {row[0]: Record(header_of(row), row[-1]) for row in reading(lambda: list(rows))}
    paste_cache.fill(
        [
            Stored(paste_id, lease, records[paste_id].header if paste_id in records else None)
            for paste_id, lease in leases.items()
            if isinstance(lease, bytes)
        ],
        at=at,
    )
    return [records.get(paste_id) for paste_id in ids]


def headers(ids: Sequence[UUID], *, at: datetime) -> list[Header | None]:
    """Live headers, from the cache where it knows them."""
    known = [header if header and header.is_live(at) else None for header in recall(ids)]
    missing = [paste_id for paste_id, header in zip(ids, known, strict=True) if header is None]
    fetched = dict(zip(missing, fetch(missing, at=at) if missing else (), strict=True))
    return [
        header or (record.header if (record := fetched.get(paste_id)) else None)
        for paste_id, header in zip(ids, known, strict=True)
    ]
