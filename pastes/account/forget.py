"""How a browser lets go of what it made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser
from pastes.responses import methods, personal, see


@methods("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """Takes the cookie away. The pastes stay until they expire, and nobody can change them any more."""
    if request.method != "POST":
        return personal(render(request, "account/forget.html"))
    response = see(reverse("mine"))
    browser.forget(response)
    return personal(response)
