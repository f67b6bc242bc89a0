"""My pastes: what this browser made, found by words, filters and order, page by page."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pastes import browser
from pastes.account.keys import owned
from pastes.forms.mine import SOON, FindForm
from pastes.models.paste import PasteQuerySet
from pastes.responses import exchange_of, methods, personal
from pastes.transactions import reading

LIST_SIZE = 50


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    at, secret = exchange_of(request).at, browser.secret_of(request.COOKIES)
    mine = owned(secret, at=at)
    totals = reading(lambda: _totals(mine, at))
    form = FindForm(request.GET, languages=[row["language"] for row in totals], at=at)
    context = {
        "form": form,
        "mine": True,
        "all": sum(row["all"] for row in totals),
        "soon": sum(row["soon"] for row in totals),
        "soon_until": at + SOON,
        "unfinished": reading(owned(browser.next_secret_of(request.COOKIES), at=at).count),
        **(_found(form, mine) if form.is_valid() else {}),
    }
    response = personal(render(request, "account/mine.html", context, status=200 if form.is_valid() else 422))
    if secret:
        browser.remember(response, secret)
    return response


def _totals(mine: PasteQuerySet, at: datetime) -> list[dict[str, Any]]:
    """How many there are, and how many expire soon, by language."""
    soon = Count("id", filter=Q(expires_at__lte=at + SOON))
    return [dict(row) for row in mine.values("language").annotate(all=Count("id"), soon=soon)]


def _found(form: FindForm, mine: PasteQuerySet) -> dict[str, Any]:
    found = form.found(mine)
    pages = Paginator(found, LIST_SIZE)
    number = min(form.cleaned_data["page"] or 1, reading(lambda: pages.num_pages))
    before = (number - 1) * LIST_SIZE
    return {
        "pastes": reading(found[before : before + LIST_SIZE].headers),
        "here": pages.page(number),
        "numbers": pages.get_elided_page_range(number),
        "query": form.query(),
    }
