"""What a hot route is: endpoints by method, each a Request in and an Answer out, stores awaited through batches."""

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from pastes.batching import Batch
from pastes.doors.http import Answer, Request
from pastes.errors import MethodNotAllowed
from pastes.models import Header
from pastes.operations import Change, Created, Creation, Found, Lookup


class Batches(NamedTuple):
    """What endpoints wait for. Four, so that a hit in the cache never waits for the database."""

    recalls: Batch[Lookup, Found | None]
    loads: Batch[Lookup, Found | None]
    creates: Batch[Creation, Created]
    changes: Batch[Change, Header]


# None: a page that has to be made, or depends on who is signed in. Then Django answers.
Endpoint = Callable[[Request, Batches], Awaitable[Answer | None]]


class Route(NamedTuple):
    """`template` is what log lines name."""

    template: str
    methods: Mapping[str, Endpoint]


async def answer(route: Route, request: Request, batches: Batches) -> Answer | None:
    """Raises an error of the family where the request cannot be served."""
    request.exchange.route = route.template
    endpoint = route.methods.get("GET" if request.method == "HEAD" else request.method)
    if endpoint is None:
        raise MethodNotAllowed(sorted({*route.methods, *(("HEAD",) if "GET" in route.methods else ())}))
    return await endpoint(request, batches)
