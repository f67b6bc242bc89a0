"""Cells, each a thing that is measured, in families whose cells take turns."""

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from typing import Any

from bench.load import Numbers
from bench.rig import Rig

Measurement = Callable[[float], Numbers]  # takes the seconds that a load shall last
Preparation = Callable[[Rig], Measurement]
RUNNING_IN_SECONDS = 1
REFUSALS = (RuntimeError, AssertionError, OSError)


class WrongAnswer(RuntimeError):
    """Found before anything was timed; the message says what came."""


@dataclass(frozen=True)
class Cell:
    """`prepare` makes what the load needs and checks that it is answered rightly.

    `once`: a second round tells no more.
    """

    name: str
    title: str
    prepare: Preparation
    once: bool = False


@dataclass
class Result:
    """Medians of the rounds. `failed` says why there is nothing to go by, though numbers may stand beside it."""

    title: str
    family: str
    numbers: Numbers = field(default_factory=dict)
    rounds: list[float] = field(default_factory=list)  # requests per second
    failed: str = ""


Results = dict[str, Result]


@dataclass
class Family:
    """`before_each` is called before each load."""

    name: str
    before_each: Callable[[Rig], None] | None = None
    cells: list[Cell] = field(default_factory=list)

    def cell(self, name: str, title: str, **options: Any) -> Callable[[Preparation], Preparation]:
        """Decorates what prepares it."""

        def add(prepare: Preparation) -> Preparation:
            self.cells.append(Cell(name, title, prepare, **options))
            return prepare

        return add

    def chosen(self, only: Sequence[str]) -> list[Cell]:
        """Those that a pattern names, or names the family of; all where there is no pattern."""
        patterns = only or ["*"]
        return [cell for cell in self.cells if any(fnmatch(n, p) for n in (cell.name, self.name) for p in patterns)]

    def measure(self, rig: Rig, only: Sequence[str]) -> Results:
        """In rounds, so that a disturbance meets neighbours alike. Says each number as it is known."""
        cells = self.chosen(only)
        results = {cell.name: Result(cell.title, self.name) for cell in cells}
        ready = {cell.name: self._prepared(cell, rig, results[cell.name]) for cell in cells}
        runs: dict[str, list[Numbers]] = {cell.name: [] for cell in cells}
        for turn in range(rig.plan.rounds):
            for cell in cells:
                if not (cell.once and turn):
                    runs[cell.name] += self._run(rig, ready[cell.name], results[cell.name])
        for name, result in results.items():
            summarise(result, runs[name])
        return results

    def _prepared(self, cell: Cell, rig: Rig, result: Result) -> Measurement | None:
        """Run in for a moment, unless it is measured once; None where an answer was wrong."""
        try:
            measurement = cell.prepare(rig)
            if not cell.once:
                self._begin(rig)
                measurement(RUNNING_IN_SECONDS)
        except REFUSALS as error:
            self._failed(result, error)
            return None
        return measurement

    def _run(self, rig: Rig, measurement: Measurement | None, result: Result) -> list[Numbers]:
        if measurement is None:
            return []
        try:
            self._begin(rig)
            numbers = measurement(rig.plan.seconds)
        except REFUSALS as error:
            self._failed(result, error)
            return []
        print(f"  {result.title:44} {brief(numbers)}", flush=True)
        return [numbers]

    def _begin(self, rig: Rig) -> None:
        if self.before_each:
            self.before_each(rig)

    def _failed(self, result: Result, error: Exception) -> None:
        result.failed = f"{type(error).__name__}: {error}"
        print(f"  {result.title:44} {result.failed}", flush=True)


def summarise(result: Result, runs: Sequence[Numbers]) -> None:
    if not runs:
        return
    result.numbers = medians(runs)
    result.rounds = [round(run["per_second"]) for run in runs if "per_second" in run]
    failures = sum(run.get("failures", 0) for run in runs)
    if failures:
        result.failed = f"{failures:.0f} requests failed"


def medians(runs: Sequence[Numbers]) -> Numbers:
    return {name: statistics.median(run[name] for run in runs) for name in runs[0]}


def brief(numbers: Numbers) -> str:
    """The first thing to look at: a rate where there is one."""
    if "per_second" in numbers:
        cpu = f", web {numbers['web_cpu_us']:.0f} µs" if "web_cpu_us" in numbers else ""
        return f"{numbers['per_second']:>9,.0f}/s  p99 {numbers['p99_ms']:.1f} ms{cpu}"
    return ", ".join(f"{name} {value:,.1f}" for name, value in numbers.items())


def measured(families: Iterable[Family], rig: Rig, only: Sequence[str]) -> Results:
    results: Results = {}
    for family in families:
        if family.chosen(only):
            print(f"{family.name}", flush=True)
            results |= family.measure(rig, only)
    return results
