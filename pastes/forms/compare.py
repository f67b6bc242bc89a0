"""The form that asks which two pastes to compare."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django import forms

from pastes import access, store
from pastes.doors.http import Exchange
from pastes.drafts import parsed_id
from pastes.errors import NotFound

LINK_CHARACTERS = 2000


class CompareForm(forms.Form):
    """Takes links and bare ids; cleaned, both fields are ids of pastes that can be read."""

    a = forms.CharField(label="First paste", max_length=LINK_CHARACTERS)
    b = forms.CharField(label="Second paste", max_length=LINK_CHARACTERS)

    def __init__(self, *arguments: Any, exchange: Exchange | None = None, **options: Any) -> None:
        """`exchange` is that of the request; only a form that was sent needs it."""
        super().__init__(*arguments, **options)
        self._exchange = exchange
        for field in self.fields.values():
            field.error_messages["required"] = "Give a link to a paste, or its id."
            field.widget.attrs.update(autocomplete="off", spellcheck="false", autocapitalize="off")

    def clean_a(self) -> UUID:
        return self._readable(self.cleaned_data["a"])

    def clean_b(self) -> UUID:
        return self._readable(self.cleaned_data["b"])

    def _readable(self, typed: str) -> UUID:
        assert self._exchange is not None  # noqa: S101
        paste_id = linked_id(typed, origin=self._exchange.origin)
        if paste_id is None:
            raise forms.ValidationError("This is no link to a paste here, and no id of one.")
        at = self._exchange.at
        try:
            return access.readable(store.headers([paste_id], at=at)[0], at=at).id
        except NotFound:
            raise forms.ValidationError("There is no paste at this address now.") from None


def linked_id(typed: str, *, origin: str) -> UUID | None:
    """The id in a link to any page of a paste at this origin, or the bare id; None for anything else."""
    try:
        link = urlsplit(typed)
    except ValueError:
        return None
    if link.netloc and link.netloc.lower() != urlsplit(origin).netloc.lower():
        return None
    ids = [found for segment in link.path.split("/") if (found := parsed_id(segment))]
    return ids[0] if len(ids) == 1 else None
