"""The hot routes, without a framework: a Request in, an Answer out, whatever needs a store awaited through a batch.

Both drivers run these: doors/django.py with lists of one, doors/asgi.py with lists gathered from all in flight.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import UNSET, UnsetType

from pastes import access, operations, schemas
from pastes.access import ANYBODY, Actor
from pastes.batching import Batch
from pastes.cursors import page
from pastes.doors.http import Answer, Headers, Request, json_answer, matches, readable, text_answer
from pastes.drafts import Draft, hashed_token, new_token, parsed_id
from pastes.errors import Invalid, MethodNotAllowed, NotFound, UnsupportedMediaType
from pastes.models import Header, Paste
from pastes.operations import Created, Creation, Found, Lookup
from pastes.preconditions import Preconditions
from pastes.store import Removal

LIST_SIZE, LIST_SIZE_MOST = 50, 100


class Batches(NamedTuple):
    """What endpoints wait for. Four, so that a hit in the cache never waits for the database."""

    recalls: Batch[Lookup, Found | None]
    loads: Batch[Lookup, Found | None]
    creates: Batch[Creation, Created]
    changes: Batch[operations.Change, Header]


Endpoint = Callable[[Request, Batches], Awaitable[Answer]]
Methods = Mapping[str, Endpoint]


class Route(NamedTuple):
    """`template` is what log lines name."""

    template: str
    methods: Methods


async def answer(route: Route, request: Request, batches: Batches) -> Answer:
    """Raises an error of the family where the request cannot be served."""
    request.exchange.route = route.template
    endpoint = route.methods.get("GET" if request.method == "HEAD" else request.method)
    if endpoint is None:
        raise MethodNotAllowed(sorted({*route.methods, *(("HEAD",) if "GET" in route.methods else ())}))
    return await endpoint(request, batches)


async def create(request: Request, batches: Batches) -> Answer:
    """POST /paste"""
    payload = schemas.decode(json_body(request), schemas.CreatePaste)
    at = request.exchange.at
    if payload.created_at is not UNSET:
        schemas.parsed_moment(payload.created_at, "createdAt")
    given_id = None
    if payload.id is not UNSET:
        given_id = parsed_id(payload.id)
        if given_id is None:
            raise Invalid.field("id", "must be a UUID of version 4 in its 36-character form")
    created, token = await _publish(request, batches, _checked_draft(payload, at=at), given_id)
    fields = schemas.paste_fields(created.header, request.exchange.origin, edit_token=token)
    headers = [("Location", f"{request.exchange.origin}/paste/{created.header.id}"), *created.headers]
    return json_answer(fields, headers=[*headers, *_created(request, created.header, token)])


async def list_own(request: Request, batches: Batches) -> Answer:
    """GET /paste: the caller's own, newest first. Asks the database itself, so only Django's threads run it."""
    owner_key = access.identified(actor_of(request))
    size, cursor = _list_parameters(request.query)
    pastes = Paste.objects.owned_by(owner_key).live(request.exchange.at)
    headers, next_cursor = page(pastes, cursor, size=size)
    listed = [schemas.paste_fields(header, request.exchange.origin) for header in headers]
    return json_answer(schemas.PasteList(listed, next_cursor), headers=[("Cache-Control", "private, no-store")])


async def upload(request: Request, batches: Batches) -> Answer:
    """PUT /{filename}: the body is the text, the name its title; answers the address and a newline."""
    name = request.path.removeprefix("/")
    if "/" in name:
        raise NotFound("An upload has a name without slashes: PUT /{filename}.")
    timetolive = _upload_life(request.query)
    draft = Draft(content=readable("the body", request.body), title=name, timetolive=timetolive)
    created, token = await _publish(request, batches, draft.checked(at=request.exchange.at), None)
    url = f"{request.exchange.origin}/{created.header.id}"
    headers = [("Location", url), *created.headers, *_created(request, created.header, token)]
    return text_answer(f"{url}\n", headers=headers)


async def show(request: Request, batches: Batches) -> Answer:
    """GET /paste/{id}"""
    at, origin = request.exchange.at, request.exchange.origin
    lookup = Lookup(_path_id(request), at, origin)
    found = await batches.recalls(lookup)
    condition = request.headers.get("if-none-match", "")
    unchanged = (
        found and found.header.is_live(at) and condition and matches(condition, operations.etag(found.header, origin))
    )
    if not unchanged and (found is None or found.document is None or not found.header.is_live(at)):
        found = await batches.loads(lookup)
    header = access.readable(found.header if found else None, at=at)
    headers = [("ETag", operations.etag(header, origin)), ("Cache-Control", "no-cache"), ("Vary", "Accept")]
    if _prefers_html(request.headers.get("accept", "")):
        return Answer(303, [("Location", f"{origin}/{header.id}"), *headers[1:]], b"")
    if condition and matches(condition, headers[0][1]):
        return Answer(304, headers, b"")
    document = found.document if found else None
    return Answer(200, [("Content-Type", "application/json"), *headers], document or b"")


async def update(request: Request, batches: Batches) -> Answer:
    """PUT /paste/{id}"""
    paste_id, actor, at = _path_id(request), actor_of(request), request.exchange.at
    access.identified(actor)
    payload = schemas.decode(json_body(request), schemas.UpdatePaste)
    if payload.id is not UNSET and parsed_id(payload.id) != paste_id:
        raise Invalid.field("id", "must be the id of the address")
    draft = _checked_draft(payload, at=at)
    preconditions = Preconditions.of_update(request, payload)
    edit = draft.edit(paste_id, at=at, guard=preconditions.guard(actor), keep_history=payload.keep_history)
    header = await batches.changes(edit)
    fields = schemas.paste_fields(header, request.exchange.origin)
    tag = ("ETag", operations.etag(header, request.exchange.origin))
    return json_answer(fields, headers=[tag, ("Cache-Control", "no-cache")])


async def delete(request: Request, batches: Batches) -> Answer:
    """DELETE /paste/{id}"""
    paste_id, actor, at = _path_id(request), actor_of(request), request.exchange.at
    access.identified(actor)
    guard = Preconditions.of_delete(request).guard(actor)
    await batches.changes(Removal(paste_id, at, guard))
    return json_answer(schemas.DeletedPaste(str(paste_id), schemas.moment(at)))


async def alive(request: Request, batches: Batches) -> Answer:
    """GET /livez: this process answers. Touches no store."""
    return json_answer({"status": "alive"})


COLLECTION = Route("/paste", {"GET": list_own, "POST": create})
MEMBER = Route("/paste/{id}", {"GET": show, "PUT": update, "DELETE": delete})
UPLOAD = Route("/{filename}", {"PUT": upload})
ALIVE = Route("/livez", {"GET": alive})


def hot_route(method: str, path: str) -> Route | None:
    """The route that needs no Django, or None: then Django serves it. The site map in urls.py names the same."""
    if path == "/paste":
        return None if method in ("GET", "HEAD") else COLLECTION
    if path.startswith("/paste/"):
        return MEMBER
    if path == "/livez" and method != "PUT":
        return ALIVE
    return UPLOAD if method == "PUT" else None


def actor_of(request: Request) -> Actor:
    """By the X-Edit-Token alone: the API reads no cookie, so no foreign page can act for its visitors."""
    token = request.headers.get("x-edit-token")
    return ANYBODY if token is None else Actor(hashed_token(token))


def json_body(request: Request) -> bytes:
    """The body of a JSON route. Raises UnsupportedMediaType: forms of foreign pages cannot send this type."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise UnsupportedMediaType("Send the body as application/json, in UTF-8.")
    return request.body


