"""What goes wrong is told on a page: what happened, what to do next, and an id to quote. Programs get a document."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import RequestFactory

from pastes import cursors, responses
from pastes.errors import Fault, Forbidden, MethodNotAllowed, NotFound, PasteError, Unavailable
from pastes.tests.pages import Response, Visitor, published, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

Broken = Callable[..., Response]

NOBODYS = "6a1e7c1e-0000-4000-8000-000000000000"


def tells(response: Response, error: type[PasteError]) -> str:
    """Asserts that this is the error's page, and returns it."""
    page = text_of(response)
    assert response.status_code == error.status
    assert response["Content-Type"] == "text/html; charset=utf-8"
    assert error.title in page
    assert all(step in page for step in error.next_steps)
    assert response["X-Correlation-ID"] in page
    assert response["Cache-Control"] == "no-store"
    assert "Traceback" not in page
    return page


@pytest.mark.parametrize("path", ["/nothing", f"/{NOBODYS}", f"/{NOBODYS}/raw", "/a/b/c", "/recent/", "/%E2%98%83"])
def test_what_is_not_there(path: str) -> None:
    tells(Visitor().get(path), NotFound)


def test_what_is_not_ones_own(owner: str, other: str) -> None:
    tells(Visitor(other).get(f"/{published(secret=owner).id}/edit"), Forbidden)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("post", "/recent", "GET, HEAD"),
        ("delete", "/", "GET, POST, HEAD"),
        ("post", f"/{NOBODYS}", "GET, HEAD"),
        ("patch", f"/{NOBODYS}/edit", "GET, POST, HEAD"),
        ("options", "/about", "GET, HEAD"),
        ("delete", "/mine", "GET, HEAD"),
    ],
)
def test_a_method_that_is_not_taken(method: str, path: str, allowed: str) -> None:
    response = getattr(Visitor(), method)(path)
    tells(response, MethodNotAllowed)
    assert response["Allow"] == allowed


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Broken:
    """A page whose work fails with that exception."""

    def respond(error: Exception, *, at: str = "/recent") -> Response:
        def fail(*_: Any, **__: Any) -> Any:
            raise error

        monkeypatch.setattr(cursors, "page", fail)
        visitor = Visitor()
        visitor.raise_request_exception = False
        return visitor.get(at)

    return respond


def test_a_fault_of_ours_shows_its_id_and_nothing_of_the_code(
    broken: Broken,
) -> None:
    response = broken(RuntimeError("secret detail"))
    page = text_of(response)
    assert response.status_code == 500
    assert response["X-Correlation-ID"] in page
    assert PasteError.title in page
    assert "secret detail" not in page
    assert "RuntimeError" not in page
    assert "Traceback" not in page


def test_a_fault_is_logged_with_its_traceback_and_its_id(broken: Broken, caplog: pytest.LogCaptureFixture) -> None:
    response = broken(RuntimeError("secret detail"))
    logged = [record for record in caplog.records if record.exc_info]
    assert len(logged) == 1
    assert str(logged[0].exc_info[1] if logged[0].exc_info else "") == "secret detail"
    assert response.status_code == 500


def test_a_database_that_is_down_is_a_503(broken: Broken) -> None:
    response = broken(OperationalError("the server is gone"))
    assert response.status_code == 503
    assert int(response["Retry-After"]) >= 1
    assert "the server is gone" not in text_of(response)


def test_what_passes_by_itself_can_be_tried_again(broken: Broken) -> None:
    assert '<a class="button primary" href="/recent">Try again</a>' in text_of(broken(RuntimeError()))
    assert '<a class="button primary" href="/recent">Try again</a>' in text_of(broken(Unavailable("busy")))
    assert "Try again</a>" not in text_of(broken(NotFound("gone")))


def test_the_address_to_try_again_cannot_leave_the_site_or_its_attribute(broken: Broken) -> None:
    page = text_of(broken(RuntimeError(), at='/recent?"><script>alert(1)</script>'))
    assert "<script>alert" not in page
    request = RequestFactory().get("/")
    request.path = "//evil.example/"
    assert responses.way_on(request, Fault()) == {"again": "/%2Fevil.example/"}


def test_after_a_form_was_sent_nothing_leads_away_from_it() -> None:
    page = text_of(Visitor().post("/recent"))
    assert "New paste</a>" not in page
    assert "Try again</a>" not in page


@pytest.fixture
def afresh() -> Iterator[None]:
    """The page that is made once for all knows the settings of the moment when it was made."""
    responses.not_found_parts.cache_clear()
    yield
    responses.not_found_parts.cache_clear()


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize(("method", "path"), [("get", "/nothing"), ("post", "/recent")])
def test_whom_to_ask_is_told_where_somebody_can_be_asked(settings: Any, method: str, path: str) -> None:
    assert "Contact</a>" not in text_of(getattr(Visitor(), method)(path))
    settings.CONTACT = "mailto:help@paste.example"
    responses.not_found_parts.cache_clear()
    assert '<a href="mailto:help@paste.example">Contact</a>' in text_of(getattr(Visitor(), method)(path))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", f"/paste/{NOBODYS}", 404),
        ("get", "/paste/nothing/at/all", 404),
        ("patch", "/paste", 405),
        ("post", "/limits", 405),
        ("post", "/readyz", 405),
        ("put", "/a/b", 404),
    ],
)
def test_where_a_program_asks_it_is_a_problem_document(method: str, path: str, status: int) -> None:
    response = getattr(Visitor(), method)(path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    problem = json.loads(response.content)
    assert problem["status"] == status
    assert problem["correlationId"] == response["X-Correlation-ID"]
    assert {"type", "title", "detail"} <= set(problem)


def test_an_upload_of_a_page_name_answers_as_an_upload() -> None:
    response = Visitor().put("/about", b"x", content_type="text/plain")
    assert response.status_code == 200
    assert response["Content-Type"] == "text/plain; charset=utf-8"
