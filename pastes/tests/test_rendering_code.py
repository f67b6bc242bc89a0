"""What is shown is the text: every character of it, in order, and nothing that a browser would run."""

import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexer import Lexer
from pygments.token import STANDARD_TYPES, Text, _TokenType

from pastes.rendering import LANGUAGES, Rendered, render
from pastes.rendering.child import UNSTYLED, highlight, highlighter
from pastes.rendering.code import HIGHLIGHT_BYTES
from pastes.rendering.unseen import BIDI_CONTROLS

PROJECT = Path(__file__).parents[2]

XSS = [
    "</span><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;",
    "&amp;lt;b&amp;gt;",
    "<!-- --><b>",
    "]]><b>",
    "<style>@import 'x'</style>",
    "javascript:alert(1)",
    '<span class="line" id="L1">',
    "{{ 7 * 7 }}{% debug %}",
]

ODD_CHARACTERS = st.sampled_from(
    [*"\r\n\t\f\v <>&\"'/\\%{}", *"\x1b\x85\xa0\u200d\u2028\u2029\ufe0f\ufeff", *BIDI_CONTROLS]
)
TEXTS = st.lists(st.one_of(ODD_CHARACTERS, st.text(max_size=8)), max_size=40).map("".join)


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.elements: list[tuple[str, frozenset[str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, frozenset(name for name, _ in attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def assert_shows(html: str, text: str) -> None:
    page = Page(html)
    assert page.text == text + ("" if text.endswith("\n") or not text else "\n")
    assert {tag for tag, _ in page.elements} <= {"span"}
    assert set().union(*(names for _, names in page.elements)) <= {"class", "id", "title", "data-code"}
    lines = re.findall(r'<span class="line" id="L(\d+)">(.*)</span>\n', html)
    assert [int(number) for number, _ in lines] == list(range(1, page.text.count("\n") + 1))
    assert all(inner.count("<span") == inner.count("</span>") for _, inner in lines)
    assert "\r" not in html  # a browser would make it a line


@given(text=TEXTS, language=st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_shows_exactly_the_text_in_every_language(text: str, language: object) -> None:
    assert_shows(render(text, language=getattr(language, "name", "")).html, text)


@given(text=TEXTS, language=st.sampled_from(["python", "javascript", "html", "json", "diff", "console"]))
@settings(max_examples=100, deadline=None)
def test_highlighting_loses_nothing(text: str, language: str) -> None:
    assert_shows(highlighter(language)(text) if text else "", text)


def test_a_lexer_that_loses_text_is_not_believed() -> None:
    class Careless(Lexer):
        def get_tokens_unprocessed(self, text: str) -> Iterator[tuple[int, _TokenType, str]]:
            yield 0, Text, text.replace("b", "")

    assert_shows(highlight(Careless(), "ac"), "ac")
    with pytest.raises(ValueError, match="lost text"):
        highlight(Careless(), "abc")


@pytest.mark.parametrize("language", ["text", "html", "javascript", "php", "markdown", "vue", "xml", "html+django"])
@pytest.mark.parametrize("attack", XSS)
def test_markup_in_a_text_stays_inert(attack: str, language: str) -> None:
    html = render(attack, language=language).html
    assert_shows(html, attack)
    assert not re.search(r"<(?!/?span\b)", html)


@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\f", "\v", "\r", "\x85", "\x1c", "\x1e"])
@pytest.mark.parametrize("language", ["text", "python", "javascript"])
def test_only_a_line_feed_ends_a_line(language: str, separator: str) -> None:
    text = f"a = 1{separator}b = 2\nc = 3"
    html = render(text, language=language).html
    assert html.count('class="line"') == 2
    assert_shows(html, text)


def test_spells_lines_and_tokens_as_the_stylesheet_expects() -> None:
    assert render("def f():\n    pass\n", language="python") == Rendered(
        '<span class="line" id="L1"><span class="k">def</span> <span class="nf">f</span>():</span>\n'
        '<span class="line" id="L2">    <span class="k">pass</span></span>\n',
        highlighted=True,
        reason="",
    )


def test_a_token_of_many_lines_is_closed_and_opened_again() -> None:
    html = render('"""a\n\nb"""', language="python").html
    assert html.splitlines() == [
        '<span class="line" id="L1"><span class="sd">&quot;&quot;&quot;a</span></span>'.replace("&quot;", '"'),
        '<span class="line" id="L2"></span>',
        '<span class="line" id="L3"><span class="sd">b"""</span></span>',
    ]


@pytest.mark.parametrize("language", ["text", "python"])
def test_crlf_stays_within_its_line(language: str) -> None:
    html = render("a = 1\r\nb = 2\n\r\n\r\r\nlast\r", language=language).html
    assert html.count("&#13;") == 5
    assert html.count('class="line"') == 5
    assert_shows(html, "a = 1\r\nb = 2\n\r\n\r\r\nlast\r")


@pytest.mark.parametrize(("text", "lines"), [("", 0), ("\n", 1), ("a", 1), ("a\n", 1), ("a\n\n", 2), ("\n\na", 3)])
@pytest.mark.parametrize("language", ["text", "python"])
def test_a_final_newline_makes_no_line(language: str, text: str, lines: int) -> None:
    assert render(text, language=language).html.count('class="line"') == lines


@pytest.mark.parametrize("language", ["text", "auto", "left-the-list", ""])
def test_what_is_no_language_is_plain(language: str) -> None:
    assert render("a < b", language=language) == Rendered(
        '<span class="line" id="L1">a &lt; b</span>\n', highlighted=False, reason="plain"
    )


def test_a_large_text_is_plain_and_the_cap_counts_bytes() -> None:
    assert render("é" * (HIGHLIGHT_BYTES // 2 - 1) + "\n", language="ini").reason == ""
    assert render("é" * (HIGHLIGHT_BYTES // 2) + "\n", language="ini").reason == "too large"


@pytest.mark.parametrize("text", ["x" * 2**20, "\n" * 2**20, "<%s&>" * 2**17], ids=["line", "newlines", "markup"])
def test_the_largest_paste_is_shown_plain(text: str) -> None:
    html = render(text, language="python").html
    assert html.count('<span class="line"') == text.count("\n") + (not text.endswith("\n"))
    assert html.count("&lt;") == text.count("<")


@pytest.mark.parametrize("lines", [998, 999, 1000, 1001, 1999, 2000, 12_345])
def test_long_texts_are_numbered_throughout(lines: int) -> None:
    text = "".join(f"line {number}\n" for number in range(1, lines + 1))
    html = render(text, language="text").html
    assert_shows(html, text)
    assert html.endswith(f'<span class="line" id="L{lines}">line {lines}</span>\n')


def test_every_class_has_a_colour() -> None:
    styled = set(re.findall(r"\.([a-z]\w*)", (PROJECT / "static/css/code.css").read_text()))
    assert set(STANDARD_TYPES.values()) - UNSTYLED <= styled


@pytest.mark.parametrize(
    ("module", "absent"),
    [("pastes.rendering", {"pygments", "django"}), ("pastes.rendering.child", {"django"})],
)
def test_importing_loads_no_more_than_it_must(module: str, absent: set[str]) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert absent.isdisjoint(loaded.stdout.split())
