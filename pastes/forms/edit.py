"""The form of a paste there is."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.http import QueryDict

from pastes import newlines
from pastes.forms.life import KEEP
from pastes.forms.paste import PasteForm
from pastes.models import Record


class EditForm(PasteForm):
    """`record` is the paste as it is now. A textarea loses the newlines of the text in it: they are restored."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    without_history = forms.BooleanField(label="Do not keep the old text in the history", required=False)

    def __init__(self, *arguments: Any, record: Record, **options: Any) -> None:
        self.record = record
        header = record.header
        options["initial"] = {
            "content": record.content,
            "title": header.title,
            "language": header.language,
            "lifetime": KEEP,
            "visibility": header.visibility,
            "version": header.version,
            "newline": newlines.kind(record.content),
        }
        super().__init__(*arguments, **options)
        self.original = record.content
        self.fields["title"].strip = False  # type: ignore[attr-defined]  # saved unchanged, it must stay as it was

    def lifetimes(self) -> Iterator[tuple[str, str]]:
        yield KEEP, "Keep as it is"
        yield from super().lifetimes()

    def on_top_of(self, version: int) -> "EditForm":
        """The same form, as typed, now based on that version: what a conflict page sends back."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["version"] = str(version)
        again = EditForm(data, record=self.record, at=self.at)
        again.is_valid()
        return again
