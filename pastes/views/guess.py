"""What language a text would be taken for, told while it is typed."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from pastes import browser
from pastes.drafts import TITLE_CHARACTERS
from pastes.rendering import GUESSED_FROM, guess, resolve
from pastes.responses import methods, personal


@methods("POST")
def answer(request: HttpRequest) -> HttpResponse:
    """`{"language", "label"}` for the form's `title` and the beginning of its `content`; nothing is kept of them."""
    sent = browser.posted(request)
    title, text = sent.get("title", "")[:TITLE_CHARACTERS], sent.get("content", "")[:GUESSED_FROM]
    language = resolve(guess(title, text))
    return personal(JsonResponse({"language": language.name, "label": language.label}))
