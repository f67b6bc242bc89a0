"""Reads beside nginx, which serves the same compressed bytes from files, and beside a bare uvicorn."""

from collections.abc import Sequence
from functools import partial

from bench.load import Load, get
from bench.pastes import (
    CODINGS,
    Paste,
    check_compressed,
    check_page,
    check_text,
    entity_tag,
    on_the_wire,
    publish,
    visit,
)
from bench.registry import Cell, Family, Measurement
from bench.rig import Rig
from bench.samples import SIZES, sample, samples
from bench.servers import Server, offer

FAMILY = Family("reads")
HEADERS = {"Accept_Encoding": CODINGS}


def hot(site: Server, size: int) -> Paste:
    """One paste, looked at and found right."""
    [paste] = publish(site, [sample(size)])
    check_page(site, paste)
    check_text(site, paste)
    return paste


def asked(site: Server, paths: Sequence[str]) -> Load:
    return Load(site, [get(path, **HEADERS) for path in paths])


def page(rig: Rig, *, size: int, server: str = "site") -> Load:
    site: Server = getattr(rig, server)
    path = hot(site, size).page
    check_compressed(site, path)
    return asked(site, [path])


def spread(rig: Rig, *, size: int) -> Measurement:
    count = 300 if rig.plan.quick else 2_000
    paths = [paste.page for paste in publish(rig.site, samples(size, count))]
    for _ in range(2 * len(rig.site.workers())):  # each worker keeps its own
        visit(rig.site, paths)
    load = asked(rig.site, paths)
    return lambda seconds: {**load(seconds), "pastes": count}


def other(rig: Rig, *, path: str) -> Load:
    """`path`: the name of that of a paste."""
    found: str = getattr(hot(rig.site, SIZES["20k"]), path)
    check_compressed(rig.site, found)
    return asked(rig.site, [found])


def file(rig: Rig, *, path: str) -> Load:
    """What `other` asks the pastebin for, from nginx."""
    found: str = getattr(hot(rig.site, SIZES["20k"]), path)
    server = rig.nginx
    plain, compressed = on_the_wire(rig.site, found, "identity").body, check_compressed(rig.site, found)
    offer(rig.offered, path, plain=plain, compressed=compressed)
    if check_compressed(server, f"/{path}") != compressed:
        raise RuntimeError("nginx serves other bytes")
    return asked(server, [f"/{path}"])


FAMILY.cells += [
    Cell("page-20k", "share page 20kB, one paste", partial(page, size=SIZES["20k"])),
    Cell("nginx-page-20k", "nginx, the same bytes", partial(file, path="page")),
    Cell("page-20k-spread", "share page 20kB, spread", partial(spread, size=SIZES["20k"])),
    Cell("page-20k-one-worker", "share page 20kB, one worker", partial(page, size=SIZES["20k"], server="single")),
    Cell("page-20k-embedded", "share page 20kB, embedded", partial(page, size=SIZES["20k"], server="embedded")),
    Cell("page-1k", "share page 1kB, one paste", partial(page, size=SIZES["1k"])),
    Cell("page-1k-spread", "share page 1kB, spread", partial(spread, size=SIZES["1k"])),
    Cell("api-20k", "API GET 20kB", partial(other, path="api")),
    Cell("nginx-api-20k", "nginx, the same bytes as the API", partial(file, path="api")),
    Cell("raw-20k", "raw 20kB", partial(other, path="raw")),
    Cell("nginx-raw-20k", "nginx, the same bytes as raw", partial(file, path="raw")),
]


@FAMILY.cell("bare-page", "bare uvicorn answer of the page's size")
def bare_page(rig: Rig) -> Load:
    size = len(check_compressed(rig.site, hot(rig.site, SIZES["20k"]).page))
    return Load(rig.bare, [get(f"/{size}")])


@FAMILY.cell("page-20k-304", "share page 20kB, not modified")
def not_modified(rig: Rig) -> Load:
    path = hot(rig.site, SIZES["20k"]).page
    return Load(rig.site, [get(path, If_None_Match=entity_tag(rig.site, path), **HEADERS)])
