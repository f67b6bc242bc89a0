"""The page that asks before one old version is erased for good."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, store
from pastes.batching import outcome_or_raise
from pastes.errors import NotFound
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.history import entries_of
from pastes.views.records import about, writable_header


@methods("GET", "POST")
def page(request: HttpRequest, paste_id: UUID, version: int) -> HttpResponse:
    header = writable_header(request, paste_id)
    if request.method == "POST":
        guard = browser.guard_of(request.COOKIES)
        erasure = store.Erasure(paste_id, version, exchange_of(request).at, guard)
        outcome_or_raise(store.erase([erasure])[0])
        return see(reverse("history", args=[paste_id]))
    entries = entries_of(header)
    found = next((entry for entry in entries if entry.past.version == version and not entry.is_current), None)
    if found is None:
        raise NotFound
    others = [entry for entry in entries if entry is not found and entry.past.sha256 == found.past.sha256]
    return personal(render(request, "pastes/erase.html", {"entry": found, "others": others, **about(header)}))
