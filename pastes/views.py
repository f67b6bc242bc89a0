"""The pages of a paste: fetch what one may have, form, verb, redirect."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe

from pastes import access, browser, fragments, limits, operations, store
from pastes.batching import outcome_or_raise
from pastes.cursors import page
from pastes.doors import http
from pastes.drafts import new_id, parsed_id
from pastes.errors import Conflict, Forbidden, NotFound, PasteError, TooManyRequests, Unavailable
from pastes.forms import CreateForm, EditForm
from pastes.models import Header, Paste, Record
from pastes.models.paste import PasteQuerySet
from pastes.operations import Creation
from pastes.preconditions import Preconditions
from pastes.responses import error_page, exchange_of, indexable, of_paste, personal, see
from pastes.texts import content_disposition, selected_lines

View = Callable[..., HttpResponse]

LIST_SIZE = 50


def methods(*allowed: str) -> Callable[[View], View]:
    """What the view takes, and HEAD; the driver's middleware refuses the rest, before any check of CSRF."""

    def decorator(view: View) -> View:
        view.methods = (*allowed, "HEAD")  # type: ignore[attr-defined]
        return view

    return decorator


@methods("GET", "POST")
def create(request: HttpRequest) -> HttpResponse:
    secret = browser.secret_for(request)
    response = _created(request, secret) if request.method == "POST" else _create_page(request, _empty_form())
    browser.remember(response, secret)
    return response


def _created(request: HttpRequest, secret: str) -> HttpResponse:
    form = CreateForm(request.POST, request.FILES)
    try:
        limits.guard_form(request, exchange_of(request).client)
        if not form.is_valid():
            return _create_page(request, form.with_file_in_textarea(), status=422)
        header, headers = _published(request, form, secret)
    except (TooManyRequests, Unavailable) as refusal:
        return _refused_form(request, form, refusal)
    response = see(reverse("show", args=[header.id]))
    for name, value in headers:
        response[name] = value
    return response


def _published(request: HttpRequest, form: CreateForm, secret: str) -> tuple[Header, http.Headers]:
    """The paste of this form. An id that is another text's already is replaced, never shown as a conflict."""
    exchange, owner_key = exchange_of(request), browser.owner_key(secret)
    given_id = parsed_id(form.cleaned_data["id"])
    new = form.draft.new_paste(at=exchange.received_at, owner_key=owner_key, given_id=given_id or new_id())
    created = operations.create([Creation(new, exchange.client, exchange.origin)])[0]
    if isinstance(created, Conflict):
        again = form.draft.new_paste(at=exchange.received_at, owner_key=owner_key)
        return outcome_or_raise(store.publish([again])[0]), created.headers
    found = outcome_or_raise(created)
    return found.header, found.headers


