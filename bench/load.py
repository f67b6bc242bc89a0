"""Load on a server and what came of it: one call, one set of numbers."""

import json
import math
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from bench.machine import program
from bench.processes import ROOT, tool

Numbers = dict[str, float]

SCRIPT = "bench/lua/requests.lua"
CONNECTIONS = 64
TIMEOUT = "10s"


class Measurable(Protocol):
    """What load is put on. Counters only grow; what grew by during a load is told per request."""

    @property
    def origin(self) -> str: ...

    def counters(self) -> Mapping[str, float]: ...

    def memory(self) -> Mapping[str, float]: ...

    def settle(self) -> None:
        """Called before each load."""


def request(method: str, path: str, headers: Mapping[str, str], *, body: bytes = b"") -> bytes:
    """A request as it goes over the wire, but for its Host."""
    length = {"Content-Length": str(len(body))} if body else {}
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in {**headers, **length}.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(path: str, **headers: str) -> bytes:
    """Header names are given with `_` for `-`."""
    return request("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


def framed(requests: Sequence[bytes], host: str) -> bytes:
    """As the script reads them: each behind its length, with the Host that it is for."""
    whole = [one.replace(b"\r\n", f"\r\nHost: {host}\r\n".encode(), 1) for one in requests]
    return b"".join(b"%d\n%b" % (len(one), one) for one in whole)


@dataclass(frozen=True)
class Load:
    """The requests, in turn and again from the first, over so many connections that are kept."""

    on: Measurable
    requests: Sequence[bytes]
    connections: int = CONNECTIONS

    def __call__(self, seconds: float) -> Numbers:
        """Raises RuntimeError where the generator does not run."""
        self.on.settle()
        with self._command(seconds) as command:
            before = self.on.counters()
            report = json.loads(tool(command).strip().splitlines()[-1])
            after = self.on.counters()
        count = max(report["requests"], 1)
        spent = {name: (after[name] - before[name]) / count for name in before}
        return {**numbers(report), **spent, **self.on.memory()}

    @contextmanager
    def beside(self, seconds: float) -> Iterator[None]:
        """Under way meanwhile, for its effect on others. Raises RuntimeError where it ended before the block did."""
        with self._command(seconds) as command, ended(command):
            yield

    @contextmanager
    def _command(self, seconds: float) -> Iterator[list[str]]:
        options = ["-t1", f"-c{self.connections}", f"-d{math.ceil(seconds)}s", "--timeout", TIMEOUT, "-s", SCRIPT]
        with tempfile.NamedTemporaryFile() as file:
            file.write(framed(self.requests, self.on.origin.removeprefix("http://")))
            file.flush()
            yield [program("wrk"), *options, self.on.origin, "--", file.name]


@contextmanager
def ended(command: Sequence[str]) -> Iterator[None]:
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("What was to go on beside the load had ended before it.")
    finally:
        process.terminate()
        process.wait()


def numbers(report: Mapping[str, float]) -> Numbers:
    """Of what the generator reports. An answer of 400 and above, a broken connection and silence are failures."""
    count = max(report["requests"], 1)
    return {
        "requests": report["requests"],
        "per_second": (report["requests"] - report["refused"]) / report["seconds"],
        "p50_ms": report["p50_ms"],
        "p99_ms": report["p99_ms"],
        "bytes": report["bytes"] / count,
        "failures": report["refused"] + report["broken"],
    }
