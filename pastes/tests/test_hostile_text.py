"""Titles and texts made to be run: on every page that shows them nothing is active but what is on a plain one's."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from pastes.rendering.unseen import bare
from pastes.tests.calls import create, update
from pastes.tests.doors import Door, through_wsgi
from pastes.tests.pages import Visitor

pytestmark = [pytest.mark.embedded, pytest.mark.usefixtures("transactional_db")]

HOSTILE = [
    *("<script>alert(1)</script>", "</script><script>alert(1)</script>", "<script src=//evil.example>", "<SCRIPT/x>"),
    *('"><script>alert(1)</script>', "'><script>alert(1)</script>", "--><script>alert(1)</script>", "]]><script>1"),
    *("</title><script>alert(1)</script>", "</textarea><script>alert(1)</script>", "</code></pre><script>1</script>"),
    *("</style><script>alert(1)</script>", "</bdi></h1><script>alert(1)</script>", "</span><img src=x onerror=1>"),
    *(
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<svg><script>1</script></svg>",
        "<math><mi xlink:href=x>",
    ),
    *(
        "<iframe src=javascript:alert(1)>",
        "<object data=x>",
        "<embed src=x>",
        "<base href=//evil.example>",
        "<link rel=x>",
    ),
    *('<meta http-equiv=refresh content="0;url=//evil.example">', "<form action=//evil.example><input name=x>", "<a"),
    *('" onmouseover="alert(1)', "' onfocus='alert(1)' autofocus='", "` onclick=alert(1) `", "x onload=alert(1)", "<x"),
    *("javascript:alert(1)", "JaVaScRiPt&colon;alert(1)", "data:text/html,<script>1</script>", "//evil.example"),
    *("http://evil.example/<b>", "<a href='javascript:1'>x</a>", "<style>*{}</style>", "<details open ontoggle=1>"),
    *(
        "&lt;script&gt;",
        "&#60;script&#62;",
        "&quot; onload=1",
        "\\u003cscript\\u003e",
        "%3Cscript%3E",
        "<\u200bscript>",
    ),
    *("\ufeff<script>", "\u202e<script>", "\uff1cscript\uff1e", "<scr<script>ipt>", "<!--", "<![CDATA[", "<?php 1 ?>"),
    *("{{ 7|add:7 }}", "{% debug %}", "{{ request }}", "${7*7}", "#{7*7}", "<%= 7*7 %>", "[[1]]", "{{constructor}}"),
]
LINKS = ("href", "src", "action", "formaction", "data-copy", "data-copy-from", "content", "rel", "http-equiv", "type")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}")  # or a checksum

Element = tuple[str, tuple[tuple[str, str], ...]]


class Elements(HTMLParser):
    """Every element, with the names of its attributes and where it leads. Texts and titles may hold spans besides."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = "content" if (dict(attrs).get("property") or "").startswith("og:") else ""  # which is text, not a link
        names = sorted((name, value or "" if name in LINKS and name != told else "") for name, value in attrs)
        if not (
            self._inside and tag == "span" and {name for name, _ in names} <= {"id", "class", "title", "data-code"}
        ):
            self.found.append((tag, tuple((name, ID.sub("…", value)) for name, value in names)))
        if tag in ("pre", "bdi"):
            self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._inside = ""

    def handle_decl(self, decl: str) -> None:
        self.found.append((decl, ()))

    def handle_comment(self, data: str) -> None:
        self.found.append(("comment", ((data, ""),)))

    def handle_pi(self, data: str) -> None:
        self.found.append(("instruction", ((data, ""),)))

    def unknown_decl(self, data: str) -> None:
        self.found.append(("unknown", ((data, ""),)))


def elements(page: str) -> list[Element]:
    parser = Elements()
    parser.feed(page)
    parser.close()
    return parser.found


def html_of(response: Any) -> str:
    return str(response.content.decode())


def pages(title: str, content: str, *, language: str = "text") -> dict[str, list[Element]]:
    """Every page that shows a title or a text, as a reader and as an owner see it."""
    secret = "owner-owner-owner-owner"
    paste = create(through_wsgi, content, token=secret, title=title, language=language, visibility="public")
    owner, reader, path = Visitor(secret), Visitor(), f"/{paste['id']}"
    shown: dict[str, Any] = {f"owner {suffix}": owner.get(path + suffix) for suffix in ("", "/edit", "/delete")}
    shown["reader"] = reader.get(path)
    fields = owner.form(f"{path}/edit")
    update(through_wsgi, paste, content)
    shown["conflict"] = owner.send(f"{path}/edit", fields)
    shown["refused edit"] = owner.send(f"{path}/edit", {**fields, "lifetime": "date"})
    shown["refused"] = owner.fill("/", content=content, title=title, lifetime="date", language=language)
    shown["gone"] = owner.send("/6a1e7c1e-1111-4222-8333-0123456789ab/edit", fields)
    shown["no token"] = Client(enforce_csrf_checks=True, HTTP_HOST="testserver").post("/", fields)
    assert [response.status_code for response in shown.values()] == [200, 200, 200, 200, 409, 422, 422, 404, 403]
    return {name: elements(html_of(response)) for name, response in shown.items()}


# So that the notice of what cannot be seen stands on the plain page as well.
UNSEEN = "\u200b"


