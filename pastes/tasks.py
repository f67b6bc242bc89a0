"""Periodic tasks: one line each here, the work in the store. Idempotent, and run by one worker at a time."""

import logging

from celery import shared_task
from django.db import close_old_connections

from pastes import store
from pastes.clock import now
from pastes.models import TaskRun

SWEEP, SWEEP_SECONDS, SWEEP_BATCHES = "sweep_expired", 50, 100

logger = logging.getLogger(__name__)


@shared_task
def sweep_expired() -> int:
    """Removes expired pastes, at most SWEEP_BATCHES batches a run; how many."""
    close_old_connections()
    at = now()
    if not TaskRun.objects.claim(SWEEP, at=at, seconds=SWEEP_SECONDS):
        return 0
    sweep = store.expire(at=at, batches=SWEEP_BATCHES)
    TaskRun.objects.release(SWEEP, at=now(), done=sweep.removed, lag_seconds=sweep.lag_seconds)
    logger.info("swept %d expired pastes, the oldest %.0f s late", sweep.removed, sweep.lag_seconds)
    return sweep.removed
