"""My pastes in a real browser: found, ticked, deleted and renewed, taken along; with scripts and without."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pastes.tests.browsing import Visit, publish

pytestmark = pytest.mark.browser

HOSTILE = "</bdi><img src=x onerror=alert(1)>\u202egpj.exe"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def made(visit: Visit, *titles: str, scripts: bool = True) -> Page:
    """A browser at its list of pastes with these titles."""
    page = visit("/", java_script_enabled=scripts)
    for title in titles:
        publish(page, f"the text of {title}\n", title=title)
    page.goto("/mine")
    return page


def rows(page: Page) -> list[str]:
    return page.locator("tbody th").all_inner_texts()


def tick(page: Page, title: str) -> None:
    page.locator("tbody tr").filter(has_text=title).locator("input").check()


@SCRIPTS
def test_a_paste_is_found_by_its_text_and_the_address_tells_how(visit: Visit, *, scripts: bool) -> None:
    page = made(visit, "a.py", "b.sql", "c.py", scripts=scripts)
    page.get_by_label("Find in title or text").fill("TEXT OF B")
    page.get_by_role("button", name="Find").click()
    assert rows(page) == ["b.sql"]
    assert "q=TEXT+OF+B" in page.url
    page.goto(page.url)
    expect(page.get_by_label("Find in title or text")).to_have_value("TEXT OF B")
    page.get_by_role("link", name="Show all").click()
    page.get_by_label("Language").select_option("python")
    page.get_by_label("Sort by").select_option("oldest")
    page.get_by_role("button", name="Find").click()
    assert rows(page) == ["a.py", "c.py"]
    page.get_by_label("Find in title or text").fill("nothing like it")
    page.get_by_role("button", name="Find").click()
    page.locator(".empty").get_by_role("link", name="Show all").click()
    assert rows(page) == ["c.py", "b.sql", "a.py"]


@SCRIPTS
def test_ticked_pastes_are_deleted_after_a_second_look(visit: Visit, *, scripts: bool) -> None:
    page = made(visit, "a.py", HOSTILE, "c.py", scripts=scripts)
    tick(page, "a.py")
    tick(page, "onerror")
    page.get_by_role("button", name="Delete…").click()
    expect(page.locator("h1")).to_have_text("Delete 2 pastes?")
    expect(page.locator("main")).to_contain_text("onerror=alert(1)")
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_role("status").first).to_have_text("2 pastes deleted.")
    assert rows(page) == ["c.py"]


@SCRIPTS
def test_ticked_pastes_are_renewed(visit: Visit, *, scripts: bool) -> None:
    page = made(visit, "a.py", "b.py", scripts=scripts)
    tick(page, "a.py")
    page.get_by_role("button", name="Renew…").click()
    page.get_by_label("Expires after").select_option("1 hour")
    page.get_by_role("button", name="Renew").click()
    expect(page.get_by_role("status").first).to_have_text("1 paste renewed.")
    expect(page.locator("td.soon")).to_have_count(1)
    page.get_by_role("link", name="1 expires within 7 days").click()
    assert rows(page) == ["a.py"]
    expect(page.get_by_label("Expires within 7 days")).to_be_checked()


@SCRIPTS
def test_on_a_phone_filters_are_folded_unless_in_use(visit: Visit, *, scripts: bool) -> None:
    page = made(visit, "a.py", "b.sql", scripts=scripts)
    language = page.get_by_label("Language")
    expect(language).to_be_visible()
    expect(page.locator(".filters summary")).to_be_hidden()
    page.set_viewport_size({"width": 390, "height": 800})
    expect(language).to_be_hidden()
    expect(page.get_by_label("Find in title or text")).to_be_visible()
    page.get_by_text("Filter and sort").click()
    language.select_option("sql")
    page.get_by_role("button", name="Find").click()
    assert rows(page) == ["b.sql"]
    expect(language).to_be_visible()


@SCRIPTS
def test_after_a_deletion_the_search_goes_on(visit: Visit, *, scripts: bool) -> None:
    page = made(visit, "a.py", "b.py", "c.sql", scripts=scripts)
    page.goto("/mine?language=python")
    tick(page, "a.py")
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete for good").click()
    assert rows(page) == ["b.py"]
    assert page.url.endswith("/mine?language=python")


def test_all_are_ticked_at_once_and_counted(visit: Visit) -> None:
    page = made(visit, "a.py", "b.py", "c.py")
    every = page.get_by_label("Select all")
    every.check()
    expect(page.locator("[data-selected-count]")).to_have_text("3 selected")
    page.get_by_label("Select b.py").uncheck()
    expect(page.locator("[data-selected-count]")).to_have_text("2 selected")
    assert every.evaluate("(box) => box.indeterminate")
    every.check()
    every.uncheck()
    expect(page.locator("[data-selected-count]")).to_have_text("")
    expect(page.locator("tbody :checked")).to_have_count(0)


@SCRIPTS
def test_a_code_brings_the_pastes_to_another_browser_and_a_new_key_shuts_it_out(visit: Visit, *, scripts: bool) -> None:
    first = made(visit, "first.py", scripts=scripts)
    first.get_by_role("link", name="Recovery code").click()
    first.get_by_role("button", name="Show the code").click()
    code = first.locator("#code").inner_text()
    second = made(visit, "second.py", scripts=scripts)
    second.goto("/mine/recovery")
    second.get_by_label("Recovery code").fill(code[:-1] + ("0" if code[-1] != "0" else "1"))
    second.get_by_role("button", name="Share its pastes").click()
    expect(second.locator(".errorlist")).to_contain_text("typo")
    second.get_by_label("Recovery code").fill(code.lower().replace("-", " "))
    second.get_by_role("button", name="Share its pastes").click()
    assert rows(second) == ["second.py", "first.py"]
    first.goto("/mine")
    assert rows(first) == ["second.py", "first.py"]
    first.get_by_role("link", name="New key").click()
    first.get_by_role("button", name="Make a new key").click()
    assert first.locator("#code").inner_text() != code
    first.get_by_role("main").get_by_role("link", name="My pastes").click()
    assert rows(first) == ["second.py", "first.py"]
    second.goto("/mine")
    expect(second.locator(".empty")).to_be_visible()


def test_the_code_is_copied_as_it_stands(visit: Visit) -> None:
    page = made(visit, "a.py")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/mine/recovery")
    page.get_by_role("button", name="Show the code").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Code copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#code").inner_text()


@SCRIPTS
def test_everything_is_downloaded_as_a_zip(visit: Visit, *, scripts: bool) -> None:
    page = made(visit, "a.py", "b.py", scripts=scripts)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Export as ZIP").click()
    assert re.fullmatch(r"pastes-20\d\d-\d\d-\d\d\.zip", downloading.value.suggested_filename)
    found = zipfile.ZipFile(io.BytesIO(Path(downloading.value.path()).read_bytes()))
    assert found.read("a.py") == b"the text of a.py\n"
    assert sorted(found.namelist()) == ["a.py", "b.py", "pastes.json"]


def test_on_a_phone_each_paste_is_a_card_with_all_of_its_ways(visit: Visit) -> None:
    page = visit("/", viewport={"width": 320, "height": 640})
    publish(page, "x\n", title="a_rather_long_file_name_without_any_blank_in_it.py")
    page.goto("/mine")
    row = page.locator("tbody tr")
    box = row.bounding_box()
    assert box
    for name in ("Edit", "Renew", "History", "Delete"):
        way = row.get_by_role("link", name=name).bounding_box()
        assert way
        assert box["x"] <= way["x"] <= way["x"] + way["width"] <= box["x"] + box["width"]
