"""The result as text, as JSON and as the tables of docs/performance.md."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from bench import chart, scale
from bench.processes import ROOT
from bench.registry import Result, Results
from bench.rig import Plan
from bench.targets import TARGETS, Measured

DOCUMENT = ROOT / "docs" / "performance.md"
DATA = ROOT / "docs" / "performance.json"
CHARTS = ROOT / "docs" / "images"
COLUMNS = {  # name of a number: its heading
    "per_second": "requests/s",
    "p50_ms": "p50 ms",
    "p99_ms": "p99 ms",
    "web_cpu_us": "web µs",
    "postgresql_cpu_us": "PostgreSQL µs",
    "redis_cpu_us": "Redis µs",
    "bytes": "bytes",
    "wal_bytes": "WAL bytes",
    "worker_pss_mb": "worker MB",
}
VERSIONS = ("Python", "PostgreSQL", "Redis", "nginx", "wrk", "pgbench")
Row = Sequence[str]


def shown(value: float | None) -> str:
    """Three digits that tell, and no more."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def good(results: Results) -> Measured:
    return {name: result.numbers for name, result in results.items() if result.numbers and not result.failed}


def target_rows(results: Results) -> list[Row]:
    numbers, rows = good(results), list[Row]()
    for target in TARGETS:
        value = target.measured(numbers)
        found = f"{shown(value)} {target.unit}".strip() if value is not None else "not measured"
        bounds = [
            f"{'≤ ' if target.most else ''}{bound:g} {target.unit}".strip() for bound in (target.least, target.hoped)
        ]
        rows.append((target.what, *bounds, found, "" if value is None else target.reached(value)))
    return rows


def cell_row(result: Result) -> Row:
    numbers = [shown(result.numbers.get(name)) for name in COLUMNS]
    return (result.title, *numbers, result.failed.partition("\n")[0][:80])


def cell_rows(results: Results) -> list[Row]:
    return [cell_row(result) for result in results.values() if "per_second" in result.numbers or result.failed]


def other_rows(results: Results) -> list[Row]:
    """What has no rate: one number a row."""
    return [
        (result.title, name.replace("_", " "), shown(value))
        for result in results.values()
        if "per_second" not in result.numbers
        for name, value in result.numbers.items()
    ]


TARGET_HEADS = ("what", "at least", "hoped for", "measured", "reached")
CELL_HEADS = ("cell", *COLUMNS.values(), "failed")
OTHER_HEADS = ("cell", "number", "value")


def tables(results: Results) -> Mapping[str, tuple[Row, list[Row]]]:
    return {
        "ratios": (TARGET_HEADS, target_rows(results)),
        "cells": (CELL_HEADS, cell_rows(results)),
        "others": (OTHER_HEADS, other_rows(results)),
    }


def text(results: Results) -> str:
    """For a terminal: what was measured, and the targets that can be told from it."""
    found = tables(results)
    told = [row for row in found["ratios"][1] if row[-1]]
    return "\n\n".join(aligned(*table) for table in (found["cells"], found["others"], (TARGET_HEADS, told)) if table[1])


def aligned(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) if not index else cell.rjust(width) for index, (cell, width) in padded).rstrip()
        for padded in (list(enumerate(zip(line, widths, strict=True))) for line in lines)
    )


def markdown(heads: Row, rows: Iterable[Row]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def document(results: Results, about: Mapping[str, str], plan: Plan) -> dict[str, Any]:
    """What is kept as JSON."""
    return {
        "machine": dict(about),
        "rounds": plan.rounds,
        "secondsPerLoad": plan.seconds,
        "cells": {name: rounded(asdict(result)) for name, result in results.items()},
        "targets": [dict(zip(TARGET_HEADS, row, strict=True)) for row in target_rows(results)],
    }


def rounded(cell: dict[str, Any]) -> dict[str, Any]:
    return {**cell, "numbers": {name: float(f"{value:.6g}") for name, value in cell["numbers"].items()}}


def machine_line(about: Mapping[str, str], plan: Plan) -> str:
    versions = ", ".join(f"{name} {about[name]}" for name in VERSIONS)
    return (
        f"{about['date']}, {about['cores']} cores ({about['processor']}), {about['memory']}, {about['disk']}, "
        f"Linux {about['kernel']}; {versions}; medians of {plan.rounds} rounds, {plan.seconds:g} s a load."
    )


def replaced(page: str, blocks: Mapping[str, str]) -> str:
    """The page with each block put between its two markers. Raises ValueError where a page lacks them."""
    for name, block in blocks.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL)
        if not pattern.search(page):
            raise ValueError(f"The page has no place for {name}.")
        page = pattern.sub(lambda found, block=block: f"{found[1]}{block}\n{found[2]}", page)  # type: ignore[misc]
    return page


def write(results: Results, about: Mapping[str, str], plan: Plan) -> None:
    """Into docs/: the page's tables, the JSON, and the chart for light and for dark."""
    blocks = {name: markdown(*table) for name, table in tables(results).items()}
    blocks |= {"machine": machine_line(about, plan), "scale": scale.told(good(results))}
    DOCUMENT.write_text(replaced(DOCUMENT.read_text(), blocks))
    DATA.write_text(json.dumps(document(results, about, plan), indent=1, ensure_ascii=False) + "\n")
    for theme in chart.THEMES:
        (CHARTS / f"performance-{theme}.svg").write_text(chart.drawn(good(results), theme))
