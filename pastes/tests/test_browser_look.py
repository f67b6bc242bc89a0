"""Every page for everybody: by the rules of axe, in light and in dark, on a small screen, under the strict policy."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from pastes.tests.browsing import MODERATOR, PASSWORD, Visit, publish, upload

pytestmark = pytest.mark.browser

SCREENS = {
    "light": {"color_scheme": "light", "viewport": {"width": 1280, "height": 800}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1280, "height": 800}},
    "small": {"color_scheme": "light", "viewport": {"width": 320, "height": 640}},
}
TEXT = "def f(x):\n    '''Doc.'''\n    return 'a rather long line ' * 20  # " + "x" * 300 + "\n"
LONG_TITLE = "a_rather_long_file_name_without_any_blank_in_it_" * 4
NOBODYS = "/6a1e7c1e-0000-4000-8000-000000000000"
SHIFTED = """
() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value)))
    .observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})
"""


def conflict(page: Page, path: str) -> None:
    """Leaves the page at a conflict."""
    page.goto(f"{path}/edit")
    page.locator("[name=version]").evaluate("(field) => (field.value = 7)")
    page.locator("main button[type=submit]").click()
    expect(page.locator("textarea[readonly]")).to_be_visible()


def refused(page: Page) -> None:
    """Leaves the page at a form with errors."""
    page.goto("/")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def pages(page: Page) -> Iterator[str]:
    """Opens each page of the site in turn, and names it."""
    page.goto("/")
    page.locator("[value=public]").check()
    page.locator("[name=content]").fill(TEXT)
    page.locator("[name=title]").fill(f"{LONG_TITLE[:190]}.py")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/*-*-*-*-*")
    path = page.url[-37:]
    of_paste = (path, f"{path}#L2", f"{path}/edit", f"{path}/delete")
    for address in ("/", *of_paste, "/mine", "/mine/forget", "/recent", "/about", "/api", NOBODYS):
        page.goto(address)
        yield address
    conflict(page, path)
    yield "a conflict"
    refused(page)
    yield "a refused form"


@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_and_nothing_overflows(visit: Visit, screen: str) -> None:
    page = visit("/", **SCREENS[screen])
    found = []
    for name in pages(page):
        for violation in Axe().run(page).response["violations"]:
            places = [node["target"] for node in violation["nodes"][:3]]
            found.append(f"{name}: {violation['id']} ({violation['impact']}) at {places}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: is wider than the screen")
        shift = page.evaluate(SHIFTED)
        if shift > 0.02:
            found.append(f"{name}: shifts by {shift:.3f}")
    assert found == []


def test_every_page_is_whole_without_scripts(visit: Visit) -> None:
    with_scripts = visit("/")
    path = publish(with_scripts, TEXT)
    page = visit("/", java_script_enabled=False)
    for address in ("/", path, "/recent", "/mine", "/about", "/api", NOBODYS):
        page.goto(address)
        expect(page.locator("h1")).to_have_count(1)
        for needless in page.locator(".needs-script").all():
            expect(needless).to_be_hidden()


def test_the_admin_works_under_the_policy(visit: Visit) -> None:
    page = visit("/")
    publish(page, "<script>alert(1)</script>\n", title="bad")
    page.goto("/admin/")
    page.locator("[name=username]").fill(MODERATOR)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[type=submit]").click()
    page.goto("/admin/pastes/paste/?q=bad")
    page.locator("#result_list tbody th a").first.click()
    expect(page.locator("pre")).to_have_text("<script>alert(1)</script>\n")
    page.locator(".deletelink").click()
    page.locator("#content [type=submit]").click()
    expect(page.locator(".messagelist")).to_be_visible()
    page.goto("/admin/pastes/user/")


def test_times_are_relative_with_scripts_and_absolute_on_paper(visit: Visit) -> None:
    page = visit("/")
    path = publish(page, "x")
    expect(page.locator("time").first).to_have_text("just now")
    assert page.locator("time").first.get_attribute("title", timeout=1000).endswith("UTC")  # type: ignore[union-attr]
    expect(visit(path, java_script_enabled=False).locator("time").first).to_contain_text("UTC")


def test_ten_thousand_lines_are_shown(visit: Visit) -> None:
    page = visit("/about")
    page.goto(f"{upload(page, ''.join(f'x = {number}' + chr(10) for number in range(10_000)), 'many.py')}#L9999")
    expect(page.locator("#L9999")).to_be_in_viewport()
    expect(page.locator("#L9999 .o")).to_have_text("=")
