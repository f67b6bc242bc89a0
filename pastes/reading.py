"""The endpoints that read one paste: as JSON, as its text, as the page that was made of it before."""

from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.http import parse_cookie

from pastes import access, browser
from pastes.access import ANYBODY, Actor
from pastes.codings import accepted
from pastes.doors.http import Answer, Request
from pastes.drafts import parsed_id
from pastes.errors import NotFound
from pastes.operations import Found, Lookup
from pastes.representations import JSON, PAGE, TEXT, Representation
from pastes.routes import Batches

ID_CHARACTERS = 36

_parsed = lru_cache(maxsize=4096)(parsed_id)


async def show(request: Request, batches: Batches) -> Answer | None:
    """GET /paste/{id}"""
    lookup = _lookup(request, path_id(request), JSON)
    found = await _found(lookup, request, batches)
    if _prefers_html(request.headers.get("accept", "")):
        headers = [("Location", f"{lookup.origin}/{lookup.id}"), ("Cache-Control", "no-cache"), ("Vary", "Accept")]
        return Answer(303, headers, b"")
    return _answer(found, request)


async def text(request: Request, batches: Batches) -> Answer | None:
    """GET /{id}/raw. A selection of lines is left to Django's threads, since it takes its time on a large text."""
    if request.query:
        return None
    lookup = _lookup(request, page_id(request), TEXT)
    return _answer(await _found(lookup, request, batches), request)


async def page(request: Request, batches: Batches) -> Answer | None:
    """GET /{id}. Reads the owner cookie, only to choose between the two variants of the page."""
    paste_id, actor = page_id(request), ANYBODY
    if "cookie" in request.headers:
        cookies = parse_cookie(request.headers["cookie"])
        if settings.SESSION_COOKIE_NAME in cookies:
            return None
        actor = browser.actor_of(cookies)
    lookup = _lookup(request, paste_id, PAGE, actor)
    return _answer(await _found(lookup, request, batches), request)


def path_id(request: Request) -> UUID:
    return _named(request, request.path.removeprefix("/paste/"))


def page_id(request: Request) -> UUID:
    return _named(request, request.path[1 : 1 + ID_CHARACTERS])


def _named(request: Request, text: str) -> UUID:
    """The id, noted for the log line. Raises NotFound for what is none."""
    request.exchange.paste = ""
    paste_id = _parsed(text)
    if paste_id is None:
        raise NotFound
    request.exchange.paste = text[:8].lower()
    return paste_id


def _lookup(request: Request, paste_id: UUID, representation: Representation, actor: Actor = ANYBODY) -> Lookup:
    exchange = request.exchange
    codings = accepted(request.headers.get("accept-encoding", ""))
    return Lookup(paste_id, exchange.at, exchange.origin, representation, codings, actor)


async def _found(lookup: Lookup, request: Request, batches: Batches) -> Found:
    """From caches, else from the database. Raises NotFound for what is not there, or not for this reader."""
    found = await batches.recalls(lookup)
    condition = request.headers.get("if-none-match", "")
    if found is None or (found.body is None and not (condition and found.seen.unchanged(condition))):
        found = await batches.loads(lookup)
    access.readable(found.seen.header if found else None, at=lookup.at)
    assert found is not None  # noqa: S101  (readable raised otherwise)
    return found


def _answer(found: Found, request: Request) -> Answer | None:
    unchanged = found.seen.unchanged(request.headers.get("if-none-match", ""))
    if unchanged or found.body is None:
        return unchanged
    return found.seen.answer(found.coding, found.body)


def _prefers_html(accept: str) -> bool:
    """Whether text/html is asked for, and by a higher weight than JSON (RFC 9110, section 12.5.1)."""
    accept = accept.lower()
    if "text/html" not in accept:
        return False
    weights: dict[str, float] = {}
    for part in accept.split(","):
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        weights[kind] = next((_weight(text[2:]) for text in parameters if text.startswith("q=")), 1.0)
    json_weight = weights.get("application/json", weights.get("application/*", weights.get("*/*", 0.0)))
    return weights.get("text/html", 0.0) > json_weight


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
