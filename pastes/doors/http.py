"""What both drivers share: Request and Answer, the exchange around them, and the headers every answer carries."""

import logging
import os
import re
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from pastes import clock, logs
from pastes.doors import client
from pastes.errors import Fault, Invalid, PasteError, TooLarge, UnsupportedMediaType, known, problem

Headers = list[tuple[str, str]]
Body = TypeVar("Body", bytes, bytearray)

logger = logging.getLogger(__name__)

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
RAW_CONTENT_SECURITY_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
SECURITY_HEADERS: tuple[tuple[str, str], ...] = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    *((("Strict-Transport-Security", "max-age=31536000"),) if settings.HTTPS else ()),
)
NOINDEX = ("X-Robots-Tag", "noindex")
INDEXABLE = ("X-Robots-Tag", "")  # instead of the default; it says nothing, so is not sent
CORRELATION_ID = "X-Correlation-ID"
# By lower-case name: what an answer carries unless it says otherwise.
DEFAULT_HEADERS = {
    "content-security-policy": ("Content-Security-Policy", CONTENT_SECURITY_POLICY),
    "x-robots-tag": NOINDEX,
    "cache-control": ("Cache-Control", "no-store"),
}
JSON_CUT_FACTOR, JSON_CUT_MARGIN, FORM_CUT_FACTOR = 6, 65_536, 3
GUESS_CUT = 262_144  # bytes: the beginning of a text, from which its language is guessed, at 3 a character
BODY_SECONDS = 30
LENGTH_DIGITS = 18
HOST_CHARACTERS = 253 + len(":65535")  # the longest name (RFC 1035) and a port
CALLER_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\"';\s]*)", re.ASCII)


class Exchange(msgspec.Struct):
    """One request and its answer, as the outermost layer sees it: made first, logged last.

    `at` is the moment that decides what has expired: when the whole request was here, however slowly it came.
    `is_abandoned`: nobody takes the answer any more.
    """

    method: str
    correlation_id: str
    client: str
    origin: str
    received_at: datetime
    at: datetime
    started: float
    caller_correlation_id: str = ""
    route: str = "(unmatched)"
    paste: str = ""
    is_abandoned: bool = False

    def line(self, status: int, size: int) -> logs.RequestLine:
        """To be logged when the answer has left; `size` in bytes of its body."""
        return logs.RequestLine(
            time=self.received_at,
            level="INFO",
            method=self.method[:16],
            route=self.route,
            status=status,
            bytes=size,
            milliseconds=round((time.perf_counter() - self.started) * 1000, 3),
            client=self.client,
            correlation_id=self.correlation_id,
            paste=self.paste,
            caller_correlation_id=self.caller_correlation_id,
        )


class Request(msgspec.Struct):
    """What an endpoint sees. `headers` have lower-case names; `path` is decoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    exchange: Exchange


class Answer(msgspec.Struct):
    """`head` is what `head_of(complete(headers))` would give, with the Content-Length, where that is known already."""

    status: int
    headers: Headers
    body: bytes
    head: bytes = b""


def new_correlation_id() -> str:
    return os.urandom(16).hex()


def begin(method: str, peer: str, headers: Mapping[str, str]) -> Exchange:
    """Decides who is calling, under which id, and which origin our links have. Refuses nothing: see `check`."""
    correlation_id = new_correlation_id()
    caller_id = headers.get("x-correlation-id", "")
    if caller_id and not CALLER_CORRELATION_ID.fullmatch(caller_id):
        caller_id = ""
    if caller_id and client.is_trusted(peer):
        correlation_id, caller_id = caller_id, ""
    logs.correlation_id.set(correlation_id)
    moment = clock.now()
    return Exchange(
        method=method,
        correlation_id=correlation_id,
        client=client.address(peer, headers.get("x-forwarded-for", "")),
        origin=settings.PUBLIC_URL or f"http://{headers.get('host', '')}",
        received_at=moment,
        at=moment,
        started=time.perf_counter(),
        caller_correlation_id=caller_id,
    )


def check(request: Request, path: bytes, query: bytes) -> None:
    """What is refused before a body is read. `path` is decoded already, `query` is not.

    Raises Invalid for an unknown Host, for NUL or bytes that are not UTF-8 in path, query, header or a page's cookie,
    and for a Content-Type that names another charset; UnsupportedMediaType for any Content-Encoding.
    """
    headers = request.headers
    if not is_served(headers.get("host", ""), tuple(settings.ALLOWED_HOSTS)):
        raise Invalid("The Host of this request is not served here.")
    readable("the address", path)
    if query:
        readable("the query", unquote_to_bytes(query.replace(b"+", b" ")))
    if "\0" in "".join(headers.values()):
        raise Invalid("A header holds a NUL.")
    if headers.get("cookie") and not speaks_json(request.method, request.path):
        readable("the cookie", headers["cookie"].encode("latin-1", "replace"))
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("A body with a Content-Encoding is not taken: send the text as it is.")
    if not is_plain_type(headers.get("content-type", "")):
        raise Invalid("The Content-Type names a charset other than utf-8.")


@lru_cache(maxsize=1024)
def is_served(host: str, allowed: tuple[str, ...]) -> bool:
    domain, _ = split_domain_port(host)
    return bool(domain) and len(host) <= HOST_CHARACTERS and validate_host(domain, allowed)


@lru_cache(maxsize=1024)
def is_plain_type(content_type: str) -> bool:
    """Whether its charset, if it names one, is UTF-8, in a spelling that Django's parser survives (no RFC 2231)."""
    kind = content_type.lower()
    charset = CHARSET.search(kind)
    return "*" not in kind.partition(";")[2] and (charset is None or charset[1] in ("utf-8", "utf8"))


