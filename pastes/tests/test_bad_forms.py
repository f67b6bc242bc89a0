"""Forms that no browser sends: whatever is in a field, the answer is about the field, at both doors."""

import re

import pytest

from pastes.tests.doors import Door

pytestmark = pytest.mark.embedded

TAKEN_BY = ("/", "/guess", "/mine/delete", "/mine/renew", "/mine/recovery")
FIELDS = {"/guess": "content", "/mine/delete": "paste", "/mine/renew": "confirmed", "/mine/recovery": "code"}


@pytest.mark.parametrize("path", TAKEN_BY)
@pytest.mark.parametrize("value", [b"\xff\xfe", b"\xed\xa0\x80", b"caf\xe9"], ids=["mark", "surrogate", "latin-1"])
def test_a_form_in_parts_that_is_not_utf_8_is_refused(door: Door, path: str, value: bytes) -> None:
    page = door("GET", "/")
    cookies = "; ".join(re.findall(r"((?:csrf|owner)=[^;]+)", page.headers["set-cookie"]))
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token
    parts = {"csrfmiddlewaretoken": token[1].encode(), FIELDS.get(path, "content"): value}
    headers = {"Cookie": cookies, "Content-Type": "multipart/form-data; boundary=edge"}
    reply = door("POST", path, headers=headers, body=multipart(parts))
    assert reply.status == 400
    assert "The form is not text in UTF-8." in reply.text


def multipart(parts: dict[str, bytes]) -> bytes:
    head = b'Content-Disposition: form-data; name="%b"'
    return (
        b"".join(b"--edge\r\n%b\r\n\r\n%b\r\n" % (head % name.encode(), value) for name, value in parts.items())
        + b"--edge--\r\n"
    )
