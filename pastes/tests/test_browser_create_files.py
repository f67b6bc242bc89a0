"""Files that are picked or dropped in the form at `/`: what is shown, what is offered, what is stored."""

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from pastes.tests.browsing import MAX_BYTES, Visit

pytestmark = pytest.mark.browser

GERMAN = "Gr\u00fc\u00dfe aus K\u00f6ln\n"
DROP = """
([names, target]) => {
  const dataTransfer = new DataTransfer();
  for (const name of names) dataTransfer.items.add(new File(["from a file\\r\\n"], name));
  const options = { dataTransfer, bubbles: true, cancelable: true };
  const place = document.querySelector(target);
  const isTaken = !place.dispatchEvent(new DragEvent("dragover", options));
  const isMarked = document.querySelector(".sheet").matches("[data-dropping]");
  place.dispatchEvent(new DragEvent("drop", options));
  return [isTaken, isMarked];
}
"""


def text(page: Page) -> Locator:
    return page.locator("[name=content]")


def news(page: Page) -> Locator:
    return page.locator("[data-drop-status]")


def pick(page: Page, content: bytes, name: str = "notes.txt") -> None:
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType="text/plain", buffer=content))


def stored(page: Page) -> bytes:
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    return page.request.get(f"{page.url}/raw").body()


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"), ("windows-1252", "Windows-1252")],
)
def test_a_file_in_another_encoding_is_converted_when_one_says_so(visit: Visit, encoding: str, label: str) -> None:
    page = visit("/")
    pick(page, GERMAN.encode(encoding), "gruss.md")
    expect(news(page)).to_have_text(f"gruss.md is not UTF-8 text. It looks like {label}.")
    expect(text(page)).to_have_value("")
    page.get_by_role("button", name="Convert to UTF-8").click()
    expect(text(page)).to_have_value(GERMAN)
    expect(text(page)).to_be_focused()
    expect(news(page)).to_contain_text(f"converted from {label}")
    expect(page.get_by_role("button", name="Convert")).to_be_hidden()
    expect(page.locator("[name=title]")).to_have_value("gruss.md")
    assert stored(page) == GERMAN.encode()


NO_TEXT = (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff", b"a\x01\xff", b"\xff\xfe\x00\xd8\x0a\x00")


@pytest.mark.parametrize("content", NO_TEXT, ids=["a picture", "a control character", "half a pair of surrogates"])
def test_what_is_no_text_is_refused_plainly(visit: Visit, content: bytes) -> None:
    page = visit("/")
    text(page).fill("stays")
    pick(page, content)
    expect(news(page)).to_contain_text("no encoding that could be converted")
    expect(page.get_by_role("button", name="Convert")).to_be_hidden()
    assert stored(page) == b"stays"


def test_an_offer_to_convert_ends_with_the_next_text(visit: Visit) -> None:
    page = visit("/")
    pick(page, GERMAN.encode("utf-16"))
    expect(page.get_by_role("button", name="Convert")).to_be_visible()
    text(page).fill("typed")
    expect(page.get_by_role("button", name="Convert")).to_be_hidden()
    expect(news(page)).to_have_text("")


def test_a_file_that_is_too_large_is_told_before_it_is_sent(visit: Visit) -> None:
    page = visit("/")
    pick(page, b"x" * (MAX_BYTES + 1))
    expect(news(page)).to_have_text(f"notes.txt is too large: {MAX_BYTES + 1:,} of at most {MAX_BYTES:,} bytes.")
    expect(text(page)).to_have_value("")


def test_the_counter_tells_what_the_text_area_cannot_show(visit: Visit) -> None:
    page = visit("/")
    counter = page.locator("[data-counter]")
    pick(page, b"a\r\nb")
    expect(counter).to_contain_text("2 lines, 4 of 100,000 bytes, CRLF, no newline at the end")
    pick(page, b"a\r\nb\n")
    expect(counter).to_contain_text("5 of 100,000 bytes, mixed newlines")
    text(page).fill("a\nb\n")
    expect(counter).to_have_text("2 lines, 4 of 100,000 bytes")


def test_the_name_of_a_file_tells_its_language_better_than_the_paste_before(visit: Visit) -> None:
    page = visit("/")
    page.evaluate("localStorage.choices = JSON.stringify({language: 'rust'})")
    page.reload()
    box = page.get_by_role("combobox", name="Language")
    expect(box).to_have_value("Rust")
    pick(page, b"x", "app.py")
    expect(box).to_have_value("Detect: Python")
    box.fill("css")
    page.keyboard.press("Enter")
    pick(page, b"y", "app.go")
    expect(text(page)).to_have_value("y")
    expect(box).to_have_value("CSS")  # that was chosen here, for this paste


def drop(page: Page, *names: str, on: str = "body") -> Any:
    return page.evaluate(DROP, [list(names), on])


@pytest.mark.parametrize("place", ["textarea", "footer"])
def test_a_file_is_dropped_anywhere_on_the_page_and_kept_byte_for_byte(visit: Visit, place: str) -> None:
    page = visit("/")
    assert drop(page, "app.py", on=place) == [True, True]
    expect(text(page)).to_have_value("from a file\n")
    expect(page.locator("[name=title]")).to_have_value("app.py")
    expect(page.locator("[data-dropping]")).to_have_count(0)
    assert stored(page) == b"from a file\r\n"


def test_of_several_files_none_is_taken_in_silence(visit: Visit) -> None:
    page = visit("/")
    drop(page, "one.txt", "two.txt")
    expect(news(page)).to_have_text("One paste holds one file: drop one of the 2.")
    expect(text(page)).to_have_value("")


def test_without_scripts_the_server_says_what_the_file_looks_like(visit: Visit) -> None:
    page = visit("/", java_script_enabled=False)
    pick(page, GERMAN.encode("utf-16"))
    page.locator("main button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_contain_text("It looks like UTF-16: save it as UTF-8, then pick it again.")
