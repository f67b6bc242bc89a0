"""A browser without a screen: it keeps cookies, reads the form of a page, and sends it back as browsers do."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from msgspec import UNSET, UnsetType

from pastes import store
from pastes.batching import outcome_or_raise
from pastes.browser import owner_key
from pastes.clock import now
from pastes.drafts import Draft, parsed_id
from pastes.models import Header, Paste
from pastes.tests.doors import HOST

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

Response: TypeAlias = "_MonkeyPatchedWSGIResponse"
CSRF_TOKEN = "csrfmiddlewaretoken"


class Visitor(Client):
    """CSRF is checked, as it is for everybody. `secret` is that of an owner cookie; without one it gets its own."""

    def __init__(self, secret: str | None = None, **headers: Any) -> None:
        super().__init__(enforce_csrf_checks=True, HTTP_HOST=HOST, **headers)
        if secret:
            self.cookies["owner"] = secret

    def form(self, path: str) -> dict[str, str]:
        """The fields of the form there, as they stand."""
        return fields_of(text_of(self.get(path)))

    def send(self, path: str, fields: Mapping[str, Any]) -> Response:
        """Posts the fields; every newline leaves a browser as CRLF."""
        sent = {name: as_sent(value) if isinstance(value, str) else value for name, value in fields.items()}
        return self.post(path, sent)

    def fill(self, path: str, **typed: Any) -> Response:
        """Opens the page, types into its form, sends it."""
        return self.send(path, {**self.form(path), **typed})

    def publish(self, content: str = "a text\n", **typed: Any) -> str:
        """The path of the new paste's page."""
        response = self.fill("/", content=content, **typed)
        assert response.status_code == 303, errors_of(response)
        return response["Location"]


class FormReader(HTMLParser):
    """A newline right after a textarea's tag is not part of its text, and each newline in it is LF."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._select = self._textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "input" and name and found.get("type") != "file":
            if found.get("type") not in ("radio", "checkbox"):
                self.fields[name] = value
            elif "checked" in found:
                self.fields[name] = value if "value" in found else "on"
        elif tag == "textarea" and name:
            self._textarea, self.fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and (self._select not in self.fields or "selected" in found):
            self.fields[self._select] = value

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea:
            text = re.sub(r"\r\n|\r", "\n", self.fields[self._textarea])
            self.fields[self._textarea] = text.removeprefix("\n")
            self._textarea = ""


def fields_of(page: str) -> dict[str, str]:
    reader = FormReader()
    reader.feed(page)
    reader.close()
    return reader.fields


def as_sent(text: str) -> str:
    return re.sub(r"\r\n|\r|\n", "\r\n", text)


def text_of(response: Response) -> str:
    return response.content.decode()


def errors_of(response: Response) -> dict[str, list[str]]:
    """By field, what the page says is wrong with it."""
    form = response.context["form"]
    return {field: [str(error) for error in errors] for field, errors in form.errors.items()}


def edit_page(paste: Header) -> str:
    return f"/{paste.id}/edit"


def file(content: bytes, name: str = "app.py") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def stored(path: str) -> Paste:
    """The row behind a paste's page."""
    return Paste.objects.get(id=path.strip("/").partition("/")[0])


def published(
    content: str = "a text\n",
    *,
    secret: str = "owner-owner-owner-owner",  # noqa: S107
    at: datetime | None = None,
    timetolive: int | UnsetType | None = UNSET,
    **fields: Any,
) -> Header:
    """A paste of that owner, made without any page."""
    at, given_id = at or now(), parsed_id(fields.pop("id", ""))
    draft = Draft(content=content, timetolive=timetolive, **fields).checked(at=at)
    return outcome_or_raise(store.publish([draft.new_paste(at=at, owner_key=owner_key(secret), given_id=given_id)])[0])


def change_before_the_next(monkeypatch: pytest.MonkeyPatch, paste: Header) -> None:
    """Somebody's change of the paste gets in between what the next page looked at and what it writes."""
    revise: Callable[[Sequence[store.Edit]], list[Header | Exception]] = store.revise

    def late(edits: Sequence[store.Edit]) -> list[Header | Exception]:
        revise([store.Edit(paste.id, now(), lambda header: None, content="late\n")])
        return revise(edits)

    monkeypatch.setattr(store, "revise", late)
