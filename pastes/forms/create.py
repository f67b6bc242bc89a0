"""The form of a paste to be."""

from django import forms
from django.http import QueryDict

from pastes.drafts import TITLE_CHARACTERS
from pastes.forms.paste import PasteForm


class CreateForm(PasteForm):
    id = forms.CharField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(
        label="Or pick a file", required=False, help_text="A text file in UTF-8. Its bytes are kept as they are."
    )

    file_text = ""
    field_order = ("content", "file", "title", "language", "lifetime", "expires_on", "visibility", "id")

    def text(self) -> str:
        file = self.cleaned_data.get("file")
        if "file" in self.errors:
            return super().text() or "-"  # the file is the error; an empty text would be a second one
        if not file:
            return super().text()
        if self.cleaned_data.get("content"):
            self.add_error("file", "Either write a text or pick a file, not both.")
            return super().text()
        try:
            self.file_text = file.read().decode()
        except UnicodeDecodeError:
            self.add_error("file", "This file is not text in UTF-8.")
            return "-"
        self.cleaned_data["title"] = self.cleaned_data.get("title") or file.name[:TITLE_CHARACTERS]
        return self.file_text

    def with_file_in_textarea(self) -> "CreateForm":
        """To be shown again. Browsers do not keep a file that was picked, so its text goes where it can be seen."""
        if not self.file_text:
            return self
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["content"] = self.file_text
        data["title"] = self.cleaned_data.get("title") or data.get("title", "")
        again = CreateForm(data, at=self.at)
        again.is_valid()
        return again
