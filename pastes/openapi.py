"""The OpenAPI 3.1 document: fields from the payload structs, rows from the contract, numbers from the settings."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from django.conf import settings

from pastes import contract, limits, schemas
from pastes.contract import OPERATIONS, Operation, Success
from pastes.drafts import CANONICAL_ID, EDIT_TOKEN, TITLE_CHARACTERS, longest_life
from pastes.endpoints import LIST_SIZE, LIST_SIZE_MOST
from pastes.models import Visibility
from pastes.rendering import AUTO, LANGUAGES

Schema = dict[str, Any]

SECURITY_SCHEME = "EditToken"
PROBLEM = "application/problem+json"
PAYLOADS = (schemas.CreatePaste, schemas.UpdatePaste)
DOCUMENTS = (
    schemas.PasteFields,
    schemas.PasteList,
    schemas.DeletedPaste,
    schemas.Limits,
    schemas.Alive,
    schemas.Readiness,
    schemas.Problem,
)
INTRODUCTION = (
    "Share text by a link: exact to the byte, gone on time, edited without overwriting a colleague. "
    "Errors are application/problem+json (RFC 9457) but for /{id}/raw, where they are pages. "
    "HEAD is answered wherever GET is."
)
HEADERS: dict[str, Schema] = {
    "X-Correlation-ID": {"required": True, "description": "Names this request in our logs: quote it."},
    "ETag": {"required": True, "description": "Names the version: for If-Match and If-None-Match."},
    "Location": {"required": True, "description": "The paste's address."},
    "X-Edit-Token": {"required": True, "description": "The token that owns the paste: keep it."},
    "Retry-After": {"required": True, "description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "Allow": {"required": True, "description": "The methods that this address takes."},
    "WWW-Authenticate": {"required": True, "description": "The header that is missing: `X-Edit-Token`."},
    "RateLimit": {"description": "What is left of the limit (draft-ietf-httpapi-ratelimit-headers-11)."},
    "RateLimit-Policy": {"description": "The limit: `q` requests in `w` seconds (the same draft)."},
}
ERROR_HEADERS = {
    401: ("WWW-Authenticate",),
    405: ("Allow",),
    409: ("RateLimit", "RateLimit-Policy"),
    429: ("Retry-After", "RateLimit", "RateLimit-Policy"),
    503: ("Retry-After",),
}


def document(origin: str) -> Schema:
    """The document for clients that reach us at `origin`, such as `https://paste.example`."""
    paths: dict[str, Schema] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Pastebin", "version": "1", "description": f"{INTRODUCTION} {_limit_words()}"},
        "servers": [{"url": origin}],
        "externalDocs": {"url": f"{origin}/api", "description": "The same for people, with examples"},
        "paths": paths,
        "components": {
            "schemas": {**_payload_schemas(), **_parameter_schemas()},
            "headers": {name: {"schema": {"type": "string"}, **header} for name, header in HEADERS.items()},
            "securitySchemes": {
                SECURITY_SCHEME: {
                    "type": "apiKey",
                    "in": "header",
                    "name": "X-Edit-Token",
                    "description": "Came with the paste when it was made, or was chosen by its maker.",
                }
            },
        },
    }


def operations(document: Schema) -> list[Schema]:
    """The document's operations, flat, for the API page."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "description": _plain(operation.get("description", "")),
            "parameters": [_shown_parameter(parameter) for parameter in operation.get("parameters", ())],
            "request_fields": list(_request_fields(document, operation)),
            "responses": [
                {"status": int(status), "description": _plain(response["description"])}
                for status, response in operation["responses"].items()
            ],
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def statuses() -> dict[int, str]:
    """What each status means, for the API page, where the `type` of an error leads."""
    return {status: _plain(meaning) for status, meaning in contract.STATUSES.items()}


def _shown_parameter(parameter: Schema) -> Schema:
    description = _plain(parameter["description"])
    return {**parameter, "where": parameter["in"], "description": description}


def _plain(markdown: str) -> str:
    return markdown.replace("`", "")


def _limit_words() -> str:
    words = limits.published()
    most = f"A text may hold {words['max_bytes']} bytes of UTF-8 and live {words['max_life']} at most."
    return f"{most} Creates by one client are limited to {words['create']}." if words["create"] else most


def _operation(row: Operation) -> Schema:
    responses = {
        **{status: _success(success) for status, success in row.successes.items()},
        **{status: _error(row, status, meaning) for status, meaning in row.errors.items()},
    }
    if row.method == "POST":
        responses[200]["links"] = _links()
    return {
        "operationId": row.name,
        "summary": row.summary,
        **({"description": row.description} if row.description else {}),
        **({"security": [{SECURITY_SCHEME: []}]} if row.needs_token else {}),
        **({"parameters": [_parameter(parameter) for parameter in row.parameters]} if row.parameters else {}),
        **({"requestBody": {"required": True, "content": _content(row.request)}} if row.request else {}),
        "responses": {str(status): responses[status] for status in sorted(responses)},
    }


def _parameter(parameter: contract.Parameter) -> Schema:
    return {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.description,
        "required": parameter.required,
        "schema": _reference(parameter.schema),
    }


def _success(success: Success) -> Schema:
    content = _content(success.body, always=success.always)
    return {
        "description": success.meaning,
        "headers": _headers(success.headers),
        **({"content": content} if content else {}),
    }


