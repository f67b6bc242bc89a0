"""What people do, done by a browser: with scripts and without, by mouse and by keyboard, alone and two at once."""

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page, Position, expect

from pastes.tests.browsing import MAX_BYTES, Visit, publish, upload

pytestmark = pytest.mark.browser

FILE: FilePayload = {"name": "tool.py", "mimeType": "text/x-python", "buffer": b"def f():\r\n\treturn 'x'\r\n"}
PYTHON = "def f():\n    return 1\n\n\nclass A:\n    pass\n"
NO_TEXT: FilePayload = {"name": "tool.bin", "mimeType": "text/plain", "buffer": b"\xff\xfe\x00"}
MANY_LINES = "".join(f"line {number}\n" for number in range(1, 401))
scripts = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def raw(page: Page, path: str) -> bytes:
    return page.request.get(f"{path}/raw").body()


def submit(page: Page) -> None:
    page.locator("main button[type=submit]").click()


def text_area(page: Page) -> Any:
    return page.locator("textarea[name=content]")


@scripts
def test_a_paste_is_made_read_edited_and_deleted(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    path = publish(page, PYTHON, title="tool.py")
    expect(page.locator("h1")).to_have_text("tool.py")
    expect(page.locator("#L1 .k").first).to_have_text("def")
    page.get_by_role("link", name="Edit").click()
    text_area(page).fill("changed\n")
    submit(page)
    page.wait_for_url(f"**{path}")
    assert raw(page, path) == b"changed\n"
    page.locator("[data-menu] > summary").click()
    page.get_by_role("link", name="Delete").click()
    expect(page.locator("h1")).to_contain_text("tool.py")
    submit(page)
    page.wait_for_url("**/mine")
    response = page.goto(path)
    assert response is not None
    assert response.status == 404


@scripts
def test_two_edits_at_once_lose_neither_text(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    one = visit("/", java_script_enabled=scripts)
    path = publish(one, "first\n")
    other = visit(f"{path}/edit", java_script_enabled=scripts, storage_state=one.context.storage_state())
    one.goto(f"{path}/edit")
    text_area(one).fill("one\n")
    text_area(other).fill("other\n")
    submit(one)
    one.wait_for_url(f"**{path}")
    submit(other)
    expect(text_area(other)).to_have_value("other\n")
    expect(other.locator("textarea[readonly]")).to_have_value("one\n")
    assert raw(one, path) == b"one\n"
    submit(other)
    other.wait_for_url(f"**{path}")
    assert raw(one, path) == b"other\n"


@scripts
def test_a_picked_file_is_kept_byte_for_byte(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    page.locator("input[type=file]").set_input_files(FILE)
    if scripts:
        expect(text_area(page)).to_have_value("def f():\n\treturn 'x'\n")
        expect(page.locator("[name=title]")).to_have_value("tool.py")
    submit(page)
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    assert raw(page, page.url) == FILE["buffer"]
    expect(page.locator("h1")).to_have_text("tool.py")


def test_a_picked_file_that_is_edited_is_what_was_typed(visit: Visit) -> None:
    page = visit("/")
    page.locator("input[type=file]").set_input_files(FILE)
    expect(text_area(page)).to_have_value(re.compile("def f"))
    text_area(page).fill("mine\n")
    submit(page)
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    assert raw(page, page.url) == b"mine\n"


def test_a_file_that_is_no_text_is_refused_before_it_is_sent(visit: Visit) -> None:
    page = visit("/")
    page.locator("input[type=file]").set_input_files(NO_TEXT)
    expect(page.locator("[data-drop-status]")).to_contain_text("not UTF-8 text")
    expect(text_area(page)).to_have_value("")


def test_the_copy_button_copies_the_exact_text(visit: Visit) -> None:
    page = visit("/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    publish(page, "\ta <b> & c\n\n last")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.locator("[data-copy-status]")).to_have_text("Text copied")
    assert page.evaluate("navigator.clipboard.readText()") == "\ta <b> & c\n\n last"


def number_of(page: Page, line: int) -> Position:
    """Where the number of that line is, as seen from its beginning."""
    height = page.locator(f"#L{line}").bounding_box()
    assert height is not None
    return {"x": 8, "y": height["height"] / 2}


def test_a_click_on_a_number_marks_a_line_and_with_shift_a_range(visit: Visit) -> None:
    page = visit("/")
    path = publish(page, PYTHON)
    page.locator("#L2").click(position=number_of(page, 2))
    expect(page.locator(".marked")).to_have_count(1)
    assert page.url.endswith(f"{path}#L2")
    page.locator("#L4").click(position=number_of(page, 4), modifiers=["Shift"])
    expect(page.locator(".marked")).to_have_count(3)
    assert page.url.endswith(f"{path}#L2-L4")
    assert page.evaluate("getSelection().toString()") == ""


def test_a_link_to_lines_marks_them_and_brings_them_into_view(visit: Visit) -> None:
    page = visit("/about")
    page.goto(f"{upload(page, MANY_LINES, 'many.txt')}#L300-L302")
    expect(page.locator(".marked")).to_have_count(3)
    expect(page.locator("#L300")).to_be_in_viewport()


def test_without_scripts_a_link_to_a_line_leads_to_it(visit: Visit) -> None:
    page = visit("/about", java_script_enabled=False)
    page.goto(f"{upload(page, MANY_LINES, 'many.txt')}#L300")
    expect(page.locator("#L300")).to_be_in_viewport()


def test_selected_text_holds_no_line_numbers(visit: Visit) -> None:
    page = visit("/")
    publish(page, PYTHON)
    page.evaluate("getSelection().selectAllChildren(document.querySelector('[data-lines] code'))")
    assert page.evaluate("getSelection().toString()").strip() == PYTHON.strip()


def test_a_double_click_publishes_once(visit: Visit) -> None:
    page = visit("/")
    text_area(page).fill("once\n")
    page.locator("main button[type=submit]").dblclick()
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    page.goto("/mine")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_after_back_an_edited_text_becomes_a_second_paste(visit: Visit) -> None:
    page = visit("/")
    publish(page, "first\n")
    page.go_back()
    text_area(page).fill("second\n")
    submit(page)
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    page.goto("/mine")
    expect(page.locator("tbody tr")).to_have_count(2)


def focused(page: Page) -> str:
    told = "({ name, id, textContent }) => name || id || textContent.trim()"
    return str(page.evaluate(f"({told})(document.activeElement)"))


def test_everything_is_reached_by_the_keyboard_and_tab_is_never_trapped(visit: Visit) -> None:
    page = visit("/")
    reached = [focused(page)]
    while len(reached) < 60 and reached.count("content") < 2:  # once around, through what is outside of the page too
        page.keyboard.press("Tab")
        reached.append(focused(page))
    assert reached[0] == reached[-1] == "content"
    assert {"title", "id_language", "file", "lifetime", "visibility", "Create paste", "Limits"} <= set(reached)
    assert reached.index("Skip to content") < reached.index("New") < reached.index("title")
    expect(text_area(page)).to_have_value("")


def test_a_paste_is_published_by_the_keyboard_alone(visit: Visit) -> None:
    page = visit("/about")
    while focused(page) != "New":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    expect(text_area(page)).to_be_focused()
    page.keyboard.type("typed\n")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    assert raw(page, page.url) == b"typed\n"


def test_the_skip_link_leads_past_the_navigation(visit: Visit) -> None:
    page = visit("/about")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_counter_tells_bytes_lines_and_when_it_is_too_much(visit: Visit) -> None:
    page = visit("/")
    text_area(page).fill("é\nb")
    expect(page.locator("[data-counter]")).to_contain_text("2 lines, 4 of 100,000 bytes")
    text_area(page).fill("x" * (MAX_BYTES + 1))
    expect(page.locator("[data-counter-status]")).to_have_text("The text is over the limit.")
    submit(page)
    expect(page.locator("[role=alert]")).to_be_visible()
    assert len(text_area(page).input_value()) == MAX_BYTES + 1


def test_wrapping_is_remembered(visit: Visit) -> None:
    page = visit("/")
    publish(page, "long " * 200)
    before = page.locator("[data-wrap]").is_checked()
    page.locator("[data-menu] > summary").click()
    page.locator("label:has([data-wrap])").click()
    page.reload()
    assert page.locator("[data-wrap]").is_checked() is not before
