"""What a paste was before: revisions kept, up to a number and a size, oldest dropped first."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.conf import settings

from pastes.models import Record, Revision

REVISIONS_KEPT = 50
PASTES_KEPT = 10  # times MAX_PASTE_BYTES: all revisions of a paste together


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
