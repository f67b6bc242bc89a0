"""The form of a paste to be."""

from typing import Any

import msgspec
from django import forms
from django.http import QueryDict

from pastes.drafts import TITLE_CHARACTERS, Draft
from pastes.forms import encodings
from pastes.forms.paste import PasteForm
from pastes.models import Record


class CreateForm(PasteForm):
    """`forked` is the paste that this one is a fork of, where it may be read now."""

    id = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    file = forms.FileField(label="Or pick a file", required=False, help_text="Text in UTF-8, kept byte for byte.")
    parent = forms.CharField(required=False, widget=forms.HiddenInput)

    file_text = ""
    field_order = ("content", "file", "title", "language", "lifetime", "expires_on", "visibility", "id")

    def __init__(self, *arguments: Any, forked: Record | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not self.is_bound:
            self.fields["content"].widget.attrs["autofocus"] = True
        self.forked = forked
        self.original = forked.content if forked else None

    def wanted(self) -> Draft:
        return msgspec.structs.replace(super().wanted(), parent_id=self.forked.header.id if self.forked else None)

    def text(self) -> str:
        file = self.cleaned_data.get("file")
        if "file" in self.errors:
            return super().text() or "-"  # the file is the error; an empty text would be a second one
        if not file:
            return super().text()
        if self.cleaned_data.get("content"):
            self.add_error("file", "Either write a text or pick a file, not both.")
            return super().text()
        data = file.read()
        try:
            self.file_text = data.decode()
        except UnicodeDecodeError:
            return self._refused_file(encodings.likely(data))
        if encodings.is_utf_16(data):  # Latin text in it is UTF-8 too, full of NULs
            return self._refused_file("UTF-16")
        self.cleaned_data["title"] = self.cleaned_data.get("title") or file.name[:TITLE_CHARACTERS]
        return self.file_text

    def _refused_file(self, encoding: str) -> str:
        self.file_text = ""
        looks = f" It looks like {encoding}: save it as UTF-8, then pick it again." if encoding else ""
        self.add_error("file", f"This file is not text in UTF-8.{looks}")
        return "-"

    def with_file_in_textarea(self) -> "CreateForm":
        """To be shown again. Browsers do not keep a file that was picked, so its text goes where it can be seen."""
        if not self.file_text:
            return self
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["content"] = self.file_text
        data["title"] = self.cleaned_data.get("title") or data.get("title", "")
        again = CreateForm(data, at=self.at, forked=self.forked)
        again.is_valid()
        return again
