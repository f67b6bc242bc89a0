"""My pastes: what this browser made."""

from django.http import HttpRequest, HttpResponse

from pastes import browser
from pastes.models import Paste
from pastes.responses import exchange_of, methods, personal
from pastes.views.recent import list_page


@methods("GET")
def page(request: HttpRequest) -> HttpResponse:
    secret = browser.secret_of(request.COOKIES)
    owned = Paste.objects.owned_by(browser.owner_key(secret)) if secret else Paste.objects.none()
    context = {
        "heading": "My pastes",
        "intro": "Pastes made with this browser. Its cookie is what makes them yours.",
        "empty": "This browser has made no paste that is still there.",
        "mine": True,
    }
    response = list_page(request, owned.live(exchange_of(request).at), context)
    if secret:
        browser.remember(response, secret)
    return personal(response)
