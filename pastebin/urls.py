"""Everything the project serves: the site map of the pastes application, and the admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("pastes.urls")),
]
handler400 = "pastes.responses.bad_request"
handler403 = "pastes.responses.forbidden"
handler404 = "pastes.responses.not_found"
handler500 = "pastes.responses.server_error"
