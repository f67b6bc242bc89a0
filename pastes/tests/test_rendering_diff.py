"""What differs between two texts: nothing is lost, and nothing is made up."""

import html as entities
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pastes.rendering.diff import Options
from pastes.rendering.diff_child import TOO_LONG, WHOLE_LINES, difference
from pastes.rendering.diff_rows import Kind, Texts, rows
from pastes.rendering.diff_words import Budget
from pastes.rendering.matching import matches
from pastes.tests.tables import Table

WHOLE, FOLDED = Options(context=None), Options()

# Few letters, so that texts have much in common, and all that may be taken for the end of a line.
TEXTS = st.text(alphabet="ab <&\n\n\r\t\x0c\u2028\u202eé", max_size=60)
SIMILAR = st.lists(st.sampled_from(["\n", "}\n", "a b c\n", "a b d\n", " a  b c\n", "x\r\n"]), max_size=30).map("".join)
ANY = st.one_of(TEXTS, SIMILAR)


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines of a text without their ends."""
    lines = text.split("\n")
    lines = lines[:-1] if lines[-1] == "" else lines
    ended = [line.removesuffix("\r") if text.count("\n") > place else line for place, line in enumerate(lines)]
    return list(enumerate(ended, 1))


def table(before: str, after: str, options: Options = WHOLE) -> Table:
    return Table(difference(before, after, options).html)


def applied(before: str, after: str, *, context: int | None) -> str:
    """The second text, made of the first one and the rows alone: changed lines from them, all else from the first."""
    texts = Texts(before, after, ignore_whitespace=False)
    made: list[str] = []
    for row in rows(texts, context=context, budget=Budget()):
        of = texts.new if row.kind is Kind.CHANGED else texts.old
        places = row.new if row.kind is Kind.CHANGED else row.old
        made += of[places.start : places.stop]
    return "".join(made)


def ends_alike(text: str) -> str:
    return text.replace("\r\n", "\n")


@settings(deadline=None)
@given(ANY, ANY, st.sampled_from([None, 0, 1, 3]))
def test_the_diff_applied_to_the_first_text_gives_the_second(before: str, after: str, context: int | None) -> None:
    made = applied(before, after, context=context)
    if Texts(before, after, ignore_whitespace=False).ignore_ends:
        assert ends_alike(made) == ends_alike(after)
    else:
        assert made == after


@settings(deadline=None)
@given(ANY, ANY)
def test_every_line_of_both_texts_is_shown_once_under_its_number(before: str, after: str) -> None:
    found = difference(before, after, WHOLE)
    shown = Table(found.html)
    if found.changes:
        assert shown.lines("old") == numbered(before)
        assert shown.lines("new") == numbered(after)
    else:
        assert ends_alike(before) == ends_alike(after)


@settings(deadline=None)
@given(ANY, ANY)
def test_folding_leaves_out_unchanged_lines_only(before: str, after: str) -> None:
    whole, folded = difference(before, after, WHOLE), difference(before, after, FOLDED)
    assert (whole.removed, whole.added, whole.changes) == (folded.removed, folded.added, folded.changes)
    for side in ("old", "new"):
        assert Table(whole.html).lines(side, "changed") == Table(folded.html).lines(side, "changed")
    if folded.changes:
        assert len(Table(folded.html).lines("old")) + folded.folded == folded.old_lines


@settings(deadline=None)
@given(ANY, ANY)
def test_ignoring_whitespace_hides_nothing_else(before: str, after: str) -> None:
    texts = Texts(before, after, ignore_whitespace=True)
    for row in rows(texts, context=None, budget=Budget()):
        if row.kind is Kind.SAME:
            old = ["".join(line.split()) for line in texts.old[row.old.start : row.old.stop]]
            assert old == ["".join(line.split()) for line in texts.new[row.new.start : row.new.stop]]
    found = difference(before, after, Options(ignore_whitespace=True, context=None))
    assert not any(word.isspace() for words in Table(found.html).words.values() for word in words)


@settings(deadline=None)
@given(st.lists(st.sampled_from("abcdef"), max_size=30), st.lists(st.sampled_from("abcdef"), max_size=30))
def test_matches_are_of_equal_elements_in_the_order_of_both(a: Sequence[str], b: Sequence[str]) -> None:
    at_a = at_b = 0
    for match in matches(a, b):
        assert match.size
        assert (match.a >= at_a, match.b >= at_b) == (True, True)
        at_a, at_b = match.a + match.size, match.b + match.size
        assert a[match.a : at_a] == b[match.b : at_b]


def test_texts_that_differ_nowhere_are_said_to_be_identical() -> None:
    found = difference("a\n", "a\n", FOLDED)
    assert (found.html, found.changes, found.notes) == ("", 0, ["The two texts are identical."])


def test_changed_words_are_marked_within_their_line() -> None:
    shown = table("total = price * 2\nsame\n", "total = cost * 3\nsame\n")
    assert shown.words == {"del": ["price", "2"], "ins": ["cost", "3"]}


def test_changed_words_with_only_blanks_between_them_are_one_change() -> None:
    assert table("keep it as one two\n", "keep it as six ten\n").words == {"del": ["one two"], "ins": ["six ten"]}


def test_lines_that_have_little_in_common_are_no_versions_of_each_other() -> None:
    shown = table("alpha beta\n", "gamma delta epsilon\n")
    assert shown.words == {"del": [], "ins": []}
    assert (shown.lines("old", "changed"), shown.lines("new", "changed")) == (
        [(1, "alpha beta")],
        [(1, "gamma delta epsilon")],
    )


def test_a_line_stands_beside_the_one_it_was_made_of() -> None:
    shown = table("one two three\n", "something else\none two four\n")
    assert [(len(sides["old"]), len(sides["new"])) for _, sides in shown.rows] == [(0, 1), (1, 1)]
    assert shown.words == {"del": ["three"], "ins": ["four"]}


def test_ignored_whitespace_is_shown_as_it_is_on_either_side() -> None:
    found = difference("if x:\n  y\nz\n", "if x:\n\ty\nw\n", Options(ignore_whitespace=True, context=None))
    shown = Table(found.html)
    assert (2, "  y") in shown.lines("old", "same")
    assert (2, "\ty") in shown.lines("new", "same")
    assert (found.removed, found.added) == (1, 1)


def test_where_only_whitespace_differs_that_is_said() -> None:
    found = difference("a b\n", "a  b", Options(ignore_whitespace=True))
    assert found.html == ""
    assert found.notes == ["Only the first text ends with a newline.", "They differ in nothing but whitespace."]


def test_a_missing_last_newline_is_told_in_words() -> None:
    found = difference("a\nb", "a\nb\n", WHOLE)
    assert found.notes == ["Only the second text ends with a newline."]
    assert found.html.count("no newline at the end") == 1
    assert (found.removed, found.added) == (1, 1)


def test_a_last_newline_that_both_lack_is_nothing_to_tell() -> None:
    assert "no newline" not in difference("a\nb", "a\nc", WHOLE).html


def test_line_ends_of_another_kind_are_told_once_and_not_on_every_line() -> None:
    found = difference("a\nb\n", "a\r\nc\r\n", WHOLE)
    assert found.notes == ["Line ends: CRLF, was LF."]
    assert Table(found.html).lines("old", "same") == [(1, "a")]
    assert "&#13;" not in found.html


def test_where_line_ends_are_mixed_each_changed_line_names_its_own() -> None:
    found = difference("a\r\nb\n", "a\nb\n", WHOLE)
    assert re.findall(r'<small class="end">(\w+)</small>', found.html) == ["CRLF", "LF"]
    assert "Line ends: LF, was mixed." in found.notes


def test_deceiving_characters_are_marked() -> None:
    assert '<span class="bidi"' in difference("a\n", "a \u202e b\n", WHOLE).html


@pytest.mark.parametrize("evil", ["<script>alert(1)</script>", "</td></tr></table><img src=x onerror=alert(1)>", "<a>"])
def test_markup_in_the_texts_is_text(evil: str) -> None:
    html = difference(f"{evil} one\n", f"{evil} two\n{evil}\n", WHOLE).html
    assert not re.search(r"<(script|img|table|a)\b", html)
    assert html.count(entities.escape(evil, quote=False)) == 3


def test_very_long_texts_stay_folded_whatever_is_asked() -> None:
    text = "\n" * WHOLE_LINES
    found = difference(text, f"{text}a\n", WHOLE)
    assert (found.folded, found.notes) == (WHOLE_LINES - 3, [TOO_LONG])


def test_more_differences_than_a_page_can_hold_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pastes.rendering.diff_child.HTML_BYTES", 1000)
    found = difference("a\n" * 100, "b\n" * 100, WHOLE)
    assert (found.html, found.reason, found.removed) == ("", "too much", 100)
