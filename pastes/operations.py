"""The lists that doors hand to the store, with what belongs around them: limits before, derived bytes after.

Plain synchronous functions, list in, list out: batches run them for the endpoints, pages call them with one item.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from pastes import derived, limits, schemas, store
from pastes.batching import LIST_BYTES
from pastes.doors import http
from pastes.errors import PasteError
from pastes.models import Header, Record

JSON, JSON_FORMAT = "json", 1  # the format's number rises when the same row would give other bytes


class Lookup(msgspec.Struct, frozen=True):
    id: UUID
    at: datetime
    origin: str


class Found(msgspec.Struct, frozen=True):
    """A live header, and its JSON document where that is known."""

    header: Header
    document: bytes | None = None


class Creation(msgspec.Struct, frozen=True):
    new: store.NewPaste
    client: str
    origin: str


class Created(msgspec.Struct, frozen=True):
    """`headers` tell how much of the limit is left."""

    header: Header
    headers: http.Headers


Change = store.Edit | store.Removal


def weight(change: Change) -> int:
    """Bytes, roughly: characters of content."""
    return len(change.content or "") if isinstance(change, store.Edit) else 0


def recall(lookups: Sequence[Lookup]) -> list[Found | None]:
    """What caches know. Touches no database in production."""
    headers = store.recall([lookup.id for lookup in lookups])
    keys = [document_key(header, lookup.origin) for header, lookup in _live(headers, lookups)]
    documents = dict(zip(keys, derived.recall(keys), strict=True))
    return [
        Found(header, documents.get(document_key(header, lookup.origin))) if header else None
        for header, lookup in zip(headers, lookups, strict=True)
    ]


def _live(headers: Sequence[Header | None], lookups: Sequence[Lookup]) -> Iterator[tuple[Header, Lookup]]:
    """Those whose documents one list may ask for at once: live ones, up to LIST_BYTES of them together."""
    room, seen = LIST_BYTES, set()
    for header, lookup in zip(headers, lookups, strict=True):
        if header is None or not header.is_live(lookup.at):
            continue
        room -= 0 if header.id in seen else header.size
        seen.add(header.id)
        if room >= 0 or len(seen) == 1:
            yield header, lookup


def load(lookups: Sequence[Lookup]) -> list[Found | None]:
    """From the database, and kept for those who ask next."""
    records = store.fetch([lookup.id for lookup in lookups], at=max(lookup.at for lookup in lookups))
    made: dict[str, Found] = {}
    found: list[Found | None] = []
    for record, lookup in zip(records, lookups, strict=True):
        if record is None:
            found.append(None)
            continue
        key = document_key(record.header, lookup.origin)
        if key not in made:
            made[key] = Found(record.header, document(record.header, record.content, lookup.origin))
        found.append(made[key])
    derived.keep([(key, item.document) for key, item in made.items() if item.document])
    return found


def create(creations: Sequence[Creation]) -> list[Created | Exception]:
    """Spends each client's limit, publishes what is within it, and writes the documents through."""
    verdicts = limits.spend(limits.CREATE, [creation.client for creation in creations])
    within = [verdict is None or verdict.is_within for verdict in verdicts]
    admitted = [creation for creation, is_within in zip(creations, within, strict=True) if is_within]
    published = iter(store.publish([creation.new for creation in admitted]))
    outcomes: list[Header | Exception] = [
        next(published) if is_within else verdict.refusal()  # type: ignore[union-attr]
        for verdict, is_within in zip(verdicts, within, strict=True)
    ]
    derived.keep(
        [
            (document_key(header, creation.origin), document(header, creation.new.record.content, creation.origin))
            for creation, header in zip(creations, outcomes, strict=True)
            if header is creation.new.record.header
        ]
    )
    return [
        _with_headers(outcome, verdict.headers() if verdict else [])
        for outcome, verdict in zip(outcomes, verdicts, strict=True)
    ]


def read(paste_id: UUID, *, at: datetime) -> Record | None:
    """A live paste with its text, from caches where they know both."""
    header = store.headers([paste_id], at=at)[0]
    if header is None:
        return None
    text = derived.recall([text_key(header)])[0]
    if text is not None:
        return Record(header, text.decode())
    record = store.fetch([paste_id], at=at)[0]
    if record is not None:
        derived.keep([(text_key(record.header), record.content.encode())])
    return record


def text_key(header: Header) -> str:
    return derived.key_of(header.id.hex, header.version, "text")


def document_key(header: Header, origin: str) -> str:
    return derived.key_of(header.id.hex, header.version, JSON, JSON_FORMAT, origin)


def document(header: Header, content: str, origin: str) -> bytes:
    return msgspec.json.encode(schemas.paste_fields(header, origin, content=content))


def etag(header: Header, origin: str) -> str:
    """Of the JSON document, in the only coding it has."""
    return http.etag(header.id.hex, header.version, (JSON, JSON_FORMAT, origin, "identity"))


def _with_headers(outcome: Header | Exception, headers: http.Headers) -> Created | Exception:
    if isinstance(outcome, Header):
        return Created(outcome, headers)
    if isinstance(outcome, PasteError) and not any(name == "RateLimit" for name, _ in outcome.headers):
        outcome.headers += headers
    return outcome
