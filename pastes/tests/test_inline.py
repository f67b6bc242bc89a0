"""No page holds a script, a style or a handler of its own, and the policy of every answer would refuse them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest

from pastes import urls
from pastes.tests.pages import Response, Visitor, fields_of, published, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

HOSTILE = """"><script>alert(1)</script><p style="color:red" onclick='alert(1)'>&lt;b&gt; javascript:alert(1)"""
NOBODYS = "6a1e7c1e-0000-4000-8000-000000000000"
ROUTES = [str(pattern.pattern) for pattern in [*urls.urlpatterns] if pattern not in urls.api]


class Strays(HTMLParser):
    """What a page may not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "style" or (tag == "script" and not values.get("src", "").startswith("/static/")):
            self.found.append(f"<{tag}>")
        for name, value in values.items():
            is_script = value.strip().lower().startswith("javascript:")
            if name == "style" or name.startswith("on") or is_script:
                self.found.append(f"{tag} {name}={value}")


def strays(response: Response) -> list[str]:
    """Those of a page; of any answer, what its policy allows too much."""
    reader = Strays()
    if response["Content-Type"].startswith("text/html"):
        reader.feed(text_of(response))
        reader.close()
    policy = response["Content-Security-Policy"]
    is_lax = "'unsafe" in policy or "data:" in policy or not policy.startswith("default-src 'none'")
    return [*reader.found, *([policy] if is_lax else [])]


@pytest.fixture
def paste(owner: str) -> str:
    """The id of one whose title and text try to break out; it has been edited."""
    visitor = Visitor(owner)
    paste_id = str(published(HOSTILE, secret=owner, title=HOSTILE[:200], visibility="public").id)
    assert visitor.fill(f"/{paste_id}/edit", content=f"{HOSTILE} again").status_code == 303
    return paste_id


def path_of(route: str, paste_id: str) -> str:
    return "/" + re.sub(r"<(?:\w+:)?\w+>", lambda found: paste_id if "paste_id" in found[0] else "1", route)


def answers(route: str, paste_id: str, owner: str) -> Iterator[Response]:
    """To whoever owns the paste, to a stranger, and to a form sent back as it stands or emptied."""
    path = path_of(route, paste_id)
    for visitor in (Visitor(owner), Visitor()):
        page = visitor.get(path)
        yield page
        if page.status_code != 200 or 'method="post"' not in str(page.getvalue()):
            continue
        yield visitor.send(path, dict.fromkeys(fields_of(text_of(page)), ""))
        yield visitor.post(path, {})


@pytest.mark.parametrize("route", ROUTES)
def test_no_answer_holds_or_allows_what_is_inline(route: str, paste: str, owner: str) -> None:
    seen = list(answers(route, paste, owner))
    assert {response.status_code for response in seen} <= {200, 302, 303, 400, 403, 404, 405, 409, 422}
    assert [stray for response in seen for stray in strays(response)] == []


@pytest.mark.parametrize("path", ["/nothing", f"/{NOBODYS}", "/recent?cursor=%00"])
def test_nor_does_a_page_of_an_error(path: str) -> None:
    assert strays(Visitor().get(path)) == []


@pytest.mark.parametrize("path", ["/static/css/base.css", "/static/js/page.js", "/static/icons/sprite.svg"])
def test_an_asset_may_ask_for_nothing(path: str) -> None:
    policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    response = Visitor().get(path)
    response.close()
    assert response["Content-Security-Policy"] == policy


def test_what_is_looked_for_would_be_found() -> None:
    reader = Strays()
    reader.feed('<p style="x" onclick="y"><a href=" JavaScript:z">a</a><script>1</script><script src="https://a.b/c">')
    assert len(reader.found) == 5
