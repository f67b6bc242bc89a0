"""A paste's versions in a real browser: edited, looked back at, compared, restored, erased, forked, renewed."""

import re

import pytest
from playwright.sync_api import Page, expect

from pastes.tests.browsing import Visit, publish

pytestmark = pytest.mark.browser

BOTH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def edit(page: Page, path: str, text: str, *, keep: bool = True) -> None:
    page.goto(f"{path}/edit")
    page.locator("[name=content]").fill(text)
    page.get_by_label("Do not keep the old text").set_checked(not keep)
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url(f"**{path}")


def versions(page: Page) -> list[str]:
    return [cell.strip() for cell in page.locator("tbody th").all_inner_texts()]


@BOTH
def test_a_paste_is_looked_back_at_and_brought_back(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    path = publish(page, "the first line of it\n", title="app.txt")
    edit(page, path, "the second line of it\n")
    edit(page, path, "the third line of it\n")
    page.goto(f"{path}/history")
    assert versions(page) == ["Version 3 current", "Version 2", "Version 1"]

    page.get_by_label("From version 1").check()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator("h1")).to_have_text("Version 1 to version 3")
    expect(page.locator(".diff .old del")).to_have_text("first")
    expect(page.locator(".diff .new ins")).to_have_text("third")
    page.get_by_role("link", name="Swap").click()
    expect(page.locator("h1")).to_have_text("Version 3 to version 1")

    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Version 1", exact=True).click()
    expect(page.locator("#L1")).to_have_text("the first line of it")
    page.get_by_role("button", name="Restore").click()
    page.wait_for_url(f"**{path}")
    expect(page.locator("#L1")).to_have_text("the first line of it")

    page.goto(f"{path}/history")
    assert versions(page) == ["Version 4 current", "Version 3", "Version 2", "Version 1"]
    page.get_by_role("button", name="Restore version 2").click()
    expect(page.locator("#L1")).to_have_text("the second line of it")


@BOTH
def test_a_secret_is_taken_out_of_the_history(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    page = visit("/", java_script_enabled=scripts)
    path = publish(page, "password hunter2\n")
    edit(page, path, "password, gone\n")
    page.goto(f"{path}/history")
    page.get_by_role("link", name="Erase version 1").click()
    expect(page.locator("h1")).to_contain_text("Erase version 1")
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Erase version 1").click()
    page.get_by_role("button", name="Erase for good").click()
    page.wait_for_url("**/history")
    expect(page.locator("main")).to_contain_text("No earlier version is kept")
    edit(page, path, "nothing of it\n", keep=False)
    page.goto(f"{path}/history")
    expect(page.locator("main")).to_contain_text("No earlier version is kept")
    expect(page.locator("main")).to_contain_text("A number is missing")


@BOTH
def test_a_stranger_forks_what_the_owner_renews(visit: Visit, scripts: bool) -> None:  # noqa: FBT001
    owner = visit("/", java_script_enabled=scripts)
    path = publish(owner, "def f():\n\tpass\n", title="app.py")
    owner.goto(f"{path}/renew")
    expect(owner.locator("[name=expires_on]")).to_be_hidden()
    owner.locator("[name=lifetime]").select_option("date")
    expect(owner.locator("[name=expires_on]")).to_be_visible()
    owner.locator("[name=lifetime]").select_option("600")
    owner.get_by_role("button", name="Renew").click()
    owner.wait_for_url(f"**{path}")

    stranger = visit(f"{path}/fork", java_script_enabled=scripts)
    expect(stranger.locator("h1")).to_contain_text("Fork of app.py")
    stranger.locator("[name=content]").press("End")
    stranger.locator("main form button.primary").click()
    stranger.wait_for_url(re.compile(r"/[0-9a-f-]{36}$"))
    assert not stranger.url.endswith(path)
    expect(stranger.locator("#L1")).to_have_text("def f():")
    assert stranger.goto(f"{path}/history").status == 403  # type: ignore[union-attr]


def test_two_people_see_what_differs_before_either_wins(visit: Visit) -> None:
    page = visit("/")
    path = publish(page, "first line\n")
    page.goto(f"{path}/edit")
    page.locator("[name=content]").fill("my line\n")
    slow = page.context.new_page()
    edit(slow, path, "their line\n")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("What differs").click()
    expect(page.locator(".diff .old del")).to_have_text("their")
    expect(page.locator(".diff .new ins")).to_have_text("my")


def test_a_history_reads_well_on_a_small_screen(visit: Visit) -> None:
    page = visit("/", viewport={"width": 320, "height": 640})
    path = publish(page, "first line\n", title="a_rather_long_file_name_without_any_blank" * 4)
    edit(page, path, "second line\n")
    page.goto(f"{path}/history")
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    expect(page.locator("tbody tr").first.get_by_text("From")).to_be_visible()
    for name in ("Restore version 1", "Erase version 1"):
        expect(page.get_by_text(name)).to_be_in_viewport()