def readable(what: str, data: bytes) -> str:
    """UTF-8 text without NUL (neither PostgreSQL nor a person can hold one), or Invalid."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"There are bytes in {what} that are not UTF-8.") from error
    if "\0" in text:
        raise Invalid(f"There is a NUL in {what}.")
    return text


def is_api(path: str) -> bool:
    return path == "/paste" or path.startswith("/paste/")


def speaks_json(method: str, path: str) -> bool:
    """Whether errors of this address are problem documents rather than pages."""
    return method == "PUT" or is_api(path) or path in ("/limits", "/openapi.json", "/livez", "/readyz")


def body_cut(method: str, path: str) -> int:
    """The most bytes of body taken: JSON may escape each byte as six, a form as three, an upload is what it is."""
    if is_api(path):
        return JSON_CUT_FACTOR * settings.MAX_PASTE_BYTES + JSON_CUT_MARGIN
    if method == "PUT":
        return int(settings.MAX_PASTE_BYTES)
    if path == "/guess":
        return GUESS_CUT
    return FORM_CUT_FACTOR * settings.MAX_PASTE_BYTES + JSON_CUT_MARGIN


def check_length(headers: Mapping[str, str], cut: int) -> int | None:
    """The Content-Length, None where there is none; raises TooLarge before anything is read."""
    text = headers.get("content-length", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= LENGTH_DIGITS):
        raise Invalid("Content-Length is not a number.")
    if int(text) > cut:
        raise TooLarge(cut)
    return int(text)


def check_size(body: Body, cut: int) -> Body:
    if len(body) > cut:
        raise TooLarge(cut)
    return body


def check_complete(body: bytes | bytearray, length: int | None) -> None:
    """Half a text must never be saved as if it were whole."""
    if length is not None and len(body) != length:
        raise Invalid(f"The body ended after {len(body)} of {length} bytes.")


def complete(headers: Headers) -> Headers:
    """The answer's own headers, and after them all that every answer carries unless it says otherwise."""
    given = {name.lower() for name, _ in headers}
    defaults = [default for name, default in DEFAULT_HEADERS.items() if name not in given]
    all_of_them = (*headers, *SECURITY_HEADERS, *defaults)
    return [(name, value) for name, value in all_of_them if value or name.lower() != INDEXABLE[0].lower()]


def finish(headers: Headers, exchange: Exchange) -> Headers:
    return [*complete(headers), (CORRELATION_ID, exchange.correlation_id)]


def head_of(headers: Headers) -> bytes:
    """An endpoint's headers, completed, as they go over the wire. `Names-Are-Written` as they are in this module.

    Raises ValueError where a line end would split one in two.
    """
    names = [name for name, _ in headers]
    return lines_of(headers) + _defaults(tuple([name in names for name, _ in DEFAULT_HEADERS.values()]))


@lru_cache
def _defaults(given: tuple[bool, ...]) -> bytes:
    """All that every answer carries, but for those of DEFAULT_HEADERS that are given."""
    missing = [pair for pair, is_given in zip(DEFAULT_HEADERS.values(), given, strict=True) if not is_given]
    return lines_of([*SECURITY_HEADERS, *missing])


def lines_of(headers: Headers) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers if value])
    if not lines.count("\r") == lines.count("\n") == len(headers) - (INDEXABLE in headers):
        raise ValueError("a header holds a line end, or nothing")
    return lines.encode("latin-1")


def json_answer(payload: object, *, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    return Answer(200, [("Content-Type", "application/json"), *headers], msgspec.json.encode(payload))


def text_answer(text: str, *, headers: Sequence[tuple[str, str]] = ()) -> Answer:
    return Answer(200, [("Content-Type", "text/plain; charset=utf-8"), *headers], text.encode())


def told(error: Exception) -> PasteError:
    """What the outside is told of any exception; what is a fault of ours is logged."""
    refusal = known(error)
    if refusal.status == Fault.status:
        logger.error("a fault of ours", exc_info=error)
    return refusal


def error_answer(error: Exception, exchange: Exchange) -> Answer:
    """Any exception as a problem document."""
    refusal = told(error)
    headers = [("Content-Type", "application/problem+json"), *refusal.headers]
    return Answer(refusal.status, headers, problem(refusal, exchange.correlation_id))
