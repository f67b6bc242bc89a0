"""What a browser makes of the share page of a small paste, and how long `make run` takes to be there."""

import shutil
import time
from contextlib import suppress
from typing import Any

import httpx
from playwright.sync_api import Page, sync_playwright

from bench.load import Numbers
from bench.processes import environment, running
from bench.reads import hot
from bench.registry import Family, Measurement
from bench.rig import Rig
from bench.samples import SIZES
from tools.server import free_port

FAMILY = Family("browser")
START = Family("start")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-proxy-server",
)
SHIFTS = """
() => new Promise(resolve => {
  let score = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) score += entry.value;
  }).observe({type: "layout-shift", buffered: true});
  setTimeout(() => resolve(score), 500);
})
"""
BLOCKING = """
() => [...document.querySelectorAll("script[src]")].filter(script => !script.async && !script.defer
  && script.type !== "module").length
"""


class Traffic:
    """Of one page: what reaches the network, and how many bytes come back."""

    def __init__(self, page: Page) -> None:
        self.requests, self.bytes = 0, 0
        self._from_cache = set[str]()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestServedFromCache", lambda event: self._from_cache.add(event["requestId"]))
        session.on("Network.responseReceived", self._received)
        session.on("Network.loadingFinished", self._finished)

    def _received(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        if answer.get("fromDiskCache") or answer.get("fromPrefetchCache"):
            self._from_cache.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] not in self._from_cache:
            self.requests += 1
            self.bytes += event["encodedDataLength"]


def visited(page: Page, url: str) -> Traffic:
    traffic = Traffic(page)
    page.goto(url, wait_until="networkidle")
    return traffic


@FAMILY.cell("browser-1k", "share page 1kB in Chromium", once=True)
def share_page(rig: Rig) -> Measurement:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise RuntimeError("There is no chromium on PATH.")
    url = rig.site.origin + hot(rig.site, SIZES["1k"]).page

    def measure(_seconds: float) -> Numbers:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
            page = browser.new_context().new_page()
            first = visited(page, url)
            shift, blocking = page.evaluate(SHIFTS), page.evaluate(BLOCKING)
            second = visited(page.context.new_page(), url)
            browser.close()
        return {
            "first_kb": first.bytes / 1000,
            "first_requests": first.requests,
            "second_kb": second.bytes / 1000,
            "second_requests": second.requests,
            "layout_shift": shift,
            "blocking_scripts": blocking,
        }

    return measure


@START.cell("start", "`make run`, second start to first answer", once=True)
def start(rig: Rig) -> Measurement:
    folder = rig.folder / "run"
    started(rig, str(folder))

    def measure(_seconds: float) -> Numbers:
        return {"seconds": started(rig, str(folder))}

    return measure


def started(rig: Rig, data: str) -> float:
    """Seconds from the command to the first answer."""
    port, began = free_port(), time.monotonic()
    words = ["make", "run", f"PORT={port}", f"DATA={data}"]
    with running(words, log=rig.folder / "run.log", env=environment({})), httpx.Client(trust_env=False) as client:
        while time.monotonic() - began < 60:
            with suppress(httpx.TransportError):
                client.get(f"http://127.0.0.1:{port}/").raise_for_status()
                return time.monotonic() - began
            time.sleep(0.02)
    raise RuntimeError(f"`make run` does not answer: {(rig.folder / 'run.log').read_text()[-1000:]}")
