"""What it ran on, and whether what it needs is there."""

import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import redis

from bench.processes import tool
from tools.postgresql import candidates

NEEDED = {"wrk": "wrk", "nginx": "nginx-core or nginx", "pgbench": "postgresql-contrib or postgresql"}
BESIDE_PATH = ("/usr/sbin", "/usr/local/sbin")


def program(name: str) -> str:
    """Its path, on PATH or where servers and PostgreSQL's tools lie beside it; its bare name where it is nowhere."""
    folders = [os.environ.get("PATH", os.defpath), *BESIDE_PATH, *map(str, candidates())]
    return shutil.which(name, path=os.pathsep.join(folders)) or name


def missing() -> list[str]:
    """A line about each program that is not installed, and about a system that tells nothing in /proc."""
    lines = [f"{name}: install the package {package}" for name, package in NEEDED.items() if program(name) == name]
    return lines if Path("/proc/self/smaps_rollup").exists() else [*lines, "Linux: CPU and memory are read from /proc"]


def cores() -> int:
    return len(os.sched_getaffinity(0))


def described(database: "psycopg.Connection[object]", redis_url: str, folder: Path) -> dict[str, str]:
    """Without anything that names this machine."""
    with redis.Redis.from_url(redis_url) as client:
        redis_version = client.info("server")["redis_version"]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": str(cores()),
        "processor": processor(Path("/proc/cpuinfo").read_text()),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.0f} GB",
        "disk": tool(["stat", "--file-system", "--format=%T", str(folder)]).strip(),
        "kernel": platform.release().partition("-")[0],
        "Python": platform.python_version(),
        "PostgreSQL": str(database.info.parameter_status("server_version")).partition(" ")[0],
        "Redis": str(redis_version),
        "nginx": version("nginx", "-v"),
        "wrk": version("wrk", "-v"),
        "pgbench": version("pgbench", "--version"),
    }


def processor(text: str) -> str:
    """Model name in /proc/cpuinfo."""
    found = re.search(r"^model name\s*: (.*)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def version(name: str, option: str) -> str:
    """What a program says of itself; it may say so as a complaint."""
    done = subprocess.run([program(name), option], capture_output=True, text=True, check=False)
    found = re.search(r"\d+\.\d+(\.\d+)?", done.stdout + done.stderr)
    return found[0] if found else "unknown"
