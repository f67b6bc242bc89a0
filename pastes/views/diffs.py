"""What a page shows of two texts beside each other: the rows, and links that switch how they are compared."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from pastes.errors import Invalid
from pastes.rendering.diff import CONTEXT, Difference, Options, compare

NOTICES = {
    "too much": "There is too much that differs to show it line by line.",
    "took too long": "Comparing these two took too long.",
    "unavailable": "They are not compared for now: the machine is busy. Try again in a moment.",
}
OPTIONS = {"whitespace": "ignore", "context": "all"}


def diff_context(
    before: str, after: str, request: HttpRequest, *, kept: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """What `pastes/_diff.html` shows of the two texts, with the options that the query asks for.

    The query may hold `whitespace=ignore` and `context=all`; the links that change those hold what is `kept` too. A
    page that answers a POST has neither options nor links. The page around it brings css/diff.css and js/sides.js, and
    counts itself against its limit (limits.guard_compare). Raises Invalid for another value of an option.
    """
    is_read = request.method in ("GET", "HEAD")
    asked = chosen(request.GET) if is_read else {}
    options = Options("whitespace" in asked, None if "context" in asked else CONTEXT)
    found = compare(before, after, options)
    links = _links(request.path, {**(kept or {}), **asked}) if is_read else {}
    return {
        "diff": found,
        "diff_digits": len(str(max(found.old_lines, found.new_lines))),
        "diff_rows": _rows(found, links.get("context", "")),
        "diff_notice": NOTICES.get(found.reason, ""),
        "diff_options": asked,
        "diff_links": links,
    }


def _rows(found: Difference, whole: str) -> str:
    html = found.html
    if whole:
        html = html.replace("<a>", format_html('<a href="{}">', whole))  # no text makes this tag: it would be escaped
    return mark_safe(html)  # noqa: S308  (the renderer escapes every character)


def chosen(query: QueryDict) -> dict[str, str]:
    """The options that a query asks for. Raises Invalid for a value that is none."""
    for name, value in OPTIONS.items():
        if query.get(name, value) != value:
            raise Invalid.field(name, f"is {value}, or left out")
    return {name: value for name, value in OPTIONS.items() if name in query}


def _links(path: str, asked: Mapping[str, object]) -> dict[str, str]:
    """For each option the address that switches it.

    Made of what is known, never of the query as it came: each fold holds one, and a page of them could be any size.
    """
    links = {}
    for name, value in OPTIONS.items():
        query = {other: given for other, given in asked.items() if other != name}
        query |= {} if name in asked else {name: value}
        links[name] = f"{path}?{urlencode(query)}" if query else path
    return links
