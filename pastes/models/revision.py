from django.conf import settings
from django.db import models

from pastes.models.paste import Paste


class Revision(models.Model):
    """What a paste was before an edit. Erased with its paste, by the store.

    No database-level foreign keys: they would stop the tables from being distributed over several servers.
    """

    pk = models.CompositePrimaryKey("paste_id", "version")
    paste = models.ForeignKey(Paste, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="revisions")
    version = models.PositiveIntegerField()
    content = models.TextField()
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sha256 = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.paste_id} version {self.version}"