def _checked_draft(payload: schemas.CreatePaste | schemas.UpdatePaste, *, at: datetime) -> Draft:
    return Draft(
        content=payload.content,
        title=payload.title,
        language=payload.language,
        visibility=payload.visibility,
        timetolive=payload.timetolive,
    ).checked(at=at)


async def _publish(request: Request, batches: Batches, draft: Draft, given_id: UUID | None) -> tuple[Created, str]:
    token = request.headers.get("x-edit-token")
    if token is None:
        token = new_token()
    new = draft.new_paste(at=request.exchange.at, owner_key=hashed_token(token), given_id=given_id)
    created = await batches.creates(Creation(new, request.exchange.client, request.exchange.origin))
    return created, token


def _created(request: Request, header: Header, token: str) -> Headers:
    return [
        ("ETag", operations.etag(header, request.exchange.origin)),
        ("X-Edit-Token", token),
        ("Cache-Control", "no-store"),
    ]


def _path_id(request: Request) -> UUID:
    request.exchange.paste = ""
    paste_id = parsed_id(request.path.removeprefix("/paste/"))
    if paste_id is None:
        raise NotFound
    request.exchange.paste = paste_id.hex[:8]
    return paste_id


def _upload_life(query: str) -> int | UnsetType | None:
    """The time to live of an upload's query: seconds, or `never`. Raises Invalid for anything else in the query."""
    text = _parameters(query, "timetolive").get("timetolive")
    if text is None:
        return UNSET
    if text == "never":
        return None
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII):
        raise Invalid.field("timetolive", "must be a whole number of seconds, or never")
    return int(text)


def _list_parameters(query: str) -> tuple[int, str]:
    parameters = _parameters(query, "limit", "cursor")
    limit = parameters.get("limit", str(LIST_SIZE))
    if not re.fullmatch(r"\d{1,3}", limit, re.ASCII) or not 1 <= int(limit) <= LIST_SIZE_MOST:
        raise Invalid.field("limit", f"must be a whole number from 1 to {LIST_SIZE_MOST}")
    return int(limit), parameters.get("cursor", "")


def _parameters(query: str, *names: str) -> dict[str, str]:
    """Raises Invalid for a parameter of another name, and for one that stands there twice."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in names:
            raise Invalid.field(name[:40], f"is not a parameter here; there is {' and '.join(names)}")
        if name in found:
            raise Invalid.field(name, "is given twice")
        found[name] = value
    return found


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
