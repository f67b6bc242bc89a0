"""The form of a longer, or a shorter, life."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timesince import timesince

from pastes.drafts import longest_life
from pastes.forms.life import NEVER, LifeForm
from pastes.models import Header


class RenewSelectedForm(LifeForm):
    """One life for several pastes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["lifetime"].required = True


class RenewForm(RenewSelectedForm):
    """For one paste: offers first what was last asked for. `header` is the paste as it is now."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *arguments: Any, header: Header, **options: Any) -> None:
        self.header = header
        super().__init__(*arguments, **options)
        self.initial["version"] = header.version
        last = NEVER if header.timetolive is None else str(header.timetolive)
        if last in dict(self.lifetimes()):  # else the default: a limit may have been lowered since
            self.initial["lifetime"] = last

    def lifetimes(self) -> Iterator[tuple[str, str]]:
        choices = list(super().lifetimes())
        last = self.header.timetolive
        if last is not None and str(last) not in dict(choices) and last <= longest_life():
            words = timesince(self.header.created_at, self.header.created_at + timedelta(seconds=last))
            yield str(last), f"{words}, as last time"
        yield from choices
