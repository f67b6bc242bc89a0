"""What is to be reached: ratios inside one run, and times that people notice."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.load import Numbers

Measured = Mapping[str, Numbers]  # by the cell's name, only those that did not fail
Value = Callable[[Measured], float]  # raises KeyError where a cell is missing


def number(cell: str, name: str) -> Value:
    return lambda measured: measured[cell][name]


def ratio(cell: str, base: str, name: str = "per_second") -> Value:
    return lambda measured: measured[cell][name] / measured[base][name]


def lowest(*values: Value) -> Value:
    return lambda measured: min(value(measured) for value in values)


def highest(*values: Value) -> Value:
    return lambda measured: max(value(measured) for value in values)


@dataclass(frozen=True)
class Target:
    """`most`: less is better, and the bounds are upper ones."""

    what: str
    value: Value
    least: float
    hoped: float
    most: bool = False
    unit: str = ""

    def reached(self, value: float) -> str:
        if self._within(value, self.hoped):
            return "as hoped"
        return "yes" if self._within(value, self.least) else "no"

    def _within(self, value: float, bound: float) -> bool:
        return value <= bound if self.most else value >= bound

    def measured(self, numbers: Measured) -> float | None:
        """None where a cell that it needs was not measured, or failed."""
        try:
            return self.value(numbers)
        except (KeyError, ZeroDivisionError):
            return None


def upper(what: str, value: Value, bounds: tuple[float, float], unit: str = "") -> Target:
    return Target(what, value, *bounds, most=True, unit=unit)


TARGETS = [
    Target("create 1 kB, 64 connections, over pgbench", ratio("create-1k-64", "pgbench-1k"), 0.6, 1.0),
    Target("create 20 kB, 64 connections, over pgbench", ratio("create-20k-64", "pgbench-20k"), 0.6, 1.0),
    Target("hot share page 20 kB over nginx static", ratio("page-20k", "nginx-page-20k"), 0.2, 0.4),
    Target(
        "share pages spread over many pastes, over hot",
        lowest(ratio("page-20k-spread", "page-20k"), ratio("page-1k-spread", "page-1k")),
        0.8,
        0.95,
    ),
    Target(
        "API GET and raw 20 kB over nginx static",
        lowest(ratio("api-20k", "nginx-api-20k"), ratio("raw-20k", "nginx-raw-20k")),
        0.2,
        0.4,
    ),
    upper("web CPU of a hot view over a bare answer", ratio("page-20k", "bare-page", "web_cpu_us"), (2.5, 1.8)),
    upper("web CPU of a create over a bare answer", ratio("create-1k-64", "bare-create", "web_cpu_us"), (4.5, 2.5)),
    upper("p99 of creates over pgbench's", ratio("create-1k-64", "pgbench-1k", "p99_ms"), (3, 1)),
    Target("hot views beside unknown ids, over undisturbed", ratio("page-unknown-ids", "page-undisturbed"), 0.7, 0.95),
    Target("hot views on a locked database, over undisturbed", ratio("page-locked", "page-undisturbed"), 0.7, 0.95),
    Target("create at 10^6 rows over 10^4", ratio("create-1000000", "create-10000"), 0.9, 1.0),
    Target("read at 10^6 rows over 10^4", ratio("read-1000000", "read-10000"), 0.9, 1.0),
    upper(
        "CPU per request with two workers over one",
        highest(
            ratio("create-1k-64", "create-1k-one-worker", "web_cpu_us"),
            ratio("page-20k", "page-20k-one-worker", "web_cpu_us"),
        ),
        (1.15, 1.0),
    ),
    Target("embedded create over PostgreSQL's", ratio("create-1k-embedded", "create-1k-64"), 0.5, 1.0),
    upper("first view of 20 kB, p50", number("first-20k", "p50_ms"), (60, 30), "ms"),
    upper("first view of 1 MiB, whole text, p50", number("first-1m", "p50_ms"), (500, 200), "ms"),
    upper("growth of a worker's memory once it has filled", number("memory", "growth_percent"), (5, 0), "%"),
    upper("memory of a worker after all creates", number("memory", "after_mb"), (150, 110), "MB"),
    upper("`make run`, second start to first answer", number("start", "seconds"), (4, 2), "s"),
    upper("share page 1 kB, first visit in all", number("browser-1k", "first_kb"), (20, 20), "kB"),
    upper("requests of the second visit", number("browser-1k", "second_requests"), (1, 1)),
    upper("layout shift", number("browser-1k", "layout_shift"), (0, 0)),
    upper("render-blocking scripts", number("browser-1k", "blocking_scripts"), (0, 0)),
]
