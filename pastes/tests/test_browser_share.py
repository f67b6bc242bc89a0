"""The page of a paste in a browser: its controls, its menu, its facts, and the same on paper and without scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from pastes.tests.browsing import Visit, publish, upload

pytestmark = pytest.mark.browser

scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def menu(page: Page) -> None:
    page.locator("[data-menu] > summary").click()


def clipboard(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def status(page: Page) -> str:
    return page.locator("[data-copy-status]").inner_text()


@scripts
def test_at_most_five_controls_are_seen_until_more_is_opened(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    publish(page, "x\n")
    controls = page.locator("#tools").locator("button:visible, a:visible, summary:visible, input:visible")
    expect(controls).to_have_count(5 if scripts else 4)
    menu(page)
    for name in ("History", "Fork", "Renew", "Compare with…", "Delete"):
        expect(page.get_by_role("link", name=name)).to_be_visible()
    expect(page.locator("[data-wrap]")).to_be_visible()


def test_the_menu_closes_by_escape_by_a_click_beside_it_and_by_leaving_it(visit: Visit) -> None:
    page = visit("/")
    publish(page, "x\n")
    sheet = page.locator(".menu-sheet")
    menu(page)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menu(page)
    page.locator("h1").click()
    expect(sheet).to_be_hidden()
    menu(page)
    page.get_by_role("button", name="Keyboard shortcuts").focus()
    page.keyboard.press("Tab")
    expect(sheet).to_be_hidden()


@scripts
def test_the_qr_code_is_drawn_when_it_is_asked_for(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    publish(page, "x\n")
    # A browser without scripts fetches every picture, however lazy, lest the page be watched by it.
    assert scripts is not any(address.endswith("/qr") for address in asked)
    menu(page)
    page.get_by_text("QR code").click()
    picture = page.get_by_role("img", name="QR code of the address of this page")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", value=True)
    assert page.request.get(f"{page.url}/qr").ok


def test_the_menu_copies_the_link_and_the_checksum(visit: Visit) -> None:
    page = visit("/")
    page.context.grant_permissions(CLIPBOARD)
    publish(page, "x\n")
    menu(page)
    page.locator(".digest button").click()
    expect(page.locator("[data-copy-status]")).to_have_text("SHA-256 copied")
    assert clipboard(page) == "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac"
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("[data-copy-status]")).to_have_text("Link copied")
    assert clipboard(page) == page.url
    expect(page.locator(".menu-sheet")).to_be_hidden()


def test_says_once_that_the_link_was_copied_where_the_text_was_published(visit: Visit) -> None:
    page = visit("/about")
    path = upload(page, "x\n", "x.txt")
    page.evaluate("path => sessionStorage.setItem('link-copied', path)", path)
    page.goto(path)
    expect(page.locator("[data-copy-status]")).to_have_text("Link copied")
    page.reload()
    expect(page.locator("[data-lines]")).to_be_visible()
    assert status(page) == ""


def test_what_is_marked_is_copied_as_it_is(visit: Visit) -> None:
    page = visit("/about")
    page.context.grant_permissions(CLIPBOARD)
    text = "\ufeffa\u202eb\u200bc\xa0d\u00ade\n"
    page.goto(upload(page, text, "x.txt"))
    expect(page.locator(".bidi")).to_have_count(1)
    expect(page.locator(".unseen")).to_have_count(3)
    expect(page.locator(".notice")).to_contain_text("1 character that changes the order of text and 3 characters that")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("[data-copy-status]")).to_have_text("Text copied")
    assert clipboard(page) == text
    selected = page.evaluate(
        "() => { getSelection().selectAllChildren(document.getElementById('L1')); return getSelection().toString(); }"
    )
    assert selected == text.rstrip("\n")


def test_marks_are_read_out(visit: Visit) -> None:
    page = visit("/about")
    page.goto(upload(page, "pay\u200bpal\n", "x.txt"))
    assert "U+200B ZERO WIDTH SPACE" in page.locator("[data-lines]").aria_snapshot()


@scripts
def test_the_exact_time_of_expiry_shows_on_focus(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    publish(page, "x\n")
    moment = page.locator("time.moment").first
    shown = "(time) => getComputedStyle(time, '::after').content"
    assert moment.evaluate(shown) == "none"
    moment.focus()
    assert re.search(r"\d\d:\d\d:\d\d", moment.evaluate(shown))


def test_on_paper_stand_title_address_and_all_of_long_lines(visit: Visit) -> None:
    page = visit("/")
    path = publish(page, "long " * 200 + "\nlast\n", title="notes.txt")
    page.set_viewport_size({"width": 700, "height": 900})
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_have_text("notes.txt")
    expect(page.locator(".print-only")).to_contain_text(path)
    expect(page.locator("#tools")).to_be_hidden()
    expect(page.locator("header.site-bar")).to_be_hidden()
    line = page.locator("#L1")
    assert line.evaluate("(line) => line.getBoundingClientRect().right <= innerWidth")
    assert line.evaluate("(line) => getComputedStyle(line, '::before').content").startswith("counter(line)")


def test_the_browser_finds_what_stands_at_the_end_of_a_long_text(visit: Visit) -> None:
    page = visit("/about")
    page.goto(upload(page, "x = 1\n" * 5000 + "needle = 2\n", "many.py"))
    assert page.evaluate("find('needle = 2')")
    expect(page.locator("#L5001")).to_be_in_viewport()