@methods("GET")
def show(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    at, origin = exchange_of(request).received_at, exchange_of(request).origin
    header = access.readable(store.headers([paste_id], at=at)[0], at=at)
    fragment = fragments.kept(header)
    if fragment is None:
        record = _record(request, paste_id)
        header, fragment = record.header, fragments.made(record)
    owner = access.owns(header, browser.actor_of(request))
    parts = ("page", "owner" if owner else "reader", fragments.renderer_version(), origin, fragment.notice, "identity")
    tag = http.etag(header.id.hex, header.version, parts)
    if http.matches(request.headers.get("If-None-Match", ""), tag):
        return of_paste(HttpResponse(status=304), header, tag, vary=["Cookie"])
    context = {
        "lines": mark_safe(fragment.html),  # noqa: S308  (the renderer escapes every character)
        "line_count": fragment.line_count,
        "newline": fragment.newline,
        "final_newline": fragment.ends_with_newline,
        "notice": fragment.notice,
        "owner": owner,
        "share_url": f"{origin}{reverse('show', args=[header.id])}",
        **_about(header),
    }
    return of_paste(render(request, "pastes/show.html", context), header, tag, vary=["Cookie"])


@methods("GET")
def raw(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    record = _record(request, paste_id)
    wanted = request.GET.get("lines", "")
    text = selected_lines(record.content, wanted) if "lines" in request.GET else record.content
    return _text(request, record.header, text, ("raw", wanted, "identity"))


@methods("GET")
def download(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    record = _record(request, paste_id)
    response = _text(request, record.header, record.content, ("download", "identity"))
    response["Content-Disposition"] = content_disposition(record.header)
    return response


@methods("GET", "POST")
def edit(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    actor, exchange = browser.actor_of(request), exchange_of(request)
    record = operations.read(paste_id, at=exchange.received_at)
    if record is None:
        return _gone_while_editing(request)
    access.writable(access.readable(record.header, at=exchange.received_at), actor)
    if request.method != "POST":
        return _edit_page(request, EditForm(record=record), record)
    form = EditForm(request.POST, record=record)
    if not form.is_valid():
        return _edit_page(request, form, record, status=422)
    guard = Preconditions(version=form.cleaned_data["version"]).guard(actor)
    change = form.draft.edit(paste_id, at=exchange.received_at, guard=guard)
    outcome = operations.change([operations.Change(change, exchange.origin)])[0]
    if isinstance(outcome, Conflict):
        return _conflict_page(request, form)
    if isinstance(outcome, NotFound):
        return _gone_while_editing(request)
    return see(reverse("show", args=[outcome_or_raise(outcome).id]))


@methods("GET", "POST")
def delete(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    actor, at = browser.actor_of(request), exchange_of(request).received_at
    header = access.readable(store.headers([paste_id], at=at)[0], at=at)
    access.writable(header, actor)
    version = request.POST.get("version", "")
    if request.method == "POST" and version == str(header.version):
        removal = store.Removal(paste_id, at, Preconditions(version=header.version).guard(actor))
        outcome = store.remove([removal])[0]
        if not isinstance(outcome, Conflict):
            outcome_or_raise(outcome)
            return see(reverse("mine"))
    context = {**_about(header), "changed": request.method == "POST"}
    return personal(render(request, "pastes/delete.html", context, status=409 if context["changed"] else 200))


@methods("GET")
def mine(request: HttpRequest) -> HttpResponse:
    secret = browser.secret_of(request)
    owned = Paste.objects.owned_by(browser.owner_key(secret)) if secret else Paste.objects.none()
    context = {
        "heading": "My pastes",
        "intro": "Pastes made with this browser. Its cookie is what makes them yours.",
        "empty": "This browser has made no paste that is still there.",
        "mine": True,
    }
    response = _list_page(request, owned.live(exchange_of(request).received_at), context)
    if secret:
        browser.remember(response, secret)
    return personal(response)


@methods("GET")
def recent(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": "Recent",
        "intro": "Public pastes, newest first.",
        "empty": "There is no public paste now.",
        "mine": False,
    }
    response = _list_page(request, Paste.objects.listed(exchange_of(request).received_at), context)
    response["Cache-Control"] = "no-cache"
    return indexable(response)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Cookies off, or a form older than its cookie: say so, and give back what was typed."""
    if request.path_info != reverse("create"):
        return error_page(
            request, Forbidden("This form has grown old, or cookies are off. Go back, reload, try again.")
        )
    form = CreateForm(request.POST, request.FILES)
    form.is_valid()
    form.add_error(None, "This form had grown old, or cookies are off in this browser. Nothing is lost: publish again.")
    return _create_page(request, form, status=403)


def _record(request: HttpRequest, paste_id: UUID) -> Record:
    at = exchange_of(request).received_at
    record = operations.read(paste_id, at=at)
    access.readable(record.header if record else None, at=at)
    assert record is not None  # noqa: S101  (readable raised otherwise)
    return record


def _about(header: Header) -> dict[str, Any]:
    return {"paste": header, "name": header.name}


def _empty_form() -> CreateForm:
    return CreateForm(initial={"id": str(new_id())})


def _create_page(request: HttpRequest, form: CreateForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "limits": limits.published()}
    return indexable(personal(render(request, "pastes/create.html", context, status=status)))


def _refused_form(request: HttpRequest, form: CreateForm, refusal: PasteError) -> HttpResponse:
    """Not now: the form as it was typed, and how long to wait."""
    form.add_error(None, refusal.detail)
    response = _create_page(request, form, status=refusal.status)
    for name, value in refusal.headers:
        response[name] = value
    return response


def _edit_page(request: HttpRequest, form: EditForm, record: Record, *, status: int = 200) -> HttpResponse:
    context = {"form": form, **_about(record.header)}
    return personal(render(request, "pastes/edit.html", context, status=status))


def _conflict_page(request: HttpRequest, form: EditForm) -> HttpResponse:
    """Somebody saved first: both texts, and the form ready to go on top of theirs."""
    theirs = _record(request, form.record.header.id)
    context = {
        "form": form.on_top_of(theirs.header.version),
        "theirs": theirs.content,
        **_about(theirs.header),
    }
    return personal(render(request, "pastes/conflict.html", context, status=409))


def _gone_while_editing(request: HttpRequest) -> HttpResponse:
    """The paste expired or was deleted under somebody's hands: what they typed becomes a new one, if they like."""
    if request.method != "POST":
        raise NotFound
    data: QueryDict = request.POST.copy()
    data["id"] = str(new_id())
    if not data.get("lifetime", "").isdigit():
        data["lifetime"] = str(settings.DEFAULT_TTL or "never")
    form = CreateForm(data)
    form.is_valid()
    form.add_error(None, "This paste expired or was deleted while you edited it. Your text is below: publish it anew.")
    return _create_page(request, form, status=404)


def _text(request: HttpRequest, header: Header, text: str, parts: tuple[object, ...]) -> HttpResponse:
    """Plain text that no browser will run, whatever is in it."""
    tag = http.etag(header.id.hex, header.version, parts)
    if http.matches(request.headers.get("If-None-Match", ""), tag):
        return of_paste(HttpResponse(status=304), header, tag)
    response = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = http.RAW_CONTENT_SECURITY_POLICY
    return of_paste(response, header, tag)


def _list_page(request: HttpRequest, pastes: PasteQuerySet, context: dict[str, Any]) -> HttpResponse:
    headers, next_cursor = page(pastes, request.GET.get("cursor", ""), size=LIST_SIZE)
    return render(request, "pastes/list.html", {**context, "pastes": headers, "next_cursor": next_cursor})
