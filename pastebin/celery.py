import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pastebin.settings")

app = Celery("pastebin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.beat_schedule = {
    # An entry expires after its interval: a worker that was away does not find a heap of them.
    "sweep expired pastes": {"task": "pastes.tasks.sweep_expired", "schedule": 60.0, "options": {"expires": 60}},
}
