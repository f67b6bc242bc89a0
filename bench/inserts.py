"""A yardstick: pgbench, one row an INSERT, the same content sent by the client into the same table."""

import hashlib
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

from bench.load import CONNECTIONS, Measurable, Numbers
from bench.machine import program
from bench.processes import environment, tool

STATEMENT = """
INSERT INTO pastes_paste (id, content, title, language, visibility, owner_id, owner_key, version, created_at,
  updated_at, expires_at, timetolive, size, sha256, first_sha256)
VALUES (gen_random_uuid(), {content}, {title}, 'python', 'unlisted', NULL, {key}, 1, now(), now(),
  now() + interval '30 days', 2592000, {size}, {digest}, {digest});
"""


def literal(text: str) -> str:
    """For PostgreSQL, in a script of pgbench, which takes `:name` for a variable of its own."""
    escapes = str.maketrans({"\\": "\\\\", "'": "''", "\n": "\\n", ":": "\\x3a"})
    return f"E'{text.translate(escapes)}'"


def statement(content: str, title: str) -> str:
    body = content.encode()
    digest = hashlib.sha256(body).hexdigest()
    values = {"content": literal(content), "title": literal(title), "size": len(body)}
    return STATEMENT.format(**values, digest=f"'\\x{digest}'", key=f"'\\x{digest}'")


def latencies_ms(log: str) -> list[float]:
    """Of the lines that `pgbench --log` writes: client, transaction, microseconds, …"""
    return [int(line.split(maxsplit=3)[2]) / 1000 for line in log.splitlines()]


def percentile(values: Sequence[float], percent: int) -> float:
    return quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else values[0]


@dataclass(frozen=True)
class Inserts:
    on: Measurable
    database_url: str
    text: str  # of the script
    connections: int = CONNECTIONS

    def __call__(self, seconds: float) -> Numbers:
        """Raises RuntimeError where an INSERT fails."""
        self.on.settle()
        address = urlsplit(self.database_url)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "insert.sql").write_text(self.text)
            words = [
                program("pgbench"),
                "-n",
                "-M",
                "simple",
                f"-c{self.connections}",
                "-j2",
                f"-T{max(round(seconds), 1)}",
            ]
            words += ["-f", str(folder / "insert.sql"), "--log", f"--log-prefix={folder / 'log'}"]
            words += ["-h", str(address.hostname), "-p", str(address.port), "-U", str(address.username)]
            password = {"PGPASSWORD": address.password or ""}
            before = self.on.counters()
            said = tool([*words, address.path[1:]], env=environment(password))
            after = self.on.counters()
            waits = [wait for path in folder.glob("log.*") for wait in latencies_ms(path.read_text())]
        spent = {name: (after[name] - before[name]) / len(waits) for name in before}
        return {**report(said, waits), **spent}


def report(said: str, waits: Sequence[float]) -> Numbers:
    rate = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
    failed = re.search(r"failed transactions: (\d+)", said)
    if rate is None:
        raise RuntimeError(f"pgbench tells no rate: {said[-500:]}")
    return {
        "requests": len(waits),
        "per_second": float(rate[1]),
        "p50_ms": percentile(waits, 50),
        "p99_ms": percentile(waits, 99),
        "failures": int(failed[1]) if failed else 0,
    }
