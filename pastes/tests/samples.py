"""Pastes and changes for tests of the store, each told only what matters to it."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from pastes import store
from pastes.drafts import new_id
from pastes.errors import Conflict
from pastes.models import Header, Paste, Record, Retired, Revision
from pastes.store import Edit, NewPaste, Removal

# Far ahead of any clock, so that nothing here has expired unless a test says so.
NOW = datetime(2101, 5, 4, 12, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
OWNER_KEY, OTHER_KEY = b"o" * 32, b"x" * 32


def header(content: str = "text", **fields: Any) -> Header:
    data = content.encode()
    digest = hashlib.sha256(data).digest()
    usual = {
        "id": new_id(),
        "title": "",
        "language": "text",
        "visibility": "unlisted",
        "owner_id": None,
        "owner_key": OWNER_KEY,
        "version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        "expires_at": NOW + DAY,
        "timetolive": 86_400,
        "size": len(data),
        "sha256": digest,
        "first_sha256": digest,
    }
    return Header(**{**usual, **fields})


def new(content: str = "text", *, id_is_given: bool = False, **fields: Any) -> NewPaste:
    return NewPaste(Record(header(content, **fields), content), id_is_given)


def published(content: str = "text", **fields: Any) -> Header:
    return must(store.publish([new(content, **fields)])[0])


def must(outcome: Header | Exception) -> Header:
    """The header, where the test needs it to have gone well."""
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


def anyone(_: Header) -> None:
    """The guard that lets everybody in."""


def only(version: int) -> Callable[[Header], None]:
    def guard(found: Header) -> None:
        if found.version != version:
            raise Conflict("The paste was changed after you read it.")

    return guard


def edit(paste: Header | UUID, content: str | None = "newer", **fields: Any) -> Edit:
    usual = {"at": NOW + SECOND, "guard": anyone}
    return Edit(id=paste if isinstance(paste, UUID) else paste.id, content=content, **{**usual, **fields})


def removal(paste: Header | UUID, **fields: Any) -> Removal:
    usual = {"at": NOW + SECOND, "guard": anyone}
    return Removal(id=paste if isinstance(paste, UUID) else paste.id, **{**usual, **fields})


def kinds(outcomes: Sequence[object]) -> list[str]:
    """`["Header", "Conflict", …]`: how each item of a list fared."""
    return [type(outcome).__name__ for outcome in outcomes]


def stored(paste: Header) -> Record | None:
    """The row as it stands, expired or not."""
    row = Paste.objects.filter(id=paste.id).first()
    return Record(Paste.objects.filter(id=paste.id).headers()[0], row.content) if row else None


def must_be_stored(paste: Header) -> Record:
    record = stored(paste)
    assert record is not None
    return record


def versions_kept(paste: Header) -> list[int]:
    return list(Revision.objects.filter(paste_id=paste.id).order_by("version").values_list("version", flat=True))


def is_retired(paste_id: UUID) -> bool:
    return Retired.objects.filter(id=paste_id).exists()


def with_fields(found: Header, **fields: Any) -> Header:
    return msgspec.structs.replace(found, **fields)
