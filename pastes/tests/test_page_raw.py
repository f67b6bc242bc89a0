"""The text alone: the bytes as they came, some of its lines, and a file of a harmless name."""

from urllib.parse import unquote

import pytest

from pastes.models import Header
from pastes.tests.pages import Response, Visitor, published

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

FIVE = "one\ntwo\r\nthree\x0cstill\u2028three\nfour\nfive"


def raw(paste: Header, query: str = "", **headers: str) -> Response:
    return Visitor().get(f"/{paste.id}/raw{query}", headers=headers)


@pytest.mark.parametrize("text", ["a", "a\n", "\r\n\r", "\ufeffbom\u2028\x0c\ttab ", "<script>alert(1)</script>", "\n"])
def test_gives_the_bytes_as_they_came(text: str) -> None:
    paste = published(text)
    assert raw(paste).content == text.encode()
    assert Visitor().get(f"/{paste.id}/download").content == text.encode()


def test_is_plain_text_that_no_browser_runs() -> None:
    response = raw(published("<script>alert(1)</script>"))
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none';")
    assert response["Content-Security-Policy"].endswith("; sandbox")
    assert response["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("1", "one\n"),
        ("2", "two\r\n"),
        ("3", "three\x0cstill\u2028three\n"),
        ("1-2", "one\ntwo\r\n"),
        ("4-5", "four\nfive"),
        ("5-900", "five"),
        ("1-5", FIVE),
        ("01-002", "one\ntwo\r\n"),
    ],
)
def test_gives_the_lines_asked_for(wanted: str, text: str) -> None:
    assert raw(published(FIVE), f"?lines={wanted}").content == text.encode()


def test_a_last_newline_begins_no_line() -> None:
    paste = published("one\ntwo\n")
    assert raw(paste, "?lines=2").content == b"two\n"
    assert raw(paste, "?lines=3").status_code == 400


@pytest.mark.parametrize(
    "wanted", ["", "0", "-1", "2-1", "a", "1-", "1,2", "L1", "٣", "6", "1" * 10, "1-2-3", "1 ", "%00"]
)
def test_other_spellings_of_lines_are_refused(wanted: str) -> None:
    response = raw(published(FIVE), f"?lines={wanted}")
    assert response.status_code == 400
    assert "Text" not in response["Content-Type"]


def test_each_selection_has_a_tag_of_its_own() -> None:
    paste = published(FIVE)
    tags = {raw(paste, query)["ETag"] for query in ("", "?lines=1", "?lines=1-2")}
    tags.add(Visitor().get(f"/{paste.id}/download")["ETag"])
    tags.add(Visitor().get(f"/{paste.id}")["ETag"])
    assert len(tags) == 5
    assert raw(paste, "?lines=1", **{"If-None-Match": raw(paste, "?lines=1")["ETag"]}).status_code == 304
    assert raw(paste, "?lines=1", **{"If-None-Match": raw(paste)["ETag"]}).status_code == 200


@pytest.mark.parametrize(
    ("title", "language", "name"),
    [
        ("app.py", "python", "app.py"),
        ("app", "python", "app.py"),
        ("notes", "text", "notes.txt"),
        ("../../etc/passwd", "text", "passwd.txt"),
        ("..\\..\\boot.ini", "text", "boot.ini"),
        ("/", "text", None),
        ("", "text", None),
        ("...", "text", None),
        (".htaccess", "apacheconf", "htaccess.htaccess"),
        ('a"b.txt', "text", "a_b.txt"),
        ("a; filename=evil.exe", "text", "a; filename=evil.exe"),
        ("C:evil|x?*<>.txt", "text", "C_evil_x____.txt"),
        ("invoice\u202efdp.exe", "text", "invoicefdp.exe"),
        ("zero\u200bwidth\ufeff.md", "markdown", "zerowidth.md"),
        ("dot.", "text", "dot.txt"),
        ("  spaces  ", "text", "spaces.txt"),
        ("résumé ☃.py", "python", "résumé ☃.py"),
        ("x" * 180 + ".py", "python", "x" * 120 + ".py"),
        ("100%41.txt", "text", "100%41.txt"),
        ("\u2028\u2029.txt", "text", "txt.txt"),
        ("NUL.txt", "text", "_NUL.txt"),
        ("com1", "text", "_com1.txt"),
        ("nul .txt", "text", "_nul .txt"),
        ("LPT².md", "markdown", "_LPT².md"),
        ("console.log", "text", "console.log"),
    ],
)
def test_a_download_has_a_name_that_harms_nobody(title: str, language: str, name: str | None) -> None:
    paste = published(title=title, language=language)
    response = Visitor().get(f"/{paste.id}/download")
    header = response["Content-Disposition"]
    assert header.startswith("attachment; filename")
    assert saved_as(header) == (name or saved_as(header))
    assert not set(saved_as(header)) & set('/\\<>:"|?*\r\n\u202e\u2028')
    assert saved_as(header).strip(". ") == saved_as(header) != ""
    assert response["Content-Type"] == "text/plain; charset=utf-8"


def saved_as(header: str) -> str:
    """The file name a browser reads there (RFC 6266)."""
    _, _, value = header.partition("; filename")
    if value.startswith("*=utf-8''"):
        return unquote(value.removeprefix("*=utf-8''"))
    return value.removeprefix('="').removesuffix('"').replace('\\"', '"')


def test_head_is_get_without_the_text() -> None:
    paste = published("x" * 3000)
    head = Visitor().head(f"/{paste.id}/raw")
    assert (head.status_code, head.content, head["Content-Length"]) == (200, b"", "3000")


@pytest.mark.parametrize("page", ["raw", "download"])
def test_is_gone_with_the_paste(page: str) -> None:
    assert Visitor().get(f"/6a1e7c1e-0000-4000-8000-000000000000/{page}").status_code == 404
