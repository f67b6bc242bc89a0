"""Creates and changes beside pgbench, one row an INSERT."""

import re
from dataclasses import replace
from functools import partial

from bench.inserts import Inserts, statement
from bench.load import Load, Numbers, get, request
from bench.pastes import Paste, check_text, expect, on_the_wire, payload, publish
from bench.registry import Cell, Family, Measurement
from bench.rig import Rig
from bench.samples import SIZES, TITLE, sample, samples
from bench.servers import Server

FAMILY = Family("creates", before_each=Rig.empty)
JSON = {"Content-Type": "application/json"}
CONNECTIONS = (1, 16, 64, 256)
CHANGED_PASTES = 200
BARE_BYTES = 700  # about what a create is answered with


def create(rig: Rig, *, size: int, connections: int = 64, server: str = "site") -> Load:
    site: Server = getattr(rig, server)
    [made] = publish(site, [sample(size)])
    check_text(site, made)
    return Load(site, [request("POST", "/paste", JSON, body=payload(sample(size)))], connections)


def inserts(rig: Rig, *, size: int) -> Inserts:
    return Inserts(rig.stores(), rig.database_url, statement(sample(size), TITLE))


for label, size in SIZES.items():
    # Side by side, so that the two that are compared meet the same moment.
    FAMILY.cells += [
        Cell(f"create-{label}-64", f"create {label}B, 64 connections", partial(create, size=size)),
        Cell(f"pgbench-{label}", f"pgbench INSERT {label}B, 64 connections", partial(inserts, size=size)),
    ]


@FAMILY.cell("bare-create", f"bare uvicorn answer of {BARE_BYTES} bytes")
def bare_create(rig: Rig) -> Load:
    return Load(rig.bare, [get(f"/{BARE_BYTES}")])


FAMILY.cells += [
    Cell("create-1k-one-worker", "create 1kB, one worker", partial(create, size=SIZES["1k"], server="single")),
    Cell("create-1k-embedded", "create 1kB, embedded", partial(create, size=SIZES["1k"], server="embedded")),
    *(
        Cell(
            f"create-{label}-{connections}",
            f"create {label}B, {connections} connections",
            partial(create, size=size, connections=connections),
        )
        for label, size in SIZES.items()
        for connections in CONNECTIONS
        if connections != 64
    ),
]


@FAMILY.cell("update-1k", f"update 1kB, {CHANGED_PASTES} pastes in turn")
def update(rig: Rig) -> Measurement:
    texts = samples(SIZES["1k"], 2)
    [one] = publish(rig.site, [sample(SIZES["1k"])])
    with rig.site.client() as client:
        headers = {**JSON, "X-Edit-Token": one.token, "If-Match": "*"}
        expect(
            (answer := client.put(one.api, content=payload(texts[0]), headers=headers)).is_success, answer, "a change"
        )
    check_text(rig.site, replace(one, content=texts[0]))

    def measure(seconds: float) -> Numbers:
        pastes = publish(rig.site, [sample(SIZES["1k"])] * CHANGED_PASTES)
        requests = [
            request("PUT", paste.api, {**JSON, "X-Edit-Token": paste.token, "If-Match": "*"}, body=payload(text))
            for text in texts
            for paste in pastes
        ]
        return Load(rig.site, requests)(seconds)

    return measure


@FAMILY.cell("form-1k", "create form 1kB")
def form(rig: Rig) -> Load:
    page = on_the_wire(rig.site, "/", "identity")
    field = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.body)
    cookies = "; ".join(cookie.partition(";")[0] for cookie in page.headers.get_list("Set-Cookie"))
    fields = {"csrfmiddlewaretoken": field[1].decode() if field else "", "content": sample(SIZES["1k"]), "title": TITLE}
    with rig.site.client() as client:
        sent = client.build_request("POST", "/", data=fields, headers={"Cookie": cookies})
        answer = client.send(sent)
    expect(answer.status_code == 303, answer, "the form")
    check_text(rig.site, Paste(answer.headers["Location"].rpartition("/")[2], "", fields["content"]))
    headers = {"Cookie": cookies, "Content-Type": sent.headers["Content-Type"]}
    return Load(rig.site, [request("POST", "/", headers, body=sent.content)])
