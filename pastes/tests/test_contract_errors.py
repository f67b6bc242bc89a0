"""What holds for every answer of the API: methods, problem documents, correlation ids, Host, links."""

from typing import Any

import pytest

from pastes.tests.calls import PROBLEM, UNKNOWN_ID, assert_problem, call, create
from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
ALLOWED = {
    "/paste": "GET, HEAD, POST",
    f"/paste/{UNKNOWN_ID}": "DELETE, GET, HEAD, PUT",
    "/paste/no-id": "DELETE, GET, HEAD, PUT",
    "/paste/": "DELETE, GET, HEAD, PUT",
    "/paste/a/b": "DELETE, GET, HEAD, PUT",
    "/livez": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/limits": "GET, HEAD",
    "/openapi.json": "GET, HEAD",
}
NO_ROUTE = ("/unknown", "/a/b/c", "/paste/", "/paste/no-id", f"/paste/{UNKNOWN_ID}/raw", "/paste//", f"/{UNKNOWN_ID}")


@pytest.mark.parametrize("target", ALLOWED)
def test_method_that_is_not_taken_names_those_that_are(door: Door, target: str) -> None:
    taken = set(ALLOWED[target].split(", "))
    uploads = set() if target.startswith("/paste") else {"PUT"}
    for method in [method for method in METHODS if method not in taken | uploads]:
        reply = door(method, target, headers={"Content-Type": "application/json"}, body=b"{}")
        assert set(reply.headers["allow"].split(", ")) == taken, method
        assert_problem(reply, 405)


PAGES = ["/", "/recent", "/about", f"/{UNKNOWN_ID}", f"/{UNKNOWN_ID}/raw", "/mine"]


def test_pages_name_their_methods_too(door: Door) -> None:
    for target in PAGES:
        reply = door("PATCH", target)
        assert (reply.status, "GET" in reply.headers["allow"]) == (405, True)
        assert reply.headers["content-type"].startswith("text/html")


def test_every_answer_has_a_correlation_id_of_its_own(door: Door) -> None:
    paste = create(door)
    targets = ["/", "/recent", "/livez", "/limits", "/openapi.json", f"/paste/{paste['id']}", f"/{paste['id']}/raw"]
    replies = [door("GET", target) for target in [*targets, *NO_ROUTE]]
    replies += [door("PUT", "/app.py", body=b"text"), door("PUT", "/app.py")]
    replies += [door("DELETE", "/paste"), door("POST", "/")]
    seen = {reply.headers["x-correlation-id"] for reply in replies}
    assert len(seen) == len(replies)
    assert all(len(correlation_id) == 32 for correlation_id in seen)


