"""What differs between any two pastes, and the form that asks which two."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import limits
from pastes.forms import CompareForm
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.diffs import chosen, diff_context
from pastes.views.records import readable_record


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
    query = urlencode(chosen(request.GET))
    context = {
        "old_paste": old.header,
        "new_paste": new.header,
        "swapped": f"{reverse('compare-two', args=[after, before])}{'?' if query else ''}{query}",
        "another": f"{reverse('compare')}?{urlencode({'a': before})}",
        **diff_context(old.content, new.content, request),
    }
    return personal(render(request, "pastes/compare_two.html", context))
