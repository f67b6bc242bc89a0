"""What a paste was before: the list of its versions."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

from pastes import store
from pastes.models import Header, User
from pastes.rendering import resolve
from pastes.responses import methods, personal
from pastes.store import Past
from pastes.views.records import about, writable_header

OWNER = "owner"  # who wrote what belongs to no account


class Entry(msgspec.Struct, frozen=True):
    """A version as its row tells it, beside the one `before` it that is kept; None for the oldest."""

    past: Past
    before: Past | None
    is_current: bool

    @property
    def author(self) -> str:
        return self.past.author or OWNER

    @property
    def title(self) -> str | None:
        """The new title, "" where it was taken away, None where it stayed."""
        return self.past.title if self.before is None or self.before.title != self.past.title else None

    @property
    def language(self) -> str | None:
        is_new = self.before is None or self.before.language != self.past.language
        return resolve(self.past.language).label if is_new else None

    @property
    def has_same_text(self) -> bool:
        return self.before is not None and self.before.sha256 == self.past.sha256

    @property
    def growth(self) -> str:
        """`+1.2 KB`, `−3 bytes`; "" for a first one, and for one as large as the one before."""
        change = self.past.size - self.before.size if self.before else 0
        return f"{'+' if change > 0 else '−'}{filesizeformat(abs(change))}" if change else ""


@methods("GET")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    header = writable_header(request, paste_id)
    entries = entries_of(header)
    context = {
        "entries": entries,
        "previous": entries[1].past.version if len(entries) > 1 else None,
        "has_gaps": len(entries) < header.version,
        **about(header),
    }
    return personal(render(request, "pastes/history.html", context))


def entries_of(header: Header) -> list[Entry]:
    """Newest first, and on top what the paste is now."""
    versions = [_present(header), *store.histories([header.id])[0]]
    befores: Sequence[Past | None] = [*versions[1:], None]
    return [
        Entry(past, before, is_current=past.version == header.version)
        for past, before in zip(versions, befores, strict=True)
    ]


def _present(header: Header) -> Past:
    account = User.objects.filter(id=header.owner_id).first() if header.owner_id else None
    return Past(
        version=header.version,
        title=header.title,
        language=header.language,
        size=header.size,
        sha256=header.sha256,
        created_at=header.updated_at,
        author=account.username if account else "",
    )
