"""The Django driver: the same endpoints inside views, and the outermost layer where no ASGI driver is in front."""

import logging
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from pastes import clock, endpoints, logs, operations, routes, store
from pastes.batching import InlineBatch
from pastes.doors import http
from pastes.errors import Invalid, LengthRequired, MethodNotAllowed, PasteError
from pastes.responses import error_page, exchange_of, response_of
from pastes.routes import Batches, Route

INLINE = Batches(
    InlineBatch(operations.recall),
    InlineBatch(operations.load),
    InlineBatch(operations.create),
    InlineBatch(store.change),
)

PATH, CONTENT_TYPE = "pastebin.path", "pastebin.content_type"  # as the server gave them, before Django's reading

PART = re.compile(r"<\w+:(\w+)>")  # of a route: `<version:version>`

View = Callable[..., HttpResponse]

logger = logging.getLogger(__name__)


def door(route: Route) -> View:
    """A view that runs an endpoint. Exempt from CSRF checks, since endpoints act on no cookie."""

    @csrf_exempt
    def view(request: HttpRequest, **captured: str) -> HttpResponse:
        try:
            answer = completed(routes.answer(route, asked_of(request, body=request.body), INLINE))
        except Exception as error:  # noqa: BLE001  (error_answer logs what is a fault of ours)
            answer = http.error_answer(error, exchange_of(request))
        assert answer is not None, "only pages are left to a view"  # noqa: S101
        return response_of(answer)

    return view


def page_door(route: Route, beyond: View) -> View:
    """A view that runs an endpoint of a page, and `beyond` where that leaves the request to Django."""

    @csrf_exempt
    def view(request: HttpRequest, **captured: str) -> HttpResponse:
        answer = completed(routes.answer(route, asked_of(request), INLINE))
        return beyond(request, **captured) if answer is None else response_of(answer)

    view.methods = beyond.methods  # type: ignore[attr-defined]
    return view


def completed(answer: Any) -> http.Answer | None:
    """Runs an endpoint to its end. With inline batches it never waits, so no event loop is needed."""
    try:
        answer.send(None)
    except StopIteration as stop:
        found: http.Answer | None = stop.value
        return found
    raise AssertionError("an endpoint waited for something that is not a batch")


def headers_of(request: HttpRequest) -> dict[str, str]:
    headers = {name.lower(): value for name, value in request.headers.items() if value or name != "Content-Type"}
    if CONTENT_TYPE in request.META:
        headers["content-type"] = request.META[CONTENT_TYPE]
    return headers


def path_of(request: HttpRequest) -> bytes:
    """The decoded path as bytes. Django's own spelling of it re-escapes what is not UTF-8."""
    path: str = request.META.get(PATH, request.path_info)
    return path.encode("latin-1") if PATH in request.META else path.encode()


class ExchangeMiddleware:
    """Outermost. Under the ASGI driver it takes over what that decided; else it decides, finishes and logs itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response
        self._upload = door(endpoints.UPLOAD)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        scope = request.META.get("asgi.scope", {})
        if "pastebin.exchange" in scope:
            request.exchange = scope["pastebin.exchange"]  # type: ignore[attr-defined]
            keep_body(request)
            return self._respond(request, scope.get("pastebin.error"))
        exchange = http.begin(request.method or "", request.META.get("REMOTE_ADDR", ""), headers_of(request))
        request.exchange = exchange  # type: ignore[attr-defined]
        request.META["REMOTE_ADDR"] = exchange.client
        request.META["wsgi.url_scheme"] = exchange.origin.partition(":")[0]
        route = endpoints.hot_route(exchange.method, request.path_info)
        exchange.route = route.template if route else exchange.route  # named even where it is refused
        response = self._respond(request, self._refusal(request))
        finished = http.finish(list(response.headers.items()), exchange)
        response.headers = type(response.headers)({})
        for name, value in finished:
            response.headers[name] = value
        logs.write_request(exchange.line(response.status_code, size_of(response, request.method)))
        return response

    def process_view(self, request: HttpRequest, view: View, *_: Any) -> HttpResponse | None:
        methods = getattr(view, "methods", None)
        if methods is None or request.method in methods:
            return None
        return error_page(request, MethodNotAllowed(methods))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return error_page(request, error) if isinstance(error, PasteError) else None

    def _respond(self, request: HttpRequest, refusal: PasteError | None) -> HttpResponse:
        response = self._served(request) if refusal is None else error_page(request, refusal)
        if not response.streaming and response.status_code != 304:
            response.headers.setdefault("Content-Length", str(len(response.content)))
            if request.method == "HEAD":
                response.content = b""  # not every WSGI server leaves it out
        return response

    def _served(self, request: HttpRequest) -> HttpResponse:
        if request.method == "PUT" and not http.is_api(request.path_info):
            return self._upload(request)
        response = self._get_response(request)
        name_route(request)
        return response

    def _refusal(self, request: HttpRequest) -> PasteError | None:
        """Why this request is refused before anything of ours sees it, if it is."""
        asked = asked_of(request)
        try:
            http.check(asked, path_of(request), asked.query.encode("latin-1", "replace"))
            length = http.check_length(asked.headers, http.body_cut(asked.method, asked.path))
            if length is None and "chunked" in asked.headers.get("transfer-encoding", "").lower():
                return LengthRequired()
            http.check_complete(request.body, length)
        except PasteError as error:
            return error
        except OSError:  # the client went away, or stumbled, in the middle of its body
            return Invalid("The body could not be read to its end.")
        if length is not None:
            asked.exchange.at = clock.now()
        return None


def keep_body(request: HttpRequest) -> None:
    """Else it is gone once the fields of a multipart form were read, and who looks into it then fails."""
    _ = request.body


def asked_of(request: HttpRequest, *, body: bytes = b"") -> http.Request:
    """The request as endpoints see it."""
    return http.Request(
        request.method or "",
        path_of(request).decode(errors="replace"),
        request.META.get("QUERY_STRING", ""),
        headers_of(request),
        body,
        exchange_of(request),
    )


def size_of(response: HttpResponse, method: str | None) -> int:
    """Bytes of body that leave for the client."""
    if method == "HEAD":
        return 0
    return int(response.headers.get("Content-Length", 0)) if response.streaming else len(response.content)


def name_route(request: HttpRequest) -> None:
    """For the log line: the template of the route, and of the id its first 8 hex digits only."""
    exchange, match = exchange_of(request), request.resolver_match
    if request.path_info.startswith(settings.STATIC_URL):
        exchange.route = f"{settings.STATIC_URL}{{file}}"
    if match is None or exchange.route != "(unmatched)":
        return
    exchange.route = PART.sub(r"{\1}", f"/{match.route}".replace("<paste_id:paste_id>", "{id}"))
    if "paste_id" in match.kwargs:
        exchange.paste = match.kwargs["paste_id"].hex[:8]


def buffer_chunked(application: Any) -> Any:
    """For WSGI servers that end a chunked body by themselves (`wsgi.input_terminated`): Django reads by length only."""

    def buffered(environ: dict[str, Any], start_response: Any) -> Any:
        environ[PATH] = environ.get("PATH_INFO", "")
        if not http.is_plain_type(environ.get("CONTENT_TYPE", "")):
            # Django's request would not survive its construction; refused by http.check a moment later.
            environ[CONTENT_TYPE] = environ.pop("CONTENT_TYPE")
        is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
        if is_chunked and environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH"):
            cut = http.body_cut(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
            body = environ["wsgi.input"].read(cut + 1)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return buffered
