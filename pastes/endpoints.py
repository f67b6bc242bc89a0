"""The hot routes, without a framework: a Request in, an Answer out, whatever needs a store awaited through a batch.

Both drivers run these: doors/django.py with lists of one, doors/asgi.py with lists gathered from all in flight.
"""

import re
from datetime import datetime
from functools import lru_cache
from urllib.parse import parse_qsl
from uuid import UUID

from msgspec import UNSET, UnsetType

from pastes import access, reading, schemas
from pastes.access import ANYBODY, Actor
from pastes.codings import IDENTITY
from pastes.cursors import page
from pastes.doors.http import Answer, Headers, Request, json_answer, readable, text_answer
from pastes.drafts import CANONICAL_ID, Draft, hashed_token, new_token, parsed_id
from pastes.errors import Invalid, NotFound, UnsupportedMediaType
from pastes.models import Paste
from pastes.operations import Created, Creation
from pastes.preconditions import Preconditions
from pastes.reading import path_id
from pastes.representations import JSON, seen
from pastes.routes import Batches, Route
from pastes.store import Removal

LIST_SIZE, LIST_SIZE_MOST = 50, 100


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
    created.fields.edit_token = token
    headers = [("Location", f"{request.exchange.origin}/paste/{created.fields.id}"), *created.headers]
    return json_answer(created.fields, headers=[*headers, *_created(created, token)])


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
    headers = [("Location", url), *created.headers, *_created(created, token)]
    return text_answer(f"{url}\n", headers=headers)


async def update(request: Request, batches: Batches) -> Answer:
    """PUT /paste/{id}"""
    paste_id, actor, at = path_id(request), actor_of(request), request.exchange.at
    access.identified(actor)
    payload = schemas.decode(json_body(request), schemas.UpdatePaste)
    if payload.id is not UNSET and parsed_id(payload.id) != paste_id:
        raise Invalid.field("id", "must be the id of the address")
    draft = _checked_draft(payload, at=at)
    preconditions = Preconditions.of_update(request, payload)
    edit = draft.edit(paste_id, at=at, guard=preconditions.guard(actor), keep_history=payload.keep_history)
    header = await batches.changes(edit)
    fields = schemas.paste_fields(header, request.exchange.origin)
    tag = ("ETag", seen(header, JSON, request.exchange.origin).etag(IDENTITY))
    return json_answer(fields, headers=[tag, ("Cache-Control", "no-cache")])


async def delete(request: Request, batches: Batches) -> Answer:
    """DELETE /paste/{id}"""
    paste_id, actor, at = path_id(request), actor_of(request), request.exchange.at
    access.identified(actor)
    guard = Preconditions.of_delete(request).guard(actor)
    await batches.changes(Removal(paste_id, at, guard))
    return json_answer(schemas.DeletedPaste(str(paste_id), schemas.moment(at)))


async def alive(request: Request, batches: Batches) -> Answer:
    """GET /livez: this process answers. Touches no store."""
    return json_answer({"status": "alive"})


COLLECTION = Route("/paste", {"GET": list_own, "POST": create})
MEMBER = Route("/paste/{id}", {"GET": reading.show, "PUT": update, "DELETE": delete})
PAGE = Route("/{id}", {"GET": reading.page})
RAW = Route("/{id}/raw", {"GET": reading.text})
BELOW_ID = {"": PAGE, "/raw": RAW}
UPLOAD = Route("/{filename}", {"PUT": upload})
ALIVE = Route("/livez", {"GET": alive})


def hot_route(method: str, path: str) -> Route | None:
    """The route that needs no Django, or None: then Django serves it. The site map in urls.py names the same."""
    if path == "/paste":
        return None if method in ("GET", "HEAD") else COLLECTION
    if path.startswith("/paste/"):
        return MEMBER
    if method == "PUT":
        return UPLOAD
    if path == "/livez":
        return ALIVE
    return _page_route(path) if method in ("GET", "HEAD") else None


def _page_route(path: str) -> Route | None:
    route = BELOW_ID.get(path[1 + reading.ID_CHARACTERS :])
    return route if route and CANONICAL_ID.fullmatch(path, 1, 1 + reading.ID_CHARACTERS) else None


def actor_of(request: Request) -> Actor:
    """By the X-Edit-Token alone: the API reads no cookie, so no foreign page can act for its visitors."""
    token = request.headers.get("x-edit-token")
    return ANYBODY if token is None else Actor(hashed_token(token))


def json_body(request: Request) -> bytes:
    """The body of a JSON route. Raises UnsupportedMediaType: forms of foreign pages cannot send this type."""
    if not _is_json(request.headers.get("content-type", "")):
        raise UnsupportedMediaType("Send the body as application/json, in UTF-8.")
    return request.body


@lru_cache(maxsize=256)
def _is_json(content_type: str) -> bool:
    kind, _, parameters = content_type.partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    return kind.strip().lower() == "application/json" and charset in ("", "utf-8")


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


def _created(created: Created, token: str) -> Headers:
    return [("ETag", created.seen.etag(IDENTITY)), ("X-Edit-Token", token), ("Cache-Control", "no-store")]


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
