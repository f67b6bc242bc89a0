"""The pages that change a paste: its form, both texts where somebody saved first, and a way out where it went away."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, store
from pastes.batching import outcome_or_raise
from pastes.drafts import new_id
from pastes.errors import Conflict, NotFound, PasteError, Unavailable
from pastes.forms import CreateForm, EditForm
from pastes.models import Record
from pastes.preconditions import Preconditions
from pastes.responses import exchange_of, methods, personal, see
from pastes.views.create import form_page
from pastes.views.records import about, readable_record, writable_record


@methods("GET", "POST")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    try:
        return _edited(request, writable_record(request, paste_id))
    except (NotFound, Unavailable) as refusal:
        if request.method != "POST":
            raise
        return _given_back(request, refusal)


def _edited(request: HttpRequest, record: Record) -> HttpResponse:
    if request.method != "POST":
        return _edit_page(request, EditForm(record=record, at=exchange_of(request).at), record)
    form = EditForm(browser.posted(request), record=record, at=exchange_of(request).at)
    if not form.is_valid():
        return _edit_page(request, form, record, status=422)
    guard = Preconditions(version=form.cleaned_data["version"]).guard(browser.actor_of(request.COOKIES))
    edit = form.draft.edit(record.header.id, at=exchange_of(request).at, guard=guard)
    outcome = store.revise([edit])[0]
    if isinstance(outcome, Conflict):
        return _conflict_page(request, form)
    return see(reverse("show", args=[outcome_or_raise(outcome).id]))


def _edit_page(request: HttpRequest, form: EditForm, record: Record, *, status: int = 200) -> HttpResponse:
    context = {"form": form, **about(record.header)}
    return personal(render(request, "pastes/edit.html", context, status=status))


def _conflict_page(request: HttpRequest, form: EditForm) -> HttpResponse:
    """Somebody saved first: both texts, and the form ready to go on top of theirs."""
    theirs = readable_record(request, form.record.header.id)
    context = {
        "form": form.on_top_of(theirs.header.version),
        "theirs": theirs.content,
        **about(theirs.header),
    }
    return personal(render(request, "pastes/conflict.html", context, status=409))


def _given_back(request: HttpRequest, refusal: PasteError) -> HttpResponse:
    """The paste went away or out of reach under somebody's hands: what they typed can become a new one."""
    data: QueryDict = browser.posted(request).copy()
    data["id"] = str(new_id())
    if not data.get("lifetime", "").isdigit():
        data["lifetime"] = str(settings.DEFAULT_TTL or "never")
    form = CreateForm(data, at=exchange_of(request).at)
    form.is_valid()
    gone = "This paste expired or was deleted while you edited it."
    reason = gone if isinstance(refusal, NotFound) else f"The change could not be saved. {refusal.detail}"
    form.add_error(None, f"{reason} Your text is below: you can publish it as a new paste.")
    return form_page(request, form, status=refusal.status, headers=refusal.headers)
