"""What deceives is marked and still there, what does its work is left alone, and neither takes long to tell."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pastes.rendering import render
from pastes.rendering.markup import escape
from pastes.rendering.unseen import BIDI_CONTROLS, BLANKS, bare, census, unveil, veil

LANGUAGES = pytest.mark.parametrize("language", ["text", "python"])
UNSEEN = [
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xad", "\u034f", "\u3164", "\u115f", "\u1160", "\uffa0"),
    *("\u2061", "\u2064", "\u180e", "\u2028", "\u2029", "\u206a", "\ufff9", "\U0001d173", "\ufe0f", "\U000e0100"),
    *("\U000e0001", "\U000e0041", "\U000e007f", "\U000e0fff", "\x01", "\x08", "\x0b", "\x0c", "\x1b", "\x7f", "\x9f"),
]
FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
IN_PLACE = {
    "Persian, with a non-joiner": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Sinhala, with a joiner": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "a family of emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "a flag with a rainbow": "\U0001f3f3\ufe0f\u200d\U0001f308",
    "a red heart": "\u2764\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "the flag of England": f"a {FLAG}{FLAG} b",
    "a variant of an ideograph": "\u845b\U000e0100\u57ce",
    "lines of Windows": "a\r\nb\r\n",
    "a table": "a\tb\n",
}
TEXTS = st.text(st.sampled_from([*UNSEEN, *BIDI_CONTROLS, *BLANKS, *"ab<&\r\n\t\u845b\u0645\U0001f468", *FLAG]))


def shown(html: str) -> str:
    """The text that a browser makes of it, but for the line end after the last line."""
    plain = re.sub(r"<[^>]*>", "", html).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), plain)


def marks(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<span class="(bidi|unseen|blank)" data-code="(U\+[0-9A-F]+)"', html)


@LANGUAGES
@pytest.mark.parametrize("control", BIDI_CONTROLS)
def test_what_changes_the_order_is_marked(control: str, language: str) -> None:
    html = render(f"access = 'user{control} # check'", language=language).html
    assert marks(html) == [("bidi", f"U+{ord(control):04X}")]
    assert f"&#{ord(control)};</span>" in html
    assert control not in html


@LANGUAGES
@pytest.mark.parametrize("character", UNSEEN, ids=lambda character: f"U+{ord(character):04X}")
def test_what_cannot_be_seen_is_marked(character: str, language: str) -> None:
    html = render(f"a = 'b{character}c'\n", language=language).html
    assert marks(html) == [("unseen", f"U+{ord(character):04X}")]
    assert shown(html) == f"a = 'b{character}c'\n"


@pytest.mark.parametrize("character", BLANKS, ids=lambda character: f"U+{ord(character):04X}")
def test_what_only_looks_like_a_space_is_marked_and_not_counted(character: str) -> None:
    assert marks(escape(f"a{character}b")) == [("blank", f"U+{ord(character):04X}")]
    assert census(f"a{character}b") == (0, 0, 1)


@pytest.mark.parametrize("language", ["text", "python", "markdown"])
@pytest.mark.parametrize("text", IN_PLACE.values(), ids=IN_PLACE)
def test_what_does_its_work_is_left_alone(text: str, language: str) -> None:
    assert marks(render(f"# {text}", language=language).html) == []
    assert census(text) == (0, 0, 0)


@pytest.mark.parametrize(
    ("text", "marked"),
    {
        "a joiner between Latin letters": ("a\u200db", 1),
        "a non-joiner at the end of a word": ("\u0645\u200c b", 1),
        "two non-joiners in a row": ("\u0645\u200c\u200c\u062e", 2),
        "a joiner at either end": ("\u200d\U0001f468\u200d", 2),
        "a second variation selector": ("\u2764\ufe0f\ufe0e", 1),
        "a variation selector at the beginning": ("\ufe0fa", 1),
        "a letter hidden behind a flag": (f"{FLAG}\U000e0041", 1),
        "a flag of no region": ("\U0001f3f4\U000e0061\U000e0061\U000e007f", 3),
        "a return without a line feed": ("a\rb\r\n", 1),
        "returns before a line end": ("a\r\r\n", 1),
    }.values(),
)
@LANGUAGES
def test_out_of_its_place_it_is_marked(text: str, marked: int, language: str) -> None:
    html = render(text, language=language).html
    assert len(marks(html)) == sum(census(text)) == marked
    assert shown(html).removesuffix("\n") == text.removesuffix("\n")


@given(text=TEXTS)
@settings(max_examples=300, deadline=None)
def test_marking_changes_no_character(text: str) -> None:
    assert shown(escape(text)) == text
    assert len(veil(text).text) == len(text)
    assert len(marks(escape(text))) == sum(census(text))


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_in_colours_the_same_characters_are_marked(text: str) -> None:
    assert marks(render(text, language="python").html) == marks(escape(text))


@given(text=TEXTS)
@settings(max_examples=100, deadline=None)
def test_a_bare_text_holds_nothing_that_would_be_marked_but_joiners(text: str) -> None:
    assert not set(bare(text)) & {*BIDI_CONTROLS, *BLANKS, "\u200b", "\ufeff", "\x1b", "\U000e0041"}


def test_a_bare_text_keeps_what_can_be_seen() -> None:
    assert bare("in\u200bvo\u202eice\xa0\u845b\U000e0100.pdf") == "invoice \u845b\U000e0100.pdf"


def test_each_mark_tells_code_and_name() -> None:
    for character, title in {
        "\u202e": "U+202E RIGHT-TO-LEFT OVERRIDE",
        "\u200b": "U+200B ZERO WIDTH SPACE",
        "\x1b": "U+001B ESCAPE",
        "\x02": "U+0002 CONTROL",
        "\U000e0fff": "U+E0FFF UNASSIGNED",
        "\xa0": "U+00A0 NO-BREAK SPACE",
    }.items():
        assert f' title="{title}">' in escape(character)


def test_a_text_without_such_characters_is_what_it_was() -> None:
    text = "def f():\r\n\treturn '\u00e9\u65e5\u672c'\n"
    assert veil(text) == (text, [])
    assert unveil(text, []) is text
