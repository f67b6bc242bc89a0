"""The pages of a person: what this browser made, and how it lets go of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser
from pastes.models import Paste
from pastes.responses import exchange_of, methods, personal, see
from pastes.views import list_page


@methods("GET")
def mine(request: HttpRequest) -> HttpResponse:
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


@methods("GET", "POST")
def forget(request: HttpRequest) -> HttpResponse:
    """Takes the cookie away. The pastes stay until they expire, and nobody can change them any more."""
    if request.method != "POST":
        return personal(render(request, "pastes/forget.html"))
    response = see(reverse("mine"))
    browser.forget(response)
    return personal(response)
