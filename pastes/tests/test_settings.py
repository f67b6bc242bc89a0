"""What the environment may say: each reader names its variable, and a start that cannot be meant is refused."""

import ipaddress
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from pastebin import environment
from pastebin import settings as settings_file
from pastebin.environment import Rate
from pastes import checks
from pastes.checks import SECRET_KEY_CHARACTERS

pytestmark = pytest.mark.embedded

NAME = "PASTEBIN_TEST_VARIABLE"
PRODUCTION = {
    "SECRET_KEY": "k" * 50,
    "PUBLIC_URL": "https://paste.example",
    "DATABASE_URL": "postgres://pastebin@127.0.0.1:1/pastebin",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/1",
}
TEN = ipaddress.ip_network("10.0.0.0/8")


def number_from_3(name: str) -> int:
    return environment.number(name, 7, least=3)


def fruit(name: str) -> str:
    return environment.choice(name, "apple", among=("apple", "pear"))


def switched_off(name: str) -> bool:
    return environment.switch(name, default=False)


def an_hour(name: str) -> int:
    return environment.duration(name, "1h")


def never(name: str) -> int | None:
    return environment.duration_or_never(name, "never")


def sixty(name: str) -> Rate | None:
    return environment.rate(name, "60/m")


def listed(name: str) -> list[str]:
    return environment.words(name, "a")


def no_origin(name: str) -> str:
    return environment.origin(name, "")


GOOD = [
    (number_from_3, "", 7),
    (number_from_3, " 12 ", 12),
    (fruit, "", "apple"),
    (fruit, "pear", "pear"),
    (switched_off, "", False),
    (switched_off, "on", True),
    (an_hour, "", 3600),
    (an_hour, "90s", 90),
    (an_hour, "10m", 600),
    (an_hour, "30d", 2_592_000),
    (never, "", None),
    (never, "24h", 86_400),
    (sixty, "", Rate(60, 60)),
    (sixty, "1000/10m", Rate(1000, 600)),
    (sixty, "5/d", Rate(5, 86_400)),
    (sixty, "off", None),
    (listed, "", ["a"]),
    (listed, "b, ,c,", ["b", "c"]),
    (environment.networks, "10.0.0.0/8, unix", ([TEN], True)),
    (environment.networks, "", ([], False)),
    (no_origin, "", ""),
    (no_origin, "https://Paste.Example/", "https://paste.example"),
    (no_origin, "http://[::1]:8000", "http://[::1]:8000"),
    (environment.contact, "", ""),
    (environment.contact, "help+paste@paste.example", "mailto:help+paste@paste.example"),
    (environment.contact, "https://paste.example/contact?a=b", "https://paste.example/contact?a=b"),
    (environment.text, "x", "x"),
]
BAD = [
    *((number_from_3, value) for value in ("2", "-3", "3.0", "x", "1e3", "٣", "9" * 19)),
    *((fruit, value) for value in ("plum", "APPLE")),
    *((switched_off, value) for value in ("yes", "1", "true")),
    *((an_hour, value) for value in ("60", "0s", "1w", "-1s", "1.5h", "never")),
    *((never, value) for value in ("0d", "ever")),
    *((sixty, value) for value in ("60", "0/m", "60/0m", "m/60", "60/1w", "-1/m")),
    *((environment.networks, value) for value in ("10.0.0.1/8", "somewhere", "10.0.0.0/33")),
    *((no_origin, value) for value in ("paste.example", "https://a/b", "ftp://a", "https://", "https://a:x")),
    *(
        (environment.contact, value)
        for value in ("help", "a@b c", "javascript:alert(1)", "@paste.example", "mailto:a@b")
    ),
    (environment.text, ""),
]


@pytest.mark.parametrize(("read", "value", "found"), GOOD)
def test_a_good_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], value: str, found: object
) -> None:
    monkeypatch.setenv(NAME, value)
    assert read(NAME) == found


@pytest.mark.parametrize(("read", "value"), BAD)
def test_a_bad_value_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[str], object], value: str
) -> None:
    monkeypatch.setenv(NAME, value)
    with pytest.raises(ImproperlyConfigured, match=NAME) as refusal:
        read(NAME)
    assert value in str(refusal.value)


def check(variables: Mapping[str, str], data: Path) -> subprocess.CompletedProcess[str]:
    environ = {"PATH": os.environ["PATH"], "DATA_DIR": str(data), **variables}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=settings_file.BASE_DIR, env=environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_production_does_not_start_without(missing: str, tmp_path: Path) -> None:
    done = check({name: value for name, value in PRODUCTION.items() if name != missing}, tmp_path)
    assert done.returncode != 0
    assert f"{missing} is not set" in done.stderr


