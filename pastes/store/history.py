"""What a paste was before: revisions kept, up to a number and a size, oldest dropped first."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Coalesce

from pastes.models import Record, Revision
from pastes.transactions import reading

REVISIONS_KEPT = 50
PASTES_KEPT = 10  # times MAX_PASTE_BYTES: all revisions of a paste together


class Past(msgspec.Struct, frozen=True):
    """A revision but for its content. `author` is the name of an account, "" where there was none."""

    version: int
    title: str
    language: str
    size: int
    sha256: bytes
    created_at: datetime
    author: str


def histories(ids: Sequence[UUID]) -> list[list[Past]]:
    """What is kept of each paste, newest first. Loads no content. Whether the paste is live is the caller's to ask."""
    rows = Revision.objects.filter(paste_id__in=set(ids)).order_by("-version")
    named = rows.annotate(author=Coalesce("by__username", Value(""))).values("paste_id", *Past.__struct_fields__)
    found: dict[UUID, list[Past]] = defaultdict(list)
    for row in reading(lambda: list(named)):
        found[row.pop("paste_id")].append(Past(**row))
    return [found[paste_id] for paste_id in ids]


def revisions(keys: Sequence[tuple[UUID, int]]) -> list[Revision | None]:
    """Old versions with their text, by paste and version; None for what is not kept, or is the version of now."""
    rows = Revision.objects.filter(pk__in=list(keys)).select_related("by")
    found = {revision.pk: revision for revision in reading(lambda: list(rows))}
    return [found.get(key) for key in keys]


def keep_replaced(records: Sequence[Record]) -> None:
    if not records:
        return
    Revision.objects.bulk_create([_revision(record) for record in records])
    kept: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    rows = Revision.objects.filter(paste_id__in={record.header.id for record in records}).order_by("-version")
    for paste_id, version, size in rows.values_list("paste_id", "version", "size"):
        kept[paste_id].append((version, size))
    for paste_id, newest_first in kept.items():
        if last_dropped := _last_dropped(newest_first):
            Revision.objects.filter(paste_id=paste_id, version__lte=last_dropped).delete()


def _revision(record: Record) -> Revision:
    header = record.header
    return Revision(
        paste_id=header.id,
        version=header.version,
        content=record.content,
        title=header.title,
        language=header.language,
        size=header.size,
        sha256=header.sha256,
        created_at=header.updated_at,
        by_id=header.owner_id,
    )


def _last_dropped(newest_first: list[tuple[int, int]]) -> int:
    """The newest version that there is no room for; 0 where all have room."""
    room = PASTES_KEPT * settings.MAX_PASTE_BYTES
    for index, (version, size) in enumerate(newest_first):
        room -= size
        if room < 0 or index == REVISIONS_KEPT:
            return version
    return 0
