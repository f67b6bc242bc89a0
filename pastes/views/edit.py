"""The pages that change a paste: its form, both texts where somebody saved first, and a way out where it went away."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, limits, store
from pastes.batching import outcome_or_raise
from pastes.drafts import new_id
from pastes.errors import Conflict, Forbidden, NotFound, PasteError, TooManyRequests, Unavailable
from pastes.forms import CreateForm, EditForm
from pastes.models import Record
from pastes.responses import exchange_of, methods, personal, see, with_headers
from pastes.views.create import form_page
from pastes.views.diffs import diff_context
from pastes.views.records import about, readable_record, writable_record

GONE = "This paste expired or was deleted while you edited it."
NOT_YOURS = "This browser may not change that paste: its owner cookie is gone, or another one."
TAKES_TEXT = (NotFound, Forbidden, Unavailable)  # refusals that keep what was typed: it can become a new paste


@methods("GET", "POST")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    try:
        return _edited(request, writable_record(request, paste_id))
    except TAKES_TEXT as refusal:
        if request.method != "POST":
            raise
        return _given_back(request, refusal)


def grown_old(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    """What a form is answered whose CSRF token is not believed: itself, as it was typed, with a new one."""
    try:
        record = writable_record(request, paste_id)
        form = EditForm(browser.posted(request), record=record, at=exchange_of(request).at)
    except TAKES_TEXT as refusal:
        return _given_back(request, refusal)
    form.is_valid()
    form.add_error(None, "This form had grown old, or cookies are off in this browser. Nothing is lost: save again.")
    return _edit_page(request, form, record, status=403)


def _edited(request: HttpRequest, record: Record) -> HttpResponse:
    if request.method != "POST":
        return _edit_page(request, EditForm(record=record, at=exchange_of(request).at), record)
    form = EditForm(browser.posted(request), record=record, at=exchange_of(request).at)
    if not form.is_valid():
        return _edit_page(request, form, record, status=422)
    guard = browser.guard_of(request.COOKIES, version=form.cleaned_data["version"])
    keep_history = not form.cleaned_data["without_history"]
    edit = form.draft.edit(record.header.id, at=exchange_of(request).at, guard=guard, keep_history=keep_history)
    outcome = store.revise([edit])[0]
    if isinstance(outcome, Conflict):
        return _conflict_page(request, form)
    if isinstance(outcome, Unavailable):
        form.add_error(None, f"The change could not be saved. {outcome.detail} Your text is below: save again.")
        return with_headers(_edit_page(request, form, record, status=outcome.status), outcome.headers)
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
        **_difference(request, theirs.content, form.draft.content or ""),
        **about(theirs.header),
    }
    return personal(render(request, "pastes/conflict.html", context, status=409))


def _difference(request: HttpRequest, theirs: str, yours: str) -> dict[str, Any]:
    """Nothing for a client that has compared too often: both texts are on the page all the same."""
    try:
        limits.guard_compare(request, exchange_of(request).client)
    except TooManyRequests:
        return {}
    return {"old_label": "Theirs", "new_label": "Yours", **diff_context(theirs, yours, request)}


def _given_back(request: HttpRequest, refusal: PasteError) -> HttpResponse:
    """The paste went away or out of reach under somebody's hands: what they typed can become a new one."""
    data: QueryDict = browser.posted(request).copy()
    data["id"] = str(new_id())
    # "Keep as it is" and a date that may have passed are no lives for a new paste.
    if not data.get("lifetime", "").isdigit():
        data["lifetime"] = str(settings.DEFAULT_TTL or "never")
    form = CreateForm(data, at=exchange_of(request).at)
    form.is_valid()
    known = {NotFound: GONE, Forbidden: NOT_YOURS}
    reason = known.get(type(refusal), f"The change could not be saved. {refusal.detail}")
    form.add_error(None, f"{reason} Your text is below: you can publish it as a new paste.")
    return with_headers(form_page(request, form, status=refusal.status), refusal.headers)
