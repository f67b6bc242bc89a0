"""The language in the form at `/`: found by typing, as people and screen readers expect, and shown where guessed."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pastes.tests.browsing import Visit

pytestmark = pytest.mark.browser

FOUND = (
    ("py", "Python", "python"),
    ("rs", "Rust", "rust"),
    ("c++", "C++", "cpp"),
    (".tf", "Terraform / HCL", "terraform"),
    ("*.yml", "YAML", "yaml"),
    ("Dockerfile", "Dockerfile", "docker"),
    ("golang", "Go", "go"),
    ("transact", "SQL (Transact-SQL)", "tsql"),
    ("auto", "Detect", "auto"),
)


def box(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Language")


def options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Matches").get_by_role("option")


def announced(page: Page) -> Locator:
    return page.locator("[data-language-status]")


def chosen(page: Page) -> str:
    return str(page.locator("select[name=language]").evaluate("select => select.value"))


def test_a_language_is_found_by_name_extension_or_alias(visit: Visit) -> None:
    page = visit("/")
    for typed, label, name in FOUND:
        box(page).fill(typed)
        expect(options(page).first).to_have_text(label)
        page.keyboard.press("Enter")
        expect(box(page)).to_have_value(label)
        expect(options(page)).to_have_count(0)
        assert chosen(page) == name


def test_arrows_home_and_end_walk_through_the_list(visit: Visit) -> None:
    page = visit("/")
    box(page).focus()
    page.keyboard.press("ArrowDown")
    active = page.locator("[role=option][aria-selected=true]")
    expect(active).to_have_text("Detect")
    for key, text in (("ArrowDown", "Plain text"), ("ArrowUp", "Detect"), ("ArrowUp", "Zig"), ("ArrowDown", "Detect")):
        page.keyboard.press(key)
        expect(active).to_have_text(text)
    page.keyboard.press("End")
    expect(active).to_have_text("Zig")
    expect(active).to_be_in_viewport()
    expect(box(page)).to_have_attribute("aria-activedescendant", str(active.get_attribute("id")))
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert chosen(page) == "text"


def test_the_state_of_the_list_is_told(visit: Visit) -> None:
    page = visit("/")
    expect(box(page)).to_have_attribute("aria-expanded", "false")
    box(page).fill("python")
    expect(box(page)).to_have_attribute("aria-expanded", "true")
    expect(announced(page)).to_have_text("3 languages")
    box(page).fill("rust")
    expect(announced(page)).to_have_text("1 language")
    box(page).fill("klingon")
    expect(announced(page)).to_have_text("No languages")
    expect(options(page)).to_have_text("No language of that name")
    expect(options(page)).to_have_attribute("aria-disabled", "true")


def test_escape_and_what_is_not_found_leave_the_choice_as_it_was(visit: Visit) -> None:
    page = visit("/")
    box(page).fill("rust")
    page.keyboard.press("Escape")
    expect(box(page)).to_have_value("Detect")
    box(page).fill("klingon")
    page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Detect")
    box(page).fill("klingon")
    page.keyboard.press("Tab")
    expect(box(page)).to_have_value("Detect")
    assert chosen(page) == "auto"


def test_leaving_the_box_takes_what_was_typed(visit: Visit) -> None:
    page = visit("/")
    box(page).fill("rs")
    page.keyboard.press("Tab")
    expect(box(page)).to_have_value("Rust")
    assert chosen(page) == "rust"


def test_a_click_opens_the_list_and_another_chooses(visit: Visit) -> None:
    page = visit("/")
    box(page).click()
    options(page).get_by_text("Haskell").click()
    expect(box(page)).to_have_value("Haskell")
    expect(box(page)).to_be_focused()
    assert chosen(page) == "haskell"


def test_a_finger_chooses_too(visit: Visit) -> None:
    page = visit("/", has_touch=True, viewport={"width": 320, "height": 640})
    box(page).tap()
    options(page).get_by_text("Batch file").tap()
    assert chosen(page) == "batch"


def test_enter_in_the_box_sends_nothing_but_with_control_it_does(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.type("x")
    box(page).focus()
    page.keyboard.press("Enter")
    box(page).fill("rs")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    expect(page.locator("main")).to_contain_text("Rust")


def test_without_scripts_the_select_does_it_alone(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    page.get_by_label("Language").select_option(label="Rust")
    page.locator("[name=content]").fill("x")
    page.locator("main button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("Rust")


def test_what_would_be_detected_is_shown_and_is_what_comes(visit: Visit) -> None:
    page = visit("/")
    expect(box(page)).to_have_value("Detect")
    page.keyboard.type("import os\n")
    expect(box(page)).to_have_value("Detect: Python")
    page.locator("[name=title]").fill("build.gradle")
    expect(box(page)).to_have_value("Detect: Groovy / Gradle")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    expect(page.locator("main")).to_contain_text("Groovy / Gradle")


def test_a_guess_is_never_shown_beside_a_choice_and_nothing_is_asked(visit: Visit) -> None:
    page = visit("/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box(page).fill("rs")
    page.keyboard.press("Enter")
    page.locator("[name=content]").fill("import os\n")
    with page.expect_request("**/guess"):  # the first is that for which Detect is chosen again
        box(page).fill("detect")
        page.keyboard.press("Enter")
    expect(box(page)).to_have_value("Detect: Python")
    assert len([url for url in asked if url.endswith("/guess")]) == 1


def test_no_guess_is_claimed_where_none_can_be_had(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.type("import os\n")
    expect(box(page)).to_have_value("Detect: Python")
    page.route("**/guess", lambda route: route.fulfill(status=429))
    page.keyboard.type("x")
    expect(box(page)).to_have_value("Detect")
