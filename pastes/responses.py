"""How Django's views answer: the exchange they belong to, error pages, and what a page says about being kept."""

import logging
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import escape_leading_slashes

from pastes.doors import http
from pastes.errors import Fault, Forbidden, Invalid, NotFound, PasteError, known
from pastes.models import Header, Visibility

View = Callable[..., HttpResponse]

SITE_NAME = "Pastebin"
PERSONAL = "private, no-store"

logger = logging.getLogger(__name__)


def methods(*allowed: str) -> Callable[[View], View]:
    """What the view takes, and HEAD with GET; the driver's middleware refuses the rest, before any check of CSRF."""

    def decorator(view: View) -> View:
        view.methods = (*allowed, "HEAD") if "GET" in allowed else allowed  # type: ignore[attr-defined]
        return view

    return decorator


def exchange_of(request: HttpRequest) -> http.Exchange:
    found: http.Exchange = request.exchange  # type: ignore[attr-defined]
    return found


def page_context(request: HttpRequest) -> dict[str, str]:
    """What every page knows: a context processor."""
    return {**of_the_site(), "correlation_id": exchange_of(request).correlation_id}


def of_the_site() -> dict[str, str]:
    return {"site_name": SITE_NAME, "contact": settings.CONTACT}


def not_found_page(exchange: http.Exchange) -> http.Answer:
    """The page of an id that leads nowhere, made once for all: guessing must not be dear to us."""
    before, after = not_found_parts()
    body = b"%b%b%b" % (before, exchange.correlation_id.encode(), after)
    return http.Answer(NotFound.status, [("Content-Type", "text/html; charset=utf-8")], body)


@lru_cache(maxsize=1)
def not_found_parts() -> tuple[bytes, bytes]:
    placeholder = "{correlation id}"  # in no template, and HTML escapes none of it
    context = {**_context_of(NotFound()), **of_the_site(), "correlation_id": placeholder}
    before, _, after = render_to_string("error.html", context).encode().partition(placeholder.encode())
    return before, after


def error_page(request: HttpRequest, error: PasteError) -> HttpResponse:
    """The error as a page, with its id and what to do next; as a problem document where a program is asking."""
    exchange = exchange_of(request)
    if http.speaks_json(request.method or "", request.path_info):
        return response_of(http.error_answer(error, exchange))
    if is_plain_not_found(error):
        return response_of(not_found_page(exchange))
    context = {**_context_of(error), **way_on(request, error)}
    return with_headers(render(request, "error.html", context, status=error.status), error.headers)


def is_plain_not_found(error: object) -> bool:
    return isinstance(error, NotFound) and error.detail == NotFound().detail


def _context_of(error: PasteError) -> dict[str, Any]:
    return {
        "status": error.status,
        "title": error.title,
        "detail": "" if is_plain_not_found(error) else error.detail,  # the title says it
        "next_steps": error.next_steps,
    }


def way_on(request: HttpRequest, error: PasteError) -> dict[str, Any]:
    """After a form was sent the way is Back, where its text still is: nothing else is offered then."""
    if request.method not in ("GET", "HEAD"):
        is_edit = request.path_info.endswith("/edit")
        return {"sent": True, "drafted": request.path_info == reverse("create"), "behind_back": is_edit}
    is_passing = "Retry-After" in dict(error.headers) or error.status == Fault.status
    return {"again": escape_leading_slashes(request.get_full_path()) if is_passing else ""}


def response_of(answer: http.Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status)
    del response.headers["Content-Type"]
    for name, value in answer.headers:
        response.headers[name] = value
    if answer.status != 304:
        response.headers["Content-Length"] = str(len(answer.body))
    return response


def with_headers(response: HttpResponse, headers: http.Headers) -> HttpResponse:
    for name, value in headers:
        response[name] = value
    return response


def personal(response: HttpResponse) -> HttpResponse:
    """For pages that hold a form or a list of one's own: kept by nobody."""
    response["Cache-Control"] = PERSONAL
    return response


def indexable(response: HttpResponse) -> HttpResponse:
    """Search engines may keep it; every other answer says noindex (doors/http.py)."""
    response[http.INDEXABLE[0]] = http.INDEXABLE[1]
    return response


def of_paste(response: HttpResponse, header: Header, tag: str, *, vary: Sequence[str] = ()) -> HttpResponse:
    """Paste data: kept by whoever likes, but asked for again each time."""
    response["ETag"] = tag
    response["Cache-Control"] = "no-cache"
    if vary:
        response["Vary"] = ", ".join(vary)
    return indexable(response) if header.visibility == Visibility.PUBLIC else response


def text_of_paste(text: str) -> HttpResponse:
    """Plain text that no browser will run, whatever is in it."""
    response = HttpResponse(text.encode(), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = http.RAW_CONTENT_SECURITY_POLICY
    return response


def see(address: str) -> HttpResponse:
    """After a form was accepted: the address to go on with (303, so that a reload sends nothing again)."""
    return HttpResponse(status=303, headers={"Location": address})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, Invalid("The request could not be read."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, NotFound())


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exception()  # Django calls this while it handles one
    if known(error).status == Fault.status:
        logger.error("a page failed", exc_info=error)  # Django's own line is off, since it holds the path
    return error_page(request, known(error))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, Forbidden("You may not do this here."))
