"""Light, dark, or as the system has it: chosen once, kept by the browser, there before anything is painted."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pastes.tests.browsing import Visit, publish

pytestmark = pytest.mark.browser

LIGHT, DARK = "rgb(246, 246, 243)", "rgb(15, 17, 18)"
# When the theme was there, and when the first pixel was.
WATCH = """
new MutationObserver(() => (window.themed ??= performance.now()))
  .observe(document, { attributes: true, subtree: true, attributeFilter: ["data-theme"] });
new PerformanceObserver((list) => (window.painted ??= list.getEntries()[0].startTime))
  .observe({ type: "paint", buffered: true });
"""
PAINTED_THEMED = """
new Promise((done) => {
  const look = () => (window.painted ? done(themed < painted) : requestAnimationFrame(look));
  look();
})
"""
FORBID_STORAGE = 'Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no") } });'


def paper(page: Page) -> Any:
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


def choose(page: Page, theme: str) -> None:
    page.locator(f".theme label:has([value={theme}])").click()


@pytest.mark.parametrize(("scheme", "color"), [("light", LIGHT), ("dark", DARK)])
def test_the_system_is_followed_until_something_is_chosen(visit: Visit, scheme: str, color: str) -> None:
    page = visit("/about", color_scheme=scheme)
    assert paper(page) == color
    expect(page.locator("[name=theme][value=system]")).to_be_checked()


@pytest.mark.parametrize(("scheme", "theme", "color"), [("light", "dark", DARK), ("dark", "light", LIGHT)])
def test_a_choice_holds_on_every_page_until_it_is_taken_back(visit: Visit, scheme: str, theme: str, color: str) -> None:
    page = visit("/about", color_scheme=scheme)
    before = paper(page)
    choose(page, theme)
    assert paper(page) == color
    publish(page, "x")
    assert paper(page) == color
    expect(page.locator(f"[value={theme}]")).to_be_checked()
    choose(page, "system")
    page.goto("/api")
    assert paper(page) == before


@pytest.mark.parametrize("path", ["/", "/about", "/recent", "/nothing"])
def test_the_theme_is_there_before_the_first_pixel(visit: Visit, path: str) -> None:
    page = visit("/about", color_scheme="light")
    choose(page, "dark")
    page.add_init_script(WATCH)
    page.goto(path)
    assert page.evaluate(PAINTED_THEMED)


def test_another_tab_follows_at_once(visit: Visit) -> None:
    page = visit("/about", color_scheme="light")
    other = page.context.new_page()
    other.goto("/api")
    choose(other, "dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("[value=dark]")).to_be_checked()


def test_paper_is_always_light(visit: Visit) -> None:
    page = visit("/about", color_scheme="dark")
    choose(page, "dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"


def test_where_nothing_may_be_stored_a_choice_lasts_for_the_page(visit: Visit) -> None:
    page = visit("/about", color_scheme="light")
    page.add_init_script(FORBID_STORAGE)
    page.reload()
    choose(page, "dark")
    assert paper(page) == DARK


def test_what_somebody_else_stored_there_is_no_theme(visit: Visit) -> None:
    page = visit("/about", color_scheme="light")
    page.evaluate("localStorage.setItem('theme', '\"]<b>')")
    page.reload()
    assert paper(page) == LIGHT
    expect(page.locator("[value=system]")).to_be_checked()


def test_without_scripts_there_is_no_switch_and_the_system_is_followed(visit: Visit) -> None:
    page = visit("/about", color_scheme="dark", java_script_enabled=False)
    expect(page.locator(".theme")).to_be_hidden()
    expect(page.locator("body")).to_have_css("background-color", DARK)
