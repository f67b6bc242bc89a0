"""The paste that a page is about: fetched with permission, or not found."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from pastes import access, browser, operations, store
from pastes.models import Header, Record
from pastes.responses import exchange_of

VERSION = "[1-9][0-9]{0,8}"  # as addresses spell it, and no larger than its column


def readable_record(request: HttpRequest, paste_id: UUID) -> Record:
    at = exchange_of(request).at
    record = operations.read(paste_id, at=at)
    access.readable(record.header if record else None, at=at)
    assert record is not None  # noqa: S101  (readable raised otherwise)
    return record


def writable_record(request: HttpRequest, paste_id: UUID) -> Record:
    record = readable_record(request, paste_id)
    access.writable(record.header, browser.actor_of(request.COOKIES))
    return record


def readable_header(request: HttpRequest, paste_id: UUID) -> Header:
    """Without the text."""
    at = exchange_of(request).at
    return access.readable(store.headers([paste_id], at=at)[0], at=at)


def writable_header(request: HttpRequest, paste_id: UUID) -> Header:
    """The right to change it is asked again under the row's lock."""
    header = readable_header(request, paste_id)
    access.writable(header, browser.actor_of(request.COOKIES))
    return header


def about(header: Header) -> dict[str, Any]:
    return {"paste": header, "name": header.name}
