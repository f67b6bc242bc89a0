"""The edit page: only the owner's, and no text is ever lost between two people."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from pastes import clock, store
from pastes.errors import Fault, Unavailable
from pastes.models import Header, Paste, Revision
from pastes.tests.pages import CSRF_TOKEN, Response, Visitor, errors_of, fields_of, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]


@pytest.fixture
def mine(owner: str) -> Header:
    return published("first\n", secret=owner, title="notes.txt", language="text", timetolive=3600)


def edit_page(paste: Header) -> str:
    return f"/{paste.id}/edit"


def remove(paste: Header) -> None:
    store.remove([store.Removal(paste.id, clock.now(), lambda header: None)])


def test_the_form_holds_the_paste_as_it_is(owner: str, mine: Header) -> None:
    form = Visitor(owner).form(edit_page(mine))
    assert (form["content"], form["title"], form["language"]) == ("first\n", "notes.txt", "text")
    assert (form["visibility"], form["lifetime"], form["version"]) == ("unlisted", "keep", "1")


def test_the_form_is_kept_by_no_cache(owner: str, mine: Header) -> None:
    assert Visitor(owner).get(edit_page(mine))["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("secret", ["other-other-other-other", None, "short"])
def test_nobody_else_may_edit(mine: Header, owner: str, secret: str | None, method: str) -> None:
    visitor = Visitor(secret)
    visitor.form("/")
    if secret is None:
        del visitor.cookies["owner"]
    fields = {**Visitor(owner).form(edit_page(mine)), "content": "typed\n", CSRF_TOKEN: visitor.form("/")[CSRF_TOKEN]}
    response = visitor.get(edit_page(mine)) if method == "get" else visitor.send(edit_page(mine), fields)
    assert response.status_code == 403
    assert "first" not in text_of(response)
    assert stored(edit_page(mine)).version == 1


def test_a_save_changes_what_was_changed_and_keeps_the_rest(owner: str, mine: Header) -> None:
    response = Visitor(owner).fill(edit_page(mine), content="second\n", visibility="public")
    assert (response.status_code, response["Location"]) == (303, f"/{mine.id}")
    paste = stored(edit_page(mine))
    assert (paste.content, paste.visibility, paste.version) == ("second\n", "public", 2)
    assert (paste.title, paste.language, paste.expires_at) == ("notes.txt", "text", mine.expires_at)
    assert [revision.content for revision in Revision.objects.all()] == ["first\n"]


def test_what_is_replaced_without_keeping_is_nowhere(owner: str, mine: Header) -> None:
    visitor = Visitor(owner)
    visitor.fill(edit_page(mine), content="the password is hunter2\n")
    visitor.fill(edit_page(mine), content="third\n", without_history="on")
    assert stored(edit_page(mine)).version == 3
    assert [revision.content for revision in Revision.objects.all()] == ["first\n"]
    assert "hunter2" not in text_of(visitor.get(f"/{mine.id}/history"))


def test_a_new_lifetime_counts_from_now(owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    later = mine.created_at + timedelta(seconds=1800)
    monkeypatch.setattr(clock, "now", lambda: later)
    Visitor(owner).fill(edit_page(mine), lifetime="3600")
    assert stored(edit_page(mine)).expires_at == later + timedelta(seconds=3600)


def test_a_language_left_to_us_is_guessed_again(owner: str, mine: Header) -> None:
    Visitor(owner).fill(edit_page(mine), title="tool.py", language="auto")
    assert stored(edit_page(mine)).language == "python"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\r\nb\r\n", "A\r\nb\r\n"),
        ("a\rb", "A\rb"),
        ("a\nb", "A\nb"),
        ("a\r\nb\nc\r", "A\nb\nc\n"),
        ("\n\na\n", "\n\nA\n"),
        ("one line a", "one line A"),
    ],
)
def test_newlines_stay_what_they_were(owner: str, before: str, after: str) -> None:
    paste = published(before, secret=owner)
    visitor = Visitor(owner)
    form = visitor.form(edit_page(paste))
    visitor.send(edit_page(paste), {**form, "title": "untouched"})
    assert stored(edit_page(paste)).content == before
    form = visitor.form(edit_page(paste))
    visitor.send(edit_page(paste), {**form, "content": form["content"].replace("a", "A")})
    assert stored(edit_page(paste)).content == after


def test_a_refused_edit_keeps_what_was_typed(owner: str, mine: Header, settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 100
    response = Visitor(owner).fill(edit_page(mine), content="x" * 101, title="new title", visibility="public")
    assert response.status_code == 422
    assert list(errors_of(response)) == ["content"]
    shown = fields_of(text_of(response))
    assert (shown["content"], shown["title"], shown["visibility"]) == ("x" * 101, "new title", "public")
    assert (shown["lifetime"], shown["version"]) == ("keep", "1")
    assert stored(edit_page(mine)).version == 1


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "9" * 40])
def test_a_spoilt_version_saves_nothing(owner: str, mine: Header, version: str) -> None:
    response = Visitor(owner).fill(edit_page(mine), content="typed\n", version=version)
    assert response.status_code in (409, 422)
    assert "typed\n" in fields_of(text_of(response))["content"]
    assert stored(edit_page(mine)).version == 1


class TestConflict:
    def both(self, owner: str, mine: Header) -> Response:
        """Two windows of one owner: what the slower one is answered."""
        visitor = Visitor(owner)
        slow = {**visitor.form(edit_page(mine)), "content": "mine\n", "title": "my title"}
        assert visitor.fill(edit_page(mine), content="theirs\n", title="their title").status_code == 303
        return visitor.send(edit_page(mine), slow)

    def test_both_texts_are_shown_and_neither_is_overwritten(self, owner: str, mine: Header) -> None:
        response = self.both(owner, mine)
        assert response.status_code == 409
        assert fields_of(text_of(response))["content"] == "mine\n"
        assert "theirs\n" in text_of(response)
        assert "their title" in text_of(response)
        assert response["Cache-Control"] == "private, no-store"
        assert stored(edit_page(mine)).content == "theirs\n"

    def test_saving_again_wins_and_the_other_text_is_history(self, owner: str, mine: Header) -> None:
        again = fields_of(text_of(self.both(owner, mine)))
        visitor = Visitor(owner)
        again["csrfmiddlewaretoken"] = visitor.form("/")["csrfmiddlewaretoken"]
        assert visitor.send(edit_page(mine), again).status_code == 303
        paste = stored(edit_page(mine))
        assert (paste.content, paste.title, paste.version) == ("mine\n", "my title", 3)
        assert {revision.content for revision in Revision.objects.all()} == {"first\n", "theirs\n"}

    def test_what_differs_is_shown_from_theirs_to_yours(self, owner: str, mine: Header) -> None:
        page = text_of(self.both(owner, mine))
        assert "What differs" in page
        assert page.index(">theirs<", page.index("<details")) < page.index(">mine<", page.index("<details"))

    def test_the_choice_to_keep_nothing_is_carried_over(self, owner: str, mine: Header) -> None:
        visitor = Visitor(owner)
        slow = {**visitor.form(edit_page(mine)), "content": "mine\n", "without_history": "on"}
        visitor.fill(edit_page(mine), content="theirs\n")
        again = fields_of(text_of(visitor.send(edit_page(mine), slow)))
        assert again["without_history"] == "on"
        visitor.send(edit_page(mine), again)
        assert [revision.content for revision in Revision.objects.all()] == ["first\n"]

    def test_a_third_hand_in_between_is_a_conflict_again(self, owner: str, mine: Header) -> None:
        again = fields_of(text_of(self.both(owner, mine)))
        visitor = Visitor(owner)
        visitor.fill(edit_page(mine), content="third\n")
        again["csrfmiddlewaretoken"] = visitor.form("/")["csrfmiddlewaretoken"]
        response = visitor.send(edit_page(mine), again)
        assert response.status_code == 409
        assert fields_of(text_of(response))["content"] == "mine\n"
        assert "third\n" in text_of(response)

    def test_the_conflict_is_seen_when_only_another_field_changed(self, owner: str, mine: Header) -> None:
        visitor = Visitor(owner)
        slow = {**visitor.form(edit_page(mine)), "content": "mine\n"}
        visitor.fill(edit_page(mine), visibility="public")
        assert visitor.send(edit_page(mine), slow).status_code == 409

    def test_newlines_follow_the_text_that_was_edited(self, owner: str) -> None:
        paste = published("a\r\nb\r\n", secret=owner)
        visitor = Visitor(owner)
        slow = {**visitor.form(edit_page(paste)), "content": "a\nb\nmine\n"}
        store.revise([store.Edit(paste.id, clock.now(), lambda header: None, content="a\nb\n")])
        again = fields_of(text_of(visitor.send(edit_page(paste), slow)))
        visitor.send(edit_page(paste), again)
        assert stored(edit_page(paste)).content == "a\r\nb\r\nmine\r\n"


class TestGone:
    def typed(self, owner: str, mine: Header) -> tuple[Visitor, dict[str, str]]:
        visitor = Visitor(owner)
        return visitor, {**visitor.form(edit_page(mine)), "content": "an hour's work\n", "title": "work.txt"}

    def given_back(self, visitor: Visitor, mine: Header, response: Response) -> None:
        assert response.status_code == 404
        shown = fields_of(text_of(response))
        assert (shown["content"], shown["title"]) == ("an hour's work\n", "work.txt")
        assert shown["id"] != str(mine.id)
        path = visitor.send("/", shown)["Location"]
        assert stored(path).content == "an hour's work\n"

    def test_deleted_while_editing_the_text_is_given_back(self, owner: str, mine: Header) -> None:
        visitor, fields = self.typed(owner, mine)
        remove(mine)
        self.given_back(visitor, mine, visitor.send(edit_page(mine), fields))

    def test_expired_while_editing_the_text_is_given_back(
        self, owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visitor, fields = self.typed(owner, mine)
        after: datetime = mine.created_at + timedelta(hours=1)
        monkeypatch.setattr(clock, "now", lambda: after)
        self.given_back(visitor, mine, visitor.send(edit_page(mine), fields))

    def test_without_a_database_the_text_is_given_back_to_be_saved_again(
        self, owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visitor, fields = self.typed(owner, mine)
        with monkeypatch.context() as patch:
            patch.setattr(store, "revise", lambda edits: [Unavailable("The database does not answer now.")])
            response = visitor.send(edit_page(mine), {**fields, "without_history": "on"})
        assert response.status_code == 503
        assert int(response["Retry-After"]) >= 1
        assert "save again" in text_of(response)
        again = fields_of(text_of(response))
        assert (again["content"], again["version"], again["without_history"]) == ("an hour's work\n", "1", "on")
        assert visitor.send(edit_page(mine), again).status_code == 303
        assert stored(edit_page(mine)).content == "an hour's work\n"

    def test_whoever_lost_the_cookie_keeps_the_text(self, owner: str, mine: Header) -> None:
        visitor, fields = self.typed(owner, mine)
        visitor.cookies["owner"] = "other-other-other-other"
        response = visitor.send(edit_page(mine), fields)
        assert response.status_code == 403
        assert "This browser may not change that paste" in text_of(response)
        assert fields_of(text_of(response))["content"] == "an hour's work\n"
        assert "first" not in text_of(response)
        assert stored(edit_page(mine)).version == 1

    def test_after_a_fault_of_ours_the_page_says_where_the_text_is(
        self, owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        visitor, fields = self.typed(owner, mine)
        monkeypatch.setattr(store, "revise", lambda edits: [Fault()])
        response = visitor.send(edit_page(mine), fields)
        assert response.status_code == 500
        assert "Go back: your browser still has what you typed." in text_of(response)

    def test_given_back_the_newlines_are_those_of_the_text_that_was_edited(self, owner: str) -> None:
        paste, visitor = published("a\r\nb\r\n", secret=owner), Visitor(owner)
        fields = {**visitor.form(edit_page(paste)), "content": "a\nb\nmine\n"}
        remove(paste)
        again = fields_of(text_of(visitor.send(edit_page(paste), fields)))
        assert stored(visitor.send("/", again)["Location"]).content == "a\r\nb\r\nmine\r\n"

    def test_the_form_of_a_paste_that_is_gone_is_a_404(self, owner: str, mine: Header) -> None:
        remove(mine)
        assert Visitor(owner).get(edit_page(mine)).status_code == 404
        assert not Paste.objects.exists()


class TestGrownOld:
    def sent(self, owner: str, paste: Header, **fields: str) -> tuple[Visitor, Response]:
        """A form whose CSRF cookie went away while somebody typed."""
        visitor = Visitor(owner)
        typed = {**visitor.form(edit_page(paste)), "content": "typed\n", **fields}
        del visitor.cookies["csrf"]
        return visitor, visitor.send(edit_page(paste), typed)

    def test_it_changes_nothing_and_comes_back_as_it_was_typed(self, owner: str, mine: Header) -> None:
        visitor, response = self.sent(owner, mine, title="typed.txt", without_history="on")
        assert (response.status_code, response["Cache-Control"]) == (403, "private, no-store")
        assert stored(edit_page(mine)).version == 1
        again = fields_of(text_of(response))
        assert (again["content"], again["title"], again["without_history"]) == ("typed\n", "typed.txt", "on")
        assert visitor.send(edit_page(mine), again).status_code == 303
        assert stored(edit_page(mine)).content == "typed\n"

    def test_of_a_paste_that_is_gone_the_text_comes_back_too(self, owner: str, mine: Header) -> None:
        visitor = Visitor(owner)
        typed = {**visitor.form(edit_page(mine)), "content": "typed\n"}
        remove(mine)
        del visitor.cookies["csrf"]
        response = visitor.send(edit_page(mine), typed)
        assert response.status_code == 404
        assert fields_of(text_of(response))["content"] == "typed\n"

    def test_a_foreign_page_learns_and_changes_nothing(self, owner: str, mine: Header) -> None:
        response = Visitor().post(
            edit_page(mine), {"content": "theirs", "version": "1"}, HTTP_ORIGIN="https://evil.example"
        )
        assert response.status_code == 403
        assert "first" not in text_of(response)
        assert stored(edit_page(mine)).version == 1

    def test_what_is_not_text_is_refused(self, owner: str, mine: Header) -> None:
        response = Visitor(owner).post(
            edit_page(mine), b"content=%FF", content_type="application/x-www-form-urlencoded"
        )
        assert response.status_code == 400