def test_a_bare_start_names_the_command_that_works_without_settings(tmp_path: Path) -> None:
    done = check({}, tmp_path)
    assert done.returncode != 0
    assert "make run" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_production_starts_with_all_of_them(tmp_path: Path) -> None:
    assert check(PRODUCTION, tmp_path).returncode == 0


def test_embedded_needs_nothing_and_keeps_one_key_of_its_own(tmp_path: Path) -> None:
    assert check({"PASTEBIN_MODE": "embedded"}, tmp_path).returncode == 0
    key = tmp_path / "secret_key"
    first = key.read_text()
    assert len(first) >= SECRET_KEY_CHARACTERS
    assert key.stat().st_mode & 0o077 == 0
    assert settings_file.embedded_secret_key(key) == first


def test_embedded_listens_to_this_machine_alone_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_file, "HOST", "127.0.0.1")
    assert set(settings_file.embedded_hosts()) == {"localhost", "127.0.0.1", "[::1]"}
    monkeypatch.setattr(settings_file, "HOST", "0.0.0.0")  # noqa: S104
    assert len(set(settings_file.embedded_hosts())) > 4


SOUND: dict[str, Any] = {
    "SECRET_KEY": "k" * SECRET_KEY_CHARACTERS,
    "ALLOWED_HOSTS": ["paste.example"],
    "EMBEDDED": False,
    "HTTPS": True,
    "PUBLIC_URL": "https://paste.example",
    "MAX_TTL": 100,
    "DEFAULT_TTL": 100,
    "MAX_PASTE_BYTES": 64 * 1024 * 1024,
    "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/1",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "COLLECTED": True,
}
UNSOUND: list[tuple[str, dict[str, Any]]] = [
    ("E001", {"SECRET_KEY": "k" * (SECRET_KEY_CHARACTERS - 1)}),
    ("E002", {"ALLOWED_HOSTS": ["*"]}),
    ("E003", {"DEFAULT_TTL": 101}),
    ("E003", {"DEFAULT_TTL": None}),
    ("E004", {"MAX_PASTE_BYTES": 64 * 1024 * 1024 + 1}),
    ("E005", {"DATABASES": {"default": {"ENGINE": "django.db.backends.mysql"}}}),
    ("E006", {"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"}),
    ("W001", {"HTTPS": False, "PUBLIC_URL": "http://paste.example"}),
    ("W002", {"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}),
    ("W003", {"COLLECTED": False}),
]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """The numbers that sound settings, but for those given, are told."""

    def numbers(**values: Any) -> list[str]:
        monkeypatch.setattr(checks, "settings", SimpleNamespace(**{**SOUND, **values}))
        return [message.id.removeprefix("pastes.") for message in checks.check_settings(None) if message.id]

    return numbers


def test_sound_settings_are_sound(found: Callable[..., list[str]]) -> None:
    assert found() == []
    assert found(MAX_TTL=None, DEFAULT_TTL=None) == []


@pytest.mark.parametrize(("number", "values"), UNSOUND)
def test_unsound_settings_are_told_by_number(
    found: Callable[..., list[str]], number: str, values: dict[str, Any]
) -> None:
    assert found(**values) == [number]


@pytest.mark.parametrize("origin", ["", "http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_this_machine_alone_needs_no_https(found: Callable[..., list[str]], origin: str) -> None:
    assert found(HTTPS=False, PUBLIC_URL=origin) == []


def test_embedded_needs_no_servers(found: Callable[..., list[str]]) -> None:
    for number in ("W002", "W003", "E006"):
        values = next(values for known, values in UNSOUND if known == number)
        assert found(**values, EMBEDDED=True) == []


def test_django_runs_them(settings: Any) -> None:
    settings.SECRET_KEY = "short"
    assert "pastes.E001" in {message.id for message in run_checks()}


@pytest.mark.parametrize(
    ("query", "threshold"), [("", 5), ("?prepare_threshold=9", 9), ("?prepare_threshold=off", None)]
)
def test_how_soon_statements_are_prepared_is_told_by_the_address(query: str, threshold: int | None) -> None:
    options = settings_file.database(PRODUCTION["DATABASE_URL"] + query)["OPTIONS"]
    assert options["prepare_threshold"] == threshold
