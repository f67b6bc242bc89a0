"""Every answer of every route is dressed alike: by both drivers, and by Django's own pages too."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings as django_settings

from pastes.doors import http
from pastes.models import User
from pastes.tests.doors import Door
from pastes.tests.pages import Visitor, published

pytestmark = pytest.mark.embedded

NOBODYS = "6a1e7c1e-0000-4000-8000-000000000000"
ALWAYS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
ROUTES = [
    ("GET", "/", 200),
    ("GET", "/{id}", 200),
    ("GET", "/{id}/raw", 200),
    ("GET", "/{id}/raw?lines=0", 400),
    ("GET", "/{id}/download", 200),
    ("GET", "/{id}/edit", 403),
    ("GET", "/{id}/delete", 403),
    ("GET", "/mine", 200),
    ("GET", "/mine/forget", 200),
    ("GET", "/recent", 200),
    ("GET", "/about", 200),
    ("GET", "/api", 200),
    ("GET", "/limits", 200),
    ("GET", "/openapi.json", 200),
    ("GET", "/livez", 200),
    ("GET", "/readyz", 200),
    ("GET", "/robots.txt", 200),
    ("GET", "/paste", 401),
    ("GET", "/paste/{id}", 200),
    ("PUT", "/paste/{id}", 401),
    ("DELETE", "/paste/{id}", 401),
    ("PUT", "/file.txt", 400),
    ("POST", "/paste", 415),
    ("POST", "/", 403),
    ("PATCH", "/", 405),
    ("GET", f"/{NOBODYS}", 404),
    ("GET", "/nothing/here", 404),
    ("GET", "/static/css/tokens.css", 200),
    ("GET", "/admin/", 302),
    ("GET", "/admin/login/", 200),
]


def policy(header: str) -> dict[str, list[str]]:
    directives = (directive.split() for directive in header.split(";"))
    return {name: values for name, *values in directives}


@pytest.mark.parametrize(("method", "path", "status"), ROUTES)
def test_every_answer_is_dressed(door: Door, method: str, path: str, status: int) -> None:
    answer = door(method, path.format(id=published().id))
    assert answer.status == status
    assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
    assert len(answer.headers["x-correlation-id"]) == 32
    assert "strict-transport-security" not in answer.headers
    assert not any(name.startswith("access-control-") for name in answer.headers)
    assert answer.headers["cache-control"]
    assert "x-frame-options" not in answer.headers
    csp = policy(answer.headers["content-security-policy"])
    assert csp["default-src"] == csp["base-uri"] == csp["frame-ancestors"] == ["'none'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:"} & {
        value for values in csp.values() for value in values
    }


@pytest.mark.parametrize("path", ["/{id}/raw", "/{id}/download"])
def test_text_of_strangers_is_sandboxed(door: Door, path: str) -> None:
    answer = door("GET", path.format(id=published().id))
    assert policy(answer.headers["content-security-policy"]) == {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["'none'"],
        "sandbox": [],
    }


@pytest.mark.parametrize("path", ["/admin/", "/admin/pastes/paste/", "/admin/pastes/user/"])
@pytest.mark.django_db
def test_the_admin_is_dressed_too(path: str, moderator: User) -> None:
    visitor = Visitor()
    visitor.force_login(moderator)
    response = visitor.get(path)
    assert response.status_code == 200
    assert {name: response[name] for name in ALWAYS} == ALWAYS
    assert "'unsafe" not in response["Content-Security-Policy"]
    assert response["X-Robots-Tag"] == "noindex"
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites(moderator: User) -> None:
    visitor = Visitor()
    visitor.get("/")
    visitor.fill("/admin/login/", username="moderator", password="a long enough password")
    assert sorted(visitor.cookies) == ["csrf", "owner", "session"]
    for cookie in visitor.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_only_pages_with_a_form_set_cookies(door: Door) -> None:
    paste = published()
    for path in ("", "/raw", "/download"):
        assert "set-cookie" not in door("GET", f"/{paste.id}{path}").headers
    for path in ("/recent", "/about", "/api", "/mine", "/limits", f"/paste/{paste.id}", "/nothing"):
        assert "set-cookie" not in door("GET", path).headers


HTTPS = """
import json
from django.test import Client
from pastebin.wsgi import application
client = Client(HTTP_HOST="paste.example")
response = client.get("/")
print(json.dumps({
    "hsts": response["Strict-Transport-Security"],
    "cookies": {name: [bool(c["secure"]), c["path"], c["domain"]] for name, c in response.cookies.items()},
}))
"""


def test_over_https_cookies_are_bound_to_the_host_and_hsts_is_sent(tmp_path: Any) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "PASTEBIN_MODE": "embedded",
        "DATA_DIR": str(tmp_path),
        "PUBLIC_URL": "https://paste.example",
        "ALLOWED_HOSTS": "paste.example",
    }
    done = subprocess.run(
        [sys.executable, "-c", HTTPS], cwd=django_settings.BASE_DIR, env=environment, capture_output=True, check=True
    )
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["hsts"] == "max-age=31536000"
    assert said["cookies"] == {"__Host-csrf": [True, "/", ""], "__Host-owner": [True, "/", ""]}


@pytest.mark.parametrize(
    "pair", [("Location", "/\r\nSet-Cookie: a=b"), ("X-Name", "a\nb"), ("X-\rName", "a"), ("X", "")]
)
def test_no_header_can_become_two(pair: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="line end"):
        http.head_of([("Content-Type", "text/plain"), pair])


def test_a_head_written_out_holds_what_a_finished_list_does() -> None:
    for own in ([], [("Cache-Control", "no-cache")], [("Content-Security-Policy", "sandbox"), http.INDEXABLE]):
        lines = sorted(http.head_of(own).decode().splitlines())
        assert lines == sorted(f"{name}: {value}" for name, value in http.complete(own))
