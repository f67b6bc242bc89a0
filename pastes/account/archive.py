"""All of an owner's pastes as one ZIP, made piece by piece: files, their old versions, and pastes.json about them."""

import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from pastes import schemas
from pastes.models import HEADER_FIELDS, Header, Revision
from pastes.models.paste import PasteQuerySet, header_of
from pastes.texts import EXTENSION, file_name
from pastes.transactions import reading

INDEX, VERSIONS = "pastes.json", "versions"
NAME_BYTES = 200  # what file systems take, with room for a number
EARLIEST, LATEST = 1980, 2107  # years that a ZIP can tell
VERSION_FIELDS = ("version", "title", "language", "size", "sha256", "created_at")
PERMISSIONS = 0o644 << 16


class Archive:
    """Holds one text at a time, and of each paste that is in it no more than its line in the index and its name."""

    def __init__(self, pastes: PasteQuerySet, *, origin: str, at: datetime) -> None:
        self._pastes = pastes
        self._origin = origin
        self._at = at
        self._pieces = Pieces()
        self._zip = zipfile.ZipFile(self._pieces, "w", zipfile.ZIP_DEFLATED)
        self._names = {INDEX, VERSIONS}
        self._lines: list[bytes] = []

    def __iter__(self) -> Iterator[bytes]:
        for paste_id in reading(lambda: list(self._pastes.newest_first().values_list("id", flat=True))):
            yield from self._paste(paste_id)
        self._add(INDEX, self._index(), self._at)
        self._zip.close()
        yield self._pieces.taken()

    def _paste(self, paste_id: UUID) -> Iterator[bytes]:
        rows = self._pastes.filter(id=paste_id).values_list(*HEADER_FIELDS, "content")
        row = reading(rows.first)
        if row is None:  # expired, or deleted, since the ids were read
            return
        header, name = header_of(row), self._unused(file_name(header_of(row)))
        self._add(name, row[-1].encode(), header.updated_at)
        yield self._pieces.taken()
        versions: list[dict[str, Any]] = []
        for version in reading(lambda: list(_versions(header).values(*VERSION_FIELDS))):
            yield from self._version(header, name, version, versions)
        self._lines.append(msgspec.json.encode(_told(header, self._origin) | {"file": name, "versions": versions}))

    def _version(
        self, header: Header, name: str, version: dict[str, Any], told: list[dict[str, Any]]
    ) -> Iterator[bytes]:
        kept = _versions(header).filter(version=version["version"]).values_list("content", flat=True)
        content = reading(kept.first)
        if content is None:
            return
        path = f"{VERSIONS}/{name}/{version['version']}{_extension(name)}"
        self._add(path, content.encode(), version["created_at"])
        moment = schemas.moment(version["created_at"])
        sha256 = bytes(version["sha256"]).hex()
        told.append({**version, "sha256": sha256, "createdAt": moment, "file": path})
        del told[-1]["created_at"]
        yield self._pieces.taken()

    def _unused(self, wanted: str) -> str:
        """That name, or it with a number: no two differ in case or composition alone, which some systems ignore."""
        extension = _extension(wanted)
        stem, number, name = _cut(wanted.removesuffix(extension)), 1, _cut(wanted.removesuffix(extension)) + extension
        while _folded(name) in self._names:
            number += 1
            name = f"{stem} ({number}){extension}"
        self._names.add(_folded(name))
        return name

    def _add(self, path: str, data: bytes, at: datetime) -> None:
        entry = zipfile.ZipInfo(path, (min(max(at.year, EARLIEST), LATEST), *at.timetuple()[1:6]))
        entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, PERMISSIONS
        self._zip.writestr(entry, data)

    def _index(self) -> bytes:
        about = msgspec.json.encode({"exportedAt": schemas.moment(self._at), "from": self._origin})
        return about[:-1] + b',"pastes":[\n' + b",\n".join(self._lines) + b"\n]}\n"


class Pieces:
    """What a ZIP is written into: it cannot be sought in, and gives away what was written since it was last asked."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes, /) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


def _versions(header: Header) -> Any:
    return Revision.objects.filter(paste_id=header.id, version__lt=header.version).order_by("version")


def _told(header: Header, origin: str) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.to_builtins(schemas.paste_fields(header, origin))
    return fields


def _extension(name: str) -> str:
    found = EXTENSION.search(name)
    return found[0] if found else ""


def _cut(stem: str) -> str:
    return stem.encode()[:NAME_BYTES].decode(errors="ignore")  # a character that the cut would halve is left out


def _folded(name: str) -> str:
    # Folding takes some composed letters apart again (The Unicode Standard, section 3.13).
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
