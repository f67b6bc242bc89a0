"""A real browser before a real server of ours, with the assets as they are deployed."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from pastes.tests.servers import ASGI, PATIENCE_SECONDS, Program, Web, embedded_environment

CHROMIUM = shutil.which("chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
)
MODERATOR, PASSWORD = "moderator", "a long enough password"
MAX_BYTES = 100_000
PREPARE = f"""
from django.core.management import call_command
import pastebin.wsgi
call_command("createsuperuser", interactive=False, username="{MODERATOR}", email="m@paste.example", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
"""
STATUS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")  # as tests ask for

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def site() -> Iterator[Web]:
    with embedded_environment() as environment:
        folder = Path(environment["DATA_DIR"])
        environment["MAX_PASTE_BYTES"] = str(MAX_BYTES)
        program = Program(
            ("-c", PREPARE), {"DJANGO_SUPERUSER_PASSWORD": PASSWORD, **environment}, folder / "prepare.log"
        )
        assert program.process.wait(PATIENCE_SECONDS) == 0, program.said()
        with Web(ASGI, environment, folder, workers=1) as web:
            yield web


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("There is no chromium on PATH: no browser to drive.")
    # Nothing but loopback is asked, so no proxy of this machine shall stand between.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "*"
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*ARGUMENTS, "--no-proxy-server"]}


@pytest.fixture(scope="session")
def base_url(site: Web) -> str:
    return site.url


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Iterator[Visit]:
    """`visit("/", …)`: a page in a browser with cookies of its own. It may complain of nothing, the policy included."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        address = message.location["url"]
        is_expected = STATUS.match(message.text) and "/static/" not in address
        if message.type in ("error", "warning") and not is_expected:
            complaints.append(f"{address}: {message.text}")

    def open_page(path: str, **options: Any) -> Page:
        page = new_context(**options).new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto(path)
        return page

    yield open_page
    assert complaints == [], "\n".join(complaints)


def publish(page: Page, text: str, **typed: str) -> str:
    """Types a paste into the form at `/` and sends it; the path of its page."""
    page.goto("/")
    page.locator("[name=content]").fill(text)
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    return page.url[-37:]


def upload(page: Page, text: str, name: str) -> str:
    """The path of a paste that a shell made: typing thousands of lines takes a browser half a minute."""
    answer = page.request.put(f"/{name}", data=text)
    assert answer.ok, answer.text()
    return answer.text().strip()[-37:]
