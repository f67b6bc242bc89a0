"""What a form is answered whose CSRF token is not believed. Where somebody typed into it, the text comes back."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from pastes.errors import Forbidden, PasteError
from pastes.responses import error_page
from pastes.views import create, edit

# By the name of their route.
TAKE_TEXT: dict[str, Callable[..., HttpResponse]] = {"create": create.grown_old, "edit": edit.grown_old}


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Cookies off, or a form older than its cookie."""
    match = request.resolver_match
    answer = TAKE_TEXT.get(match.url_name or "") if match else None
    if match is None or answer is None:
        return error_page(
            request, Forbidden("This form has grown old, or cookies are off. Go back, reload, try again.")
        )
    try:
        return answer(request, **match.kwargs)
    except PasteError as error:  # outside of any view: nobody else would catch it
        return error_page(request, error)
