"""Letter keys: each presses a control, none is taken from a field, a browser or who turned them off."""

import re

import pytest
from playwright.sync_api import Page, expect

from pastes.tests.browsing import Visit, publish

pytestmark = pytest.mark.browser

ADDRESSES = {"r": "/raw", "e": "/edit", "f": "/fork", "h": "/history"}


def shared(visit: Visit) -> Page:
    page = visit("/")
    publish(page, "x\n")
    return page


def sheet(page: Page) -> Page:
    """Opened from the menu: the way there is without any letter."""
    page.locator("[data-menu] > summary").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    return page


@pytest.mark.parametrize("key", ADDRESSES)
def test_a_letter_leads_where_its_control_leads(visit: Visit, key: str) -> None:
    page = shared(visit)
    page.keyboard.press(key)
    page.wait_for_url(re.compile(f"{ADDRESSES[key]}$"))


@pytest.mark.parametrize(("key", "address"), [("n", "/$"), ("m", "/mine$")])
def test_a_letter_leads_to_pages_of_the_site(visit: Visit, key: str, address: str) -> None:
    page = shared(visit)
    page.keyboard.press(key)
    page.wait_for_url(re.compile(address))


def test_letters_copy_download_and_wrap(visit: Visit) -> None:
    page = shared(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for key, told in (("c", "Text copied"), ("l", "Link copied")):
        page.keyboard.press(key)
        expect(page.locator("[data-copy-status]")).to_have_text(told)
    with page.expect_download():
        page.keyboard.press("d")
    page.keyboard.press("w")
    expect(page.locator("[data-wrap]")).to_be_checked()
    page.reload()
    expect(page.locator("[data-wrap]")).to_be_checked()


def test_the_sheet_tells_every_key_and_gives_the_focus_back(visit: Visit) -> None:
    page = shared(visit)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    assert sorted(dialog.locator("kbd").all_inner_texts()) == sorted("nmcrdelgwhf?")
    expect(dialog).to_contain_text("Copy link")
    page.keyboard.press("e")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("?")
    expect(dialog).to_be_visible()


def test_they_can_be_turned_off_for_good_and_on_again(visit: Visit) -> None:
    page = sheet(shared(visit))
    address = page.url
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    for _ in range(2):
        for key in "r?w":
            page.keyboard.press(key)
        page.locator("[data-menu] > summary").click()  # answered after the keys, so they have been by then
        expect(page.locator(".menu-sheet")).to_be_visible()
        assert page.url == address
        expect(page.locator("[aria-keyshortcuts], dialog[open]")).to_have_count(0)
        expect(page.locator("[data-wrap]")).not_to_be_checked()
        page.reload()
    sheet(page).get_by_label("Use these keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.wait_for_url("**/raw")


def test_letters_with_control_or_in_a_field_are_not_ours(visit: Visit) -> None:
    page = shared(visit)
    address = page.url
    for chord in ("Control+d", "Alt+r", "Control+e", "Meta+r"):
        page.keyboard.press(chord)
    page.keyboard.press("g")
    expect(page.get_by_label("Go to line")).to_be_focused()
    page.keyboard.type("rf")
    expect(page.get_by_label("Go to line")).to_have_value("rf")
    assert page.url == address


def test_controls_tell_their_keys_to_assistive_technology(visit: Visit) -> None:
    page = shared(visit)
    page.locator("[data-menu] > summary").click()
    expect(page.get_by_role("button", name="Copy link")).to_have_attribute("aria-keyshortcuts", "l")
    expect(page.get_by_role("link", name="Raw")).to_have_attribute("aria-keyshortcuts", "r")


def test_a_reader_who_only_reads_fetches_none_of_it(visit: Visit) -> None:
    page = visit("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    publish(page, "x\n")
    page.wait_for_load_state("networkidle")
    assert [address for address in asked if re.search(r"/(lines|menu|keys|sheet)\.", address)] == []
