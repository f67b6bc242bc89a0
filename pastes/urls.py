"""The site map: every route there is, but one: a PUT outside /paste is an upload, whatever its name.

That is decided by the method alone, which no pattern here can see, so the drivers do it (endpoints.UPLOAD).
"""

from uuid import UUID

from django.urls import path, re_path, register_converter

from pastes import endpoints, site
from pastes.account import export, forget, key, mine, recovery, selected
from pastes.doors.django import door, page_door
from pastes.drafts import CANONICAL_ID
from pastes.views import (
    changes,
    compare,
    create,
    delete,
    edit,
    erase,
    fork,
    guess,
    history,
    qr,
    recent,
    records,
    renew,
    show,
    version,
)


class PasteIdConverter:
    regex = CANONICAL_ID.pattern

    def to_python(self, value: str) -> UUID:
        return UUID(value)

    def to_url(self, value: UUID | str) -> str:
        return str(value)


class VersionConverter:
    regex = records.VERSION

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int | str) -> str:
        return str(value)


register_converter(PasteIdConverter, "paste_id")
register_converter(VersionConverter, "version")

# /paste: the API. Its hot routes are endpoints; under ASGI they never come this far.
api = [
    path("paste", door(endpoints.COLLECTION), name="collection"),
    re_path("^paste/", door(endpoints.MEMBER), name="member"),  # whatever follows: the endpoint reads it
]

# /{id}: pages of a paste
paste_pages = [
    path("", create.page, name="create"),
    path("guess", guess.answer, name="guess"),
    path("<paste_id:paste_id>", page_door(endpoints.PAGE, show.page), name="show"),
    path("<paste_id:paste_id>/raw", page_door(endpoints.RAW, show.raw), name="raw"),
    path("<paste_id:paste_id>/download", show.download, name="download"),
    path("<paste_id:paste_id>/qr", qr.image, name="qr"),
    path("<paste_id:paste_id>/edit", edit.page, name="edit"),
    path("<paste_id:paste_id>/fork", fork.page, name="fork"),
    path("<paste_id:paste_id>/renew", renew.page, name="renew"),
    path("<paste_id:paste_id>/delete", delete.page, name="delete"),
]

# /mine: pages of a person
account_pages = [
    path("mine", mine.page, name="mine"),
    path("mine/delete", selected.delete, name="delete-selected"),
    path("mine/renew", selected.renew, name="renew-selected"),
    path("mine/export", export.page, name="export"),
    path("mine/recovery", recovery.page, name="recovery"),
    path("mine/key", key.page, name="key"),
    path("mine/forget", forget.page, name="forget"),
]

# /{id}/history: for those who may change it
history_pages = [
    path("<paste_id:paste_id>/history", history.page, name="history"),
    path("<paste_id:paste_id>/history/compare", changes.page, name="history-compare"),
    path("<paste_id:paste_id>/history/<version:version>", version.page, name="version"),
    path("<paste_id:paste_id>/history/<version:version>/raw", version.raw, name="version-raw"),
    path("<paste_id:paste_id>/history/<version:version>/restore", version.restore, name="restore"),
    path("<paste_id:paste_id>/history/<version:version>/erase", erase.page, name="erase"),
]

# Lists, and pages about the site
site_pages = [
    path("recent", recent.page, name="recent"),
    path("compare", compare.page, name="compare"),
    path("compare/<paste_id:before>...<paste_id:after>", compare.two, name="compare-two"),
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
# What is asked for by its usual name, by programs that read no page
icons = [
    path("favicon.ico", site.icon, {"size": 32}, name="favicon"),
    path("apple-touch-icon.png", site.icon, {"size": 180}, name="touch-icon"),
]

urlpatterns = [*api, *paste_pages, *history_pages, *account_pages, *site_pages, *machine, *icons]
