"""How it scales out: arithmetic on what was measured, shown step by step."""

import math

from bench.targets import Measured

CREATES, SECONDS = 10_000_000, 60
NODE_CORES = 8
ROOM = 0.7  # of a core's time that is planned with; the rest is for bursts


def told(measured: Measured) -> str:
    """As Markdown; a line that says so where creates were not measured."""
    create = measured.get("create-1k-64")
    if create is None:
        return "Creates were not measured in this run."
    rate = CREATES / SECONDS
    lines = [f"* {CREATES:,} creates in {SECONDS} s are {CREATES:,} ÷ {SECONDS} = {rate:,.0f} a second."]
    for name, what in (("web", "Web"), ("postgresql", "PostgreSQL"), ("redis", "The cache")):
        lines.append(cores_line(what, create[f"{name}_cpu_us"], rate))
    one_redis = 1e6 / create["redis_cpu_us"]
    lines.append(f"* One Redis process works on one core: it ends at {one_redis:,.0f} creates a second.")
    lines.append(flow_line("Write-ahead log", create["wal_bytes"], rate))
    lines.append(flow_line("Answers", create["bytes"], rate))
    return "\n".join(lines)


def cores_line(what: str, cpu_us: float, rate: float) -> str:
    """Creates a second and core, then cores, then nodes."""
    a_core = 1e6 / cpu_us
    cores = math.ceil(rate / (a_core * ROOM))
    return (
        f"* {what}: {cpu_us:.0f} µs a create, so 1,000,000 ÷ {cpu_us:.0f} = {a_core:,.0f} creates a second and core; "
        f"{rate:,.0f} ÷ ({a_core:,.0f} × {ROOM:g}) = {cores:,} cores, {math.ceil(cores / NODE_CORES):,} nodes of "
        f"{NODE_CORES}."
    )


def flow_line(what: str, size: float, rate: float) -> str:
    return f"* {what}: {size:,.0f} bytes a create × {rate:,.0f} = {size * rate / 1e6:,.0f} MB a second."
