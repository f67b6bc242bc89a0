"""`python -m bench [--quick] [--only NAME…] [--write]`: measure, print, and with `--write` put it into docs/."""

import argparse
import signal
import sys
from types import FrameType

from bench import browser, creates, faults, first, growth, machine, reads, report
from bench.registry import Family, measured
from bench.rig import Plan, rig
from tools.server import ServerError

FAMILIES: list[Family] = [
    reads.FAMILY,
    first.FAMILY,
    faults.FAMILY,
    browser.FAMILY,
    creates.FAMILY,
    browser.START,
    *growth.FAMILIES,
]


def families(plan: Plan, only: list[str]) -> list[Family]:
    return FAMILIES[:-1] if plan.quick and not only else FAMILIES  # a million rows take their time


def interrupted(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # whatever was started is ended on the way out


def listing() -> str:
    return "\n".join(f"{family.name}: {' '.join(cell.name for cell in family.cells)}" for family in FAMILIES)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, epilog=listing(), formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one short round, fewer pastes, no million rows")
    parser.add_argument("--only", metavar="NAME", nargs="+", default=[], help="cells or families, * stands for any")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write docs/performance.md, its JSON and charts",
    )
    arguments = parser.parse_args()
    if arguments.write and (arguments.quick or arguments.only):
        parser.error("--write is for a whole run: ratios are told inside one run, and --quick measures less.")
    if lines := machine.missing():
        print("The bench needs\n  " + "\n  ".join(lines), file=sys.stderr)
        return 1
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    return run(Plan(arguments.quick), arguments.only, write=arguments.write)


def run(plan: Plan, only: list[str], *, write: bool) -> int:
    try:
        with rig(plan) as ready:
            about = machine.described(ready.database, ready.addresses["REDIS_URL"], ready.folder)
            results = measured(families(plan, only), ready, only)
    except (ServerError, KeyboardInterrupt) as error:
        print(error, file=sys.stderr)
        return 1
    print(report.text(results))
    if write:
        report.write(results, about, plan)
    return 0


if __name__ == "__main__":
    sys.exit(main())
