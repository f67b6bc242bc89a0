"""Links to lines: by mouse, by keyboard, told to those who do not see them, and quick in a long text."""

import re

import pytest
from playwright.sync_api import Page, Position, expect

from pastes.tests.browsing import Visit, publish, upload

pytestmark = pytest.mark.browser

LINES = "".join(f"line {number}\n" for number in range(1, 10))
MANY_LINES = "".join(f"line {number}\n" for number in range(1, 401))


def number_of(page: Page, line: int) -> Position:
    """Where the number of that line is, as seen from its beginning."""
    height = page.locator(f"#L{line}").bounding_box()
    assert height is not None
    return {"x": 8, "y": height["height"] / 2}


def click(page: Page, line: int, *, shift: bool = False) -> None:
    page.locator(f"#L{line}").click(position=number_of(page, line), modifiers=["Shift"] if shift else [])


def said(page: Page, text: str) -> None:
    expect(page.locator("[role=status][data-copy-status]")).to_have_text(text)


def test_a_click_marks_says_so_and_another_unmarks(visit: Visit) -> None:
    page = visit("/")
    path = publish(page, LINES)
    click(page, 2)
    said(page, "Line 2 marked, link in the address")
    assert page.url.endswith(f"{path}#L2")
    expect(page.locator(".marked")).to_have_count(1)
    click(page, 2)
    said(page, "No line is marked")
    assert page.url.endswith(path)
    expect(page.locator(".marked")).to_have_count(0)


def test_shift_marks_all_between_and_a_later_click_only_one(visit: Visit) -> None:
    page = visit("/")
    publish(page, LINES)
    click(page, 5)
    click(page, 2, shift=True)
    said(page, "Lines 2 to 5 marked, link in the address")
    assert page.url.endswith("#L2-L5")
    click(page, 7, shift=True)
    assert page.url.endswith("#L5-L7")
    click(page, 5)
    assert page.url.endswith("#L5")
    expect(page.locator(".marked")).to_have_text("line 5")


def test_the_very_first_click_with_shift_marks_one(visit: Visit) -> None:
    page = visit("/")
    publish(page, LINES)
    click(page, 3, shift=True)
    said(page, "Line 3 marked, link in the address")


def test_a_link_to_lines_is_followed_told_and_copied(visit: Visit) -> None:
    page = visit("/about")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{upload(page, MANY_LINES, 'many.txt')}#L300-L302")
    said(page, "Lines 300 to 302 marked, link in the address")
    expect(page.locator("#L300")).to_be_in_viewport()
    page.locator("[data-menu] > summary").click()
    page.get_by_role("button", name="Copy link to lines 300 to 302").click()
    said(page, "Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_lines_are_reached_by_the_keyboard_alone(visit: Visit) -> None:
    page = visit("/about")
    page.goto(upload(page, MANY_LINES, "many.txt"))
    page.keyboard.press("g")
    expect(page.get_by_label("Go to line")).to_be_focused()
    expect(page.get_by_label("Go to line")).to_have_value("")
    page.keyboard.type("302-300")
    page.keyboard.press("Enter")
    said(page, "Lines 300 to 302 marked, link in the address")
    expect(page.locator("#L300")).to_be_in_viewport()
    expect(page.locator(".menu-sheet")).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_a_line_that_is_not_there_marks_nothing(visit: Visit) -> None:
    page = visit("/about")
    page.goto(f"{upload(page, LINES, 'few.txt')}#L10")
    said(page, "No line is marked")
    expect(page.locator(".marked")).to_have_count(0)


def test_lines_past_the_end_are_neither_told_nor_linked_to(visit: Visit) -> None:
    page = visit("/about")
    page.goto(f"{upload(page, MANY_LINES, 'many.txt')}#L300-L999999")
    last = MANY_LINES.count("\n")
    said(page, f"Lines 300 to {last} marked, link in the address")
    expect(page.locator("[data-copy][data-key]")).to_have_attribute("data-copy", re.compile(f"#L300-L{last}$"))


def test_another_line_is_typed_in_the_place_of_the_last(visit: Visit) -> None:
    page = visit("/about")
    page.goto(upload(page, MANY_LINES, "many.txt"))
    for line in ("300", "12"):
        page.keyboard.press("g")
        expect(page.get_by_label("Go to line")).to_be_focused()
        page.wait_for_function("document.activeElement.selectionEnd === document.activeElement.value.length")
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        said(page, f"Line {line} marked, link in the address")


def test_a_click_on_the_text_marks_nothing(visit: Visit) -> None:
    page = visit("/")
    path = publish(page, LINES)
    page.locator("#L2").click(position={"x": 90, "y": 5})
    click(page, 4)
    said(page, "Line 4 marked, link in the address")
    assert page.url.endswith(f"{path}#L4")


def test_a_mark_costs_no_walk_through_a_long_text(visit: Visit) -> None:
    page = visit("/about")
    page.goto(upload(page, "x\n" * 20_000, "many.txt"))
    click(page, 2)
    said(page, "Line 2 marked, link in the address")
    page.evaluate(
        """() => {
          window.walked = 0;
          const tell = (prototype, name) => {
            const { [name]: original } = prototype;
            prototype[name] = function (...words) { window.walked += 1; return original.apply(this, words); };
          };
          for (const name of ["querySelectorAll", "getElementsByClassName"]) tell(Element.prototype, name);
          for (const name of ["querySelectorAll", "getElementsByClassName"]) tell(Document.prototype, name);
        }"""
    )
    click(page, 3)
    said(page, "Line 3 marked, link in the address")
    expect(page.locator(".marked")).to_have_count(1)
    assert page.evaluate("window.walked") == 0
