"""Requests for every endpoint, good and bad, one after another: what two drivers must answer alike.

Ids are given, and times of life short: whoever plays it lets a second pass with each request.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

OWNER, OTHER = "owner-owner-owner-owner", "other-other-other-other"
FIRST, DELETED, EXPIRED, RETRIED, UNKNOWN = (f"6a1e7c1e-000{number}-4222-8333-0123456789ab" for number in range(5))
CSRF = "c" * 32


class Sent(NamedTuple):
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


def get(target: str, **headers: str) -> Sent:
    return Sent("GET", target, named(headers))


def send(method: str, target: str, fields: object, token: str | None = OWNER, **headers: str) -> Sent:
    """`fields` as JSON, or bytes as they are."""
    body = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    credential = {"X-Edit-Token": token} if token else {}
    return Sent(method, target, {"Content-Type": "application/json", **credential, **named(headers)}, body)


def post(fields: object, token: str | None = OWNER, **headers: str) -> Sent:
    return send("POST", "/paste", fields, token, **headers)


def put(paste_id: str, fields: object, token: str | None = OWNER, **headers: str) -> Sent:
    return send("PUT", f"/paste/{paste_id}", fields, token, **headers)


def upload(name: str, body: bytes = b"text\n", **headers: str) -> Sent:
    return Sent("PUT", f"/{name}", named(headers), body)


def form(target: str, fields: str) -> Sent:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrf={CSRF}; owner={OWNER}"}
    return Sent("POST", target, headers, f"csrfmiddlewaretoken={CSRF}&{fields}".encode())


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def requests() -> Iterator[Sent]:
    yield from creates()
    yield from reads()
    yield from changes()
    yield from lists()
    yield from uploads()
    yield from pages()
    yield from forms()
    yield from removals()
    yield from refusals()
    yield from creates_past_the_limit()


def creates() -> Iterator[Sent]:
    yield post({"content": "first\r\n", "id": FIRST, "title": "app.py", "visibility": "public"})
    yield post({"content": "retried", "id": RETRIED})
    yield post({"content": "retried", "id": RETRIED})
    yield post({"content": "other", "id": RETRIED})
    yield post({"content": "retried", "id": RETRIED}, OTHER)
    yield post({"content": "deleted", "id": DELETED})
    yield post({"content": "expired", "id": EXPIRED, "timetolive": 1})
    yield post({"content": "no token, no id, “ü” 😀"}, None)
    yield post({"content": "x" * 1001})
    yield post({"content": "", "title": "a\nb", "timetolive": 0, "language": "klingon"})
    yield post({"content": "a\0b"})
    yield post(b'{"content": "a", "content": "b"}')
    yield post(b'{"content": "\\ud800"}')
    yield post(b"[" * 100_000)
    yield post(b'{"content": "\xff"}')
    yield post({"content": "text", "colour": "red"})
    yield post({"content": "text"}, "short")
    yield post({"content": "text"}, Content_Type="text/plain")
    yield post({"content": "text"}, Content_Encoding="gzip")
    yield post({"content": "text"}, Transfer_Encoding="chunked")
    yield post(b'{"content": "text"}', Content_Length="99")
    yield post(b'{"content": "text"}', Content_Length="99999999")
    yield post(b'{"content": "text"}', Content_Length="-1")
    yield post(b"x" * 80_000, Transfer_Encoding="chunked")


def reads() -> Iterator[Sent]:
    for paste_id in (
        FIRST,
        FIRST.upper(),
        UNKNOWN,
        EXPIRED,
        f"{{{FIRST}}}",
        FIRST.replace("-", ""),
        "",
        "a/b",
        "a%0Ab",
    ):
        yield get(f"/paste/{paste_id}")
        yield Sent("HEAD", f"/paste/{paste_id}", {})
    yield get(f"/paste/{FIRST}", If_None_Match="*")
    yield get(f"/paste/{FIRST}", If_None_Match='"other"')
    yield get(f"/paste/{FIRST}", Accept="text/html")
    yield get(f"/paste/{UNKNOWN}", Accept="text/html")


def changes() -> Iterator[Sent]:
    yield put(FIRST, {"content": "second\r\n", "version": 1})
    yield put(FIRST, {"content": "second\r\n", "version": 1})
    yield put(FIRST, {"content": "third", "updatedAt": "1999-01-01T00:00:00Z"})
    yield put(FIRST, {"content": "third", "updatedAt": "2199-01-01T00:00:00Z"})
    yield put(FIRST, {"content": "fourth"}, If_Match="*")
    yield put(FIRST, {"content": "fourth"}, If_Match='"other"')
    yield put(FIRST, {"content": "fourth"})
    yield put(FIRST, {"content": "fourth", "version": 3}, OTHER)
    yield put(FIRST, {"content": "fourth", "version": 3}, None)
    yield put(FIRST, {"content": "fourth", "version": "3"})
    yield put(FIRST, {"content": "fourth", "version": 3, "id": UNKNOWN})
    for paste_id in (UNKNOWN, EXPIRED, "no-id"):
        yield put(paste_id, {"content": "fourth", "version": 1})
    yield get(f"/paste/{FIRST}")


def lists() -> Iterator[Sent]:
    yield get("/paste", X_Edit_Token=OWNER)
    yield get("/paste?limit=1", X_Edit_Token=OWNER)
    yield get(f"/paste?limit=1&cursor=9999999999999-{'f' * 32}", X_Edit_Token=OWNER)
    yield get("/paste?limit=0", X_Edit_Token=OWNER)
    yield get("/paste?cursor=x", X_Edit_Token=OWNER)
    yield get("/paste?colour=red", X_Edit_Token=OWNER)
    yield get("/paste?limit=%FF", X_Edit_Token=OWNER)
    yield get("/paste", X_Edit_Token="short")
    yield get("/paste", Cookie=f"owner={OWNER}")
    yield Sent("HEAD", "/paste", {"X-Edit-Token": OWNER})


def uploads() -> Iterator[Sent]:
    yield upload("app.py?timetolive=60")
    yield upload("")
    yield upload("n%C3%A9%20%F0%9F%98%80.txt", X_Edit_Token=OWNER)
    yield upload("livez", Transfer_Encoding="chunked")
    yield upload("app.py?colour=red")
    yield upload("app.py", b"")
    yield upload("app.py", b"\xff")
    yield upload("app.py", b"x" * 1001)
    yield upload("app.py", b"x" * 1001, Transfer_Encoding="chunked")
    yield upload("app.py", Content_Encoding="br")
    yield upload("app.py", Content_Length="6")
    for name in ("a/b", "a%2Fb", "a%0Ab", "a%00b", "%FF", "paste", "static/css/base.css", "admin/"):
        yield upload(name)


def pages() -> Iterator[Sent]:
    for page in ("", "/raw", "/raw?lines=1", "/raw?lines=0", "/raw?lines=9", "/download", "/edit", "/delete"):
        yield get(f"/{FIRST}{page}")
        yield get(f"/{FIRST}{page}", Cookie=f"owner={OWNER}")
        yield get(f"/{FIRST}{page}", If_None_Match="*")
        yield Sent("HEAD", f"/{FIRST.upper()}{page}", {})
        yield get(f"/{UNKNOWN}{page}")
        yield get(f"/{EXPIRED}{page}")
    for target in ("/", "/recent", "/mine", "/about", "/api", "/limits", "/openapi.json", "/livez", "/readyz"):
        yield get(target)
        yield get(target, Cookie=f"owner={OWNER}")
        yield Sent("HEAD", target, {})
        yield Sent("DELETE", target, {})
        yield get(target, Host="evil.example")
    for target in ("/robots.txt", "/static/css/base.css", "/static/none.css", "/admin/", "/admin/login/", "/no/such"):
        yield get(target)
        yield Sent("HEAD", target, {})


def forms() -> Iterator[Sent]:
    lives = "lifetime=3600&visibility=unlisted&language=auto"
    yield form("/", f"content=by+form&id={UNKNOWN.replace('0004', '0005')}&{lives}")
    yield form("/", f"content=&title=%3Cb%3E&{lives}")
    yield form("/", f"content=a%00b&{lives}")
    yield form("/", f"content={'x' * 5000}&{lives}")
    yield form("/", f"content={'x' * 70_000}&{lives}")
    yield Sent("POST", "/", {"Content-Type": "application/x-www-form-urlencoded"}, b"content=no+token")
    yield form(f"/{FIRST}/edit", "content=by+form&version=4&lifetime=keep&visibility=public&language=python")
    yield form(f"/{FIRST}/edit", "content=too+late&version=4&lifetime=keep&visibility=public&language=python")
    yield form(f"/{UNKNOWN}/edit", f"content=gone&version=1&{lives}")
    yield form(f"/{FIRST}/delete", "version=1")
    yield form(f"/{UNKNOWN}/delete", "version=1")


def removals() -> Iterator[Sent]:
    target = f"/paste/{DELETED}"
    for headers in ({}, {"X-Edit-Token": OTHER}, {"X-Edit-Token": "short"}, {"X-Edit-Token": OWNER, "If-Match": '"x"'}):
        yield Sent("DELETE", target, headers)
    for method in ("DELETE", "DELETE", "GET", "HEAD"):
        yield Sent(method, target, {"X-Edit-Token": OWNER})
    yield put(DELETED, {"content": "back", "version": 1})
    yield post({"content": "deleted", "id": DELETED})
    for page in ("", "/raw", "/download", "/edit", "/delete"):
        yield get(f"/{DELETED}{page}", Cookie=f"owner={OWNER}")


def refusals() -> Iterator[Sent]:
    for target in ("/paste", f"/paste/{FIRST}", "/paste/", "/paste/a/b", f"/{FIRST}", f"/{FIRST}/raw", "/no/such"):
        for method in ("PATCH", "OPTIONS", "POST", "DELETE", "TRACE"):
            yield Sent(method, target, {})
    for target in (f"/paste/{FIRST}", "/", "/no/such", "/livez"):
        for host in ("evil.example", "", "testserver:8000", "LOCALHOST"):
            yield get(target, Host=host)
        for query in ("?a=%FF", "?a=%00", "?a=%ED%A0%80", "?%F0%9F%98%80=1"):
            yield get(f"{target}{query}")
        for cookie in ("owner=%FF", "owner=\xff", "owner=a\0b", "=;;=", "owner=" + "a" * 4000):
            yield get(target, Cookie=cookie)
        yield get(target, X_Correlation_ID="from-the-caller")
        yield get(target, Accept="a\0b")
    for path in (
        "/%00",
        "/paste/%00",
        "/%FF",
        "/paste/%FF",
        "/paste/%ED%A0%80",
        "//",
        "/../etc/passwd",
        "/paste//",
        "/.",
    ):
        yield get(path)


def creates_past_the_limit() -> Iterator[Sent]:
    """The limit being 20 or less."""
    for _ in range(20):
        yield post({"content": "one more"})
    yield upload("app.py")
    yield form("/", "content=one+more&lifetime=3600")
