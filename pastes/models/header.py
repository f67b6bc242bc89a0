"""A paste as values: the header (every field but the content), and the record (header and content)."""

from datetime import datetime
from uuid import UUID

import msgspec
from django.db import models

from pastes.rendering import resolve


class Visibility(models.TextChoices):
    PUBLIC = "public", "Public"
    UNLISTED = "unlisted", "Unlisted"
    PRIVATE = "private", "Private"


class Header(msgspec.Struct, frozen=True, array_like=True):
    """Every field of a paste but its content. (id, version) is born once: all that is derived is keyed by it."""

    id: UUID
    title: str
    language: str
    visibility: str
    owner_id: int | None
    owner_key: bytes
    version: int
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    timetolive: int | None
    size: int
    sha256: bytes
    first_sha256: bytes
    parent_id: UUID | None = None

    def is_live(self, at: datetime) -> bool:
        return self.expires_at is None or self.expires_at > at

    @property
    def name(self) -> str:
        return self.title or "Untitled"

    @property
    def language_label(self) -> str:
        return resolve(self.language).label


HEADER_FIELDS = tuple(field.name for field in msgspec.structs.fields(Header))


class Record(msgspec.Struct, frozen=True):
    header: Header
    content: str
