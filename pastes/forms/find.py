"""The form of what is looked for in a person's list, all of it kept in the address."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.db.models import F
from django.db.models.functions import Lower
from django.http import QueryDict
from django.utils.http import urlencode

from pastes.drafts import TITLE_CHARACTERS
from pastes.forms.paste import visibilities
from pastes.models.paste import PasteQuerySet
from pastes.rendering import resolve

SOON = timedelta(days=7)
LAST_PAGE = 1_000_000
# Each ends with the id, so that no paste is on two pages.
ORDERS: dict[str, tuple[str, tuple[Any, ...]]] = {
    "newest": ("Newest", ("-created_at", "-id")),
    "oldest": ("Oldest", ("created_at", "id")),
    "changed": ("Last changed", ("-updated_at", "-id")),
    "expiring": ("Expires soonest", (F("expires_at").asc(nulls_last=True), "id")),
    "largest": ("Largest", ("-size", "-id")),
    "title": ("Title", (Lower("title"), "title", "id")),
}
NEWEST = "newest"


class FindForm(forms.Form):
    """Every field may be missing: then it asks for nothing."""

    q = forms.CharField(
        label="Find in title or text",
        required=False,
        max_length=TITLE_CHARACTERS,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "Find in title or text", "autocomplete": "off"}),
    )
    language = forms.CharField(label="Language", required=False, max_length=40, widget=forms.Select)
    visibility = forms.ChoiceField(label="Visibility", required=False)
    sort = forms.ChoiceField(
        label="Sort by", required=False, choices=[(name, label) for name, (label, _) in ORDERS.items()]
    )
    soon = forms.BooleanField(label="Expires within 7 days", required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=LAST_PAGE, widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, languages: Iterable[str], at: datetime, **options: Any) -> None:
        """`languages` are those that there is a paste in."""
        super().__init__(*arguments, **options)
        self.at = at
        # What is asked for stays in the select, though the last paste in it has gone.
        names = {*languages, *filter(None, [self.data.get("language", "")[:40]])}
        labels = sorted(((name, resolve(name).label) for name in names), key=lambda pair: pair[1].lower())
        self.fields["language"].widget.choices = [("", "Any language"), *labels]
        visible = [(name, label.partition(":")[0]) for name, label in visibilities()]
        self.fields["visibility"].choices = [("", "Any visibility"), *visible]  # type: ignore[attr-defined]

    def found(self, pastes: PasteQuerySet) -> PasteQuerySet:
        """Of a valid form: those of the pastes that it asks for, in its order."""
        asked = self.cleaned_data
        if asked["q"]:
            pastes = pastes.containing(asked["q"])
        if asked["soon"]:
            pastes = pastes.due(self.at + SOON)
        chosen = {name: asked[name] for name in ("language", "visibility") if asked[name]}
        return pastes.filter(**chosen).order_by(*ORDERS[asked["sort"] or NEWEST][1])

    @property
    def is_filtering(self) -> bool:
        return any(self.data.get(name) for name in ("q", "language", "visibility", "soon"))

    @property
    def has_options(self) -> bool:
        """Whether it asks for more than words, or for another order than that of the list."""
        asked = any(self.data.get(name) for name in ("language", "visibility", "soon"))
        return asked or self.data.get("sort", "") not in ("", NEWEST)

    def query(self) -> str:
        """Of a valid form: what it asks for, as an address holds it, but for the page."""
        asked = {name: value for name, value in self.cleaned_data.items() if value and name != "page"}
        return urlencode({**asked, **({"soon": "on"} if "soon" in asked else {})})


def narrowed(text: str, *, at: datetime) -> str:
    """The query of a list that a form brought along, put together anew; nothing for what no list would take."""
    form = FindForm(QueryDict(text), languages=(), at=at)
    if not form.is_valid():
        return ""
    page = form.cleaned_data["page"] or 1
    return "&".join(filter(None, [form.query(), f"page={page}" if page > 1 else ""]))
