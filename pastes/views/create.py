"""The page that makes a paste: a form, and the form again as it was typed wherever it is refused."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, clock, limits, operations, store
from pastes.batching import outcome_or_raise
from pastes.doors import http
from pastes.drafts import new_id, parsed_id
from pastes.errors import Conflict, Forbidden, Invalid, PasteError, TooManyRequests, Unavailable
from pastes.forms import CreateForm
from pastes.models import Header
from pastes.operations import Creation
from pastes.responses import error_page, exchange_of, indexable, methods, personal, see


@methods("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    secret = browser.secret_for(request.COOKIES)
    response = _created(request, secret) if request.method == "POST" else form_page(request, _empty_form())
    browser.remember(response, secret)
    return response


def _created(request: HttpRequest, secret: str) -> HttpResponse:
    form = CreateForm(browser.posted(request), request.FILES, at=exchange_of(request).at)
    try:
        limits.guard_form(request, exchange_of(request).client)
        if not form.is_valid():
            return form_page(request, form.with_file_in_textarea(), status=422)
        header, headers = _published(request, form, secret)
    except (TooManyRequests, Unavailable) as refusal:
        return _refused_page(request, form, refusal)
    return _with_headers(see(reverse("show", args=[header.id])), headers)


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


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Cookies off, or a form older than its cookie: say so, and give back what was typed."""
    if request.path_info != reverse("create"):
        return error_page(
            request, Forbidden("This form has grown old, or cookies are off. Go back, reload, try again.")
        )
    try:
        form = CreateForm(browser.posted(request), request.FILES, at=exchange_of(request).at)
    except Invalid as invalid:  # outside of any view: nobody else would catch it
        return error_page(request, invalid)
    try:
        limits.guard_form(request, exchange_of(request).client)
    except TooManyRequests as refusal:
        return _refused_page(request, form, refusal)
    form.is_valid()
    form.add_error(None, "This form had grown old, or cookies are off in this browser. Nothing is lost: publish again.")
    return form_page(request, form, status=403)


def _empty_form() -> CreateForm:
    return CreateForm(initial={"id": str(new_id())}, at=clock.now())


def form_page(
    request: HttpRequest, form: CreateForm, *, status: int = 200, headers: http.Headers | None = None
) -> HttpResponse:
    context = {"form": form, "limits": limits.published()}
    response = indexable(personal(render(request, "pastes/create.html", context, status=status)))
    return _with_headers(response, headers or [])


def _refused_page(request: HttpRequest, form: CreateForm, refusal: PasteError) -> HttpResponse:
    """Not now: the form as it was typed, and how long to wait."""
    form.add_error(None, refusal.detail)
    return form_page(request, form, status=refusal.status, headers=refusal.headers)


def _with_headers(response: HttpResponse, headers: http.Headers) -> HttpResponse:
    for name, value in headers:
        response[name] = value
    return response
