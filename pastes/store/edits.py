"""What a change asks for, and what a paste is after it."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from pastes.models import Header, Record
from pastes.rendering import AUTO, guess

Guard = Callable[[Header], None]


class Edit(msgspec.Struct, frozen=True):
    """What is None stays as it is. `guard` sees the row's header under its lock, and raises to refuse.

    `timetolive` in seconds counts from `at`, None means never, UNSET keeps the expiry. `expires_at` overrides the
    moment that `timetolive` gives. A language of `auto` is guessed from what the paste is after the edit.
    """

    id: UUID
    at: datetime
    guard: Guard
    content: str | None = None
    title: str | None = None
    language: str | None = None
    visibility: str | None = None
    timetolive: int | UnsetType | None = UNSET
    expires_at: datetime | None = None
    keep_history: bool = True
    owner_key: bytes | None = None

    def applied_to(self, record: Record) -> Record:
        header = record.header
        changes: dict[str, Any] = {
            name: value
            for name in ("title", "language", "visibility", "owner_key")
            if (value := getattr(self, name)) is not None
        }
        if self.content is not None:
            data = self.content.encode()
            changes |= {"size": len(data), "sha256": hashlib.sha256(data).digest()}
        if self.timetolive is not UNSET:
            moment = self.at + timedelta(seconds=self.timetolive) if self.timetolive is not None else None
            changes |= {"timetolive": self.timetolive, "expires_at": self.expires_at or moment}
        if changes.get("language") == AUTO:
            changes["language"] = guess(changes.get("title", header.title), self.content or record.content)
        # Never backwards, whatever the clock did: an update must be seen to be newer.
        changes["updated_at"] = max(self.at, header.updated_at + timedelta(milliseconds=1))
        changes["version"] = header.version + 1
        return Record(
            msgspec.structs.replace(header, **changes), record.content if self.content is None else self.content
        )

    def keeps(self, before: Record, after: Record | None) -> bool:
        """Whether what it replaces becomes history."""
        return self.keep_history and after is not None and _told(before) != _told(after)


class Removal(msgspec.Struct, frozen=True):
    id: UUID
    at: datetime
    guard: Guard

    def applied_to(self, record: Record) -> None:
        return None

    def keeps(self, before: Record, after: Record | None) -> bool:
        return False


def _told(record: Record) -> tuple[str, str, bytes]:
    return record.header.title, record.header.language, record.header.sha256
