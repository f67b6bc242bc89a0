"""The form at `/` in a browser: publishing and its link, the moment of expiry, what is remembered, what Tab does."""

import re
from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page, expect

from pastes.tests.browsing import MAX_BYTES, Visit

pytestmark = pytest.mark.browser

PASTE = re.compile(r"/[0-9a-f-]{36}$")
NO_COPY = "document.execCommand = () => { throw new Error('refused'); };"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"
ONLY_NEW_CLIPBOARD = "document.execCommand = () => false;"
scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def text(page: Page) -> Locator:
    return page.locator("[name=content]")


def submit(page: Page) -> None:
    page.locator("main button[type=submit]").click()


def published(page: Page) -> str:
    """Waits for the page of a paste; its path."""
    page.wait_for_url(PASTE)
    return page.url[-37:]


def clipboard(page: Page) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_type_and_one_key_publishes_and_copies_the_link(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.type("typed at once")
    page.keyboard.press("Control+Enter")
    published(page)
    expect(page.locator("[data-copy-status]")).to_have_text("Link copied")
    assert clipboard(page) == page.url


def test_the_button_copies_the_link_too(visit: Visit) -> None:
    page = visit("/")
    text(page).fill("x")
    submit(page)
    published(page)
    assert clipboard(page) == page.url


def test_where_only_the_new_clipboard_is_there_it_is_used(visit: Visit) -> None:
    page = visit("/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(ONLY_NEW_CLIPBOARD)
    page.reload()
    text(page).fill("x")
    submit(page)
    published(page)
    assert clipboard(page) == page.url


def test_a_clipboard_that_refuses_hinders_nothing_and_nothing_is_claimed(visit: Visit) -> None:
    page = visit("/")
    page.add_init_script(NO_COPY + NO_CLIPBOARD)
    page.reload()
    text(page).fill("x")
    submit(page)
    published(page)
    expect(page.locator("[data-copy-status]")).to_have_text("")


def test_after_back_the_copied_link_is_that_of_the_second_paste(visit: Visit) -> None:
    page = visit("/")
    text(page).fill("first")
    submit(page)
    first = published(page)
    page.go_back()
    expect(text(page)).to_have_value("first")
    text(page).fill("second")
    submit(page)
    page.wait_for_url(lambda url: PASTE.search(url) is not None and first not in url)
    assert clipboard(page) == page.url


def test_a_page_that_comes_back_as_it_was_gets_a_new_id(visit: Visit) -> None:
    page = visit("/")
    before = page.locator("[name=id]").input_value()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    after = page.locator("[name=id]").input_value()
    assert after != before
    assert UUID(after).version == 4


def test_a_post_that_led_nowhere_can_be_repeated_and_makes_one_paste(visit: Visit) -> None:
    page = visit("/")
    page.route("**/", lambda route: route.fulfill(status=204), times=1)
    text(page).fill("x")
    submit(page)
    expect(page.locator("main button[type=submit]")).to_have_attribute("aria-busy", "true")
    submit(page)
    published(page)
    page.goto("/mine")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_after_a_refusal_the_focus_is_at_what_was_wrong(visit: Visit) -> None:
    page = visit("/")
    submit(page)
    expect(page.locator("[role=alert]")).to_be_focused()


@scripts
def test_a_text_past_all_limits_is_behind_back_and_kept_as_a_draft(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    long = "long " * MAX_BYTES
    page = visit("/", java_script_enabled=scripts)
    text(page).fill(long)
    submit(page)
    expect(page.locator("h1")).to_have_text("That is too large")
    expect(page.get_by_text("kept as a draft in this browser")).to_be_visible(visible=scripts)
    if scripts:
        page.get_by_role("link", name="open the form").click()
        page.get_by_role("button", name="Bring it back").click()
    else:
        page.go_back()
    expect(text(page)).to_have_value(long)


def stored_expiry(page: Page) -> datetime:
    sent = page.request.get(f"/paste/{page.url[-36:]}", headers={"Accept": "application/json"})
    return datetime.fromisoformat(sent.json()["expiresAt"])


@pytest.mark.parametrize(("scripts", "offset"), [(True, 9), (False, 0)], ids=["in the reader's zone", "in UTC"])
def test_a_date_is_picked_in_the_zone_that_is_named(visit: Visit, scripts: bool, offset: int) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts, timezone_id="Asia/Tokyo")
    expect(page.locator("[name=expires_on]")).to_be_hidden()
    page.locator("[name=lifetime]").select_option("date")
    expect(page.locator(".until .help")).to_contain_text("Asia/Tokyo" if scripts else "In UTC")
    moment = datetime.now(timezone(timedelta(hours=offset))).replace(second=0, microsecond=0) + timedelta(days=2)
    page.locator("[name=expires_on]").fill(moment.strftime("%Y-%m-%dT%H:%M"))
    submit(page)
    expect(page.locator("[name=expires_on]")).to_have_value(moment.strftime("%Y-%m-%dT%H:%M"))  # refused: no text
    text(page).fill("x")
    submit(page)
    published(page)
    assert stored_expiry(page) == moment


def choices(page: Page) -> dict[str, Any]:
    names = "lifetime", "visibility", "language"
    script = "names => names.map(name => document.querySelector('form.editor').elements[name].value)"
    return dict(zip(names, page.evaluate(script, names), strict=True))


def test_the_last_choices_are_made_again(visit: Visit) -> None:
    page = visit("/")
    page.locator("[name=lifetime]").select_option("3600")
    page.locator("[value=public]").check()
    page.get_by_role("combobox", name="Language").fill("rs")
    page.keyboard.press("Enter")
    text(page).fill("x")
    submit(page)
    published(page)
    page.goto("/")
    assert choices(page) == {"lifetime": "3600", "visibility": "public", "language": "rust"}
    expect(page.get_by_role("combobox", name="Language")).to_have_value("Rust")


def test_choices_that_are_not_offered_any_more_are_passed_over(visit: Visit) -> None:
    page = visit("/")
    before = choices(page)
    page.evaluate("localStorage.choices = JSON.stringify({lifetime: '7', visibility: 'secret', language: 'klingon'})")
    page.reload()
    assert choices(page) == before
    page.evaluate("localStorage.choices = 'no JSON'")
    page.reload()
    assert choices(page) == before


def test_a_date_and_what_a_refused_form_holds_are_not_overruled(visit: Visit) -> None:
    page = visit("/")
    page.evaluate("localStorage.choices = JSON.stringify({lifetime: '3600', language: 'rust'})")
    page.goto("/")
    page.locator("[name=lifetime]").select_option("600")
    submit(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    assert choices(page)["lifetime"] == "600"


def test_tab_indents_what_is_typed_and_can_be_undone(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.type("a\nb")
    page.keyboard.press("Tab")
    expect(text(page)).to_have_value("a\nb\t")
    page.keyboard.press("Control+z")
    expect(text(page)).to_have_value("a\nb")
    page.keyboard.press("Control+a")
    page.keyboard.press("Tab")
    expect(text(page)).to_have_value("\ta\n\tb")
    page.keyboard.press("Shift+Tab")
    expect(text(page)).to_have_value("a\nb")
    page.keyboard.press("Control+z")
    expect(text(page)).to_have_value("\ta\n\tb")


def test_the_way_out_of_the_text_is_told_while_it_is_needed(visit: Visit) -> None:
    page = visit("/")
    hint = page.locator("[data-indent-hint]")
    expect(text(page)).to_have_accessible_description(re.compile("Tab indents. Esc, then Tab, leaves."))
    expect(hint).not_to_be_in_viewport()
    page.keyboard.type("a")
    expect(hint).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(hint).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(text(page)).not_to_be_focused()
    expect(text(page)).to_have_value("a")


@pytest.mark.parametrize("key", ["Tab", "Shift+Tab"])
def test_a_text_in_which_nothing_was_typed_lets_tab_pass(visit: Visit, key: str) -> None:
    page = visit("/")
    page.keyboard.press(key)
    expect(text(page)).not_to_be_focused()
    expect(text(page)).to_have_value("")
