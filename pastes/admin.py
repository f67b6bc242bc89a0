"""Moderation: find a paste, read it as text, take it away. Every write goes through the store, so that caches obey."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pastes import store
from pastes.clock import now
from pastes.drafts import parsed_id
from pastes.models import Header, Paste, TaskRun, User

COUNTED = 5000  # rows; further pages are reached by searching, as counting millions would take seconds

admin.site.register(User, UserAdmin)


class BoundedPaginator(Paginator[Paste]):
    @cached_property
    def count(self) -> int:
        pastes = cast("QuerySet[Paste]", self.object_list)
        return len(pastes.order_by().values_list("pk")[:COUNTED])


def anyone(header: Header) -> None:
    """The guard of a moderator's removal: whoever's it is, and whatever version it has."""


@admin.register(Paste)
class PasteAdmin(admin.ModelAdmin[Paste]):
    """Quick with a million rows: no count of the whole table, no content in lists, searches that an index serves."""

    list_display = ("id", "title", "language", "visibility", "size", "created_at", "expires_at")
    list_filter = ("visibility", "created_at")
    search_fields = ("id", "title")
    search_help_text = "A whole id, or how a title begins."
    ordering = ("-created_at", "-id")
    paginator = BoundedPaginator
    show_full_result_count = False
    list_per_page = 50
    fields = readonly_fields = (
        "id",
        "title",
        "language",
        "visibility",
        "version",
        "created_at",
        "updated_at",
        "expires_at",
        "size",
        "text",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Paste | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paste]:
        return super().get_queryset(request).defer("content")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Paste], search_term: str
    ) -> tuple[QuerySet[Paste], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        paste_id = parsed_id(term)
        wanted = queryset.filter(id=paste_id) if paste_id else queryset.exclude(title="").filter(title__startswith=term)
        return wanted, False

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without the transaction that Django puts around it: the store commits by itself, and then tells the cache."""
        return self._delete_view(request, object_id, extra_context)  # type: ignore[no-any-return,attr-defined]

    def delete_model(self, request: HttpRequest, obj: Paste) -> None:
        self._remove(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Paste]) -> None:
        self._remove(request, list(queryset))

    @admin.display(description="content")
    def text(self, paste: Paste) -> SafeString:
        return format_html("<pre>{}</pre>", paste.content)

    def _remove(self, request: HttpRequest, pastes: list[Paste]) -> None:
        at = now()
        outcomes = store.remove([store.Removal(paste.id, at, anyone) for paste in pastes])
        failed = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        for outcome in failed:
            self.message_user(request, f"Not removed: {outcome}", messages.ERROR)


@admin.register(TaskRun)
class TaskRunAdmin(admin.ModelAdmin[TaskRun]):
    list_display = ("name", "finished_at", "done", "lag_seconds", "claimed_until")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: TaskRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TaskRun | None = None) -> bool:
        return False
