"""A text that was typed at `/` and not published is kept in that browser, and offered back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pastes.tests.browsing import Visit

pytestmark = pytest.mark.browser

DRAFT = "one\ntwo\nthree\n"
FORBIDDEN = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"
OLDER = """
(minutes) => {
  const draft = JSON.parse(localStorage.draft);
  localStorage.draft = JSON.stringify({ ...draft, at: draft.at - minutes * 60_000 });
}
"""
EIGHT_DAYS = 8 * 24 * 60


def text(page: Page) -> Locator:
    return page.locator("[name=content]")


def offer(page: Page) -> Locator:
    return page.get_by_role("region", name="Text left here before")


def leave_a_draft(page: Page, *, minutes: int = 0) -> None:
    """Types, and goes elsewhere at once: nothing waits for the typing to rest."""
    page.locator("[name=title]").fill("log.txt")
    text(page).fill(DRAFT)
    page.goto("/about")
    page.evaluate(OLDER, minutes)


def publish(page: Page) -> None:
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))


def test_what_was_left_is_offered_and_brought_back(visit: Visit) -> None:
    page = visit("/")
    leave_a_draft(page, minutes=5)
    page.goto("/")
    expect(offer(page)).to_contain_text("You left a text here 5 minutes ago: 3 lines.")
    page.get_by_role("button", name="Bring it back").click()
    expect(text(page)).to_have_value(DRAFT)
    expect(text(page)).to_be_focused()
    expect(page.locator("[name=title]")).to_have_value("log.txt")
    expect(offer(page)).to_be_hidden()


def test_what_is_discarded_is_not_offered_again(visit: Visit) -> None:
    page = visit("/")
    leave_a_draft(page)
    page.goto("/")
    page.get_by_role("button", name="Discard").click()
    expect(offer(page)).to_be_hidden()
    assert page.evaluate("localStorage.draft") is None


def test_a_draft_comes_to_what_was_typed_meanwhile_and_replaces_nothing(visit: Visit) -> None:
    page = visit("/")
    leave_a_draft(page)
    page.goto("/")
    expect(offer(page)).to_be_visible()
    page.keyboard.type("new ")
    page.get_by_role("button", name="Bring it back").click()
    expect(text(page)).to_have_value(f"new {DRAFT}")


def test_a_published_text_is_not_offered(visit: Visit) -> None:
    page = visit("/")
    text(page).fill(DRAFT)
    publish(page)
    with page.expect_response(re.compile("/raw$")):
        page.goto("/")
    page.wait_for_function("localStorage.draft === undefined")
    expect(offer(page)).to_be_hidden()


def test_a_text_that_was_refused_and_left_is_offered(visit: Visit) -> None:
    page = visit("/")
    page.locator("[name=lifetime]").select_option("date")
    text(page).fill(DRAFT)
    page.locator("main button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    page.goto("/")
    expect(offer(page)).to_be_visible()


def test_a_text_that_was_changed_after_back_is_another_draft(visit: Visit) -> None:
    page = visit("/")
    text(page).fill("published")
    publish(page)
    page.go_back()
    text(page).fill(DRAFT)
    page.goto("/")
    expect(offer(page)).to_contain_text("3 lines")


def test_after_a_week_it_is_gone(visit: Visit) -> None:
    page = visit("/")
    leave_a_draft(page, minutes=EIGHT_DAYS)
    page.goto("/")
    page.wait_for_function("localStorage.draft === undefined")
    expect(offer(page)).to_be_hidden()


def test_a_text_that_was_emptied_by_hand_is_no_draft(visit: Visit) -> None:
    page = visit("/")
    text(page).fill(DRAFT)
    text(page).fill("")
    page.goto("/about")
    assert page.evaluate("localStorage.draft") is None


@pytest.mark.parametrize("spoilt", [FORBIDDEN, FULL, "localStorage.draft = 'no JSON';"], ids=["none", "full", "spoilt"])
def test_a_storage_that_does_not_serve_hinders_nothing(visit: Visit, spoilt: str) -> None:
    page = visit("/")
    page.add_init_script(spoilt)
    page.reload()
    text(page).fill("x")
    publish(page)
