"""The optimistic lock at the doors: what a client read, compared under the row's lock with what is there."""

from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from pastes import access, schemas
from pastes.access import Actor
from pastes.doors.etags import named_versions
from pastes.doors.http import Request
from pastes.errors import Conflict, PreconditionFailed, PreconditionRequired
from pastes.models import Header
from pastes.store.edits import Guard


class Preconditions(msgspec.Struct, frozen=True):
    """`if_match` is the header as sent. `version` wins over `updated_at` when both are given."""

    if_match: str | None = None
    version: int | None = None
    updated_at: datetime | None = None

    @classmethod
    def of_update(cls, request: Request, payload: schemas.UpdatePaste) -> "Preconditions":
        """Raises PreconditionRequired where there is none, and Invalid for a bad timestamp."""
        condition = request.headers.get("if-match")
        if condition is None and payload.version is UNSET and payload.updated_at is UNSET:
            raise PreconditionRequired
        updated_at = None if payload.updated_at is UNSET else schemas.parsed_moment(payload.updated_at, "updatedAt")
        return cls(condition, None if payload.version is UNSET else payload.version, updated_at)

    @classmethod
    def of_delete(cls, request: Request) -> "Preconditions":
        return cls(request.headers.get("if-match"))

    def guard(self, actor: Actor) -> Guard:
        """Asked with the row locked: first who may, then whether it is still what they read."""

        def refuse(header: Header) -> None:
            access.writable(header, actor)
            self.check(header)

        return refuse

    def check(self, header: Header) -> None:
        """Raises PreconditionFailed for a stale If-Match, Conflict for a stale version or time."""
        if self.if_match is not None:
            versions = named_versions(self.if_match, header.id.hex)
            if versions is not None and header.version not in versions:
                raise PreconditionFailed("If-Match names another version.", members=self._members(header))
        if self.version is not None:
            is_stale = self.version != header.version
        else:
            is_stale = self.updated_at is not None and self.updated_at < header.updated_at
        if is_stale:
            raise Conflict("The paste was changed after you read it.", members=self._members(header))

    def _members(self, header: Header) -> dict[str, Any]:
        return {
            "currentVersion": header.version,
            "currentUpdatedAt": schemas.moment(header.updated_at),
            **({"yourVersion": self.version} if self.version is not None else {}),
            **({"yourUpdatedAt": schemas.moment(self.updated_at)} if self.updated_at else {}),
        }