def test_error_page_shows_its_correlation_id(door: Door) -> None:
    for target in ("/unknown", f"/{UNKNOWN_ID}", f"/{UNKNOWN_ID}/raw"):
        reply = door("GET", target)
        assert (reply.status, reply.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert reply.headers["x-correlation-id"] in reply.text


def test_correlation_id_of_a_caller_is_not_believed(door: Door) -> None:
    reply = door("GET", "/paste/no-id", headers={"X-Correlation-ID": "from-the-caller"})
    assert assert_problem(reply, 404)["correlationId"] != "from-the-caller"


def test_correlation_id_of_a_trusted_proxy_is_kept(door: Door, trusted_proxy: None) -> None:
    for target in ("/paste/no-id", "/unknown", "/livez"):
        reply = door("GET", target, headers={"X-Correlation-ID": "From-the_Proxy.1"})
        assert reply.headers["x-correlation-id"] == "From-the_Proxy.1"


MALFORMED = ["", "a" * 65, "a b", "a\r\nX-Evil: 1", "\x1b[31m", "é", "a" * 10_000, "a,b", "<b>"]


def test_malformed_correlation_id_is_replaced_even_from_a_trusted_proxy(door: Door, trusted_proxy: None) -> None:
    for wrong in MALFORMED:
        reply = door("GET", "/paste/no-id", headers={"X-Correlation-ID": wrong})
        assert_problem(reply, 404)
        assert len(reply.headers["x-correlation-id"]) == 32
        assert "x-evil" not in reply.headers


OVERLONG = f"testserver:{8000:0999}"
UNKNOWN_HOSTS = ["evil.example", "", "testserver.evil.example", "testserver@evil.example", "[::1", OVERLONG]


def test_unknown_host_is_refused(door: Door) -> None:
    for host in UNKNOWN_HOSTS:
        paste = create(door)
        for method, target in (("GET", f"/paste/{paste['id']}"), ("POST", "/paste"), ("PUT", "/a"), ("GET", "/livez")):
            reply = door(method, target, headers={"Host": host})
            assert "Host" in assert_problem(reply, 400)["detail"]
            assert not host or host not in str(reply.headers) + reply.text
        page = door("GET", "/", headers={"Host": host})
        assert (page.status, page.headers["content-type"]) == (400, "text/html; charset=utf-8")


KNOWN_HOSTS = ["testserver", "TESTSERVER", "testserver:8000", "localhost", "127.0.0.1:80"]


def test_known_host_is_served_and_links_lead_back_to_it(door: Door) -> None:
    for host in KNOWN_HOSTS:
        made = door("PUT", "/app.py", headers={"Host": host}, body=b"text")
        assert (made.status, made.text.rpartition("/")[0]) == (200, f"http://{host}")
        assert door("GET", "/", headers={"Host": host}).status == 200


def test_links_begin_with_the_public_url_whatever_the_host(door: Door, settings: Any) -> None:
    settings.PUBLIC_URL = "https://paste.example"
    made = call(door, "POST", "/paste", {"content": "text"}, X_Forwarded_Proto="http", X_Forwarded_Host="evil.example")
    paste = made.json()
    assert made.headers["location"] == f"https://paste.example/paste/{paste['id']}"
    assert paste["url"] == f"https://paste.example/{paste['id']}"
    found = door("GET", f"/paste/{paste['id']}", headers={"Accept": "text/html"})
    assert found.headers["location"] == paste["url"]
    assert f'data-copy="{paste["url"]}"' in door("GET", f"/{paste['id']}").text
    assert door("PUT", "/a", body=b"text").text.startswith("https://paste.example/")


def test_forwarded_scheme_and_host_are_never_read(door: Door) -> None:
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert door("PUT", "/a", body=b"text", headers=headers).text.startswith("http://testserver/")


def test_address_of_nothing_is_not_found(door: Door) -> None:
    for target in NO_ROUTE:
        reply = door("GET", target)
        assert (reply.status, door("HEAD", target).status) == (404, 404)
        kind = PROBLEM if target.startswith("/paste") else "text/html; charset=utf-8"
        assert reply.headers["content-type"] == kind


def test_head_is_answered_wherever_get_is(door: Door) -> None:
    paste = create(door, visibility="public")
    pages = ("", "/raw", "/raw?lines=1", "/download")
    targets = [f"/{paste['id']}{page}" for page in pages] + [f"/paste/{paste['id']}", "/paste", "/", "/recent", "/mine"]
    for target in [*targets, "/about", "/api", "/limits", "/openapi.json", "/livez", "/readyz", "/robots.txt", "/nope"]:
        got, asked = call(door, "GET", target, token="a" * 22), call(door, "HEAD", target, token="a" * 22)
        assert (asked.status, asked.body) == (got.status, b""), target
        assert asked.headers["content-type"] == got.headers["content-type"], target
        assert asked.headers["content-length"] == got.headers["content-length"], target
        assert asked.headers.get("etag") == got.headers.get("etag"), target


def test_no_foreign_page_is_let_in(door: Door) -> None:
    paste = create(door)
    for method, target in (("GET", f"/paste/{paste['id']}"), ("OPTIONS", "/paste"), ("GET", "/"), ("OPTIONS", "/a")):
        reply = door(method, target, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "PUT"})
        assert not [name for name in reply.headers if name.startswith("access-control")]
