"""Draft: what a person or a program wants to publish, and the only validation of it, whichever door it came in by."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.conf import settings
from msgspec import UNSET, UnsetType

from pastes.errors import FieldError, Invalid
from pastes.models import Header, Record, Visibility
from pastes.rendering import AUTO, guess, is_known, resolve
from pastes.store import Edit, NewPaste
from pastes.store.edits import Guard

TITLE_CHARACTERS = 200
LONGEST_TTL = 100 * 365 * 86_400  # seconds; where MAX_TTL=never, a number must still be a date
CANONICAL_ID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-4[0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}")
EDIT_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,128}", re.ASCII)
VISIBILITIES = (None, *Visibility.values)
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Draft(msgspec.Struct, frozen=True):
    """A field that is None was not given. `timetolive` in seconds, None for never, UNSET where it was not given.

    `expires_at` is for forms, where a person picks a moment: it wins over `timetolive`. `parent_id` is that
    of the paste which this one is a fork of; it is believed here.
    """

    content: str | None = None
    title: str | None = None
    language: str | None = None
    visibility: str | None = None
    timetolive: int | UnsetType | None = UNSET
    expires_at: datetime | None = None
    parent_id: UUID | None = None

    def checked(self, *, at: datetime) -> "Draft":
        """This draft, a picked moment counted in seconds and a language under its one name.

        Raises Invalid naming every wrong field.
        """
        errors = [*_content_errors(self.content), *_title_errors(self.title), *_choice_errors(self)]
        draft = self
        if self.expires_at is not None:
            draft = msgspec.structs.replace(self, timetolive=int((self.expires_at - at).total_seconds()))
        errors += _life_errors(draft)
        if errors:
            raise Invalid.fields(errors)
        if draft.language in (None, AUTO):
            return draft
        return msgspec.structs.replace(draft, language=resolve(str(draft.language)).name)

    def new_paste(self, *, at: datetime, owner_key: bytes, given_id: UUID | None = None) -> NewPaste:
        """Of a checked draft with content. Raises Invalid where the content was not given."""
        if self.content is None:
            raise Invalid.field("content", "is required")
        data = self.content.encode()
        digest = hashlib.sha256(data).digest()
        timetolive = settings.DEFAULT_TTL if self.timetolive is UNSET else self.timetolive
        header = Header(
            id=given_id or new_id(),
            title=self.title or "",
            language=guess(self.title or "", self.content) if self.language in (None, AUTO) else str(self.language),
            visibility=self.visibility or Visibility.UNLISTED.value,
            owner_id=None,
            owner_key=owner_key,
            version=1,
            created_at=at,
            updated_at=at,
            expires_at=self.expires_at or moment_after(timetolive, at),
            timetolive=timetolive,
            size=len(data),
            sha256=digest,
            first_sha256=digest,
            parent_id=self.parent_id,
        )
        return NewPaste(Record(header, self.content), given_id is not None)

    def edit(self, paste_id: UUID, *, at: datetime, guard: Guard, keep_history: bool = True) -> Edit:
        """Of a checked draft."""
        return Edit(
            id=paste_id,
            at=at,
            guard=guard,
            content=self.content,
            title=self.title,
            language=self.language,
            visibility=self.visibility,
            timetolive=self.timetolive,
            expires_at=self.expires_at,
            keep_history=keep_history,
        )


def new_id() -> UUID:
    """A random UUID of version 4, without uuid4's detour over strings."""
    return UUID(int=secrets.randbits(128) & ~(0xF << 76) & ~(0x3 << 62) | (4 << 76) | (2 << 62))


def moment_after(timetolive: int | None, at: datetime) -> datetime | None:
    return None if timetolive is None else at + timedelta(seconds=timetolive)


def longest_life() -> int:
    """The most seconds that a time to live may be."""
    return int(settings.MAX_TTL or LONGEST_TTL)


def parsed_id(text: str) -> UUID | None:
    """The canonical 36-character spelling of a version 4 UUID, in either case; None for any other."""
    return UUID(text) if CANONICAL_ID.fullmatch(text) else None


def hashed_token(token: str) -> bytes:
    """The owner key that an edit token proves. Raises Invalid for what cannot hold 128 random bits."""
    if not EDIT_TOKEN.fullmatch(token):
        raise Invalid.field("X-Edit-Token", "must be 22 to 128 base64url characters")
    return hashlib.sha256(token.encode()).digest()


def new_token() -> str:
    return secrets.token_urlsafe(24)


def _content_errors(content: str | None) -> list[FieldError]:
    if content is None:
        return []
    if content == "":
        return [FieldError("content", "has no text in it")]
    if "\0" in content:
        return [FieldError("content", "holds a NUL character, which no text file has")]
    try:
        size = len(content.encode())
    except UnicodeEncodeError:
        return [FieldError("content", "holds half a surrogate pair, which is not text")]
    if size > settings.MAX_PASTE_BYTES:
        return [FieldError("content", f"is {size} bytes of UTF-8; at most {settings.MAX_PASTE_BYTES} are taken")]
    return []


def _title_errors(title: str | None) -> list[FieldError]:
    if title is None:
        return []
    if len(title) > TITLE_CHARACTERS:
        return [FieldError("title", f"is {len(title)} characters long; at most {TITLE_CHARACTERS} are taken")]
    if CONTROL.search(title):
        return [FieldError("title", "must be one line without control characters")]
    try:
        title.encode()
    except UnicodeEncodeError:
        return [FieldError("title", "holds half a surrogate pair, which is not text")]
    return []


def _choice_errors(draft: Draft) -> list[FieldError]:
    errors = []
    if draft.language not in (None, AUTO) and not is_known(str(draft.language)):
        errors.append(FieldError("language", "is not one that is known here; see the API page for the names"))
    if draft.visibility == Visibility.PUBLIC and not settings.LIST_ANONYMOUS:
        errors.append(FieldError("visibility", "public listing is not open to anonymous pastes here"))
    elif draft.visibility == Visibility.PRIVATE:
        errors.append(FieldError("visibility", "private pastes need an account, and there are none here"))
    elif draft.visibility not in VISIBILITIES:
        errors.append(FieldError("visibility", "must be public or unlisted"))
    return errors


def _life_errors(draft: Draft) -> list[FieldError]:
    field = "timetolive" if draft.expires_at is None else "expires_on"
    if draft.timetolive is UNSET:
        return []
    if draft.timetolive is None:
        never = [FieldError(field, f"must be given: no paste lives for ever here, at most {longest_life()} seconds")]
        return never if settings.MAX_TTL is not None else []
    if not 1 <= draft.timetolive <= longest_life():
        return [FieldError(field, f"must be a whole number of seconds from 1 to {longest_life()}")]
    return []
