"""The parts of the bench that need no load: what it reads, what it makes of it, what it draws and writes."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import chart, report, scale
from bench.__main__ import FAMILIES, main
from bench.inserts import latencies_ms, literal, percentile, statement
from bench.inserts import report as pgbench_report
from bench.load import Numbers, framed, get, numbers, request
from bench.pastes import shown
from bench.processes import ROOT, Stat, parse_pss, parse_stat, tree
from bench.registry import Cell, Family, Result, summarise
from bench.rig import Plan
from bench.samples import SIZES, cut, sample, samples
from bench.targets import TARGETS, Target, upper

pytestmark = pytest.mark.embedded

CELLS = {cell.name: cell for family in FAMILIES for cell in family.cells}
SVG = "{http://www.w3.org/2000/svg}"
ABOUT = {"date": "2026-01-01", "cores": "2", "processor": "A", "memory": "8 GB", "disk": "ext4", "kernel": "6.1"}
VERSIONS = dict.fromkeys(report.VERSIONS, "1.2")


def results() -> dict[str, Result]:
    """Of every cell, with the same numbers, so that each ratio is 1."""
    given = dict.fromkeys([*report.COLUMNS, "growth_percent", "after_mb", "seconds", "first_kb"], 50.0)
    given |= dict.fromkeys(["second_requests", "layout_shift", "blocking_scripts"], 0.0)
    return {name: Result(cell.title, "family", dict(given), [50]) for name, cell in CELLS.items()}


def test_a_process_is_read_whatever_its_name() -> None:
    text = "7 (a) b (c)) S 3 7 5 0 -1 4194304 1 2 3 4 10 20 30 40 20 0 1 0 1 1"
    assert parse_stat(text) == Stat(parent=3, session=5, ticks=100)


def test_a_tree_is_the_process_and_all_below_it() -> None:
    among = {pid: Stat(parent, 0, 0) for pid, parent in ((1, 0), (2, 1), (3, 2), (4, 3), (5, 1))}
    assert tree(2, among) == {2, 3, 4}


def test_memory_is_read_in_bytes() -> None:
    assert parse_pss("Rss:      90 kB\nPss:      12 kB\nPss_Anon:  1 kB\n") == 12 * 1024


def test_texts_are_cut_on_line_ends() -> None:
    assert cut(b"one\ntwo\nthree\n", 9) == "one\ntwo\n"
    assert cut(b"one\ntwo\nthree\n", 6, start=5) == "two\n"


@pytest.mark.parametrize("size", SIZES.values())
def test_samples_are_nearly_of_their_size_and_all_different(size: int) -> None:
    texts = [sample(size), *samples(size, 50)]
    assert all(0.8 * size < len(text.encode()) <= size for text in texts)
    assert len(set(texts)) == len(texts)


def test_a_request_is_framed_with_its_length_and_its_host() -> None:
    one = request("POST", "/paste", {"X-A": "b"}, body=b"1\r\n2")
    whole = b"POST /paste HTTP/1.1\r\nHost: h:1\r\nX-A: b\r\nContent-Length: 4\r\n\r\n1\r\n2"
    assert framed([one, get("/", If_None_Match="*")], "h:1") == (
        b"%d\n%b" % (len(whole), whole) + b"47\nGET / HTTP/1.1\r\nHost: h:1\r\nIf-None-Match: *\r\n\r\n"
    )


def test_what_is_refused_or_broken_is_a_failure_and_no_rate() -> None:
    found = numbers(
        {"requests": 100, "seconds": 2, "bytes": 5000, "p50_ms": 1, "p99_ms": 3, "refused": 20, "broken": 1}
    )
    assert found == {"requests": 100, "per_second": 40, "p50_ms": 1, "p99_ms": 3, "bytes": 50, "failures": 21}


def test_a_literal_holds_nothing_that_pgbench_or_sql_would_take_for_its_own() -> None:
    assert literal("a:b'c\\d\ne") == r"E'a\x3ab''c\\d\ne'"
    assert ":" not in statement(sample(20_000), "a.py").replace("::", "")


def test_what_pgbench_says_is_read() -> None:
    said = "number of failed transactions: 2 (0.1%)\ntps = 1234.5 (without initial connection time)\n"
    waits = latencies_ms("0 1 2000 0 1700000000 1\n1 1 4000 0 1700000000 2\n")
    assert pgbench_report(said, waits) == {
        "requests": 2,
        "per_second": 1234.5,
        "p50_ms": 3,
        "p99_ms": pytest.approx(3.98),
        "failures": 2,
    }


def test_percentiles() -> None:
    assert percentile(range(101), 99) == 99
    assert percentile([5.0], 50) == 5


def test_rounds_become_medians() -> None:
    result = Result("a", "b")
    summarise(result, [{"per_second": rate, "failures": 0} for rate in (10, 30, 20)])
    assert (result.numbers, result.rounds, result.failed) == ({"per_second": 20, "failures": 0}, [10, 30, 20], "")


def test_one_failure_in_any_round_fails_the_cell() -> None:
    result = Result("a", "b")
    summarise(result, [{"per_second": 10, "failures": failures} for failures in (0, 3, 0)])
    assert result.failed == "3 requests failed"
    assert report.good({"a": result}) == {}


def test_cells_are_chosen_by_their_name_or_their_family() -> None:
    family = Family("reads", cells=[Cell(name, "", lambda _: dict) for name in ("page-1k", "raw-1k")])  # type: ignore[arg-type, return-value]
    assert [cell.name for cell in family.chosen(["page-*"])] == ["page-1k"]
    assert family.chosen(["reads"]) == family.chosen([]) == family.cells
    assert family.chosen(["creates"]) == []


def test_no_two_cells_have_one_name() -> None:
    assert len(CELLS) == sum(len(family.cells) for family in FAMILIES)


class Asked(Mapping[str, Numbers]):
    """Remembers which cells were asked for."""

    def __init__(self) -> None:
        self.names = set[str]()

    def __getitem__(self, name: str) -> Numbers:
        self.names.add(name)
        return dict.fromkeys([*report.COLUMNS, *results()["memory"].numbers], 1.0)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.what)
def test_targets_ask_for_cells_that_there_are(target: Target) -> None:
    asked = Asked()
    assert target.measured(asked) is not None
    assert asked.names <= CELLS.keys()


def test_bars_are_of_cells_that_there_are() -> None:
    assert {cell for bar in chart.BARS for cell in (bar.cell, bar.yardstick)} <= CELLS.keys()


@pytest.mark.parametrize(("value", "reached"), [(0.5, "no"), (0.6, "yes"), (1.0, "as hoped")])
def test_a_target_is_reached_from_below(value: float, reached: str) -> None:
    assert Target("a", lambda _: value, 0.6, 1.0).reached(value) == reached


@pytest.mark.parametrize(("value", "reached"), [(61, "no"), (60, "yes"), (30, "as hoped")])
def test_a_bound_from_above_is_kept_by_less(value: float, reached: str) -> None:
    assert upper("a", lambda _: value, (60, 30)).reached(value) == reached


def test_a_target_without_its_cells_is_not_measured() -> None:
    assert [row[-2:] for row in report.target_rows({})] == [("not measured", "")] * len(TARGETS)


@pytest.mark.parametrize("theme", chart.THEMES)
def test_the_chart_is_a_picture_with_a_title_and_every_bar(theme: str) -> None:
    root = ElementTree.fromstring(chart.drawn(report.good(results()), theme))  # noqa: S314
    assert root.findtext(f"{SVG}title") == chart.TITLE
    words = [text.text for text in root.iter(f"{SVG}text")]
    assert {bar.label for bar in chart.BARS} <= set(words)
    described = root.findtext(f"{SVG}desc", "")
    assert all(bar.label in described for bar in chart.BARS)


def test_the_chart_leaves_out_what_was_not_measured() -> None:
    root = ElementTree.fromstring(chart.drawn({}, "light"))  # noqa: S314
    assert list(root.iter(f"{SVG}rect")) == []


def test_the_arithmetic_starts_from_what_a_create_costs() -> None:
    numbers = {"web_cpu_us": 100.0, "postgresql_cpu_us": 70.0, "redis_cpu_us": 20.0, "wal_bytes": 2e3, "bytes": 1.3e3}
    told = scale.told({"create-1k-64": numbers})
    assert "10,000,000 ÷ 60 = 166,667 a second" in told
    assert "1,000,000 ÷ 100 = 10,000 creates a second and core" in told
    assert "166,667 ÷ (10,000 × 0.7) = 24 cores, 3 nodes of 8" in told
    assert "ends at 50,000 creates a second" in told
    assert "2,000 bytes a create × 166,667 = 333 MB a second" in told


def test_the_numbers_are_written_as_they_were_measured() -> None:
    given = results()
    written = json.dumps(report.document(given, {**ABOUT, **VERSIONS}, Plan()))
    assert json.loads(written)["cells"]["page-20k"]["numbers"] == given["page-20k"].numbers


def test_the_document_has_a_place_for_every_table() -> None:
    page = report.DOCUMENT.read_text()
    blocks = {name: report.markdown(*table) for name, table in report.tables(results()).items()}
    blocks |= {"machine": report.machine_line({**ABOUT, **VERSIONS}, Plan()), "scale": "steps"}
    once = report.replaced(page, blocks)
    assert report.replaced(once, blocks) == once
    assert "steps" in once


def test_a_page_without_a_place_is_told() -> None:
    with pytest.raises(ValueError, match="no place for ratios"):
        report.replaced("# Empty", {"ratios": ""})


def test_text_is_read_off_a_page_as_people_see_it() -> None:
    assert shown('<pre><code><span id="L1">a &lt;b&gt;\n</span><span>c</span></code></pre>') == "a <b>\nc"


def test_tables_are_aligned() -> None:
    assert report.aligned(("a", "b"), [("longer", "1")]) == "a       b\nlonger  1"


def test_nothing_names_this_machine() -> None:
    for path in (report.DOCUMENT, report.DATA):
        if path.exists():
            text = path.read_text()
            assert str(Path.home()) not in text.split()
            assert str(ROOT) not in text


@pytest.mark.parametrize("part", [["--quick"], ["--only", "reads"]])
def test_a_part_is_never_published(part: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["bench", "--write", *part])
    with pytest.raises(SystemExit, match="2"):
        main()
