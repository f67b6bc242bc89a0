"""Who a browser is: the secret in its owner cookie. Read by pages only, never by the API."""

import hashlib
from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from pastes.access import Actor
from pastes.doors.http import readable
from pastes.drafts import EDIT_TOKEN, new_token
from pastes.errors import Invalid
from pastes.preconditions import Preconditions
from pastes.store.edits import Guard

OWNER_COOKIE = "__Host-owner" if settings.HTTPS else "owner"
NEXT_COOKIE = f"{OWNER_COOKIE}-next"
OWNER_COOKIE_SECONDS = 400 * 86_400  # the longest that browsers keep one

REPLACEMENT = "\ufffd"


def secret_of(cookies: Mapping[str, str]) -> str | None:
    return _secret(cookies, OWNER_COOKIE)


def next_secret_of(cookies: Mapping[str, str]) -> str | None:
    """The secret that this browser's pastes are being given to; it takes the other's place when all of them are."""
    return _secret(cookies, NEXT_COOKIE)


def unfinished_secret_of(cookies: Mapping[str, str]) -> str | None:
    """The next secret, where it has not taken the other's place."""
    following = next_secret_of(cookies)
    return following if following != secret_of(cookies) else None


def _secret(cookies: Mapping[str, str], name: str) -> str | None:
    secret = cookies.get(name, "")
    return secret if EDIT_TOKEN.fullmatch(secret) else None


def owner_key(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def actor_of(cookies: Mapping[str, str]) -> Actor:
    """A browser without a secret is somebody, only never the owner: pages have no credential to ask for."""
    secret = secret_of(cookies)
    return Actor(owner_key(secret) if secret else b"")


def guard_of(cookies: Mapping[str, str], *, version: int | None = None) -> Guard:
    """Refuses what is not this browser's to change, and a paste that is no longer at the version that was looked at."""
    return Preconditions(version=version).guard(actor_of(cookies))


def remember(response: HttpResponse, secret: str) -> None:
    """Sets the cookie anew, so that it lasts as long as the browser is used."""
    _set(response, OWNER_COOKIE, secret)


def remember_next(response: HttpResponse, secret: str) -> None:
    _set(response, NEXT_COOKIE, secret)


def _set(response: HttpResponse, name: str, secret: str) -> None:
    response.set_cookie(
        name,
        secret,
        max_age=OWNER_COOKIE_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def secret_for(cookies: Mapping[str, str]) -> str:
    return secret_of(cookies) or new_token()


def posted(request: HttpRequest) -> QueryDict:
    """What a form sent. Raises Invalid where it was not UTF-8: Django would put replacement marks into the text."""
    if request.content_type == "application/x-www-form-urlencoded":
        readable("the form", request.body)  # Django would take it for Latin-1
    sent = request.POST
    replaced = sum(value.count(REPLACEMENT) for values in sent.lists() for value in map(str, values[1]))
    if replaced:
        # A mark that somebody typed stands in the body as it is, or escaped; one that Django put in does not.
        body = request.body
        meant = body.count(REPLACEMENT.encode()) + body.upper().count(b"%EF%BF%BD")
        if meant < replaced:
            raise Invalid("The form is not text in UTF-8.")
    return sent


def forget(response: HttpResponse) -> None:
    _delete(response, OWNER_COOKIE)
    forget_next(response)


def forget_next(response: HttpResponse) -> None:
    _delete(response, NEXT_COOKIE)


def _delete(response: HttpResponse, name: str) -> None:
    response.delete_cookie(name, samesite="Lax")
    response.cookies[name]["secure"] = settings.HTTPS  # a __Host- cookie is only replaced by its like
