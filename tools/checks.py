"""`python -m tools.checks [lint]`: named steps up to the first that fails, then how long each took."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

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

    def run(self, output: IO[str] | None = None) -> float | None:
        """Seconds it took, None when it failed. What it says goes to `output`, or to the terminal at once."""
        print(f"\n--- {self.name}", file=output, flush=True)
        began = time.monotonic()
        environment = {**os.environ, **self.environment}
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT if output else None,
            check=False,
        )
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
    """To be run beside each other: neither alone keeps two cores busy."""

    def place(name: str) -> dict[str, str]:  # without collected static files
        return {"DATA_DIR": str(data / name), "COVERAGE_FILE": str(data / f".coverage.{name}")}

    pytest = module("coverage", "run", "-m", "pytest", "-p", "no:cacheprovider", "-m")
    return [
        Step(
            "tests on PostgreSQL and Redis",
            [*SERVICES, *pytest, "not browser"],
            {"PASTEBIN_MODE": "production", **place("postgresql")},
        ),
        Step("tests on SQLite, and in a browser", [*pytest, "embedded or browser"], {**EMBEDDED, **place("sqlite")}),
    ]


def coverage(data: Path) -> list[Step]:
    complete = ",".join(f"pastes/{name}" for name in COMPLETE)
    return [
        Step("coverage of both", module("coverage", "combine", "--quiet", str(data))),
        Step("coverage", module("coverage", "report")),
        Step("complete coverage", module("coverage", "report", "--fail-under=100", f"--include={complete}")),
    ]


def side_by_side(steps: Sequence[Step]) -> list[float | None]:
    """How long each took. The first speaks as it goes, the others after it."""
    with ThreadPoolExecutor() as pool, ExitStack() as files:
        outputs = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in steps[1:]]
        others = [pool.submit(step.run, output) for step, output in zip(steps[1:], outputs, strict=True)]
        took = [steps[0].run(), *(other.result() for other in others)]
        for output in outputs:
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)
    return took


def main(groups: Sequence[Sequence[Step]]) -> int:
    """Group after group up to the first in which something failed."""
    rows: list[str] = []
    failed = False
    for group in groups:
        for step, took in zip(group, side_by_side(group), strict=True):
            rows.append(f"{step.name:36}{'failed' if took is None else f'{took:6.1f} s'}")
            failed |= took is None
        if failed:
            break
    print("\n" + "\n".join(rows), flush=True)
    return int(failed)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="pastebin-checks-") as name:
        folder = Path(name)
        checks = [[step] for step in lint(folder)]
        if sys.argv[1:] != ["lint"]:
            checks += [tests(folder), *([step] for step in coverage(folder))]
        sys.exit(main(checks))
