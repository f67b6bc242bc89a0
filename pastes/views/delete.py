"""The page that asks before a paste is deleted for good."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, store
from pastes.batching import outcome_or_raise
from pastes.errors import Conflict
from pastes.preconditions import Preconditions
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.records import about, writable_header


@methods("GET", "POST")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    actor, at = browser.actor_of(request.COOKIES), exchange_of(request).at
    header = writable_header(request, paste_id)
    version = request.POST.get("version", "")
    if request.method == "POST" and version == str(header.version):
        removal = store.Removal(paste_id, at, Preconditions(version=header.version).guard(actor))
        outcome = store.remove([removal])[0]
        if not isinstance(outcome, Conflict):
            outcome_or_raise(outcome)
            return see(reverse("mine"))
    context = {**about(header), "changed": request.method == "POST"}
    return personal(render(request, "pastes/delete.html", context, status=409 if context["changed"] else 200))
