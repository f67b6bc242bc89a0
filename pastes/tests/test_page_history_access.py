"""Who may open the pages of old versions, renewing and forking: the owner, and for a fork whoever can read."""

from datetime import timedelta

import pytest

from pastes import clock, store
from pastes.models import Header, Paste, Revision
from pastes.tests.pages import CSRF_TOKEN, Visitor, published, text_of

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

SECRET = "hunter2"
OWNERS = ["/history", "/history/compare?from=1&to=2", "/history/1", "/history/1/raw", "/history/1/erase", "/renew"]
POSTED = ["/history/1/restore", "/history/1/erase", "/renew"]
NOBODYS = "6a1e7c1e-0000-4000-8000-000000000000"


@pytest.fixture
def mine(owner: str) -> Header:
    """Its first version held what was edited out of it."""
    return edited(published(f"{SECRET}\n", secret=owner, timetolive=3600))


def edited(paste: Header) -> Header:
    outcome = store.revise([store.Edit(paste.id, clock.now(), lambda header: None, content="second\n")])[0]
    assert isinstance(outcome, Header)
    return outcome


def posted(visitor: Visitor, path: str) -> int:
    fields = {CSRF_TOKEN: visitor.form("/")[CSRF_TOKEN], "version": "2", "lifetime": "600"}
    response = visitor.send(path, fields)
    assert SECRET not in text_of(response)
    return response.status_code


def untouched(mine: Header) -> bool:
    rows = Paste.objects.filter(id=mine.id).headers()
    return rows == [mine] and Revision.objects.filter(paste_id=mine.id, version=1).exists()


@pytest.mark.parametrize("suffix", OWNERS)
def test_the_owner_is_shown_each_page_and_no_cache_keeps_it(owner: str, mine: Header, suffix: str) -> None:
    visitor = Visitor(owner)
    response = visitor.get(f"/{mine.id}{suffix}")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert "noindex" in response["X-Robots-Tag"]
    head = visitor.head(f"/{mine.id}{suffix}")
    assert (head.status_code, head.content) == (200, b"")
    assert untouched(mine)


@pytest.mark.parametrize("secret", ["other-other-other-other", None, "short"])
def test_to_others_they_are_forbidden_and_tell_nothing(mine: Header, secret: str | None) -> None:
    for page in OWNERS:
        visitor = Visitor(secret)
        response = visitor.get(f"/{mine.id}{page}")
        assert response.status_code == 403, page
        assert SECRET not in text_of(response)
        assert visitor.head(f"/{mine.id}{page}").status_code == 403
    for page in POSTED:
        assert posted(Visitor(secret), f"/{mine.id}{page}") == 403, page
    assert untouched(mine)


def test_of_a_paste_that_is_gone_there_is_nothing(owner: str, mine: Header, monkeypatch: pytest.MonkeyPatch) -> None:
    deleted = edited(published(secret=owner))
    store.remove([store.Removal(deleted.id, clock.now(), lambda header: None)])
    visitor, later = Visitor(owner), clock.now() + timedelta(hours=2)
    visitor.form("/")
    monkeypatch.setattr(clock, "now", lambda: later)
    for paste_id in (mine.id, deleted.id, NOBODYS):
        for page in (*OWNERS, "/fork"):
            assert visitor.get(f"/{paste_id}{page}").status_code == 404, page
        for page in POSTED:
            assert posted(visitor, f"/{paste_id}{page}") == 404, page


def test_an_address_that_is_spelt_otherwise_leads_nowhere(owner: str, mine: Header) -> None:
    for version in ("0", "01", "-1", "1.0", "x", "9", "999999999", "9999999999", "1" * 99, "\u0661"):
        for page in ("", "/raw", "/erase"):
            assert Visitor(owner).get(f"/{mine.id}/history/{version}{page}").status_code == 404, version
        assert posted(Visitor(owner), f"/{mine.id}/history/{version}/restore") == 404
    assert Visitor(owner).get(f"/{mine.id.hex}/history").status_code == 404


@pytest.mark.parametrize(
    ("method", "pages", "allow"),
    [
        ("post", ["/history", "/history/compare", "/history/1", "/history/1/raw", "/fork"], "GET, HEAD"),
        ("get", ["/history/1/restore"], "POST"),
        ("delete", ["/history/1/erase", "/renew"], "GET, POST, HEAD"),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    owner: str, mine: Header, method: str, pages: list[str], allow: str
) -> None:
    for page in pages:
        response = getattr(Visitor(owner), method)(f"/{mine.id}{page}")
        assert (response.status_code, response["Allow"]) == (405, allow), page
    assert untouched(mine)


@pytest.mark.parametrize("suffix", POSTED)
def test_a_form_without_its_token_changes_nothing(owner: str, mine: Header, suffix: str) -> None:
    response = Visitor(owner).post(f"/{mine.id}{suffix}", {"version": "2", "lifetime": "600"})
    assert response.status_code == 403
    assert "grown old" in text_of(response)
    assert untouched(mine)


@pytest.mark.parametrize("secret", ["owner-owner-owner-owner", "other-other-other-other", None])
def test_whoever_can_read_can_fork_what_is_there_now(mine: Header, secret: str | None) -> None:
    visitor = Visitor(secret)
    response = visitor.get(f"/{mine.id}/fork")
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert "noindex" in response["X-Robots-Tag"]
    assert "second" in text_of(response)
    assert SECRET not in text_of(response)
    assert visitor.head(f"/{mine.id}/fork").status_code == 200
    assert untouched(mine)
