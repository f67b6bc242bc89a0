"""Pages and documents about the site itself: about, API, limits, readiness, robots."""

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django_redis import get_redis_connection
from redis.exceptions import RedisError

from pastes import limits as limits_
from pastes import openapi as openapi_
from pastes.rendering import LANGUAGES
from pastes.responses import exchange_of, indexable, methods
from pastes.store.history import REVISIONS_KEPT

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /mine\nDisallow: /compare\nDisallow: /paste/\n"


@methods("GET")
def about(request: HttpRequest) -> HttpResponse:
    limits = {**limits_.published(), "revisions": REVISIONS_KEPT}
    context = {"origin": exchange_of(request).origin, "limits": limits}
    return indexable(render(request, "pages/about.html", context))


@methods("GET")
def api(request: HttpRequest) -> HttpResponse:
    origin = exchange_of(request).origin
    document = openapi_.document(origin)
    context = {
        "operations": openapi_.operations(document),
        "statuses": openapi_.statuses().items(),
        "languages": LANGUAGES,
        "origin": origin,
        "limits": limits_.published(),
    }
    return indexable(render(request, "pages/api.html", context))


@methods("GET")
def limits(request: HttpRequest) -> HttpResponse:
    return JsonResponse(limits_.document())


@methods("GET")
def openapi(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi_.document(exchange_of(request).origin))


@methods("GET")
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@methods("GET")
def icon(request: HttpRequest, *, size: int) -> HttpResponse:
    """For what asks for an icon by its usual name without having read a page."""
    response = redirect(static(f"icons/icon-{size}.png"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


@methods("GET")
def ready(request: HttpRequest) -> HttpResponse:
    """503 only where the database cannot be used: without a cache we are slower, not away."""
    database, cache = _database_works(), _cache_works()
    state = {"status": "ready" if database else "unavailable", "database": database, "cache": cache}
    state["degraded"] = not cache
    return JsonResponse(state, status=200 if database else 503, headers={} if database else {"Retry-After": "5"})


def _database_works() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return False
    return True


def _cache_works() -> bool:
    if settings.EMBEDDED:
        return True
    try:
        return bool(get_redis_connection("default").ping())
    except RedisError:
        return False
