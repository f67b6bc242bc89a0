"""The page that makes a paste: a form, and the form again as it was typed wherever it is refused."""

from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape

from pastes import browser, limits, operations, store
from pastes.batching import outcome_or_raise
from pastes.doors import http
from pastes.drafts import new_id, parsed_id
from pastes.errors import Conflict, NotFound, PasteError, TooManyRequests, Unavailable
from pastes.forms import CreateForm
from pastes.models import Header, Record
from pastes.operations import Creation
from pastes.responses import exchange_of, indexable, methods, of_the_site, personal, see, with_headers
from pastes.views.records import readable_record

NEVER_SENT = datetime.min.replace(tzinfo=UTC)  # no life counts from an empty form
TOKEN, ID, ORIGIN = "{csrf token}", "{paste id}", "{origin}"  # in no template, and HTML escapes none of them


@methods("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    secret = browser.secret_for(request.COOKIES)
    response = _created(request, secret) if request.method == "POST" else _empty_page(request)
    browser.remember(response, secret)
    return response


def _created(request: HttpRequest, secret: str) -> HttpResponse:
    form = _sent_form(request)
    try:
        limits.guard_form(request, exchange_of(request).client)
        if not form.is_valid():
            return form_page(request, form.with_file_in_textarea(), status=422)
        header, headers = _published(request, form, secret)
    except (TooManyRequests, Unavailable) as refusal:
        return _refused_page(request, form, refusal)
    return with_headers(see(reverse("show", args=[header.id])), headers)


def _published(request: HttpRequest, form: CreateForm, secret: str) -> tuple[Header, http.Headers]:
    """The paste of this form. An id that is another text's already is replaced, never shown as a conflict."""
    exchange, owner_key = exchange_of(request), browser.owner_key(secret)
    given_id = parsed_id(form.cleaned_data["id"])
    new = form.draft.new_paste(at=exchange.at, owner_key=owner_key, given_id=given_id or new_id())
    created = operations.create([Creation(new, exchange.client, exchange.origin)])[0]
    if isinstance(created, Conflict):
        again = form.draft.new_paste(at=exchange.at, owner_key=owner_key)
        return outcome_or_raise(store.publish([again])[0]), created.headers
    found = outcome_or_raise(created)
    return found.header, found.headers


def grown_old(request: HttpRequest) -> HttpResponse:
    """What a form is answered whose CSRF token is not believed: itself, as it was typed, with a new one."""
    form = _sent_form(request)
    try:
        limits.guard_form(request, exchange_of(request).client)
    except TooManyRequests as refusal:
        return _refused_page(request, form, refusal)
    return _given_back(
        request, form, "This form had grown old, or cookies are off in this browser. Nothing is lost: publish again."
    )


def _sent_form(request: HttpRequest) -> CreateForm:
    sent = browser.posted(request)
    return CreateForm(sent, request.FILES, at=exchange_of(request).at, forked=_forked(request, sent.get("parent", "")))


def _forked(request: HttpRequest, parent: str) -> Record | None:
    """What the form says it is a fork of: believed where this reader may read it now, else nothing."""
    parent_id = parsed_id(parent)
    try:
        return readable_record(request, parent_id) if parent_id else None
    except (NotFound, Unavailable):
        return None


def _empty_page(request: HttpRequest) -> HttpResponse:
    page = _empty_form(settings.CONTACT, settings.LIST_ANONYMOUS, *limits.published().values())
    for placeholder, value in (
        (TOKEN, get_token(request)),
        (ID, str(new_id())),
        (ORIGIN, escape(exchange_of(request).origin)),
    ):
        page = page.replace(placeholder, value)
    return indexable(personal(HttpResponse(page)))


@lru_cache(maxsize=16)
def _empty_form(*_: object) -> str:
    """The page of a form in which nobody has typed yet, the same for all but for what the placeholders stand for.

    Kept for each set of the limits that it tells of: to write it takes ten times as long as all the rest of a visit.
    """
    form = CreateForm(initial={"id": ID}, at=NEVER_SENT)
    context = {
        "form": form,
        "limits": limits.published(),
        "origin": ORIGIN,
        "csrf_token": TOKEN,
        **of_the_site(),
        "request": {"resolver_match": {"url_name": "create"}},
    }
    return render_to_string("pastes/create.html", context)


def form_page(request: HttpRequest, form: CreateForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "limits": limits.published(), "origin": exchange_of(request).origin}
    return indexable(personal(render(request, "pastes/create.html", context, status=status)))


def _refused_page(request: HttpRequest, form: CreateForm, refusal: PasteError) -> HttpResponse:
    """Not now: the form as it was typed, and how long to wait."""
    return with_headers(_given_back(request, form, refusal.detail, status=refusal.status), refusal.headers)


def _given_back(request: HttpRequest, form: CreateForm, reason: str, *, status: int = 403) -> HttpResponse:
    """The form as it was sent, the text of a picked file in it too."""
    form.is_valid()
    form = form.with_file_in_textarea()
    form.add_error(None, reason)
    return form_page(request, form, status=status)