def _error(row: Operation, status: int, meaning: str) -> Schema:
    page = {"text/html": {"schema": {"type": "string"}}}
    problem = {PROBLEM: {"schema": _reference("Problem")}}
    return {
        "description": meaning,
        "headers": _headers(ERROR_HEADERS.get(status, ())),
        "content": page if row.refuses_by_page else problem,
    }


def _headers(names: Iterable[str]) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Correlation-ID", *names)}


def _content(body: type[msgspec.Struct] | str | None, *, always: Iterable[str] = ()) -> Schema:
    if body is None:
        return {}
    if body == contract.TEXT:
        return {contract.TEXT: {"schema": _reference("Text")}}
    if isinstance(body, str):
        return {body: {"schema": {"type": "object"}}}
    schema = _reference(body.__name__)
    required = list(always)
    return {"application/json": {"schema": {"allOf": [schema, {"required": required}]} if required else schema}}


def _links() -> Schema:
    """What can be done next with a paste that was just made."""
    paste_id = {"path.id": "$response.body#/id"}
    token = {"header.X-Edit-Token": "$response.header.X-Edit-Token"}
    owned = {**paste_id, **token, "header.If-Match": "$response.header.ETag"}
    return {
        "read": {"operationId": "readPaste", "parameters": paste_id},
        "readText": {"operationId": "readText", "parameters": paste_id},
        "change": {"operationId": "updatePaste", "parameters": owned},
        "delete": {"operationId": "deletePaste", "parameters": owned},
        "list": {"operationId": "listPastes", "parameters": token},
    }


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _payload_schemas() -> dict[str, Schema]:
    _, components = msgspec.json.schema_components([*PAYLOADS, *DOCUMENTS], ref_template=_reference("{name}")["$ref"])
    for payload in PAYLOADS:
        properties = components[payload.__name__]["properties"]
        for name, facts in _field_facts().items():
            properties[name] = _filled(properties[name], facts)
        if settings.MAX_TTL is not None:
            properties["timetolive"] = properties["timetolive"]["anyOf"][0]
    return components


def _filled(field: Schema, facts: Schema) -> Schema:
    """The field with the facts, which belong to its first alternative where null is the other."""
    if "anyOf" in field:
        first, *others = field["anyOf"]
        return {**field, "anyOf": [_filled(first, facts), *others]}
    description = " ".join(filter(None, (field.get("description"), facts.get("description"))))
    return {**field, **facts, "description": description}


def _field_facts() -> dict[str, Schema]:
    """What the code and the settings decide about fields that are sent."""
    never = " `null` asks for never." if settings.MAX_TTL is None else ""
    names = {name for language in LANGUAGES for name in (language.name, *language.aliases)}
    visibilities = [Visibility.UNLISTED.value, *([Visibility.PUBLIC.value] if settings.LIST_ANONYMOUS else [])]
    most = f"At most {TITLE_CHARACTERS} characters."
    return {
        "id": {"pattern": _id_pattern()},
        "content": _text_facts(),
        "title": {"maxLength": TITLE_CHARACTERS, "pattern": r"^[^\u0000-\u001f\u007f]*$", "description": most},
        "language": {"enum": [AUTO, *sorted(names)]},
        "visibility": {"enum": visibilities, "description": f"Here: {' or '.join(visibilities)}."},
        "timetolive": {"minimum": 1, "maximum": longest_life(), "description": f"1 to {longest_life()}.{never}"},
    }


def _text_facts() -> Schema:
    most = settings.MAX_PASTE_BYTES
    return {
        "minLength": 1,
        "maxLength": most,
        "pattern": r"^[^\u0000]*$",
        "description": f"At most {most} bytes of UTF-8; no NUL.",
    }


def _parameter_schemas() -> dict[str, Schema]:
    seconds = {"type": "integer", "minimum": 1, "maximum": longest_life()}
    name = {"minLength": 1, "maxLength": TITLE_CHARACTERS, "pattern": r"^[^\u0000-\u001f\u007f/]+$"}
    return {
        "PasteId": {"type": "string", "pattern": _id_pattern()},
        "EditToken": {"type": "string", "pattern": f"^{EDIT_TOKEN.pattern}$"},
        "FileName": {"type": "string", **name},
        "Text": {"type": "string", **_text_facts()},
        "EntityTags": {"type": "string"},
        "UploadTimeToLive": {"anyOf": [seconds, {"const": "never"}]} if settings.MAX_TTL is None else seconds,
        "PageSize": {"type": "integer", "minimum": 1, "maximum": LIST_SIZE_MOST, "default": LIST_SIZE},
        "Cursor": {"type": "string", "pattern": "^([0-9]{1,14}-[0-9a-f]{32})?$"},
        "Lines": {"type": "string", "pattern": "^[1-9][0-9]{0,8}(-[1-9][0-9]{0,8})?$"},
    }


def _id_pattern() -> str:
    """In either case, without a flag, which JSON Schema does not have."""
    return f"^{CANONICAL_ID.pattern.replace('a-f', 'a-fA-F').replace('ab]', 'abAB]')}$"


def _request_fields(document: Schema, operation: Schema) -> Iterator[Schema]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
    for name, field in schema["properties"].items():
        alternatives = field.get("anyOf", [field])
        if "x-ignored" not in field:
            yield {
                "name": name,
                "type": " or ".join(alternative["type"] for alternative in alternatives),
                "required": name in schema["required"],
                "description": _plain(alternatives[0]["description"]),
            }
