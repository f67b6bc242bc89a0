"""The site map: every route there is. A PUT outside the API is an upload, whatever its name."""

from uuid import UUID

from django.urls import path, register_converter

from pastes import endpoints, site, views
from pastes.doors.django import door
from pastes.drafts import CANONICAL_ID


class PasteIdConverter:
    regex = CANONICAL_ID.pattern.replace("a-f", "a-fA-F").replace("ab]", "abAB]")

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return str(value)


register_converter(PasteIdConverter, "paste_id")

# /paste: the API. Its hot routes are endpoints; under ASGI they never come this far.
api = [
    path("paste", door(endpoints.COLLECTION), name="collection"),
    path("paste/<path:rest>", door(endpoints.MEMBER), name="member"),
]

# /{id}: pages of a paste
paste_pages = [
    path("", views.create, name="create"),
    path("<paste_id:paste_id>", views.show, name="show"),
    path("<paste_id:paste_id>/raw", views.raw, name="raw"),
    path("<paste_id:paste_id>/download", views.download, name="download"),
    path("<paste_id:paste_id>/edit", views.edit, name="edit"),
    path("<paste_id:paste_id>/delete", views.delete, name="delete"),
]

# Lists, and pages about the site
site_pages = [
    path("mine", views.mine, name="mine"),
    path("recent", views.recent, name="recent"),
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

# What a PUT outside /paste is resolved by: a file's name, or none.
uploads = (path("", door(endpoints.UPLOAD)), path("<path:name>", door(endpoints.UPLOAD)))
