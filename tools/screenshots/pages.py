"""Every page of the site, by the name of its picture."""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page

from tools.screenshots.samples import RETRY, RETRY_EDITED, RETRY_THEIRS, SAMPLES, Sample

UNKNOWN = "/7f2b4b79-583d-49c9-9b12-cc0ee06fcb6f"
ID_CHARACTERS = 36
COMPARISONS = 40  # more than one client may ask for in a minute
SUBMIT = "main form[method=post] button[type=submit]"


class Shown(NamedTuple):
    """The paths of the paste that most pages are of, which has been edited, and of a fork of it."""

    paste: str
    fork: str

    @property
    def comparison(self) -> str:
        return f"/compare/{self.paste[1:]}...{self.fork[1:]}"


Reach = Callable[[Page, Shown], None]


def furnish(page: Page) -> Shown:
    """Publishes the samples, oldest first, as the browser of this page."""
    for sample in SAMPLES:
        publish(page, sample)
    paste = publish(page, Sample("retry.py", RETRY, 2_592_000))
    save(page, f"{paste}/edit", RETRY_EDITED)
    save(page, f"{paste}/fork", RETRY_THEIRS)
    return Shown(paste, page.url[-ID_CHARACTERS - 1 :])


def publish(page: Page, sample: Sample) -> str:
    """Picked as a file, so that it is stored byte for byte; the path of its page."""
    page.goto("/")
    file = {"name": sample.title, "mimeType": "text/plain", "buffer": sample.text.encode()}
    page.locator("[name=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("[name=lifetime]").select_option(str(sample.lifetime))
    page.locator("[value=public]" if sample.listed else "[value=unlisted]").check()
    sent(page)
    return page.url[-ID_CHARACTERS - 1 :]


def save(page: Page, path: str, text: str) -> None:
    page.goto(path)
    page.locator("[name=content]").fill(text)
    sent(page)


def sent(page: Page) -> None:
    """Presses the button of the page's form, and waits for what it answers."""
    with page.expect_navigation():
        page.locator(SUBMIT).last.click()


def at(path: str) -> Reach:
    """Where PASTE and COMPARISON stand for their paths."""

    def reach(page: Page, shown: Shown) -> None:
        page.goto(path.replace("PASTE", shown.paste).replace("COMPARISON", shown.comparison))

    return reach


def refused(page: Page, _: Shown) -> None:
    page.goto("/")
    sent(page)


def more(page: Page, shown: Shown) -> None:
    page.goto(shown.paste)
    page.locator(".menu > summary").click()


def help_sheet(page: Page, shown: Shown) -> None:
    page.goto(shown.paste)
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def conflict(page: Page, shown: Shown) -> None:
    page.goto(f"{shown.paste}/edit")
    page.locator("[name=version]").evaluate("(field) => (field.value = 1)")
    page.locator("[name=content]").fill(RETRY_THEIRS)
    sent(page)


def code(page: Page, _: Shown) -> None:
    page.goto("/mine/recovery")
    with page.expect_navigation():
        page.locator(SUBMIT).first.click()


def selected(verb: str) -> Reach:
    """What asks before it does something to several pastes."""

    def reach(page: Page, _: Shown) -> None:
        page.goto("/mine")
        for box in page.locator("tbody [type=checkbox]").all()[-3:]:
            box.check()
        with page.expect_navigation():
            page.get_by_role("button", name=verb).click()

    return reach


def too_often(page: Page, shown: Shown) -> None:
    for _ in range(COMPARISONS):
        page.request.get(shown.comparison)
    page.goto(shown.comparison)


READER: dict[str, Reach] = {
    "share-reader": at("PASTE"),
    "fork": at("PASTE/fork"),
    "compare": at("COMPARISON"),
    "compare-which": at("/compare"),
    "recent": at("/recent"),
    "mine-empty": at("/mine"),
    "about": at("/about"),
    "api": at("/api"),
    "403": at("PASTE/edit"),
    "404": at(UNKNOWN),
}
OWNER: dict[str, Reach] = {
    "create": at("/"),
    "create-refused": refused,
    "share-owner": at("PASTE"),
    "share-lines": at("PASTE#L16-L22"),
    "share-more": more,
    "share-help": help_sheet,
    "edit": at("PASTE/edit"),
    "conflict": conflict,
    "history": at("PASTE/history"),
    "version": at("PASTE/history/1"),
    "erase": at("PASTE/history/1/erase"),
    "changes": at("PASTE/history/compare?from=1&to=2"),
    "renew": at("PASTE/renew"),
    "delete": at("PASTE/delete"),
    "mine": at("/mine"),
    "delete-selected": selected("Delete"),
    "renew-selected": selected("Renew"),
    "recovery": code,
    "key": at("/mine/key"),
    "forget": at("/mine/forget"),
}
# Each with whether the browser that made the pastes sees it. The last: after it nothing is compared for a minute.
PAGES: dict[str, tuple[Reach, bool]] = {
    **{name: (reach, False) for name, reach in READER.items()},
    **{name: (reach, True) for name, reach in OWNER.items()},
    "429": (too_often, False),
}
