"""The contract of the API as one table: what each address takes, and what each status means there."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from pastes import schemas

STATUSES: Mapping[int, str] = {
    200: "Done; a create says this too.",
    303: "A browser asked: the page is at Location.",
    304: "If-None-Match holds: you have the current version.",
    400: "The request is not valid: bad JSON, a key twice, an unknown field, a value out of its bounds, or an unknown "
    "Host. Where a field is wrong, `errors` names it.",
    401: "A credential is needed: send the paste's edit token in the header X-Edit-Token.",
    403: "The edit token is another paste's.",
    404: "No paste has this address now: unknown, expired, deleted, or not a version 4 UUID of 36 characters.",
    405: "This address does not take that method. Allow names those it takes.",
    408: "The body did not arrive in time.",
    409: "The id is taken or was once, or the paste was changed after you read it. Then `currentVersion` and "
    "`currentUpdatedAt` tell where it stands now.",
    411: "A chunked body, on a server that cannot read one: send a Content-Length.",
    412: "If-Match names another version than the current one.",
    413: "The body is too large; it was not read.",
    415: "A JSON route was sent another type than application/json, or a body came with a Content-Encoding.",
    428: "A change must say what it is based on: send If-Match, `version` or `updatedAt`.",
    429: "The limit is spent. Retry-After tells when to try again.",
    500: "A fault of ours, never caused by input.",
    503: "Overloaded, or a store that is needed is down. Nothing was changed; try again after Retry-After.",
}


def usual(*statuses: int) -> dict[int, str]:
    return {status: STATUSES[status] for status in statuses}


class Parameter(NamedTuple):
    """`schema` is the name of a component."""

    name: str
    where: str
    description: str
    schema: str
    required: bool = False


class Success(NamedTuple):
    """`body` is a payload, a media type, or None. `always` are fields that are optional elsewhere."""

    meaning: str
    body: type[msgspec.Struct] | str | None = None
    headers: Sequence[str] = ()
    always: Sequence[str] = ()


class Operation(NamedTuple):
    """`request` is a payload, the media type of a text, or None. `refuses_by_page`: errors are HTML."""

    method: str
    path: str
    name: str
    summary: str
    successes: Mapping[int, Success]
    errors: Mapping[int, str]
    description: str = ""
    parameters: Sequence[Parameter] = ()
    request: type[msgspec.Struct] | str | None = None
    needs_token: bool = False
    refuses_by_page: bool = False


TEXT = "text/plain"
PASTE_ID = Parameter("id", "path", "The paste's id, in either case.", "PasteId", required=True)
FILE_NAME = Parameter("filename", "path", "Gives the title and the language.", "FileName", required=True)
TOKEN = Parameter("X-Edit-Token", "header", "The edit token that the paste was made with.", "EditToken", required=True)
OWN_TOKEN = Parameter(
    "X-Edit-Token",
    "header",
    "A token of your own, from 128 random bits or more: it makes retries safe and groups your pastes.",
    "EditToken",
)
IF_MATCH = Parameter("If-Match", "header", "The ETag that you read, or `*`.", "EntityTags")
IF_NONE_MATCH = Parameter("If-None-Match", "header", "The ETag that you hold: 304 where it is current.", "EntityTags")
UPLOAD_LIFE = Parameter("timetolive", "query", "Seconds to live, counted from now.", "UploadTimeToLive")

MADE = ("ETag", "Location", "X-Edit-Token", "RateLimit", "RateLimit-Policy")
BODY_ERRORS = usual(408, 411, 413, 415)
FAULTS = usual(500, 503)

PASTES = (
    Operation(
        "POST",
        "/paste",
        "createPaste",
        "Make a paste",
        {200: Success("Made, or made before by this very request.", schemas.PasteFields, MADE, ("editToken",))},
        {**usual(400), **BODY_ERRORS, 409: "The id is taken, or was once.", **usual(429), **FAULTS},
        "Keep the `editToken` of the answer: it is the only proof that the paste is yours. With an `id` and an "
        "X-Edit-Token of your own the request may be sent again until it is answered, and makes one paste.",
        (OWN_TOKEN,),
        schemas.CreatePaste,
    ),
    Operation(
        "GET",
        "/paste",
        "listPastes",
        "List your own pastes, newest first",
        {200: Success("A page of the pastes that were made with this token; none for a new one.", schemas.PasteList)},
        {**usual(400, 401), **FAULTS},
        "The list shows what one X-Edit-Token made; other parameters than these are refused.",
        (
            TOKEN,
            Parameter("limit", "query", "Pastes on a page.", "PageSize"),
            Parameter("cursor", "query", "The `next` of the page before; empty for the first page.", "Cursor"),
        ),
        needs_token=True,
    ),
    Operation(
        "GET",
        "/paste/{id}",
        "readPaste",
        "Read a paste with its text",
        {
            200: Success("The paste.", schemas.PasteFields, ("ETag",), ("content",)),
            303: Success(STATUSES[303], None, ("Location",)),
            304: Success(STATUSES[304], None, ("ETag",)),
        },
        {**usual(400, 404), **FAULTS},
        "Whoever has the link may read. Where Accept prefers text/html the answer is 303 to the page.",
        (PASTE_ID, IF_NONE_MATCH),
    ),
    Operation(
        "PUT",
        "/paste/{id}",
        "updatePaste",
        "Change a paste",
        {200: Success("Changed; the version is one higher.", schemas.PasteFields, ("ETag",))},
        {
            **usual(400, 401, 403, 404, 412, 428),
            409: "`version` is not the current one, or `updatedAt` is older than the paste's. `currentVersion` and "
            "`currentUpdatedAt` tell where it stands now.",
            **BODY_ERRORS,
            **FAULTS,
        },
        "Say what the change is based on: If-Match, `version` or `updatedAt` (`version` wins over `updatedAt`). If "
        "somebody was faster nothing is overwritten.",
        (PASTE_ID, TOKEN, IF_MATCH),
        schemas.UpdatePaste,
        needs_token=True,
    ),
    Operation(
        "DELETE",
        "/paste/{id}",
        "deletePaste",
        "Delete a paste and its history",
        {200: Success("Deleted. The id is never given out again.", schemas.DeletedPaste)},
        {**usual(400, 401, 403, 404, 412), **FAULTS},
        "Cannot be undone. With If-Match only the version that you read is deleted.",
        (PASTE_ID, TOKEN, IF_MATCH),
        needs_token=True,
    ),
    Operation(
        "GET",
        "/{id}/raw",
        "readText",
        "Read the text alone",
        {
            200: Success("The bytes as they came in, as text/plain in UTF-8.", TEXT, ("ETag",)),
            304: Success(STATUSES[304], None, ("ETag",)),
        },
        {**usual(400, 404), **FAULTS},
        "Errors are pages here, as everywhere outside the API.",
        (
            PASTE_ID,
            Parameter("lines", "query", "A line such as 10, or a range such as 10-20, counted from 1.", "Lines"),
            IF_NONE_MATCH,
        ),
        refuses_by_page=True,
    ),
)

UPLOADED = {200: Success("Made. The body is the address of its page and a newline.", TEXT, MADE)}
UPLOAD_ERRORS = {**usual(400), **BODY_ERRORS, **usual(429), **FAULTS}
UPLOADS = (
    Operation(
        "PUT",
        "/{filename}",
        "uploadFile",
        "Make a paste of a file, from a shell",
        UPLOADED,
        {**UPLOAD_ERRORS, 404: "The name holds a slash.", 405: "`paste` is the API's own address."},
        "The body is the text, whatever its Content-Type. The edit token is in the answer's X-Edit-Token.",
        (FILE_NAME, OWN_TOKEN, UPLOAD_LIFE),
        TEXT,
    ),
    Operation(
        "PUT",
        "/",
        "uploadText",
        "Make a paste without a title, from a shell",
        UPLOADED,
        UPLOAD_ERRORS,
        "As above, without a name: the language is guessed from the text alone.",
        (OWN_TOKEN, UPLOAD_LIFE),
        TEXT,
    ),
)

SERVICE = (
    Operation(
        "GET",
        "/limits",
        "readLimits",
        "What one client may do",
        {200: Success("The numbers that the form, this document and the headers hold too.", schemas.Limits)},
        {**usual(400), **FAULTS},
    ),
    Operation(
        "GET",
        "/openapi.json",
        "readDescription",
        "This description, for machines",
        {200: Success("An OpenAPI 3.1 document.", "application/json")},
        {**usual(400), **FAULTS},
    ),
    Operation(
        "GET",
        "/livez",
        "isAlive",
        "Whether the process answers",
        {200: Success("It does. No store was asked.", schemas.Alive)},
        usual(400, 500),
    ),
    Operation(
        "GET",
        "/readyz",
        "isReady",
        "Whether the stores can be used",
        {
            200: Success("Ready; `degraded` where the cache is away.", schemas.Readiness),
            503: Success("The database cannot be used.", schemas.Readiness, ("Retry-After",)),
        },
        usual(400, 500),
    ),
)

OPERATIONS = (*PASTES, *UPLOADS, *SERVICE)
