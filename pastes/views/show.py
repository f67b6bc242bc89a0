"""The pages that show a paste: with everything around it, as its bare text, as a file."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse

from pastes import access, browser, derived, fragments, operations
from pastes.codings import accepted, kept_small
from pastes.doors import etags
from pastes.fragments import Fragment
from pastes.models import Header
from pastes.operations import Found, Lookup
from pastes.representations import OWNER, PAGE, Seen
from pastes.responses import exchange_of, methods, of_paste, response_of, text_of_paste
from pastes.texts import content_disposition, selected_lines
from pastes.views.records import about, readable_record


@methods("GET")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
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
    record = readable_record(request, lookup.id)
    fragment, seen = fragments.made(record), lookup.of(record.header)
    page = kept_small(_markup(request, seen, fragment).encode())
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


def _markup(request: HttpRequest, seen: Seen, fragment: Fragment) -> str:
    """Nothing personal but whether it is the owner's, and nothing relative to now: it is kept for all who come."""
    context = {
        "newline": fragment.newline,
        "final_newline": fragment.ends_with_newline,
        "owner": seen.variant == OWNER,
        "share_url": f"{seen.origin}{reverse('show', args=[seen.header.id])}",
        **fragment.shown,
        **about(seen.header),
    }
    return render_to_string("pastes/show.html", context, request)


@methods("GET")
def raw(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    """Some lines of the text; the whole of it is the hot lane's (reading.text)."""
    record = readable_record(request, paste_id)
    wanted = request.GET.get("lines", "")
    text = selected_lines(record.content, wanted) if "lines" in request.GET else record.content
    return _text(request, record.header, text, ("raw", wanted, "identity"))


@methods("GET")
def download(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    record = readable_record(request, paste_id)
    response = _text(request, record.header, record.content, ("download", "identity"))
    response["Content-Disposition"] = content_disposition(record.header)
    return response


def _text(request: HttpRequest, header: Header, text: str, parts: tuple[object, ...]) -> HttpResponse:
    tag = etags.etag(header.id.hex, header.version, parts)
    if etags.matches(request.headers.get("If-None-Match", ""), tag):
        return of_paste(HttpResponse(status=304), header, tag)
    return of_paste(text_of_paste(text), header, tag)
