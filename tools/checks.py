"""`python -m tools.checks [lint]`: named steps up to the first that fails, then how long each took."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable
EMBEDDED = {"PASTEBIN_MODE": "embedded"}
SERVICES = [PYTHON, "-m", "tools.services", "--"]
# Nothing here is reached: the checks only look at the settings.
PRODUCTION = {
    "PASTEBIN_MODE": "production",
    "SECRET_KEY": secrets.token_urlsafe(48),
    "PUBLIC_URL": "https://paste.example",
    "DATABASE_URL": "postgres://pastebin@127.0.0.1:1/pastebin",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/1",
}
# The code that must not lose or show what it should not: every line and branch of it is tried.
COMPLETE = ("store/*", "transactions.py", "batching.py", "cache.py", "drafts.py", "access.py")


@dataclass(frozen=True)
class Step:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self) -> float | None:
        """Seconds it took, None when it failed."""
        print(f"\n--- {self.name}", flush=True)
        began = time.monotonic()
        environment = {**os.environ, **self.environment}
        done = subprocess.run(self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
        return time.monotonic() - began if done.returncode == 0 else None


def module(name: str, *words: str) -> list[str]:
    return [PYTHON, "-m", name, *words]


def lint(data: Path) -> list[Step]:
    production = {**PRODUCTION, "DATA_DIR": str(data / "lint")}
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))
    return [
        Step("format", module("ruff", "format", "--check", "--quiet", ".")),
        Step("lint", module("ruff", "check", "--quiet", ".")),
        Step("types", module("mypy"), production),
        Step("templates", [str(Path(PYTHON).with_name("djade")), "--check", "--target-version", "5.2", *templates]),
        Step("dependencies", module("deptry", ".")),
        Step(
            "migrations",
            [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
            {**EMBEDDED, "DATA_DIR": str(data / "lint")},
        ),
        Step("static files", [PYTHON, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"], production),
        Step("deployment", [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"], production),
    ]


def tests(data: Path) -> list[Step]:
    place = {"DATA_DIR": str(data / "tests")}  # without collected static files
    pytest = module("coverage", "run", "-m", "pytest")
    complete = ",".join(f"pastes/{name}" for name in COMPLETE)
    embedded = module("coverage", "run", "--append", "-m", "pytest", "-m", "embedded")
    return [
        Step("tests on PostgreSQL and Redis", [*SERVICES, *pytest], {"PASTEBIN_MODE": "production", **place}),
        Step("tests on SQLite", embedded, {**EMBEDDED, **place}),
        Step("coverage", module("coverage", "report")),
        Step("complete coverage", module("coverage", "report", "--fail-under=100", f"--include={complete}")),
    ]


def main(steps: Sequence[Step]) -> int:
    rows = []
    for step in steps:
        took = step.run()
        rows.append(f"{step.name:32}{'failed' if took is None else f'{took:6.1f} s'}")
        if took is None:
            break
    print("\n" + "\n".join(rows), flush=True)
    return int(rows[-1].endswith("failed"))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="pastebin-checks-") as name:
        folder = Path(name)
        sys.exit(main(lint(folder) if sys.argv[1:] == ["lint"] else [*lint(folder), *tests(folder)]))
