"""The site map: every route there is, but one: a PUT outside /paste is an upload, whatever its name.

That is decided by the method alone, which no pattern here can see, so the drivers do it (endpoints.UPLOAD).
"""

from uuid import UUID

from django.urls import path, re_path, register_converter

from pastes import endpoints, site
from pastes.account import forget, mine
from pastes.doors.django import door, page_door
from pastes.drafts import CANONICAL_ID
from pastes.views import create, delete, edit, recent, show


class PasteIdConverter:
    regex = CANONICAL_ID.pattern

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return str(value)


register_converter(PasteIdConverter, "paste_id")

# /paste: the API. Its hot routes are endpoints; under ASGI they never come this far.
api = [
    path("paste", door(endpoints.COLLECTION), name="collection"),
    re_path("^paste/", door(endpoints.MEMBER), name="member"),  # whatever follows: the endpoint reads it
]

# /{id}: pages of a paste
paste_pages = [
    path("", create.page, name="create"),
    path("<paste_id:paste_id>", page_door(endpoints.PAGE, show.page), name="show"),
    path("<paste_id:paste_id>/raw", page_door(endpoints.RAW, show.raw), name="raw"),
    path("<paste_id:paste_id>/download", show.download, name="download"),
    path("<paste_id:paste_id>/edit", edit.page, name="edit"),
    path("<paste_id:paste_id>/delete", delete.page, name="delete"),
]

# Lists, and pages about the site
site_pages = [
    path("mine", mine.page, name="mine"),
    path("mine/forget", forget.page, name="forget"),
    path("recent", recent.page, name="recent"),
    path("about", site.about, name="about"),
    path("api", site.api, name="api"),
]

# For programs
machine = [
    path("limits", site.limits, name="limits"),
    path("openapi.json", site.openapi, name="openapi"),
    path("livez", door(endpoints.ALIVE), name="livez"),
    path("readyz", site.ready, name="readyz"),
    path("robots.txt", site.robots, name="robots"),
]

urlpatterns = [*api, *paste_pages, *site_pages, *machine]
