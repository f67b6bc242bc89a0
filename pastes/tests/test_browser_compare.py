"""Comparisons in a real browser: side by side where there is room, one column on a phone, with and without scripts."""

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from pastes.tests.browsing import Visit, upload

pytestmark = pytest.mark.browser

OLD = "".join(f"line {number}\n" for number in range(40)) + "total = price * 2\n\nthe end"
NEW = "".join(f"line {number}\n" for number in range(40)) + "total = cost * 3\n\nadded \u202e here\nthe end\n"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 320, "height": 640}


def pair(page: Page, old: str = OLD, new: str = NEW) -> str:
    """The address of a comparison of two new pastes."""
    return f"/compare{upload(page, old, 'old.py')}...{upload(page, new, 'a_rather_long_name_of_a_new_file.py')[1:]}"


def box(locator: Locator) -> FloatRect:
    found = locator.bounding_box()
    assert found is not None
    return found


@pytest.mark.parametrize("scripts", [True, False])
def test_old_and_new_stand_side_by_side_where_there_is_room(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/about", viewport=WIDE, java_script_enabled=scripts)
    page.goto(pair(page))
    row = page.locator("tr.changed").first
    old, new = box(row.locator(".old .line")), box(row.locator(".new .line"))
    assert old["y"] == new["y"]
    assert old["x"] + old["width"] <= new["x"] + 1
    expect(page.locator("tr.same .old").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_new_line_stands_below_the_old_one(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/about", viewport=PHONE, java_script_enabled=scripts)
    page.goto(pair(page))
    row = page.locator("tr.changed").first
    old, new = box(row.locator(".old .line")), box(row.locator(".new .line"))
    assert old["x"] == new["x"]
    assert old["y"] + old["height"] <= new["y"] + 1
    expect(page.locator("tr.same .old").first).to_be_hidden()
    expect(page.locator("tr.same .new").first).to_be_visible()


def test_what_was_folded_is_shown_by_a_click_and_folded_again(visit: Visit) -> None:
    page = visit("/about", java_script_enabled=False)
    page.goto(pair(page))
    line = page.locator(".new .line", has_text="line 7")
    expect(line).to_have_count(0)
    page.get_by_role("link", name="37 unchanged lines").click()
    expect(line).to_have_count(1)
    page.get_by_role("link", name="First change").click()
    expect(page.locator("#c1")).to_be_in_viewport()
    page.get_by_role("link", name="Changes only").click()
    expect(line).to_have_count(0)


def test_a_selection_that_begins_on_one_side_copies_that_side_alone(visit: Visit) -> None:
    page = visit("/about", viewport=WIDE)
    page.goto(pair(page))
    first, last = page.locator("tr.changed .new .line").first, page.locator("tr.changed .new .line").last
    first.hover(position={"x": 90, "y": 5})
    page.mouse.down()
    end = box(last)
    page.mouse.move(end["x"] + end["width"] - 5, end["y"] + end["height"] - 3, steps=5)
    page.mouse.up()
    selected = page.evaluate("getSelection().toString()")
    assert "cost" in selected
    assert "\n\n" in selected
    assert "here" in selected
    assert "price" not in selected
    assert not any(word in selected for word in ("41", "Added", "Removed", "newline"))


def test_the_form_asks_for_two_and_shows_them(visit: Visit) -> None:
    page = visit("/compare", java_script_enabled=False)
    old, new = upload(page, "a\n", "old.py"), upload(page, "b\n", "new.py")
    page.get_by_label("First paste").fill(page.url.replace("/compare", old))
    page.get_by_label("Second paste").fill("nothing")
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("alert")).to_contain_text("Second paste")
    page.get_by_label("Second paste").fill(new[1:])
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("What differs")
    page.get_by_role("link", name="Swap sides").click()
    assert page.url.endswith(f"/compare{new}...{old[1:]}")
