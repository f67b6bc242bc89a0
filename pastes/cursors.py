"""Where a page of a list ended: the moment and the id of its last paste, so that new pastes never shift a page."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pastes.errors import Invalid
from pastes.models import Header
from pastes.models.paste import PasteQuerySet
from pastes.transactions import reading

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CURSOR = re.compile(r"(\d{1,14})-([0-9a-f]{32})", re.ASCII)


def page(pastes: PasteQuerySet, cursor: str, *, size: int) -> tuple[list[Header], str | None]:
    """So many headers after the cursor, newest first, and the next cursor or None.

    Raises Invalid for a bad cursor, Unavailable without a database.
    """
    if cursor:
        pastes = pastes.before(*_decode(cursor))
    found = reading(pastes.newest_first()[: size + 1].headers)
    more = len(found) > size
    return found[:size], _encode(found[size - 1]) if more else None


def _encode(header: Header) -> str:
    return f"{(header.created_at - EPOCH) // timedelta(milliseconds=1)}-{header.id.hex}"


def _decode(cursor: str) -> tuple[datetime, UUID]:
    found = CURSOR.fullmatch(cursor)
    if not found:
        raise Invalid.field("cursor", "is not one that a page of this list gave")
    return EPOCH + timedelta(milliseconds=int(found[1])), UUID(found[2])
