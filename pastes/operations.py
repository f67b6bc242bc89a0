"""The lists that doors hand to the store, with what belongs around them: limits before, derived bytes after.

Plain synchronous functions, list in, list out: batches run them for the endpoints, pages call them with one item.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from pastes import access, derived, limits, store
from pastes.access import ANYBODY, Actor
from pastes.batching import LIST_BYTES
from pastes.codings import Accepted, Coded, kept_quickly
from pastes.doors import http
from pastes.errors import PasteError
from pastes.models import Header, Record
from pastes.pipelines import Command
from pastes.representations import JSON, OWNER, PAGE, READER, TEXT, Representation, Seen, seen
from pastes.schemas import PasteFields, document, paste_fields


class Lookup(msgspec.Struct, frozen=True):
    id: UUID
    at: datetime
    origin: str
    representation: Representation = JSON
    accepted: Accepted = Accepted()
    actor: Actor = ANYBODY

    def of(self, header: Header) -> Seen:
        """What of this paste is asked for. Of a page the owner has one of their own."""
        is_owner = self.representation is PAGE and access.owns(header, self.actor)
        return seen(header, self.representation, self.origin, OWNER if is_owner else READER)


class Found(msgspec.Struct, frozen=True):
    """What was asked for, and its bytes in the coding named, where they are known."""

    seen: Seen
    coding: str = ""
    body: bytes | None = None


class Creation(msgspec.Struct, frozen=True):
    new: store.NewPaste
    client: str
    origin: str


class Created(msgspec.Struct, frozen=True):
    """`fields` are its JSON without the content; `headers` tell how much of the limit is left."""

    seen: Seen
    fields: PasteFields
    headers: http.Headers

    @property
    def header(self) -> Header:
        return self.seen.header


Change = store.Edit | store.Removal


def weight(change: Change) -> int:
    """Bytes, roughly: characters of content."""
    return len(change.content or "") if isinstance(change, store.Edit) else 0


def recall(lookups: Sequence[Lookup]) -> list[Found | None]:
    """What caches know: live headers, and of them what was asked for. Touches no database in production."""
    headers = store.recall([lookup.id for lookup in lookups])
    known = [
        lookup.of(header) if header and header.is_live(lookup.at) else None
        for header, lookup in zip(headers, lookups, strict=True)
    ]
    wanted = _bounded({one.key: one.header.size for one in known if one})
    kept = dict(zip(wanted, derived.recall(wanted), strict=True))
    return [
        found(one, kept.get(one.key), lookup.accepted) if one else None
        for one, lookup in zip(known, lookups, strict=True)
    ]


def found(one: Seen, coded: Coded | None, accepted: Accepted) -> Found:
    return Found(one, *coded.best(accepted)) if coded else Found(one)


def _bounded(sizes: Mapping[str, int]) -> list[str]:
    """The keys whose bytes one list may ask for at once: up to LIST_BYTES of pastes together, but always one."""
    room = LIST_BYTES
    keys: list[str] = []
    for key, size in sizes.items():
        room -= size
        if room < 0 and keys:
            break
        keys.append(key)
    return keys


def load(lookups: Sequence[Lookup]) -> list[Found | None]:
    """From the database, and kept for those who ask next. Pages are made elsewhere, of the text."""
    records = store.fetch([lookup.id for lookup in lookups], at=max(lookup.at for lookup in lookups))
    made: dict[str, Coded] = {}
    outcomes: list[Found | None] = []
    for record, lookup in zip(records, lookups, strict=True):
        if record is None:
            outcomes.append(None)
            continue
        one = lookup.of(record.header)
        source = one if one.representation is not PAGE else seen(record.header, TEXT, "")
        if source.key not in made:
            made[source.key] = kept_quickly(_bytes(source, record))
        outcomes.append(found(one, made.get(one.key), lookup.accepted))
    derived.keep(list(made.items()))
    return outcomes


def _bytes(one: Seen, record: Record) -> bytes:
    if one.representation is TEXT:
        return record.content.encode()
    return document(paste_fields(record.header, one.origin), record.content)


def create(creations: Sequence[Creation]) -> list[Created | Exception]:
    """Spends each client's limit, publishes what is within it, and writes the documents through."""
    verdicts = limits.spend(limits.CREATE, [creation.client for creation in creations])
    within = [verdict is None or verdict.is_within for verdict in verdicts]
    admitted = [creation for creation, is_within in zip(creations, within, strict=True) if is_within]
    documents = _Documents({creation.new.id: creation.origin for creation in admitted})
    published = iter(store.publish([creation.new for creation in admitted], keep=documents.keep))
    outcomes: list[Header | Exception] = [
        next(published) if is_within else verdict.refusal()  # type: ignore[union-attr]
        for verdict, is_within in zip(verdicts, within, strict=True)
    ]
    return [
        documents.created(outcome, creation.origin, verdict.headers() if verdict else [])
        if isinstance(outcome, Header)
        else _refused(outcome, verdict)
        for outcome, creation, verdict in zip(outcomes, creations, verdicts, strict=True)
    ]


class _Documents:
    """The JSON of what a list makes: with the content for the cache, and without for those who sent it."""

    def __init__(self, origins: Mapping[UUID, str]) -> None:
        self._origins = origins
        self._made: dict[str, PasteFields] = {}

    def keep(self, made: Sequence[store.NewPaste]) -> list[Command]:
        entries = []
        for new in made:
            one = seen(new.record.header, JSON, self._origins[new.id])
            fields = self._made[one.key] = paste_fields(one.header, one.origin)
            entries.append((one.key, kept_quickly(document(fields, new.record.content))))
        return derived.remember(entries)

    def created(self, header: Header, origin: str, headers: http.Headers) -> Created:
        one = seen(header, JSON, origin)
        return Created(one, self._made.get(one.key) or paste_fields(header, origin), headers)


def _refused(error: Exception, verdict: limits.Verdict | None) -> Exception:
    if verdict and isinstance(error, PasteError) and not any(name == "RateLimit" for name, _ in error.headers):
        error.headers += verdict.headers()
    return error


def read(paste_id: UUID, *, at: datetime) -> Record | None:
    """A live paste with its text, from caches where they know both."""
    header = store.headers([paste_id], at=at)[0]
    if header is None:
        return None
    text = derived.recall([seen(header, TEXT, "").key])[0]
    if text is not None:
        return Record(header, text.plain().decode())
    record = store.fetch([paste_id], at=at)[0]
    if record is not None:
        derived.keep([(seen(record.header, TEXT, "").key, kept_quickly(record.content.encode()))])
    return record
