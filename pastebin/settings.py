"""All settings. What the environment may say is read here, once, by typed readers; docs/configuration.md lists it."""

import os
import secrets
import socket
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from pastebin import environment

django_stubs_ext.monkeypatch()  # so that ModelAdmin and its kin can name their model at run time too

BASE_DIR = Path(__file__).resolve().parent.parent

# --- Mode ---------------------------------------------------------------------------------------------------------


def cores() -> int:
    """Cores that this process may use, which in a container are fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


PASTEBIN_MODE = environment.choice("PASTEBIN_MODE", "production", among=("production", "embedded"))
EMBEDDED = PASTEBIN_MODE == "embedded"
DATA_DIR = Path(environment.text("DATA_DIR", str(BASE_DIR / "var")))
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.number("PORT", 8000)
WEB_CONCURRENCY = environment.number("WEB_CONCURRENCY", 1 if EMBEDDED else cores())
DEBUG = False


def embedded_secret_key(path: Path) -> str:
    """The key of this checkout, made on first use. Losing it signs administrators out and loses nothing else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return path.read_text()


def embedded_hosts() -> list[str]:
    hosts = ["localhost", "127.0.0.1", "[::1]", HOST]
    if HOST in ("0.0.0.0", "::", "[::]"):  # noqa: S104
        name = socket.gethostname()
        addresses = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
        hosts += [name, socket.getfqdn(), *(f"[{address}]" if ":" in address else address for address in addresses)]
    return hosts


# --- Who we are ---------------------------------------------------------------------------------------------------

PUBLIC_URL = environment.origin("PUBLIC_URL", "" if EMBEDDED else None)
HTTPS = PUBLIC_URL.startswith("https://")
SECRET_KEY = embedded_secret_key(DATA_DIR / "secret_key") if EMBEDDED else environment.text("SECRET_KEY")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS") or (
    embedded_hosts() if EMBEDDED else [urlsplit(PUBLIC_URL).hostname or ""]
)
CONTACT = environment.contact("CONTACT")
TRUSTED_PROXIES, TRUST_UNIX_SOCKET = environment.networks("TRUSTED_PROXIES")

# --- What it allows -----------------------------------------------------------------------------------------------

MAX_PASTE_BYTES = environment.number("MAX_PASTE_BYTES", 1_048_576)
DEFAULT_TTL = environment.duration_or_never("DEFAULT_TTL", "30d")  # seconds, None = never
MAX_TTL = environment.duration_or_never("MAX_TTL", "365d")  # seconds, None = never
LIST_ANONYMOUS = environment.switch("LIST_ANONYMOUS", default=EMBEDDED)
LIMIT_CREATE = environment.rate("LIMIT_CREATE", "60/m")

# --- Django -------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "pastes",
    "pastes.apps.ModerationConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "pastes.doors.django.ExchangeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
ROOT_URLCONF = "pastebin.urls"
WSGI_APPLICATION = "pastebin.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "pastes.responses.page_context",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
AUTH_USER_MODEL = "pastes.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False
DATA_UPLOAD_MAX_MEMORY_SIZE = None  # the cut in doors/http.py is the one limit, applied before a body is read
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 16 * MAX_PASTE_BYTES
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = ("__Host-session", "__Host-csrf") if HTTPS else ("session", "csrf")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pastes.views.csrf.failure"
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"  # the cache may evict, the database remembers
# The headers come from doors/http.py, for both drivers; TLS and its redirect belong to the proxy in front.
SILENCED_SYSTEM_CHECKS = ["security.W001", "security.W002", "security.W004", "security.W008"]
if not HTTPS:
    SILENCED_SYSTEM_CHECKS += ["security.W012", "security.W016"]

# --- Stores -------------------------------------------------------------------------------------------------------

