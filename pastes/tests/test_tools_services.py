"""The launcher: what it exports, how it passes signals on, and that nothing is left of it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE
from typing import NamedTuple, TypeAlias

import psycopg
import pytest
import redis

from tools import accounts
from tools.postgresql import Postgresql
from tools.redis import DURABLE_BROKER, Redis
from tools.server import ServerError
from tools.watchdog import MARK, marked

Launcher: TypeAlias = "subprocess.Popen[str]"
Launch = Callable[..., Launcher]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 20
REPORT = """
import json, os, psycopg, redis, sys
names = "DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"
with psycopg.connect(os.environ[names[0]]) as connection:
    fsync = connection.execute("SHOW fsync").fetchone()[0]
policies = []
for name in names[1:]:
    with redis.Redis.from_url(os.environ[name]) as client:
        policies.append(client.config_get("maxmemory-policy")["maxmemory-policy"])
print(json.dumps({"fsync": fsync, "policies": policies, "mark": os.environ["PASTEBIN_SERVICES"]}))
sys.exit(7)
"""
# A second process in a session of its own, which no signal to the command reaches.
WITH_STRAY = "setsid sleep 600 & echo ready; exec sleep 600"


class Output(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def scratch() -> Iterator[Path]:
    """A temporary folder that the servers' account can pass, unlike pytest's."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        yield Path(name).resolve()


@pytest.fixture
def launch(scratch: Path) -> Iterator[Launch]:
    with ExitStack() as started:

        def start(*words: str) -> Launcher:
            command = [sys.executable, "-m", "tools.services", *words]
            environment = {**os.environ, "TMPDIR": str(scratch)}
            process = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=PIPE, stderr=PIPE)
            started.enter_context(process)
            started.callback(process.terminate)
            return process

        yield start


def output(process: Launcher) -> Output:
    out, err = process.communicate(timeout=60)
    return Output(process.returncode, out, err)


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def first_line(process: Launcher) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_exports_three_servers_and_leaves_nothing(launch: Launch, scratch: Path) -> None:
    done = output(launch("--", sys.executable, "-c", REPORT))
    report = json.loads(done.out)
    assert (done.code, report["fsync"], report["policies"]) == (7, "off", ["allkeys-lru", "noeviction"])
    assert list(scratch.iterdir()) == []
    assert marked(report["mark"]) == set()


def test_killed_launcher_leaves_nothing(launch: Launch, scratch: Path) -> None:
    process = launch("--", "sh", "-c", f"echo ${MARK}; {WITH_STRAY}")
    mark = first_line(process)
    assert eventually(lambda: len(marked(mark)) >= 5)
    process.kill()
    assert eventually(lambda: not marked(mark) and not list(scratch.iterdir()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signal_reaches_the_command_and_ends_its_strays(launch: Launch, scratch: Path, number: signal.Signals) -> None:
    data = scratch / "data"
    process = launch("--embedded", str(data), "--", "sh", "-c", WITH_STRAY)
    assert first_line(process) == "ready"
    process.send_signal(number)
    assert output(process).code == 128 + number
    assert marked(str(data)) == set()
    assert list(scratch.iterdir()) == [data]


def test_strays_of_a_killed_command_are_ended(launch: Launch, scratch: Path) -> None:
    data = scratch / "data"
    process = launch("--embedded", str(data), "--", "sh", "-c", "setsid sleep 600 & kill -9 $$")
    assert output(process).code == 128 + signal.SIGKILL
    assert marked(str(data)) == set()


def test_second_launcher_on_the_same_folder_is_refused(launch: Launch, scratch: Path) -> None:
    words = ("--embedded", str(scratch / "data"), "--", "sh", "-c", "echo ready; exec sleep 600")
    first = launch(*words)
    assert first_line(first) == "ready"
    second = output(launch(*words))
    assert second.code == 1
    assert f"Already running on {scratch / 'data'} (process {first.pid})" in second.err


def test_unknown_command_is_named(launch: Launch, scratch: Path) -> None:
    done = output(launch("--embedded", str(scratch / "data"), "--", "no-such-command"))
    assert (done.code, "no-such-command" in done.err) == (1, True)


def test_crashed_postgresql_keeps_rows_and_port() -> None:
    server = Postgresql(durable=True)
    try:
        server.start()
        url = server.url
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS number")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (1,)
    finally:
        server.close()
    assert not server.folder.exists()


def test_crashed_broker_keeps_what_it_acknowledged() -> None:
    server = Redis("broker", DURABLE_BROKER)
    try:
        server.start()
        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            client.set("kept", "1")
        server.kill()
        server.start()
        with redis.Redis.from_url(server.url, decode_responses=True) as client:
            assert client.get("kept") == "1"
    finally:
        server.close()


def test_server_that_cannot_start_says_why() -> None:
    server = Redis("cache", {"maxmemory-policy": "no-such-policy"})
    with pytest.raises(ServerError, match="no-such-policy"):
        server.start()
    server.close()


def test_programs_out_of_reach_are_copied(tmp_path: Path) -> None:
    tree, spare = tmp_path / "tree", tmp_path / "spare"
    spare.mkdir()
    tree.mkdir()
    (tree / "program").write_text("#!/bin/sh\n")
    (tree / "program").chmod(0o700)
    stranger = accounts.Account(os.geteuid() + 1, os.getegid() + 1)
    assert accounts.within_reach(tree / "program", accounts.current(), trees=[tree], spare=spare) == tree / "program"
    copy = accounts.within_reach(tree / "program", stranger, trees=[tree], spare=spare)
    assert copy == spare / "tree" / "program"
    assert copy.stat().st_mode & 0o555 == 0o555
