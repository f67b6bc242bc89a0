from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from pastes.models.header import HEADER_FIELDS, Header, Visibility

Row = tuple[Any, ...]


class PasteQuerySet(models.QuerySet["Paste"]):
    def live(self, at: datetime) -> "PasteQuerySet":
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at))

    def due(self, at: datetime) -> "PasteQuerySet":
        return self.filter(expires_at__lte=at)

    def listed(self, at: datetime) -> "PasteQuerySet":
        return self.live(at).filter(visibility=Visibility.PUBLIC)

    def owned_by(self, owner_key: bytes) -> "PasteQuerySet":
        return self.filter(owner_key=owner_key)

    def containing(self, text: str) -> "PasteQuerySet":
        """In title or content, whatever the case; SQLite knows the case of ASCII letters alone."""
        return self.filter(Q(title__icontains=text) | Q(content__icontains=text))

    def newest_first(self) -> "PasteQuerySet":
        return self.order_by("-created_at", "-id")

    def before(self, created_at: datetime, paste_id: object) -> "PasteQuerySet":
        """What follows this paste in `newest_first` order."""
        return self.filter(Q(created_at__lt=created_at) | Q(created_at=created_at, id__lt=paste_id))

    def headers(self) -> list[Header]:
        return [header_of(row) for row in self.values_list(*HEADER_FIELDS)]


def header_of(row: Row) -> Header:
    """The header of a row that begins with HEADER_FIELDS."""
    return Header(*row[: len(HEADER_FIELDS)])


class Paste(models.Model):
    """One row. Written by store.py alone; nothing that two creates share stands in it."""

    id = models.UUIDField(primary_key=True)
    content = models.TextField()
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40)
    visibility = models.CharField(max_length=8, choices=Visibility.choices)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, db_index=False)
    owner_key = models.BinaryField(max_length=32)
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    timetolive = models.BigIntegerField(null=True)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    first_sha256 = models.BinaryField(max_length=32)
    parent_id = models.UUIDField(null=True)  # no foreign key: a parent goes when it goes, and rows may be apart

    objects = PasteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner_key", "-created_at", "-id"], name="paste_owned_by"),
            models.Index(fields=["-created_at", "-id"], name="paste_newest_first"),
            models.Index(fields=["expires_at"], name="paste_due", condition=Q(expires_at__isnull=False)),
            models.Index(fields=["-created_at", "-id"], name="paste_listed", condition=Q(visibility=Visibility.PUBLIC)),
            models.Index(
                fields=["title"], name="paste_title", opclasses=["varchar_pattern_ops"], condition=~Q(title="")
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(self.id)
