"""Several of one's own pastes at once: asked first, then deleted or renewed, each for itself."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.defaultfilters import pluralize
from django.urls import reverse

from pastes import browser, store
from pastes.account.ownership import owned
from pastes.batching import outcome_or_raise
from pastes.drafts import parsed_id
from pastes.errors import Invalid, Unavailable
from pastes.forms import RenewSelectedForm
from pastes.forms.find import narrowed
from pastes.models import Header
from pastes.preconditions import Preconditions
from pastes.responses import exchange_of, methods, personal, see
from pastes.store.edits import Guard
from pastes.transactions import reading

AT_ONCE = 100

Versions = dict[UUID, int]
Change = Callable[[UUID, Guard], store.Edit | store.Removal]


@methods("GET", "POST")
def delete(request: HttpRequest) -> HttpResponse:
    sent, at = browser.posted(request), exchange_of(request).at
    confirmed = _confirmed(sent)
    if not confirmed:
        return _ask(request, "account/delete.html", _chosen(sent))
    failed = _change(request, confirmed, lambda paste_id, guard: store.Removal(paste_id, at, guard))
    if failed:
        return _ask(request, "account/delete.html", failed, done=len(confirmed) - len(failed))
    return _done(request, f"{len(confirmed)} paste{pluralize(len(confirmed))} deleted.")


@methods("GET", "POST")
def renew(request: HttpRequest) -> HttpResponse:
    sent, at = browser.posted(request), exchange_of(request).at
    confirmed = _confirmed(sent)
    form = RenewSelectedForm(sent if confirmed else None, at=at)
    if not confirmed:
        return _ask(request, "account/renew.html", _chosen(sent), form=form)
    if not form.is_valid():
        return _ask(request, "account/renew.html", list(confirmed), form=form)
    failed = _change(request, confirmed, lambda paste_id, guard: form.draft.edit(paste_id, at=at, guard=guard))
    if failed:
        return _ask(request, "account/renew.html", failed, form=form, done=len(confirmed) - len(failed))
    return _done(request, f"{len(confirmed)} paste{pluralize(len(confirmed))} renewed.")


def _chosen(sent: QueryDict) -> list[UUID]:
    """What was ticked in the list. Raises Invalid."""
    return list(_by_id((text, "1") for text in sent.getlist("paste")))


def _confirmed(sent: QueryDict) -> Versions:
    """What was looked at on the page that asks, each with the version that was seen. Raises Invalid."""
    return _by_id(text.partition(".")[::2] for text in sent.getlist("confirmed"))


def _by_id(pairs: Any) -> Versions:
    found: Versions = {}
    for text, version in pairs:
        paste_id = parsed_id(text)
        if paste_id is None or not (version.isascii() and version.isdigit() and len(version) < 10):
            raise Invalid("The form names a paste in a way that no page of ours does.")
        found[paste_id] = int(version)
    if len(found) > AT_ONCE:
        raise Invalid(f"At most {AT_ONCE} pastes are changed at once.")
    return found


def _change(request: HttpRequest, confirmed: Versions, change: Change) -> list[UUID]:
    """Changes those that are still as they were seen; the ids of the others. Raises Unavailable where that is all."""
    actor = browser.actor_of(request.COOKIES)
    changes = [change(paste_id, Preconditions(version=version).guard(actor)) for paste_id, version in confirmed.items()]
    outcomes = store.change(changes)
    if all(isinstance(outcome, Unavailable) for outcome in outcomes):
        outcome_or_raise(outcomes[0])
    return [paste_id for paste_id, outcome in zip(confirmed, outcomes, strict=True) if isinstance(outcome, Exception)]


def _list(request: HttpRequest) -> dict[str, str]:
    """The list that they were ticked in, as it was searched and sorted there."""
    query = narrowed(browser.posted(request).get("query", ""), at=exchange_of(request).at)
    return {"query": query, "list_address": f"{reverse('mine')}{'?' if query else ''}{query}"}


def _done(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return personal(see(_list(request)["list_address"]))


def _ask(request: HttpRequest, template: str, ids: Sequence[UUID], **more: Any) -> HttpResponse:
    """The page that lists them as they are now. What is not this browser's, or not there, is not in it."""
    mine = owned(browser.secret_of(request.COOKIES), at=exchange_of(request).at)
    headers: list[Header] = reading(mine.filter(id__in=ids).newest_first().headers) if ids else []
    if not headers and "done" not in more:
        messages.warning(request, "Nothing was changed: tick pastes that are still there.")
        return personal(see(_list(request)["list_address"]))
    context = {"pastes": headers, "missing": len(ids) - len(headers), **_list(request), **more}
    is_refused = "form" in more and more["form"].is_bound and not more["form"].is_valid()
    status = 409 if "done" in more else 422 if is_refused else 200
    return personal(render(request, template, context, status=status))
