from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q


class TaskRunQuerySet(models.QuerySet["TaskRun"]):
    def claim(self, name: str, *, at: datetime, seconds: int) -> bool:
        """Whether the caller may run this task now: nobody else can for so many seconds, or until `release`.

        A conditional update, so any number of workers may ask at once and one is told yes.
        """
        self.get_or_create(name=name)
        free = self.filter(name=name).filter(Q(claimed_until=None) | Q(claimed_until__lte=at))
        return free.update(claimed_until=at + timedelta(seconds=seconds)) == 1

    def release(self, name: str, *, at: datetime, done: int, lag_seconds: float) -> None:
        self.filter(name=name).update(claimed_until=None, finished_at=at, done=done, lag_seconds=lag_seconds)


class TaskRun(models.Model):
    """The last run of a periodic task, and the lock that keeps it to one runner."""

    name = models.CharField(max_length=40, primary_key=True)
    claimed_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    lag_seconds = models.FloatField(default=0)

    objects = TaskRunQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
