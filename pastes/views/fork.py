"""The page that makes a paste of one's own from somebody's text."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from pastes import browser, newlines
from pastes.doors import http
from pastes.drafts import new_id
from pastes.forms import CreateForm
from pastes.responses import exchange_of, methods
from pastes.views.create import form_page
from pastes.views.records import readable_record


@methods("GET")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    """The create form, filled in. It is sent to where every new paste is made."""
    record = readable_record(request, paste_id)
    filled_in = {
        "id": str(new_id()),
        "parent": str(paste_id),
        "content": record.content,
        "title": record.header.title,
        "language": record.header.language,
        "newline": newlines.kind(record.content),
    }
    response = form_page(request, CreateForm(initial=filled_in, at=exchange_of(request).at, forked=record))
    browser.remember(response, browser.secret_for(request.COOKIES))
    del response[http.INDEXABLE[0]]  # the form holds the text of what may be unlisted
    return response
