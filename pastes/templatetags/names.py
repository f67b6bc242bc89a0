"""Titles and file names as people gave them, for pages: what in one deceives a reader is marked, or left out."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from pastes.rendering.markup import escape
from pastes.rendering.unseen import bare as without_deception

register = template.Library()


@register.filter
def marked(name: str) -> SafeString:
    """For element content only, where marks can stand; quotes stay as they are."""
    return mark_safe(escape(name))  # noqa: S308  (every character is escaped)


@register.filter
def bare(name: str) -> str:
    """For the title of a window, an attribute, a card: never blank, so that there is something to click on."""
    return without_deception(name).strip() or "Untitled"
