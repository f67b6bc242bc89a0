"""How a paste looks on the wire: as JSON, as its bare text, as a page.

Keys, ETags and headers of all three are made here from the same parts, whoever serves them.
"""

from collections.abc import Callable
from functools import lru_cache, partial

import msgspec

from pastes import derived, fragments
from pastes.codings import BROTLI, GZIP, IDENTITY
from pastes.doors import etags, http
from pastes.models import Header, Visibility

READER, OWNER = "reader", "owner"  # the two variants of a page; other representations have one
PUBLIC = Visibility.PUBLIC.value


class Representation(msgspec.Struct, frozen=True):
    """`release` changes when the same row would give other bytes; `has_links`, so bytes depend on the origin."""

    name: str
    headers: tuple[tuple[str, str], ...]
    release: Callable[[], str] = partial(str, 1)
    has_links: bool = True


JSON = Representation("json", (("Content-Type", "application/json"), ("Vary", "Accept, Accept-Encoding")))
TEXT = Representation(
    "text",
    (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Security-Policy", http.RAW_CONTENT_SECURITY_POLICY),  # no browser runs it, whatever is in it
        ("Vary", "Accept-Encoding"),
    ),
    has_links=False,
)
PAGE = Representation(
    "page",
    (("Content-Type", "text/html; charset=utf-8"), ("Vary", "Cookie, Accept-Encoding")),
    release=fragments.renderer_version,
)


class Seen(msgspec.Struct, frozen=True, eq=False):
    """One representation of one version, as one kind of reader sees it under one origin.

    `key` is that of its derived bytes; what has the same key is the same.
    """

    header: Header
    representation: Representation
    parts: tuple[str, ...]
    key: str

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Seen) and self.key == other.key

    @property
    def variant(self) -> str:
        return self.parts[1]

    @property
    def origin(self) -> str:
        return self.parts[3]

    def etag(self, coding: str) -> str:
        return etags.etag(self.header.id.hex, self.header.version, (*self.parts, coding))

    def unchanged(self, condition: str) -> http.Answer | None:
        """304 where If-None-Match names this in any of its codings: what the client holds is what it would get."""
        tag = next((tag for tag in _tags(self) if etags.matches(condition, tag)), None) if condition else None
        if tag is None:
            return None
        headers, head = _prepared_unchanged(self, tag)
        return http.Answer(304, headers, b"", head)

    def answer(self, coding: str, body: bytes) -> http.Answer:
        headers, head = _prepared(self, coding, len(body))
        return http.Answer(200, headers, body, head)


def seen(header: Header, representation: Representation, origin: str, variant: str = READER) -> Seen:
    parts = representation.name, variant, representation.release(), origin if representation.has_links else ""
    return Seen(header, representation, parts, derived.key_of(header.id.hex, header.version, *parts))


@lru_cache(maxsize=2048)
def _prepared(one: Seen, coding: str, length: int) -> tuple[http.Headers, bytes]:
    """The headers of one answer, and the same as they go over the wire: to write them out takes longer than to send."""
    headers = _headers(one, one.etag(coding))
    if coding != IDENTITY:
        headers.append(("Content-Encoding", coding))
    return headers, http.head_of([*headers, ("Content-Length", str(length))])


@lru_cache(maxsize=2048)
def _tags(one: Seen) -> tuple[str, ...]:
    return tuple(one.etag(coding) for coding in (IDENTITY, GZIP, BROTLI))


@lru_cache(maxsize=2048)
def _prepared_unchanged(one: Seen, tag: str) -> tuple[http.Headers, bytes]:
    headers = _headers(one, tag)[1:]
    return headers, http.head_of(headers)


def _headers(one: Seen, tag: str) -> http.Headers:
    """Kept by whoever likes, but asked for again each time. Content-Type comes first."""
    headers = [*one.representation.headers, ("ETag", tag), ("Cache-Control", "no-cache")]
    if one.header.visibility == PUBLIC and one.representation is not JSON:
        headers.append(http.INDEXABLE)
    return headers
