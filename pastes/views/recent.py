"""The list of public pastes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pastes import cursors
from pastes.models import Paste
from pastes.models.paste import PasteQuerySet
from pastes.responses import exchange_of, indexable, methods

LIST_SIZE = 50


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": "Recent",
        "intro": "Public pastes, newest first.",
        "empty": "There is no public paste now.",
        "mine": False,
    }
    response = list_page(request, Paste.objects.listed(exchange_of(request).at), context)
    response["Cache-Control"] = "no-cache"
    return indexable(response)


def list_page(request: HttpRequest, pastes: PasteQuerySet, context: dict[str, Any]) -> HttpResponse:
    """A page of a list, newest first. Raises Invalid for a bad cursor."""
    headers, next_cursor = cursors.page(pastes, request.GET.get("cursor", ""), size=LIST_SIZE)
    return render(request, "pastes/list.html", {**context, "pastes": headers, "next_cursor": next_cursor})
