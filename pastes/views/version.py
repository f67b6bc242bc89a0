"""The pages of one old version: its text, and the way to make it what the paste is."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser, fragments, store
from pastes.batching import outcome_or_raise
from pastes.drafts import Draft
from pastes.errors import Conflict, NotFound
from pastes.models import Header, Revision
from pastes.rendering import resolve
from pastes.responses import exchange_of, methods, personal, see, text_of_paste
from pastes.views.history import OWNER
from pastes.views.records import about, writable_header


@methods("GET")
def page(request: HttpRequest, paste_id: UUID, version: int) -> HttpResponse:
    header = writable_header(request, paste_id)
    if version == header.version:
        return see(reverse("show", args=[paste_id]))
    return _version_page(request, header, revision(paste_id, version))


@methods("GET")
def raw(request: HttpRequest, paste_id: UUID, version: int) -> HttpResponse:
    header = writable_header(request, paste_id)
    if version == header.version:
        return see(reverse("raw", args=[paste_id]))
    return personal(text_of_paste(revision(paste_id, version).content))


@methods("POST")
def restore(request: HttpRequest, paste_id: UUID, version: int) -> HttpResponse:
    """A new version with title, language and text of an old one; expiry and visibility stay."""
    header, old, at = writable_header(request, paste_id), revision(paste_id, version), exchange_of(request).at
    seen = request.POST.get("version", "")
    if seen != str(header.version):
        return _version_page(request, header, old, status=409)
    draft = Draft(content=old.content, title=old.title, language=old.language).checked(at=at)
    guard = browser.guard_of(request.COOKIES, version=header.version)
    outcome = store.revise([draft.edit(paste_id, at=at, guard=guard)])[0]
    if isinstance(outcome, Conflict):
        return _version_page(request, writable_header(request, paste_id), old, status=409)
    return see(reverse("show", args=[outcome_or_raise(outcome).id]))


def revision(paste_id: UUID, version: int) -> Revision:
    """Raises NotFound for a version that is not kept."""
    found = store.revisions([(paste_id, version)])[0]
    if found is None:
        raise NotFound
    return found


def _version_page(request: HttpRequest, header: Header, old: Revision, *, status: int = 200) -> HttpResponse:
    context = {
        "old": old,
        "old_name": old.title or "Untitled",
        "author": old.by.username if old.by else OWNER,
        "language": resolve(old.language).label,
        "changed": status == 409,
        **fragments.passing(old.content, language=old.language).shown,
        **about(header),
    }
    return personal(render(request, "pastes/version.html", context, status=status))
