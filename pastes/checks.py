"""What a start refuses, by number. The readers refuse what cannot be read; these checks, what cannot be meant."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, register

SECRET_KEY_CHARACTERS = 32


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [*_identity(), *_limits(), *_stores()]


def _identity() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < SECRET_KEY_CHARACTERS:
        yield Error(f"SECRET_KEY has fewer than {SECRET_KEY_CHARACTERS} characters.", id="pastes.E001")
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS allows every host: links could be made to point anywhere.", id="pastes.E002")
    if not settings.HTTPS and urlsplit(settings.PUBLIC_URL).hostname not in (None, "localhost", "127.0.0.1", "::1"):
        yield checks.Warning("PUBLIC_URL is not https: cookies and edit tokens travel in the clear.", id="pastes.W001")


def _limits() -> Iterator[CheckMessage]:
    longest, default = settings.MAX_TTL, settings.DEFAULT_TTL
    if longest is not None and (default is None or default > longest):
        yield Error("DEFAULT_TTL is longer than MAX_TTL.", id="pastes.E003")
    if settings.MAX_PASTE_BYTES > 64 * 1024 * 1024:
        yield Error("MAX_PASTE_BYTES is over 64 MiB: pastes are held in memory whole.", id="pastes.E004")


def _stores() -> Iterator[CheckMessage]:
    engine = settings.DATABASES["default"]["ENGINE"]
    if not engine.endswith(("postgresql", "sqlite3")):
        yield Error("DATABASE_URL is neither PostgreSQL nor SQLite.", id="pastes.E005")
    if not settings.EMBEDDED and engine.endswith("sqlite3"):
        yield checks.Warning("DATABASE_URL is SQLite outside embedded mode: one machine, one writer.", id="pastes.W002")
    if not settings.EMBEDDED and settings.CELERY_BROKER_URL == settings.REDIS_URL:
        yield Error("CELERY_BROKER_URL is the cache, which may evict messages.", id="pastes.E006")
    if not settings.EMBEDDED and not settings.COLLECTED:
        yield checks.Warning("No collected static files: run `manage.py collectstatic`.", id="pastes.W003")
