"""The page that gives a paste another life, and changes nothing else."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, store
from pastes.batching import outcome_or_raise
from pastes.errors import Conflict
from pastes.forms import RenewForm
from pastes.models import Header
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.records import about, writable_header


@methods("GET", "POST")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    header, at = writable_header(request, paste_id), exchange_of(request).at
    if request.method != "POST":
        return _renew_page(request, RenewForm(header=header, at=at))
    form = RenewForm(browser.posted(request), header=header, at=at)
    is_valid = form.is_valid()
    if form.cleaned_data.get("version", header.version) != header.version:
        return _changed_page(request, header, form)
    if not is_valid:
        return _renew_page(request, form, status=422)
    guard = browser.guard_of(request.COOKIES, version=header.version)
    outcome = store.revise([form.draft.edit(paste_id, at=at, guard=guard)])[0]
    if isinstance(outcome, Conflict):
        return _changed_page(request, writable_header(request, paste_id), form)
    return see(reverse("show", args=[outcome_or_raise(outcome).id]))


def _changed_page(request: HttpRequest, header: Header, form: RenewForm) -> HttpResponse:
    """The choice as it was made, now on top of what the paste has become."""
    again = RenewForm(header=header, at=form.at)
    for name in ("lifetime", "expires_on"):
        again.initial[name] = form.cleaned_data.get(name, again.initial.get(name))
    return _renew_page(request, again, status=409)


def _renew_page(request: HttpRequest, form: RenewForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "changed": status == 409, **about(form.header)}
    return personal(render(request, "pastes/renew.html", context, status=status))
