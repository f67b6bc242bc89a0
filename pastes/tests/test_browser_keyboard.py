"""Nothing but keys: every step is reached by Tab, is seen to be reached, and does its work."""

import re

import pytest
from playwright.sync_api import Page, expect

from pastes.tests.browsing import Visit

pytestmark = pytest.mark.browser

TABS = 80  # more than any page has stops
# An outline of its own, or of what holds it alone, as a label or the sheet around a text does.
FOCUS_IS_SEEN = """
(() => {
  const focused = document.activeElement, box = focused.getBoundingClientRect();
  const outlined = [focused, focused.parentElement, focused.parentElement.parentElement].some((element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  });
  return outlined && box.bottom > 0 && box.top < innerHeight;
})()
"""


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until that has the focus; each stop on the way is seen."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        stop = page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert page.evaluate("document.activeElement === document.body") or page.evaluate(FOCUS_IS_SEEN), stop
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


def write(page: Page, text: str) -> None:
    """Into the text area, and out of it again: there Tab may indent, until Escape."""
    page.keyboard.type(text)
    page.keyboard.press("Escape")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_paste_is_made_shared_edited_and_deleted_by_keys_alone(visit: Visit, scheme: str) -> None:
    page = visit("/recent", color_scheme=scheme)
    tab_to(page, ".site-nav a[href='/']")
    page.keyboard.press("Enter")
    expect(page.locator("[name=content]")).to_be_focused()
    write(page, "print(1)")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/[0-9a-f-]{36}$"))
    expect(page.locator("#L1")).to_have_text("print(1)")

    tab_to(page, "a[href$='/raw']")
    tab_to(page, "main a[href$='/edit']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit")
    if not page.locator("[name=content]").evaluate("(area) => area === document.activeElement"):
        tab_to(page, "[name=content]")
    page.keyboard.press("Control+End")
    write(page, "  # edited")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("#L1")).to_have_text("print(1)  # edited")

    tab_to(page, "main summary")
    page.keyboard.press("Enter")
    tab_to(page, "main a[href$='/delete']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/delete")
    address = page.url.removesuffix("/delete")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine")
    assert page.request.get(address).status == 404


def test_a_theme_is_chosen_by_keys(visit: Visit) -> None:
    page = visit("/about")
    tab_to(page, "[name=theme]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("[value=dark]")).to_be_focused()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_skip_link_is_the_first_stop_everywhere(visit: Visit) -> None:
    page = visit("/recent")
    for path in ("/recent", "/about", "/api", "/mine", "/nothing"):
        page.goto(path)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("#main")).to_be_focused()
