"""The form at `/`: nothing typed is ever lost, and nothing is published twice."""

from typing import Any

import pytest
from django.db import OperationalError

from pastes import store
from pastes.clock import now
from pastes.drafts import new_id
from pastes.models import Paste
from pastes.tests.pages import Response, Visitor, errors_of, fields_of, file, published, stored, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

TYPED = {
    "content": "  two\n\nlines <&>\"'\t",
    "title": "<b>Bold</b> & co",
    "language": "python",
    "lifetime": "3600",
    "expires_on": "2031-01-01T10:00",
    "visibility": "public",
}


def sent(**changes: Any) -> tuple[Response, dict[str, Any]]:
    visitor = Visitor()
    fields = {**visitor.form("/"), **TYPED, **changes}
    return visitor.send("/", fields), fields


def kept(response: Response, fields: dict[str, Any]) -> bool:
    shown = fields_of(text_of(response))
    return all(shown[name] == fields[name] for name in (*TYPED, "id"))


def test_publishes_what_was_typed_and_leads_to_it() -> None:
    response, fields = sent()
    assert response.status_code == 303
    assert response["Location"] == f"/{fields['id']}"
    paste = stored(response["Location"])
    assert (paste.content, paste.title) == (TYPED["content"], TYPED["title"])
    assert (paste.language, paste.timetolive, paste.visibility, paste.version) == ("python", 3600, "public", 1)


def test_a_moment_picked_is_the_moment_it_expires() -> None:
    moment = now().replace(second=0, microsecond=0).replace(year=now().year + 1, day=1)
    paste = stored(Visitor().publish(lifetime="date", expires_on=moment.strftime("%Y-%m-%dT%H:%M")))
    assert paste.expires_at == moment


def test_a_picked_file_is_kept_byte_for_byte_and_gives_the_title() -> None:
    paste = stored(Visitor().publish("", file=file(b"\xef\xbb\xbfprint(1)\r\n\rlast", "tool.py")))
    assert paste.content.encode() == b"\xef\xbb\xbfprint(1)\r\n\rlast"
    assert (paste.title, paste.language) == ("tool.py", "python")


def test_a_typed_title_wins_over_the_name_of_the_file() -> None:
    assert stored(Visitor().publish("", title="mine", file=file(b"x"))).title == "mine"


def test_a_file_with_a_long_name_is_taken() -> None:
    assert stored(Visitor().publish("", file=file(b"x", "n" * 230 + ".py"))).title == "n" * 200


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"content": ""}, "content", "no text"),
        ({"content": "x" * 1001}, "content", "is 1001 bytes of UTF-8; at most 1000"),
        ({"content": "é" * 501}, "content", "is 1002 bytes"),
        ({"title": "t" * 201}, "title", "201 characters"),
        ({"language": "klingon"}, "language", "klingon"),
        ({"lifetime": "7"}, "lifetime", "7"),
        ({"lifetime": "date", "expires_on": ""}, "expires_on", "Pick a date"),
        ({"lifetime": "date", "expires_on": "2001-01-01T10:00"}, "expires_on", "from 1 to"),
        ({"lifetime": "date", "expires_on": "soon"}, "expires_on", "valid date"),
        ({"lifetime": "date", "expires_on": "9999-01-01T10:00"}, "expires_on", "from 1 to"),
        ({"visibility": "private"}, "visibility", "private"),
    ],
)
def test_what_is_refused_is_named_and_all_that_was_typed_stays(
    settings: Any, typed: dict[str, str], field: str, words: str
) -> None:
    settings.MAX_PASTE_BYTES = 1000
    response, fields = sent(**typed)
    assert response.status_code == 422
    assert {name: len(errors) for name, errors in errors_of(response).items()} == {field: 1}
    assert words in errors_of(response)[field][0]
    shown = fields_of(text_of(response))
    may_fall_back = ("language", "lifetime", "visibility")  # no select can show what it does not offer
    assert all(shown[name] == fields[name] for name in (*TYPED, "id") if name != field or name not in may_fall_back)
    assert not Paste.objects.exists()


