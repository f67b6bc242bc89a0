from django.db import models


class Retired(models.Model):
    """An id that was a paste and never will be again. Rows stay for good, so that no old link shows a new text."""

    id = models.UUIDField(primary_key=True)
    retired_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
