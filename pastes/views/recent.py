"""The list of public pastes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pastes import cursors
from pastes.models import Paste
from pastes.responses import exchange_of, indexable, methods

LIST_SIZE = 50


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    """Newest first. Raises Invalid for a bad cursor."""
    listed = Paste.objects.listed(exchange_of(request).at)
    headers, next_cursor = cursors.page(listed, request.GET.get("cursor", ""), size=LIST_SIZE)
    context = {
        "heading": "Recent",
        "intro": "Public pastes, newest first.",
        "empty": "There is no public paste now.",
        "pastes": headers,
        "next_cursor": next_cursor,
    }
    response = render(request, "pastes/list.html", context)
    response["Cache-Control"] = "no-cache"
    return indexable(response)