@pytest.mark.parametrize("field", ["content", "title"])
def test_a_nul_is_refused_once(field: str) -> None:
    response, _ = sent(**{field: "a\0b"})
    assert response.status_code == 422
    assert {name: len(errors) for name, errors in errors_of(response).items()} == {field: 1}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe", "not text in UTF-8"),
        (b"", "empty"),
        (b"a\0b", "Null"),
        (b"x" * 1001, "1001 bytes"),
    ],
)
def test_a_file_that_is_no_paste_is_refused_once(settings: Any, content: bytes, words: str) -> None:
    settings.MAX_PASTE_BYTES = 1000
    response, fields = sent(content="", file=file(content))
    assert response.status_code == 422
    assert [words in error for errors in errors_of(response).values() for error in errors] == [True]
    assert kept(response, {**fields, "content": fields_of(text_of(response))["content"]})


def test_a_refused_file_comes_back_as_text_since_browsers_forget_the_file() -> None:
    response, _ = sent(content="", file=file(b"the\r\nfile", "app.py"), title="", language="klingon")
    assert response.status_code == 422
    shown = fields_of(text_of(response))
    assert (shown["content"], shown["title"]) == ("the\nfile", "app.py")


def test_a_refused_title_of_a_file_stays_to_be_corrected() -> None:
    response, _ = sent(content="", file=file(b"x"), title="t" * 201)
    assert list(errors_of(response)) == ["title"]
    assert fields_of(text_of(response))["title"] == "t" * 201


def test_a_file_beside_a_text_is_refused_and_the_text_stays() -> None:
    response, fields = sent(file=file(b"the other text"))
    assert response.status_code == 422
    assert errors_of(response) == {"file": ["Either write a text or pick a file, not both."]}
    assert kept(response, fields)


def test_sent_twice_it_is_published_once() -> None:
    visitor = Visitor()
    fields = {**visitor.form("/"), **TYPED}
    first, second = visitor.send("/", fields), visitor.send("/", fields)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    assert Paste.objects.count() == 1


def test_after_back_an_edited_text_is_a_second_paste() -> None:
    visitor = Visitor()
    fields = {**visitor.form("/"), **TYPED}
    first, second = visitor.send("/", fields), visitor.send("/", {**fields, "content": "another"})
    assert first["Location"] != second["Location"]
    assert stored(first["Location"]).content == TYPED["content"]
    assert stored(second["Location"]).content == "another"


def test_an_id_that_is_somebody_elses_is_replaced(other: str) -> None:
    taken = published("theirs", secret=other)
    response, _ = sent(id=str(taken.id), content="theirs")
    assert response.status_code == 303
    assert response["Location"] != f"/{taken.id}"
    assert Paste.objects.count() == 2


def test_a_retired_id_is_replaced() -> None:
    gone = published()
    store.remove([store.Removal(gone.id, now(), lambda header: None)])
    response, _ = sent(id=str(gone.id))
    assert response.status_code == 303
    assert response["Location"] != f"/{gone.id}"
    assert str(stored(response["Location"]).id) != str(gone.id)


@pytest.mark.parametrize("spoilt", ["", "7", "{" + str(new_id()) + "}", "x" * 9000])
def test_a_spoilt_id_is_replaced(spoilt: str) -> None:
    response, _ = sent(id=spoilt)
    assert response.status_code == 303


def test_a_database_that_is_down_keeps_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> Any:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr("pastes.store.rows.insert", broken)
        response, fields = sent()
    assert response.status_code == 503
    assert response["Retry-After"]
    assert kept(response, fields)


def test_forms_are_kept_by_no_cache() -> None:
    assert Visitor().get("/")["Cache-Control"] == "private, no-store"
    assert sent(content="")[0]["Cache-Control"] == "private, no-store"