def titles() -> Iterator[str]:
    """As many of them as a title can hold, one after another, and each stands in one."""
    title = ""
    for hostile in HOSTILE:
        if len(title) + len(hostile) > 200:
            yield title
            title = ""
        title += hostile
    yield title


def test_hostile_titles_and_texts_are_inert_on_every_page() -> None:
    plain = pages("plain", f"{UNSEEN}plain")
    assert any(tag == "script" for tag, _ in plain["reader"])
    for title in titles():
        for name, found in pages(title, UNSEEN + "\n".join(HOSTILE)).items():
            assert found == plain[name], (title, name)


@pytest.mark.parametrize("language", ["text", "html", "javascript", "php", "xml", "markdown", "diff", "python", "json"])
def test_hostile_texts_are_inert_in_colours(language: str) -> None:
    plain = elements(shown(f"{UNSEEN}plain", language))
    for hostile in ["\n".join(HOSTILE), "".join(HOSTILE), *HOSTILE[::8]]:
        assert elements(shown(UNSEEN + hostile, language)) == plain, hostile


def shown(content: str, language: str) -> str:
    paste = create(through_wsgi, content, language=language)
    return html_of(Visitor().get(f"/{paste['id']}"))


def test_hostile_titles_are_inert_in_lists(owner: str) -> None:
    for title in ["plain", *HOSTILE[:48]]:
        create(through_wsgi, title=title, token=owner, visibility="public", language="text")
    for path in ("/recent", "/mine"):
        found = elements(html_of(Visitor(owner).get(path)))
        starts = [index for index, (tag, _) in enumerate(found) if tag == "tr"]
        rows = [tuple(found[start : starts[1] - starts[0] + start]) for start in starts[1:-1]]
        assert len(rows) == 48
        assert len({row[: len(rows[0])] for row in rows}) == 1


def card(page: str) -> dict[str, str]:
    """What a preview of the link is made of, as a parser of HTML reads it."""
    parser = Card()
    parser.feed(page)
    return parser.told


class Card(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "meta" and (name := found.get("property") or found.get("name") or "").startswith(("og:", "twitter:")):
            self.told[name] = found["content"] or ""


@pytest.mark.parametrize("title", HOSTILE)
def test_a_hostile_title_is_only_a_title_in_the_card(title: str) -> None:
    paste = create(through_wsgi, "secret text", title=title, language="text", visibility="public")
    told = card(html_of(Visitor().get(f"/{paste['id']}")))
    assert told["og:title"] == bare(title).strip()
    assert (told["og:url"], told["og:description"]) == (paste["url"], "Plain text, 1 line, 11\xa0bytes")
    assert "secret" not in "".join(told.values())


def test_the_card_of_an_unlisted_paste_tells_of_the_site_alone() -> None:
    paste = create(through_wsgi, title="Salaries 2026")
    assert card(html_of(Visitor().get(f"/{paste['id']}"))) == {"og:site_name": "Pastebin"}


DECEIVING = "in\u202evo\u200bice"


def test_a_title_that_deceives_is_marked_wherever_it_stands() -> None:
    secret = "owner-owner-owner-owner"
    paste = create(through_wsgi, title=DECEIVING, token=secret, visibility="public")
    for path in (f"/{paste['id']}", f"/{paste['id']}/delete", "/mine", "/recent"):
        page = html_of(Visitor(secret).get(path))
        assert re.search(r'<bdi>in<span class="bidi" [^>]*>&#8238;</span>vo<span class="unseen" [^>]*>&#8203;</s', page)
        assert not {"\u202e", "\u200b"} & set(page), path


def test_hostile_addresses_are_inert_on_error_pages() -> None:
    plain = elements(html_of(Visitor().get("/plain")))
    for hostile in HOSTILE:
        page = html_of(Visitor().get(f"/{hostile.replace('%', '%25').replace('?', '%3F').replace('#', '%23')}"))
        assert elements(page) == plain, hostile


RUNNABLE = [
    *(
        "GIF89a/*<script>alert(1)</script>*/=1",
        "%PDF-1.7\n<script>",
        "<?xml version='1.0'?><html xmlns='x'/>",
        "\ufeff<html>",
    ),
    *(
        "<!doctype html><script>alert(1)</script>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "PK\x03\x04",
    ),
    *(
        "#!/bin/sh\n",
        "MZ\x01",
        "\x7fELF",
        '{"a": 1}',
        "%!PS-Adobe",
        "{\\rtf1",
        "From: a\nContent-Type: text/html\n\n<b>",
    ),
]


@pytest.mark.parametrize("suffix", ["raw", "raw?lines=1", "download"])
def test_raw_text_is_text_whatever_is_in_it_and_whoever_asks(door: Door, suffix: str) -> None:
    for content in RUNNABLE:
        paste = create(door, content, title="evil.html")
        for accept in ("text/html", "image/svg+xml"):
            assert_inert(door("GET", f"/{paste['id']}/{suffix}", headers={"Accept": accept}))


def assert_inert(reply: Any) -> None:
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    assert reply.headers["x-content-type-options"] == "nosniff"
    policy = reply.headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "sandbox"} <= set(policy)
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"


def test_policy_of_pages_lets_no_inline_script_run(door: Door) -> None:
    paste = create(door, HOSTILE[0])
    for target in (f"/{paste['id']}", "/", "/recent", "/no/such", f"/paste/{paste['id']}"):
        policy = door("GET", target).headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "*" not in policy