STATEMENT_TIMEOUT = environment.number("STATEMENT_TIMEOUT", 5)  # seconds
MIGRATING = sys.argv[1:2] == ["migrate"]
POSTGRESQL_OPTIONS = {
    "connect_timeout": 3,
    "prepare_threshold": 5,  # times that a connection runs a statement before it has the server prepare it
    "options": " ".join(
        f"-c {name}={0 if MIGRATING else milliseconds}"
        for name, milliseconds in {
            "statement_timeout": STATEMENT_TIMEOUT * 1000,
            "lock_timeout": 2000,
            # A claim in the cache lives for 30 s: no transaction that has claimed may outlive it.
            "idle_in_transaction_session_timeout": 10000,
        }.items()
    ),
}
SQLITE_OPTIONS = {
    "timeout": 20,  # seconds
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;",
}


def database(url: str) -> dict[str, Any]:
    found: dict[str, Any] = environ.Env.db_url_config(url)
    postgresql = found["ENGINE"].endswith("postgresql")
    defaults, given = POSTGRESQL_OPTIONS if postgresql else SQLITE_OPTIONS, found.get("OPTIONS", {})
    if postgresql and "options" in given:  # added to ours, on which the life of a claim in the cache rests
        given["options"] = f"{given['options']} {defaults['options']}"
    if given.get("prepare_threshold") == "off":
        given["prepare_threshold"] = None  # as psycopg says it
    found["OPTIONS"] = {**defaults, **given}
    found.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=postgresql)
    if not postgresql:
        found["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
    return found


DATABASES = {
    "default": database(
        environment.text("DATABASE_URL", f"sqlite:///{DATA_DIR}/pastebin.sqlite3" if EMBEDDED else None)
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = "" if EMBEDDED else environment.text("REDIS_URL")
CACHE_DIRECT = environment.switch("CACHE_DIRECT", default=False)
REDIS_CACHE: dict[str, Any] = {
    "BACKEND": "django_redis.cache.RedisCache",
    "LOCATION": REDIS_URL,
    "KEY_PREFIX": "django",
    "OPTIONS": {
        "CLIENT_CLASS": "django_redis.client.DefaultClient",
        "SOCKET_TIMEOUT": 0.05,  # seconds
        "SOCKET_CONNECT_TIMEOUT": 0.05,  # seconds
        # One retry, on connections that died while they lay in the pool; a timeout is never tried again.
        "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))},
    },
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"} if EMBEDDED else REDIS_CACHE
}
if EMBEDDED:
    SILENCED_SYSTEM_CHECKS += ["django_ratelimit.E003", "django_ratelimit.W001"]  # one web process: local is shared

# --- Static files -------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
COLLECTED = (STATIC_ROOT / "staticfiles.json").exists() or sys.argv[1:2] == ["collectstatic"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED
WHITENOISE_ALLOW_ALL_ORIGINS = False


def forbid_everything(headers: MutableMapping[str, str], path: str, url: str) -> None:
    """An asset asks for nothing itself, so the policy of our pages would only make it longer."""
    headers["Content-Security-Policy"] = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"


WHITENOISE_ADD_HEADERS_FUNCTION = forbid_everything

# --- Celery -------------------------------------------------------------------------------------------------------

CELERY_FOLDER = DATA_DIR / "celery"
CELERY_BROKER_URL = environment.text("CELERY_BROKER_URL", "filesystem://" if EMBEDDED else None)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 60  # seconds; well below the visibility timeout, so no task is handed out twice while it runs
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_POOL = "solo" if EMBEDDED else "prefork"
CELERY_WORKER_CONCURRENCY = 1 if EMBEDDED else None
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, int | str] = {
    "visibility_timeout": 120,  # seconds
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "health_check_interval": 25,
}
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(CELERY_FOLDER / "messages"),
        "data_folder_out": str(CELERY_FOLDER / "messages"),
        "control_folder": str(CELERY_FOLDER / "control"),
    }
    for folder in ("messages", "control"):
        (CELERY_FOLDER / folder).mkdir(parents=True, exist_ok=True)

# --- Logs ---------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "pastes.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": environment.choice("LOG_LEVEL", "INFO", among=("DEBUG", "INFO", "WARNING", "ERROR")),
    },
    # Django's own line per refused request would double ours, and hold the path.
    "loggers": {
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "django.server": {"level": "ERROR"},
    },
}
