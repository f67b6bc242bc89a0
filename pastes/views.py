"""The pages of a paste: fetch what one may have, form, verb, redirect."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from pastes import access, browser, clock, derived, fragments, limits, operations, store
from pastes.batching import outcome_or_raise
from pastes.codings import accepted, kept_small
from pastes.cursors import page
from pastes.doors import etags, http
from pastes.drafts import new_id, parsed_id
from pastes.errors import Conflict, Forbidden, Invalid, NotFound, PasteError, TooManyRequests, Unavailable
from pastes.forms import CreateForm, EditForm
from pastes.fragments import Fragment
from pastes.models import Header, Paste, Record
from pastes.models.paste import PasteQuerySet
from pastes.operations import Creation, Found, Lookup
from pastes.preconditions import Preconditions
from pastes.representations import OWNER, PAGE, Seen
from pastes.responses import error_page, exchange_of, indexable, methods, of_paste, personal, response_of, see
from pastes.texts import content_disposition, selected_lines

LIST_SIZE = 50


@methods("GET", "POST")
def create(request: HttpRequest) -> HttpResponse:
    secret = browser.secret_for(request.COOKIES)
    response = _created(request, secret) if request.method == "POST" else _create_page(request, _empty_form())
    browser.remember(response, secret)
    return response


def _created(request: HttpRequest, secret: str) -> HttpResponse:
    form = CreateForm(browser.posted(request), request.FILES, at=exchange_of(request).at)
    try:
        limits.guard_form(request, exchange_of(request).client)
        if not form.is_valid():
            return _create_page(request, form.with_file_in_textarea(), status=422)
        header, headers = _published(request, form, secret)
    except (TooManyRequests, Unavailable) as refusal:
        return _refused_form(request, form, refusal)
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


@methods("GET")
def show(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    """The page as the hot lane serves it (reading.page), which comes here for what has to be made."""
    at, accept = exchange_of(request).at, request.headers.get("Accept-Encoding", "")
    lookup = Lookup(
        paste_id, at, exchange_of(request).origin, PAGE, accepted(accept), browser.actor_of(request.COOKIES)
    )
    known = operations.recall([lookup])[0]
    if known is None or known.body is None:
        return _made(request, lookup)
    access.readable(known.seen.header, at=at)
    return _conditional(request, known)


def _made(request: HttpRequest, lookup: Lookup) -> HttpResponse:
    record = _record(request, lookup.id)
    fragment, seen = fragments.made(record), lookup.of(record.header)
    page = kept_small(_page(request, seen, fragment).encode())
    if fragment.is_lasting:
        derived.keep([(seen.key, page)])
        return _conditional(request, operations.found(seen, page, lookup.accepted))
    response = response_of(seen.answer(*page.best(lookup.accepted)))
    response["Cache-Control"] = "no-store"
    del response["ETag"]
    return response


def _conditional(request: HttpRequest, found: Found) -> HttpResponse:
    unchanged = found.seen.unchanged(request.headers.get("If-None-Match", ""))
    return response_of(unchanged or found.seen.answer(found.coding, found.body or b""))


def _page(request: HttpRequest, seen: Seen, fragment: Fragment) -> str:
    """Nothing personal but whether it is the owner's, and nothing relative to now: it is kept for all who come."""
    context = {
        "lines": mark_safe(fragment.html),  # noqa: S308  (the renderer escapes every character)
        "line_count": fragment.line_count,
        "newline": fragment.newline,
        "final_newline": fragment.ends_with_newline,
        "notice": fragment.notice,
        "owner": seen.variant == OWNER,
        "share_url": f"{seen.origin}{reverse('show', args=[seen.header.id])}",
        **_about(seen.header),
    }
    return render_to_string("pastes/show.html", context, request)


@methods("GET")
def raw(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    """Some lines of the text; the whole of it is the hot lane's (reading.text)."""
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
    try:
        return _edited(request, _writable_record(request, paste_id))
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


@methods("GET", "POST")
def delete(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    actor, at = browser.actor_of(request.COOKIES), exchange_of(request).at
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
def recent(request: HttpRequest) -> HttpResponse:
    context = {
        "heading": "Recent",
        "intro": "Public pastes, newest first.",
        "empty": "There is no public paste now.",
        "mine": False,
    }
    response = list_page(request, Paste.objects.listed(exchange_of(request).at), context)
    response["Cache-Control"] = "no-cache"
    return indexable(response)


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
        return _refused_form(request, form, refusal)
    form.is_valid()
    form.add_error(None, "This form had grown old, or cookies are off in this browser. Nothing is lost: publish again.")
    return _create_page(request, form, status=403)


def _record(request: HttpRequest, paste_id: UUID) -> Record:
    at = exchange_of(request).at
    record = operations.read(paste_id, at=at)
    access.readable(record.header if record else None, at=at)
    assert record is not None  # noqa: S101  (readable raised otherwise)
    return record


def _writable_record(request: HttpRequest, paste_id: UUID) -> Record:
    record = _record(request, paste_id)
    access.writable(record.header, browser.actor_of(request.COOKIES))
    return record


def _about(header: Header) -> dict[str, Any]:
    return {"paste": header, "name": header.name}


def _empty_form() -> CreateForm:
    return CreateForm(initial={"id": str(new_id())}, at=clock.now())


def _create_page(request: HttpRequest, form: CreateForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "limits": limits.published()}
    return indexable(personal(render(request, "pastes/create.html", context, status=status)))


def _refused_form(request: HttpRequest, form: CreateForm, refusal: PasteError) -> HttpResponse:
    """Not now: the form as it was typed, and how long to wait."""
    form.add_error(None, refusal.detail)
    return _with_headers(_create_page(request, form, status=refusal.status), refusal.headers)


def _with_headers(response: HttpResponse, headers: http.Headers) -> HttpResponse:
    for name, value in headers:
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
    return _with_headers(_create_page(request, form, status=refusal.status), refusal.headers)


def _text(request: HttpRequest, header: Header, text: str, parts: tuple[object, ...]) -> HttpResponse:
    """Plain text that no browser will run, whatever is in it."""
    tag = etags.etag(header.id.hex, header.version, parts)
    if etags.matches(request.headers.get("If-None-Match", ""), tag):
        return of_paste(HttpResponse(status=304), header, tag)
    response = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = http.RAW_CONTENT_SECURITY_POLICY
    return of_paste(response, header, tag)


def list_page(request: HttpRequest, pastes: PasteQuerySet, context: dict[str, Any]) -> HttpResponse:
    """A page of a list, newest first. Raises Invalid for a bad cursor."""
    headers, next_cursor = page(pastes, request.GET.get("cursor", ""), size=LIST_SIZE)
    return render(request, "pastes/list.html", {**context, "pastes": headers, "next_cursor": next_cursor})
