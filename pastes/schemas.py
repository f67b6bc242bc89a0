"""The JSON of the API: payloads in, documents out. The OpenAPI document is built from these structs."""

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

from pastes.errors import FieldError, Invalid
from pastes.models import Header

Payload = TypeVar("Payload", bound=msgspec.Struct)

Moment = Annotated[
    str, Meta(description="RFC 3339, UTC, whole milliseconds.", extra_json_schema={"format": "date-time"})
]
Text = Annotated[str, Meta(description="The text, kept byte for byte.")]
Title = Annotated[str, Meta(description="One line; a file name also tells the language.")]
Language = Annotated[str, Meta(description="A highlighter's name, or `auto` to have it guessed.")]
Visible = Annotated[str, Meta(description="`unlisted`: whoever has the link. `public`: listed under Recent too.")]
Life = Annotated[int, Meta(description="Seconds to live, counted from now.")]
Ignored = Annotated[
    Raw | UnsetType,
    Meta(description="A field of our own answers: accepted and ignored.", extra_json_schema={"x-ignored": True}),
]


SHORTEST_PAIR = len('"id":1,')
_pairs = msgspec.json.Decoder(dict[str, Raw])


class CreatePaste(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A paste to be made."""

    content: Text
    id: Annotated[str | UnsetType, Meta(description="A version 4 UUID of your own, which makes retries safe.")] = UNSET
    timetolive: Life | UnsetType | None = UNSET
    created_at: Annotated[
        str | UnsetType,
        Meta(description="Checked and then ignored: our clock rules.", extra_json_schema={"format": "date-time"}),
    ] = UNSET
    title: Title | None = None
    language: Language | None = None
    visibility: Visible | None = None
    url: Ignored = UNSET
    raw_url: Ignored = UNSET
    size: Ignored = UNSET
    sha256: Ignored = UNSET
    version: Ignored = UNSET
    updated_at: Ignored = UNSET
    expires_at: Ignored = UNSET
    edit_token: Ignored = UNSET


class UpdatePaste(msgspec.Struct, rename="camel", forbid_unknown_fields=True, kw_only=True):
    """A paste as it shall be. Absent title, language, visibility and timetolive stay as they are."""

    content: Text
    timetolive: Life | UnsetType | None = UNSET
    updated_at: Annotated[
        str | UnsetType,
        Meta(
            description="As you read it, or your own clock: older than ours is a conflict.",
            extra_json_schema={"format": "date-time"},
        ),
    ] = UNSET
    version: Annotated[int | UnsetType, Meta(description="As you read it: any other than ours is a conflict.")] = UNSET
    title: Title | None = None
    language: Language | None = None
    visibility: Visible | None = None
    keep_history: Annotated[bool, Meta(description="False: what this replaces is not kept as a revision.")] = True
    id: Annotated[str | UnsetType, Meta(description="Must be the id of the address.")] = UNSET
    created_at: Ignored = UNSET
    url: Ignored = UNSET
    raw_url: Ignored = UNSET
    size: Ignored = UNSET
    sha256: Ignored = UNSET
    expires_at: Ignored = UNSET
    edit_token: Ignored = UNSET


class PasteFields(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A paste, without its content where a list or a change is answered."""

    id: str
    url: str
    raw_url: str
    title: str
    language: str
    visibility: str
    size: Annotated[int, Meta(description="Bytes of UTF-8.")]
    sha256: Annotated[str, Meta(description="Of the UTF-8 bytes, in hex.")]
    version: int
    created_at: Moment
    updated_at: Moment
    expires_at: Annotated[Moment | None, Meta(description="The moment it is gone; null: never.")]
    timetolive: Annotated[int | None, Meta(description="Seconds last asked for; null: never.")]
    content: Annotated[str | UnsetType, Meta(description="Only where one paste is read.")] = UNSET
    edit_token: Annotated[str | UnsetType, Meta(description="Only when the paste is made: keep it.")] = UNSET


class DeletedPaste(msgspec.Struct, rename="camel"):
    id: str
    deleted_at: Moment


class PasteList(msgspec.Struct):
    pastes: list[PasteFields]
    next: Annotated[str | None, Meta(description="The cursor of the next page; null on the last.")]


class Quota(msgspec.Struct, rename="camel"):
    quota: int
    window_seconds: int


class Limits(msgspec.Struct, rename="camel"):
    """What one client may do."""

    max_paste_bytes: Annotated[int, Meta(description="Bytes of UTF-8.")]
    default_timetolive: Annotated[int | None, Meta(description="Seconds, where none is asked for; null: never.")]
    max_timetolive: Annotated[int | None, Meta(description="Seconds; null: a paste may live for ever.")]
    public_listing: Annotated[bool, Meta(description="Whether `public` may be asked for.")]
    create: Annotated[Quota | None, Meta(description="Pastes made by one client; null: not limited.")]


class Alive(msgspec.Struct):
    status: Literal["alive"]


class Readiness(msgspec.Struct):
    """Without a cache the service is slower, not away."""

    status: Literal["ready", "unavailable"]
    database: bool
    cache: bool
    degraded: bool


class Problem(msgspec.Struct, rename="camel"):
    """What every refusal of the API says (RFC 9457)."""

    type: Annotated[
        str, Meta(description="Where the status is explained.", extra_json_schema={"format": "uri-reference"})
    ]
    title: str
    status: int
    detail: Annotated[str, Meta(description="What was wrong with this request, in a sentence.")]
    correlation_id: Annotated[str, Meta(description="The answer's X-Correlation-ID. Quote it to us.")]
    errors: Annotated[list[FieldError] | UnsetType, Meta(description="The fields that are wrong, with 400.")] = UNSET
    current_version: Annotated[int | UnsetType, Meta(description="The paste's, with 409 and 412.")] = UNSET
    current_updated_at: Annotated[Moment | UnsetType, Meta(description="The paste's, with 409 and 412.")] = UNSET
    your_version: Annotated[int | UnsetType, Meta(description="As you sent it, with 409 and 412.")] = UNSET
    your_updated_at: Annotated[Moment | UnsetType, Meta(description="As you sent it, with 409 and 412.")] = UNSET


def decode(body: bytes, kind: type[Payload]) -> Payload:
    """The payload of a JSON body. Raises Invalid naming the field where one is wrong."""
    try:
        payload = msgspec.json.decode(body, type=kind)
        if _may_repeat(body):
            json.loads(body, object_pairs_hook=_refuse_repeats)
    except msgspec.ValidationError as error:
        raise _invalid(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise Invalid(f"The body is not JSON that is taken here: {_reason(error)}.") from error
    return payload


def paste_fields(header: Header, origin: str) -> PasteFields:
    paste_id = str(header.id)
    url = f"{origin}/{paste_id}"
    return PasteFields(
        id=paste_id,
        url=url,
        raw_url=f"{url}/raw",
        title=header.title,
        language=header.language,
        visibility=header.visibility,
        size=header.size,
        sha256=header.sha256.hex(),
        version=header.version,
        created_at=moment(header.created_at),
        updated_at=moment(header.updated_at),
        expires_at=moment(header.expires_at) if header.expires_at else None,
        timetolive=header.timetolive,
    )


def document(fields: PasteFields, content: str) -> bytes:
    """What GET answers. The fields are left as they were."""
    fields.content = content
    try:
        return msgspec.json.encode(fields)
    finally:
        fields.content = UNSET


@lru_cache(maxsize=4096)
def moment(value: datetime) -> str:
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed_moment(text: str, field: str) -> datetime:
    """An RFC 3339 timestamp with its offset, in UTC. Raises Invalid naming the field."""
    try:
        found = msgspec.convert(text, datetime)
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Invalid.field(field, "must be a timestamp such as 2026-11-24T08:00:00.000Z (RFC 3339)") from error


def _may_repeat(body: bytes) -> bool:
    """Whether a second, slower parse is needed: a key may stand there twice, in the object or in one within it.

    The last value of a key is what is left of it, so the rest of the body has room for another only where its bytes
    are more than the pairs that are left can have filled; spaces fill bytes as well, and escapes in a key.
    """
    pairs = _pairs.decode(body)
    filled = 1 + sum(len(key) + len(memoryview(value)) + len('"":,') for key, value in pairs.items())
    return len(body) - filled >= SHORTEST_PAIR or any(memoryview(value)[0] in b"[{" for value in pairs.values())


def _refuse_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _invalid(message: str) -> Invalid:
    """msgspec says "Expected `int`, got `str` - at `$.timetolive`" or "Object missing required field `content`"."""
    wrong = re.fullmatch(r"(?P<what>.*) - at `\$\.(?P<field>[^`]*)`", message, re.DOTALL)
    if wrong:
        return Invalid.field(wrong["field"], wrong["what"].replace("Expected", "must be", 1).replace("`", ""))
    named = re.fullmatch(r"Object (missing required|contains unknown) field `(.*)`", message, re.DOTALL)
    if named:
        return Invalid.field(named[2], "is required" if named[1] == "missing required" else "is not a field here")
    return Invalid(f"The body must be a JSON object. {message}")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, msgspec.DecodeError):
        return str(error).removeprefix("JSON is malformed: ")
    return "a key stands there twice, or a number is too long"
