"""The page that asks before a paste is deleted for good."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, store
from pastes.batching import outcome_or_raise
from pastes.errors import Conflict
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.records import about, writable_header


@methods("GET", "POST")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    header = writable_header(request, paste_id)
    version = request.POST.get("version", "")
    if request.method == "POST" and version == str(header.version):
        guard = browser.guard_of(request.COOKIES, version=header.version)
        outcome = store.remove([store.Removal(paste_id, exchange_of(request).at, guard)])[0]
        if not isinstance(outcome, Conflict):
            outcome_or_raise(outcome)
            return see(reverse("mine"))
    context = {**about(header), "changed": request.method == "POST"}
    return personal(render(request, "pastes/delete.html", context, status=409 if context["changed"] else 200))
