"""My pastes: what this browser made, found by words, filters and order, page by page."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pastes import browser, limits
from pastes.account.ownership import owned
from pastes.errors import Unavailable
from pastes.forms import FindForm
from pastes.forms.find import SOON
from pastes.models.paste import PasteQuerySet
from pastes.responses import exchange_of, methods, personal
from pastes.transactions import reading
from pastes.turns import Turns

LIST_SIZE = 50

searches = Turns(2)  # a hostile one takes the database seconds


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    """Raises TooManyRequests for a client that searches too often, and Unavailable while two others search here."""
    if request.GET.get("q"):
        limits.guard_search(request, exchange_of(request).client)
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
        "unfinished": reading(owned(browser.unfinished_secret_of(request.COOKIES), at=at).count),
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
    if not form.cleaned_data["q"]:
        return _listed(form, mine)
    with searches.take() as is_had:
        if not is_had:
            raise Unavailable("Others are searching now.")
        return _listed(form, mine)


def _listed(form: FindForm, mine: PasteQuerySet) -> dict[str, Any]:
    found = form.found(mine)
    pages = Paginator(found, LIST_SIZE)
    # The last page may be gone since it was linked to: what was on it was deleted, or has expired.
    number = min(form.cleaned_data["page"] or 1, reading(lambda: pages.num_pages))
    before = (number - 1) * LIST_SIZE
    return {
        "pastes": reading(found[before : before + LIST_SIZE].headers),
        "here": pages.page(number),
        "numbers": pages.get_elided_page_range(number),
        "query": form.query(),
    }
