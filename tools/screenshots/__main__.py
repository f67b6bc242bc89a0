"""`python -m tools.screenshots [name …]`: pictures of every page, or of these, into docs/screenshots/."""

import shutil
import sys
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tools.screenshots import site
from tools.screenshots.images import Quantiser
from tools.screenshots.pages import PAGES, Reach, Shown, furnish

FOLDER = site.ROOT / "docs" / "screenshots"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--no-proxy-server")
DESKTOP, PHONE = {"width": 1200, "height": 800}, {"width": 390, "height": 844}
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": DESKTOP},
    "dark": {"color_scheme": "dark", "viewport": DESKTOP},
    "phone": {"color_scheme": "light", "viewport": PHONE},
}


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("There is no chromium on PATH.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with site.running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        take_all(browser, address, wanted=sys.argv[1:])
        browser.close()
    kilobytes = sum(path.stat().st_size for path in FOLDER.glob("*.png")) // 1000
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {kilobytes:,} kB, in {FOLDER.relative_to(site.ROOT)}/")


def take_all(browser: Browser, address: str, *, wanted: list[str]) -> None:
    """Each in a browser without a past, but for the key of its owner where the page is for one."""
    first = browser.new_context(base_url=address)
    shown = furnish(first.new_page())
    cookies: Any = first.cookies()
    quantiser = Quantiser(browser.new_page())
    for name, (reach, known) in PAGES.items():
        for screen, options in SCREENS.items() if name in wanted or not wanted else ():
            context = browser.new_context(base_url=address, **options)
            context.add_cookies(cookies if known else [])
            (FOLDER / f"{name}-{screen}.png").write_bytes(quantiser.small(taken(context.new_page(), reach, shown)))
            context.close()


def taken(page: Page, reach: Reach, shown: Shown) -> bytes:
    """The page as it stands when all of it is there."""
    reach(page, shown)
    page.wait_for_load_state("networkidle")
    return page.screenshot(animations="disabled", caret="hide")


if __name__ == "__main__":
    main()
