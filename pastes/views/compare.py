"""What differs between two texts: the page of any two pastes, the form that asks which, and a part for other pages."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from pastes import limits
from pastes.errors import Invalid
from pastes.forms import CompareForm
from pastes.rendering.diff import CONTEXT, Difference, Options, compare
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.records import readable_record

NOTICES = {
    "too much": "There is too much that differs to show it line by line.",
    "took too long": "Comparing these two took too long.",
    "unavailable": "They are not compared for now: the machine is busy. Try again in a moment.",
}
OPTIONS = {"whitespace": "ignore", "context": "all"}


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    """The form; with both fields given, the way to their comparison."""
    if not {"a", "b"} <= request.GET.keys():
        return personal(render(request, "pastes/compare.html", {"form": CompareForm(initial=request.GET.dict())}))
    limits.guard_compare(request, exchange_of(request).client)
    form = CompareForm(request.GET, exchange=exchange_of(request))
    if not form.is_valid():
        return personal(render(request, "pastes/compare.html", {"form": form}, status=422))
    return see(reverse("compare-two", args=[form.cleaned_data["a"], form.cleaned_data["b"]]))


@methods("GET")
def two(request: HttpRequest, before: UUID, after: UUID) -> HttpResponse:
    """Of two pastes that whoever asks can read."""
    limits.guard_compare(request, exchange_of(request).client)
    old, new = readable_record(request, before), readable_record(request, after)
    query = urlencode(_chosen(request.GET))
    context = {
        "old_paste": old.header,
        "new_paste": new.header,
        "swapped": f"{reverse('compare-two', args=[after, before])}{'?' if query else ''}{query}",
        **diff_context(old.content, new.content, request),
    }
    return personal(render(request, "pastes/compare_two.html", context))


def diff_context(before: str, after: str, request: HttpRequest) -> dict[str, Any]:
    """What `pastes/_diff.html` shows of the two texts, with the options that the query asks for.

    The query may hold `whitespace=ignore` and `context=all`; its other fields stay in the links that change those. A
    page that answers a POST has neither options nor links. The page around it brings css/diff.css and js/sides.js, and
    counts itself against its limit (limits.guard_compare). Raises Invalid for another value of an option.
    """
    is_read = request.method in ("GET", "HEAD")
    chosen = _chosen(request.GET) if is_read else {}
    options = Options("whitespace" in chosen, None if "context" in chosen else CONTEXT)
    found = compare(before, after, options)
    links = _links(request) if is_read else {}
    return {
        "diff": found,
        "diff_digits": len(str(max(found.old_lines, found.new_lines))),
        "diff_rows": _rows(found, links.get("context", "")),
        "diff_notice": NOTICES.get(found.reason, ""),
        "diff_options": chosen,
        "diff_links": links,
    }


def _rows(found: Difference, whole: str) -> str:
    html = found.html
    if whole:
        html = html.replace("<a>", format_html('<a href="{}">', whole))  # no text makes this tag: it would be escaped
    return mark_safe(html)  # noqa: S308  (the renderer escapes every character)


def _chosen(query: QueryDict) -> dict[str, str]:
    for name, value in OPTIONS.items():
        if query.get(name, value) != value:
            raise Invalid.field(name, f"is {value}, or left out")
    return {name: value for name, value in OPTIONS.items() if name in query}


def _links(request: HttpRequest) -> dict[str, str]:
    """For each option the address that switches it, and leaves all else as it is."""
    links = {}
    for name, value in OPTIONS.items():
        query = request.GET.copy()
        if query.pop(name, None) is None:
            query[name] = value
        links[name] = f"{request.path}?{query.urlencode()}" if query else request.path
    return links
