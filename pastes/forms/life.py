"""The form of how long a paste lives: what others put around it asks for more."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from msgspec import UNSET, UnsetType

from pastes.drafts import Draft, longest_life
from pastes.errors import Invalid
from pastes.forms.selects import Select
from pastes.limits import duration_words

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


class LifeForm(forms.Form):
    """After `is_valid` the checked draft is `self.draft`; what was wrong with it stands at the fields that hold it."""

    lifetime = forms.ChoiceField(label="Expires after", required=False, widget=Select)
    expires_on = forms.DateTimeField(
        label="Expires on",
        required=False,
        widget=DateTimeInput(format="%Y-%m-%dT%H:%M"),
        help_text="In UTC. Used when “Until a date” is chosen.",
    )

    def __init__(self, *arguments: Any, at: datetime, **options: Any) -> None:
        """`at`: the moment from which a life counts."""
        super().__init__(*arguments, **options)
        self.at = at
        self.draft = Draft()
        self.choose("lifetime", list(self.lifetimes()), str(settings.DEFAULT_TTL or NEVER))

    def lifetimes(self) -> Iterator[tuple[str, str]]:
        default = settings.DEFAULT_TTL
        if default is not None and default not in dict(LIVES):
            yield str(default), f"{duration_words(default)} (default)"
        yield from ((str(seconds), label) for seconds, label in LIVES if seconds <= longest_life())
        if settings.MAX_TTL is None:
            yield NEVER, "Never"
        yield DATE, "Until a date…"

    def clean(self) -> dict[str, Any]:
        try:
            self.draft = self.wanted().checked(at=self.at)
        except Invalid as invalid:
            for error in invalid.errors:
                field = FIELDS.get(error.field, error.field)
                if field not in self.errors:  # what Django refused already came to the draft as nothing
                    self.add_error(field, f"This {error.message}.")
        return self.cleaned_data

    def wanted(self) -> Draft:
        return Draft(timetolive=self.timetolive(), expires_at=self.expires_at())

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

    def choose(self, name: str, choices: list[tuple[str, str]], initial: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = choices
        field.initial = initial
