"""The chart: each rate beside its yardstick's, as a bar that ends where the yardstick stands or short of it."""

from dataclasses import dataclass
from html import escape

from bench.targets import Measured

THEMES = {
    "light": {"text": "#1f2328", "quiet": "#59636e", "track": "#eaeef2", "bar": "#2f6f9f", "mark": "#1f2328"},
    "dark": {"text": "#e6edf3", "quiet": "#9198a1", "track": "#21262d", "bar": "#5aa5d6", "mark": "#e6edf3"},
}
WIDTH, LEFT, BAR, ROW, TOP = 860, 216, 340, 38, 64
ATTRIBUTES = 'role="img" aria-labelledby="title description" font-family="system-ui, sans-serif" font-size="14"'
TITLE = "Requests a second, beside a yardstick on the same machine"


@dataclass(frozen=True)
class Bar:
    label: str
    cell: str
    yardstick: str
    by: str  # name of the yardstick
    least: float


BARS = [
    Bar("Create 1 kB, durable", "create-1k-64", "pgbench-1k", "pgbench", 0.6),
    Bar("Create 20 kB, durable", "create-20k-64", "pgbench-20k", "pgbench", 0.6),
    Bar("Share page 20 kB", "page-20k", "nginx-page-20k", "nginx", 0.2),
    Bar("API GET 20 kB", "api-20k", "nginx-api-20k", "nginx", 0.2),
    Bar("Raw 20 kB", "raw-20k", "nginx-raw-20k", "nginx", 0.2),
    Bar("Share pages, spread", "page-20k-spread", "page-20k", "one paste", 0.8),
    Bar("While the table is locked", "page-locked", "page-undisturbed", "undisturbed", 0.7),
    Bar("Create at 1,000,000 rows", "create-1000000", "create-10000", "10,000 rows", 0.9),
]


def drawn(measured: Measured, theme: str) -> str:
    """An SVG document; bars whose cells were not measured are left out."""
    colours = THEMES[theme]
    bars = [bar for bar in BARS if {bar.cell, bar.yardstick} <= measured.keys()]
    height = TOP + ROW * len(bars) + 40
    described = "; ".join(f"{bar.label}: {sentence(bar, measured)}" for bar in bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {ATTRIBUTES}>',
        f'<title id="title">{TITLE}</title>',
        f'<desc id="description">{escape(described)}.</desc>',
        text(16, 30, TITLE, colours["text"], 'font-size="17" font-weight="600"'),
        *(row(bar, measured, TOP + index * ROW, colours) for index, bar in enumerate(bars)),
        text(
            LEFT,
            height - 14,
            "A full bar is the yardstick’s rate. The line is what was to be reached.",
            colours["quiet"],
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def row(bar: Bar, measured: Measured, y: int, colours: dict[str, str]) -> str:
    share = measured[bar.cell]["per_second"] / measured[bar.yardstick]["per_second"]
    line = LEFT + BAR * bar.least
    return "\n".join(
        [
            text(LEFT - 12, y + 17, bar.label, colours["text"], 'text-anchor="end"'),
            rectangle(y, BAR, colours["track"]),
            rectangle(y, min(share, 1) * BAR, colours["bar"]),
            f'<path d="M{line:g} {y - 1}v26" stroke="{colours["mark"]}" stroke-width="2"/>',
            text(LEFT + BAR + 12, y + 17, sentence(bar, measured), colours["quiet"]),
        ]
    )


def sentence(bar: Bar, measured: Measured) -> str:
    ours, theirs = (measured[cell]["per_second"] for cell in (bar.cell, bar.yardstick))
    return f"{ours / theirs:.2f} · {ours:,.0f} of {theirs:,.0f}, {bar.by}"


def rectangle(y: int, width: float, colour: str) -> str:
    return f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="24" rx="3" fill="{colour}"/>'


def text(x: float, y: float, words: str, colour: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}" {more}>{escape(words)}</text>'
