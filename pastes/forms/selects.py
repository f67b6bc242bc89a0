"""Selects whose options are written in one go: Django renders four templates for each of them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from pastes.rendering import AUTO, LANGUAGES, Language, is_known, resolve

SELECTED, NOT_SELECTED = SafeString(" selected"), SafeString("")


class Select(forms.Select):
    """A select without groups and without a choice of several."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        attributes = flatatt(self.build_attrs({**self.attrs, "name": name}, attrs))
        return format_html("<select{}>{}</select>", SafeString(attributes), self.options_with(str(value or "")))

    def options_with(self, selected: str) -> SafeString:
        rows = ((value, mark(value == selected), label) for value, label in self.choices)
        return format_html_join("", '<option value="{}"{}>{}</option>', rows)


class LanguageSelect(Select):
    """Ninety options, kept. `data-terms` are the other words that a language is found by."""

    def options_with(self, selected: str) -> SafeString:
        return _languages_with(resolve(selected).name if is_known(selected) else AUTO)


class LanguageField(forms.CharField):
    """`auto`, or a language by its name or an alias."""

    widget = LanguageSelect

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value and value != AUTO and not is_known(value):
            raise ValidationError(f"{value} is not a language that is known here.", code="invalid_choice")


@lru_cache(maxsize=len(LANGUAGES) + 1)
def _languages_with(selected: str) -> SafeString:
    rows = [(each.name, " ".join(terms(each)), mark(each.name == selected), each.label) for each in LANGUAGES]
    every = [(AUTO, AUTO, mark(selected == AUTO), "Detect"), *rows]
    return format_html_join("", '<option value="{}" data-terms="{}"{}>{}</option>', every)


def mark(is_selected: bool) -> SafeString:  # noqa: FBT001
    return SELECTED if is_selected else NOT_SELECTED


def terms(language: Language) -> Iterator[str]:
    """What else than its label a language is looked for by, the likeliest first, none twice."""
    words = (language.name, *language.aliases, *language.extensions, *language.filenames)
    yield from dict.fromkeys(word for word in words if word != language.label.lower())
