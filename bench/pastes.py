"""Pastes for the load to ask for, made through the API, and answers looked at before they are timed."""

import html
import json
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import httpx

from bench.registry import WrongAnswer
from bench.samples import TITLE
from bench.servers import Server

CODINGS = "gzip, br"
CLIENTS = 8


@dataclass(frozen=True)
class Paste:
    id: str
    token: str
    content: str

    @property
    def page(self) -> str:
        return f"/{self.id}"

    @property
    def api(self) -> str:
        return f"/paste/{self.id}"

    @property
    def raw(self) -> str:
        return f"/{self.id}/raw"


class Wire(NamedTuple):
    status: int
    headers: httpx.Headers
    body: bytes


def payload(content: str) -> bytes:
    return json.dumps({"content": content, "title": TITLE}).encode()


def publish(site: Server, contents: Sequence[str]) -> list[Paste]:
    """In that order. Raises WrongAnswer where one is refused."""

    def published(client: httpx.Client, content: str) -> Paste:
        answer = client.post("/paste", content=payload(content), headers={"Content-Type": "application/json"})
        expect(answer.status_code == 200, answer, "a create")
        document = answer.json()
        return Paste(document["id"], document["editToken"], content)

    with site.client() as client, ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(lambda content: published(client, content), contents))


def visit(site: Server, paths: Sequence[str]) -> None:
    """Each once, as a browser would. Raises WrongAnswer where one is refused."""

    def visited(client: httpx.Client, path: str) -> None:
        answer = client.get(path, headers={"Accept-Encoding": CODINGS})
        expect(answer.status_code == 200, answer, "a visit")

    with site.client() as client, ThreadPoolExecutor(CLIENTS) as pool:
        for _ in pool.map(lambda path: visited(client, path), paths):
            pass


def expect(holds: bool, answer: httpx.Response, what: str) -> None:  # noqa: FBT001
    if not holds:
        raise WrongAnswer(f"{what}: {answer.status_code} {dict(answer.headers)} {answer.text[:300]}")


def check_text(site: Server, paste: Paste) -> None:
    """The text comes back byte for byte, from the API and raw."""
    with site.client() as client:
        document = client.get(paste.api, headers={"Accept-Encoding": "gzip"})
        expect(document.status_code == 200 and document.json()["content"] == paste.content, document, "the API")
        raw = client.get(paste.raw, headers={"Accept-Encoding": "gzip"})
        expect(raw.status_code == 200 and raw.content == paste.content.encode(), raw, "the raw text")


def check_page(site: Server, paste: Paste) -> None:
    """The page shows the text, highlighted."""
    with site.client() as client:
        page = client.get(paste.page, headers={"Accept-Encoding": "gzip"})
    expect(page.status_code == 200 and '<span class="' in page.text, page, "the page")
    expect(shown(page.text) == paste.content.strip("\n"), page, "the text on the page")


def shown(page: str) -> str:
    """What a reader sees as the text of the paste."""
    code = page.partition("<pre><code>")[2].partition("</code></pre>")[0]
    return html.unescape(re.sub(r"<[^>]*>", "", code)).strip("\n")


def on_the_wire(server: Server, path: str, codings: str = CODINGS) -> Wire:
    """With the body as it came, still compressed."""
    with server.client() as client, client.stream("GET", path, headers={"Accept-Encoding": codings}) as answer:
        body = b"".join(answer.iter_raw())
    return Wire(answer.status_code, answer.headers, body)


def check_compressed(server: Server, path: str) -> bytes:
    """The compressed body. Raises WrongAnswer where it is not compressed."""
    answer = on_the_wire(server, path)
    if answer.headers.get("Content-Encoding") not in ("gzip", "br"):
        raise WrongAnswer(f"{path} is not compressed: {answer.status} {dict(answer.headers)}")
    return answer.body


def entity_tag(server: Server, path: str) -> str:
    """Raises WrongAnswer where asking again with it is not answered by 304."""
    tag = str(on_the_wire(server, path).headers.get("ETag", ""))
    with server.client() as client:
        again = client.get(path, headers={"Accept-Encoding": CODINGS, "If-None-Match": tag})
    expect(again.status_code == 304, again, f"asking again with {tag}")
    return tag
