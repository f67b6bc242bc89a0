"""The admin as moderators find it: Django's own, with a guard before its sign-in."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from pastes import limits
from pastes.responses import exchange_of


class ModerationSite(AdminSite):
    site_header = site_title = "Pastebin moderation"
    index_title = "Moderation"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Raises TooManyRequests for too many tries, right or wrong."""
        if request.method == "POST":
            limits.guard_sign_in(request, exchange_of(request).client, request.POST.get("username", ""))
        return super().login(request, extra_context)
