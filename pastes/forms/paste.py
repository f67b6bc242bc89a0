"""The forms of the pages: widgets and words. What is valid is decided by drafts.py alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from msgspec import UNSET, UnsetType

from pastes import newlines
from pastes.drafts import TITLE_CHARACTERS, Draft, longest_life
from pastes.errors import Invalid
from pastes.limits import duration_words
from pastes.models import Visibility
from pastes.rendering import AUTO, LANGUAGES

KEEP, NEVER, DATE = "keep", "never", "date"
LIVES = (
    (600, "10 minutes"),
    (3600, "1 hour"),
    (86_400, "1 day"),
    (604_800, "1 week"),
    (2_592_000, "30 days"),
    (31_536_000, "1 year"),
)
FIELDS = {"timetolive": "lifetime"}  # where a form names a field of the draft otherwise


class DateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"


class PasteForm(forms.Form):
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
                "autocomplete": "off",
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
    language = forms.ChoiceField(label="Language", required=False)
    lifetime = forms.ChoiceField(label="Expires after", required=False)
    expires_on = forms.DateTimeField(
        label="Expires on",
        required=False,
        widget=DateTimeInput(format="%Y-%m-%dT%H:%M"),
        help_text="In UTC. Used when “Until a date” is chosen.",
    )
    visibility = forms.ChoiceField(label="Who finds it", required=False, widget=forms.RadioSelect)

    def __init__(self, *arguments: Any, at: datetime, **options: Any) -> None:
        """`at`: the moment from which a life counts."""
        super().__init__(*arguments, **options)
        self.at = at
        self.draft = Draft()
        languages = [(language.name, language.label) for language in LANGUAGES]
        self._choose("language", [(AUTO, "Detect"), *languages], AUTO)
        self._choose("lifetime", list(self.lifetimes()), str(settings.DEFAULT_TTL or NEVER))
        self._choose("visibility", list(visibilities()), Visibility.UNLISTED.value)
        self.fields["content"].widget.attrs["data-max-bytes"] = settings.MAX_PASTE_BYTES

    def lifetimes(self) -> Iterator[tuple[str, str]]:
        default = settings.DEFAULT_TTL
        if default is not None and default not in dict(LIVES):
            yield str(default), f"{duration_words(default)} (default)"
        yield from ((str(seconds), label) for seconds, label in LIVES if seconds <= longest_life())
        if settings.MAX_TTL is None:
            yield NEVER, "Never"
        yield DATE, "Until a date…"

    def clean(self) -> dict[str, Any]:
        """Leaves the checked draft in `self.draft`; its errors go to the fields that hold what is wrong."""
        data = self.cleaned_data
        try:
            self.draft = Draft(
                content=self.text(),
                title=data.get("title", ""),
                language=data.get("language") or AUTO,
                visibility=data.get("visibility") or Visibility.UNLISTED.value,
                timetolive=self.timetolive(),
                expires_at=self.expires_at(),
            ).checked(at=self.at)
        except Invalid as invalid:
            for error in invalid.errors:
                field = FIELDS.get(error.field, error.field)
                if field not in self.errors:  # what Django refused already came to the draft as nothing
                    self.add_error(field, f"This {error.message}.")
        return data

    def text(self) -> str:
        return newlines.with_line_feeds(self.cleaned_data.get("content", ""))

    def timetolive(self) -> int | UnsetType | None:
        lifetime = self.cleaned_data.get("lifetime", "")
        if lifetime == NEVER:
            return None
        return int(lifetime) if lifetime.isdigit() else UNSET

    def expires_at(self) -> datetime | None:
        if self.cleaned_data.get("lifetime") != DATE or "expires_on" in self.errors:
            return None
        moment: datetime | None = self.cleaned_data.get("expires_on")
        if moment is None:
            self.add_error("expires_on", "Pick a date and a time.")
        return moment

    def _choose(self, name: str, choices: list[tuple[str, str]], initial: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices
        field.initial = initial


def visibilities() -> Iterator[tuple[str, str]]:
    yield Visibility.UNLISTED.value, "Unlisted: whoever has the link"
    if settings.LIST_ANONYMOUS:
        yield Visibility.PUBLIC.value, "Public: listed under Recent"
