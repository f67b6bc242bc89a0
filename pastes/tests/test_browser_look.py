"""Every page for everybody: by the rules of axe, in light and in dark, on a small screen, under the strict policy."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Locator, Page, expect

from pastes.tests.browsing import MODERATOR, PASSWORD, Visit, publish, upload

pytestmark = pytest.mark.browser

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": DESKTOP},
    "dark": {"color_scheme": "dark", "viewport": DESKTOP},
    "small": {"color_scheme": "light", "viewport": PHONE},
    "forced": {"color_scheme": "dark", "forced_colors": "active", "viewport": DESKTOP},
}
TEXT = "def f(x):\n    '''Doc.'''\n    return 'a rather long line ' * 20  # " + "x" * 300 + "\n"
LONG_TITLE = "a_rather_long_file_name_without_any_blank_in_it_" * 4
NOBODYS = "/6a1e7c1e-0000-4000-8000-000000000000"
SHIFTED = """
() => new Promise((done) => {
  let sum = 0;
  const add = (entry) => (sum += entry.hadRecentInput ? 0 : entry.value);
  new PerformanceObserver((list) => list.getEntries().forEach(add))
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


def refused(page: Page, _: str) -> None:
    """Leaves the page at a form with errors."""
    page.goto("/")
    page.locator("main button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()


def history(page: Page, path: str) -> None:
    """Leaves the page at a history of two versions."""
    page.goto(f"{path}/edit")
    page.locator("[name=content]").fill(f"{TEXT}{TEXT}")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"**{path}")
    page.goto(f"{path}/history")


def of_history(suffix: str) -> Callable[[Page, str], None]:
    """A page of the history that is there by then."""

    def reach(page: Page, path: str) -> None:
        page.goto(f"{path}/history{suffix}")

    return reach


def comparison(page: Page, path: str) -> None:
    """Leaves the page at what differs between two pastes."""
    longer = TEXT.replace("Doc", "A doc \u202e") + "unchanged\n" * 9
    page.goto(f"/compare{path}...{upload(page, longer, 'longer.py')[1:]}")
    expect(page.locator("tr.changed").first).to_be_visible()


def languages(page: Page, _: str) -> None:
    """Leaves the page at a form whose languages are shown."""
    page.goto("/")
    page.get_by_role("combobox", name="Language").click()
    expect(page.get_by_role("listbox", name="Matches")).to_be_visible()


def draft(page: Page, _: str) -> None:
    """Leaves the page at a form that offers what was typed into another."""
    page.goto("/")
    page.locator("[name=content]").fill(TEXT)
    page.goto("/")
    expect(page.get_by_role("button", name="Bring it back")).to_be_visible()


def foreign_file(page: Page, _: str) -> None:
    """Leaves the page at a form with a file that is not UTF-8."""
    page.goto("/")
    name = f"{LONG_TITLE[:190]}.py"
    page.locator("[name=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": b"\xfc"})
    expect(page.get_by_role("button", name="Convert to UTF-8")).to_be_visible()


def more(page: Page, path: str) -> None:
    """Leaves the page at a text whose menu is open, and the QR code in it."""
    page.goto(path)
    page.locator("[data-menu] > summary").click()
    page.get_by_text("QR code").click()
    expect(page.get_by_role("img", name="QR code of the address")).to_be_visible()


def shortcuts(page: Page, path: str) -> None:
    page.goto(path)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def deceiving(page: Page, _: str) -> None:
    """Leaves the page at a text and a title with characters that deceive, and the exact time of expiry shown."""
    page.goto(upload(page, "pay\u200bpal = '\u202e\u2066// admins\u2069 \u2066\xa0'\n", "in\u200bvoice\u202egpj.py"))
    page.locator("time.moment").first.focus()
    expect(page.locator("h1 .bidi")).to_be_visible()


# Where PASTE stands for the path of a public paste that this browser owns.
ADDRESSES = (
    "/",
    "PASTE",
    "PASTE#L2",
    "PASTE/edit",
    "PASTE/delete",
    "PASTE/fork",
    "PASTE/renew",
    "PASTE/history",
    "/compare?a=x&b=",
    "/mine",
    "/mine?q=nothing+like+it",
    "/mine?sort=by+nothing",
    "/mine/recovery",
    "/mine/key",
    "/mine/forget",
    "/recent",
    "/about",
    "/api",
    NOBODYS,
)


def ticked(button: str) -> Callable[[Page, str], None]:
    """Leaves the page where one is asked about a ticked paste."""

    def reach(page: Page, _: str) -> None:
        page.goto("/mine")
        page.locator("[name=paste]").first.check()
        page.get_by_role("button", name=button).click()
        expect(page.locator(".chosen")).to_be_visible()

    return reach


def recovery_code(page: Page, _: str) -> None:
    page.goto("/mine/recovery")
    page.get_by_role("button", name="Show the code").click()
    expect(page.locator("#code")).to_be_visible()


# What no address leads to; each is given that path and leaves the page there.
STATES: dict[str, Callable[[Page, str], None]] = {
    "an open menu": more,
    "the sheet of shortcuts": shortcuts,
    "characters that deceive": deceiving,
    "a list of languages": languages,
    "an offered draft": draft,
    "a file to convert": foreign_file,
    "a conflict": conflict,
    "a refused form": refused,
    "a comparison": comparison,
    "a history": history,
    "an old version": of_history("/1"),
    "a version to erase": of_history("/1/erase"),
    "ticked pastes to delete": ticked("Delete…"),
    "ticked pastes to renew": ticked("Renew…"),
    "a recovery code": recovery_code,
    "two versions compared": of_history("/compare?from=1&to=2"),
}


def own_paste(page: Page) -> str:
    """The path of a listed paste with a title that strains a page."""
    page.goto("/")
    page.locator("[value=public]").check()
    page.locator("[name=content]").fill(TEXT)
    page.locator("[name=title]").fill(f"{LONG_TITLE[:190]}.py")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/*-*-*-*-*")
    return page.url[-37:]


def pages(page: Page) -> Iterator[str]:
    """Opens each page of the site in turn, and names it."""
    path = own_paste(page)
    for address in ADDRESSES:
        page.goto(address.replace("PASTE", path))
        yield address
    for name, reach in STATES.items():
        reach(page, path)
        yield name


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


def created_on(page: Page) -> Locator:
    return page.locator(".facts div", has_text="created").locator("time[data-relative]")


@pytest.mark.parametrize(
    ("zone", "said"), [("Europe/Berlin", r" CES?T$"), ("Asia/Kathmandu", r" GMT\+5:45$"), ("UTC", r" UTC$")]
)
def test_times_are_relative_and_exactly_in_the_zone_of_the_reader_and_nothing_moves(
    visit: Visit, zone: str, said: str
) -> None:
    page = visit("/", timezone_id=zone)
    path = publish(page, "x")
    created = created_on(page)
    expect(created).to_have_text("just now")
    expect(created).to_have_attribute("title", re.compile(rf"^\d+ [A-Z][a-z]+ 20\d\d\D+\d\d:\d\d:\d\d{said}"))
    page.goto(path)
    assert page.evaluate(SHIFTED) == 0


def test_long_lines_wrap_from_the_first_paint_where_that_was_chosen(visit: Visit) -> None:
    page = visit("/about")
    path = upload(page, f"{'word ' * 400}\n" * 20, "long.txt")
    page.goto(path)
    page.locator("[data-menu] > summary").click()
    page.get_by_label("Wrap long lines").check()
    page.goto(path)
    expect(page.get_by_label("Wrap long lines")).to_be_checked()
    assert page.evaluate(SHIFTED) == 0


def test_times_are_absolute_on_paper(visit: Visit) -> None:
    page = visit("/")
    publish(page, "x")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    time = created_on(page)
    assert time.text_content() == time.get_attribute("title")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(time).to_have_text("just now")


def test_without_scripts_times_are_in_utc(visit: Visit) -> None:
    path = publish(visit("/"), "x")
    page = visit(path, java_script_enabled=False, timezone_id="Asia/Kathmandu")
    expect(page.locator("time").first).to_contain_text(re.compile(r"^20\d\d-\d\d-\d\d"))
    expect(page.locator("time").first).to_have_attribute("title", re.compile(r"^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC$"))


def test_thousands_of_lines_are_shown(visit: Visit) -> None:
    page = visit("/about")
    page.goto(f"{upload(page, ''.join(f'x = {number}' + chr(10) for number in range(4_000)), 'many.py')}#L3999")
    expect(page.locator("#L3999")).to_be_in_viewport()
    expect(page.locator("#L3999 .o")).to_have_text("=")
