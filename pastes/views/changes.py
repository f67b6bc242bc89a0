"""What changed between two versions of one paste."""

import re
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from pastes import limits, store
from pastes.errors import Invalid, NotFound
from pastes.models import Record
from pastes.responses import exchange_of, methods, personal
from pastes.views.diffs import chosen, diff_context
from pastes.views.records import VERSION, about, writable_record


@methods("GET")
def page(request: HttpRequest, paste_id: UUID) -> HttpResponse:
    """`?from=1&to=3`. Raises NotFound where one of them is not kept."""
    limits.guard_compare(request, exchange_of(request).client)
    record = writable_record(request, paste_id)
    before, after = _number(request.GET, "from"), _number(request.GET, "to")
    texts = _texts(record, [before, after])
    context = {
        "before": before,
        "after": after,
        "old_label": f"Version {before}",
        "new_label": f"Version {after}",
        "swapped": f"?{urlencode({'from': after, 'to': before, **chosen(request.GET)})}",
        "another": reverse("history", args=[paste_id]),
        **diff_context(texts[before], texts[after], request, kept={"from": before, "to": after}),
        **about(record.header),
    }
    return personal(render(request, "pastes/changes.html", context))


def _number(query: QueryDict, name: str) -> int:
    number = query.get(name, "")
    if not re.fullmatch(VERSION, number, re.ASCII):
        raise Invalid.field(name, "must be the number of a version")
    return int(number)


def _texts(record: Record, versions: list[int]) -> dict[int, str]:
    header = record.header
    old = store.revisions([(header.id, version) for version in versions if version != header.version])
    texts = {header.version: record.content, **{revision.version: revision.content for revision in old if revision}}
    if not texts.keys() >= set(versions):
        raise NotFound
    return texts
