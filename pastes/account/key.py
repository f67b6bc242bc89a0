"""A new key for this browser's pastes: whoever has the old one, or its recovery code, has nothing any more."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from pastes import browser
from pastes.account import codes
from pastes.account.ownership import hand_over, owned
from pastes.drafts import new_token
from pastes.responses import exchange_of, methods, personal, see
from pastes.transactions import reading


@methods("GET", "POST")
def page(request: HttpRequest) -> HttpResponse:
    """The browser holds the next key before the first paste is given to it, so dying half-way loses nothing.

    What was cut short goes on with the same next key; only when no paste has the old one does the next take its place.
    It stays the next one too: a page that was asked for before may be answered after, and bring the old key back.
    """
    secret, following = browser.secret_of(request.COOKIES), browser.unfinished_secret_of(request.COOKIES)
    if secret is None:
        return see(reverse("mine"))
    if request.method == "POST" and following is not None:
        return _changed(request, secret, following)
    return _asked(request, secret, following)


def _asked(request: HttpRequest, secret: str, following: str | None) -> HttpResponse:
    count = reading(owned(secret, at=exchange_of(request).at).count)
    # A POST that comes here did not bring the next key, so nothing was done: cookies are off, or it was sent twice.
    context = {"count": count, "again": request.method == "POST"}
    response = personal(render(request, "account/key.html", context, status=409 if context["again"] else 200))
    browser.remember_next(response, following or new_token())
    return response


def _changed(request: HttpRequest, secret: str, following: str) -> HttpResponse:
    count = hand_over(secret, to=following, at=exchange_of(request).at)
    context = {"count": count, "code": codes.code_of(following)}
    response = personal(render(request, "account/key_changed.html", context))
    browser.remember(response, following)
    browser.remember_next(response, following)
    return response
