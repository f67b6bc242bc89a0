"""How a browser lets go of what it made."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser
from pastes.responses import methods, personal, see


@methods("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """Takes away the cookie, and what the pages keep in the browser: a draft there is a text too. The pastes stay."""
    if request.method != "POST":
        return personal(render(request, "account/forget.html"))
    response = see(reverse("mine"))
    browser.forget(response)
    response["Clear-Site-Data"] = '"storage"'  # https://www.w3.org/TR/clear-site-data/
    return personal(response)
