import os
from typing import Any

from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_prerun

from pastes.logs import correlation_id

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pastebin.settings")

app = Celery("pastebin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # An entry expires after its interval: a worker that was away does not find a heap of them.
    "sweep expired pastes": {"task": "pastes.tasks.sweep_expired", "schedule": 60.0, "options": {"expires": 60}},
}


@setup_logging.connect
def keep_logging_as_settings_say(**_: Any) -> None:
    """Celery configures logging only where nobody listens here."""


@before_task_publish.connect
def send_correlation_id(headers: dict[str, Any], **_: Any) -> None:
    headers["correlation_id_of_request"] = correlation_id.get()


@task_prerun.connect
def take_correlation_id(task: Any, task_id: str, **_: Any) -> None:
    """A task logs under the id of the request that asked for it, or under its own."""
    correlation_id.set(getattr(task.request, "correlation_id_of_request", None) or task_id)
