"""The comparison of two pastes: who sees it, how it is asked for, and that no text in it comes alive."""

from datetime import timedelta
from typing import Any

import pytest

from pastebin.environment import Rate
from pastes import clock, limits, store
from pastes.models import Header
from pastes.rendering import diff
from pastes.rendering.diff import Options
from pastes.rendering.diff_child import difference
from pastes.responses import exchange_of
from pastes.store import Removal
from pastes.tests.pages import Response, Visitor, errors_of, published, text_of
from pastes.tests.test_hostile_text import HOSTILE, elements, titles

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

NOBODYS = "6a1e7c1e-0000-4000-8000-000000000000"
OWN_MARKS = {"span", "ins", "del", "tr", "td", "small"}


@pytest.fixture(autouse=True)
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Here the pages are tested, not the child."""
    monkeypatch.setattr("pastes.views.diffs.compare", difference)


@pytest.fixture
def before() -> Header:
    return published("one\ntwo more words\nthree\n", title="before.py", language="python")


@pytest.fixture
def after() -> Header:
    return published("one\ntwo more birds\nthree\nfour\n", title="after.txt", language="text")


def compared(before: Header | str, after: Header | str, query: str = "", *, visitor: Visitor | None = None) -> Response:
    old, new = (paste if isinstance(paste, str) else paste.id for paste in (before, after))
    return (visitor or Visitor()).get(f"/compare/{old}...{new}{query}")


def gone(kind: str) -> str:
    """The id of a paste that cannot be read."""
    if kind == "unknown":
        return NOBODYS
    born = clock.now() - timedelta(seconds=100 if kind == "expired" else 0)
    paste = published("secret\n", title="secret.txt", at=born, timetolive=60)
    if kind == "deleted":
        store.remove([Removal(paste.id, clock.now(), lambda _: None)])
    return str(paste.id)


def test_shows_what_differs_between_two_pastes(before: Header, after: Header) -> None:
    page = text_of(compared(before, after))
    assert "two more <del>words</del>" in page
    assert "two more <ins>birds</ins>" in page
    assert '<span class="added">+2</span> <span class="removed">−1</span>' in page
    assert "lines in 2 places" in page
    for fact in ("before.py", "after.txt", "Python", "Plain text", "3 lines", "4 lines", f'href="/{before.id}"'):
        assert fact in page


def test_sides_can_be_swapped_with_the_options_kept(before: Header, after: Header) -> None:
    page = text_of(compared(before, after, "?whitespace=ignore"))
    assert f'href="/compare/{after.id}...{before.id}?whitespace=ignore"' in page
    assert f'href="/compare?a={before.id}">Compare another' in page


def test_links_hold_nothing_that_the_page_does_not_know(before: Header, after: Header) -> None:
    assert "padding" not in text_of(compared(before, after, f"?from=padding&whitespace=ignore&z={'padding' * 1000}"))


def test_is_kept_by_nobody_and_found_by_no_search_engine(before: Header, after: Header) -> None:
    response = compared(before, after)
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "ETag" not in response
    assert not response.cookies


def test_nothing_of_it_is_left_in_a_cache(before: Header, after: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    compared(before, after)  # reads both texts
    kept: list[Any] = []
    monkeypatch.setattr("pastes.derived.keep", kept.append)
    compared(before, after)
    assert kept == []


def test_anybody_may_compare_what_anybody_may_read(owner: str, other: str, before: Header, after: Header) -> None:
    for visitor in (Visitor(owner), Visitor(other), Visitor()):
        assert compared(before, after, visitor=visitor).status_code == 200


@pytest.mark.parametrize("kind", ["unknown", "deleted", "expired"])
@pytest.mark.parametrize("first", [True, False])
def test_what_cannot_be_read_cannot_be_compared(owner: str, before: Header, kind: str, first: bool) -> None:  # noqa: FBT001
    missing = gone(kind)
    response = compared(*((missing, before) if first else (before, missing)), visitor=Visitor(owner))
    assert response.status_code == 404
    assert "before.py" not in text_of(response)
    assert "secret" not in text_of(response)


def test_a_head_is_answered_and_a_post_is_not(before: Header, after: Header) -> None:
    path = f"/compare/{before.id}...{after.id}"
    assert Visitor().head(path).status_code == 200
    assert Visitor().head("/compare").status_code == 200
    for address in (path, "/compare"):
        response = Visitor().post(address)
        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD")


def test_ids_are_taken_in_either_case(before: Header, after: Header) -> None:
    assert compared(str(before.id).upper(), after).status_code == 200


@pytest.mark.parametrize(
    "spelling", ["{a.hex}...{b.hex}", "{a}..{b}", "{a}....{b}", "{a}...{b}/", "{a}...", "...{b}", "{a}"]
)
def test_other_spellings_of_the_address_lead_nowhere(before: Header, after: Header, spelling: str) -> None:
    assert Visitor().get(f"/compare/{spelling.format(a=before.id, b=after.id)}").status_code == 404


def test_a_paste_compared_with_itself_is_identical(before: Header) -> None:
    page = text_of(compared(before, before))
    assert "The two texts are identical." in page
    assert "<table" not in page


def test_whitespace_is_ignored_where_that_is_asked_for() -> None:
    old, new = published("a b\nc\n"), published("a  b\nd\n")
    assert "+2</span>" in text_of(compared(old, new))
    page = text_of(compared(old, new, "?whitespace=ignore"))
    assert "+1</span>" in page
    assert f'href="/compare/{old.id}...{new.id}"' in page  # the way back


def test_unchanged_lines_are_folded_behind_a_link_that_shows_them() -> None:
    lines = "".join(f"line {number}\n" for number in range(50))
    old, new = published(lines), published(lines + "more\n")
    folded = text_of(compared(old, new, "?whitespace=ignore"))
    link = f"/compare/{old.id}...{new.id}?whitespace=ignore&amp;context=all"
    assert f'<a href="{link}">47 unchanged lines</a>' in folded
    assert ">line 0<" not in folded
    whole = text_of(compared(old, new, "?whitespace=ignore&context=all"))
    assert ">line 0<" in whole
    assert 'href="#c1"' in whole


@pytest.mark.parametrize("query", ["?whitespace=1", "?whitespace=", "?context=9", "?context=all&context=none"])
def test_an_option_that_there_is_not_is_an_error_that_names_it(before: Header, after: Header, query: str) -> None:
    response = compared(before, after, query)
    assert response.status_code == 400
    assert query[1:].partition("=")[0] in text_of(response)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("took too long", "took too long"), ("unavailable", "the machine is busy"), ("too much", "too much that differs")],
)
def test_where_they_cannot_be_compared_both_texts_are_shown(
    before: Header, after: Header, monkeypatch: pytest.MonkeyPatch, reason: str, words: str
) -> None:
    def refuse(old: str, new: str, _: Options) -> diff.Difference:
        return diff._apart(old, new, reason=reason)

    monkeypatch.setattr("pastes.views.diffs.compare", refuse)
    response = compared(before, after)
    page = text_of(response)
    assert response.status_code == 200
    assert words in page
    assert ">two more words<" in page
    assert ">two more birds<" in page


def test_titles_and_texts_are_text() -> None:
    plain = skeleton(published("a\n", title="a"), published("b\n", title="b"))
    hostile = published("\n".join(HOSTILE))
    for title in titles():
        assert skeleton(published("\n".join(HOSTILE[::-1]), title=title), hostile) == plain


def skeleton(old: Header, new: Header) -> list[Any]:
    """Every element but those that mark changes and characters, which may do nothing else."""
    found = elements(text_of(compared(old, new)))
    for tag, attributes in found:
        names = {name for name, _ in attributes}
        assert tag not in OWN_MARKS or names <= {"class", "id", "title", "data-n", "data-code", "colspan"}, (tag, names)
    return [element for element in found if element[0] not in OWN_MARKS]


# The form that asks which two


def test_the_form_leads_to_the_comparison(before: Header, after: Header) -> None:
    response = Visitor().get("/compare", {"a": str(before.id), "b": str(after.id)})
    assert (response.status_code, response["Location"]) == (303, f"/compare/{before.id}...{after.id}")


@pytest.mark.parametrize(
    "spelling",
    ["{id}", " {id} ", "/{id}", "http://testserver/{id}", "http://testserver/{id}#L5-L9", "http://TestServer/{id}/raw?lines=1",
     "/{id}/edit", "https://testserver/paste/{id}", "{ID}", "http://testserver/{ID}/"],
)  # fmt: skip
def test_the_form_takes_links_and_ids(before: Header, after: Header, spelling: str) -> None:
    typed = spelling.format(id=before.id, ID=str(before.id).upper())
    response = Visitor().get("/compare", {"a": typed, "b": str(after.id)})
    assert response.get("Location") == f"/compare/{before.id}...{after.id}"


@pytest.mark.parametrize(
    "typed",
    ["nothing", "http://elsewhere.example/{id}", "//elsewhere.example/{id}", "{id}{id}", "{id}/{id}", "{id.hex}", "http://[",
     "http://testserver/", "javascript:alert(1)", "x" * 3000],
)  # fmt: skip
def test_what_is_no_link_to_a_paste_is_said_at_its_field(before: Header, typed: str) -> None:
    response = Visitor().get("/compare", {"a": str(before.id), "b": typed.format(id=before.id)})
    assert response.status_code == 422
    assert errors_of(response).keys() == {"b"}
    assert response["Cache-Control"] == "private, no-store"
    assert str(before.id) in text_of(response)


@pytest.mark.parametrize("kind", ["unknown", "deleted", "expired"])
def test_a_paste_that_cannot_be_read_is_said_at_its_field(before: Header, kind: str) -> None:
    response = Visitor().get("/compare", {"a": gone(kind), "b": str(before.id)})
    assert response.status_code == 422
    assert errors_of(response) == {"a": ["There is no paste at this address now."]}


def test_empty_fields_are_both_asked_for() -> None:
    response = Visitor().get("/compare", {"a": "", "b": " "})
    assert response.status_code == 422
    assert errors_of(response) == {name: ["Give a link to a paste, or its id."] for name in "ab"}


def test_a_page_can_fill_in_the_first_one(before: Header) -> None:
    visitor = Visitor()
    assert visitor.form(f"/compare?a={before.id}") == {"a": str(before.id), "b": ""}
    assert "Not compared yet" not in text_of(visitor.get(f"/compare?a={before.id}"))


def test_what_was_typed_is_text_in_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "COMPARE_RATE", Rate(1000, 60))
    plain = elements(text_of(Visitor().get("/compare", {"a": "x", "b": "x"})))
    for hostile in HOSTILE:
        assert elements(text_of(Visitor().get("/compare", {"a": hostile, "b": hostile}))) == plain, hostile


def test_one_client_compares_so_often_and_no_more(
    before: Header, after: Header, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "COMPARE_RATE", Rate(2, 60))
    assert compared(before, after).status_code == 200
    assert Visitor().get("/compare", {"a": "x", "b": "x"}).status_code == 422
    for response in (compared(before, after), Visitor().get("/compare", {"a": "x", "b": "x"})):
        assert response.status_code == 429
        assert 1 <= int(response["Retry-After"]) <= 60
    assert Visitor().get("/compare").status_code == 200


def test_a_log_line_names_the_route_and_no_id(before: Header, after: Header) -> None:
    exchange = exchange_of(compared(before, after).wsgi_request)
    assert (exchange.route, exchange.paste) == ("/compare/{before}...{after}", "")
