"""What the forms that make a paste and that edit one have in common: all its fields."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings

from pastes import newlines
from pastes.drafts import TITLE_CHARACTERS, Draft
from pastes.forms.life import LifeForm
from pastes.forms.selects import LanguageField
from pastes.models import Visibility
from pastes.rendering import AUTO


class PasteForm(LifeForm):
    """Fields are not required here: an empty text is refused by the draft, with its own words."""

    content = forms.CharField(
        label="Text",
        required=False,
        strip=False,
        widget=forms.Textarea(
            attrs={
                "rows": 20,
                "spellcheck": "false",
                "autocapitalize": "off",
                "wrap": "off",
                "placeholder": "Paste or type here, or drop a file",
            }
        ),
    )
    title = forms.CharField(
        label="Title",
        required=False,
        widget=forms.TextInput(attrs={"maxlength": TITLE_CHARACTERS, "placeholder": "app.py", "autocomplete": "off"}),
        help_text="Optional. A file name also tells the language.",
    )
    language = LanguageField(label="Language", required=False, initial=AUTO)
    visibility = forms.ChoiceField(label="Visibility", required=False, widget=forms.RadioSelect)
    newline = forms.ChoiceField(
        widget=forms.HiddenInput, required=False, choices=[(name, name) for name in newlines.KINDS]
    )

    original: str | None = None  # the text that was put into the form, with the newlines that a textarea loses
    field_order: tuple[str, ...] = ("content", "title", "language", "lifetime", "expires_on", "visibility")

    def __init__(self, *arguments: Any, at: datetime, **options: Any) -> None:
        super().__init__(*arguments, at=at, **options)
        self.choose("visibility", list(visibilities()), Visibility.UNLISTED.value)
        self.fields["content"].widget.attrs["data-max-bytes"] = settings.MAX_PASTE_BYTES

    def wanted(self) -> Draft:
        return Draft(
            content=self.text(),
            title=self.cleaned_data.get("title", ""),
            language=self.cleaned_data.get("language") or AUTO,
            visibility=self.cleaned_data.get("visibility") or Visibility.UNLISTED.value,
            timetolive=self.timetolive(),
            expires_at=self.expires_at(),
        )

    def text(self) -> str:
        typed = newlines.with_line_feeds(self.cleaned_data.get("content", ""))
        return newlines.as_before(typed, self.original, kind=self.cleaned_data.get("newline", ""))


def visibilities() -> Iterator[tuple[str, str]]:
    yield Visibility.UNLISTED.value, "Unlisted: whoever has the link"
    if settings.LIST_ANONYMOUS:
        yield Visibility.PUBLIC.value, "Public: listed under Recent"
