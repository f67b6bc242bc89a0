"""Everything of a browser as a ZIP: each text byte for byte, its old versions, what is known of it, and safe names."""

import io
import json
import unicodedata
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest

from pastes import clock, store
from pastes.account import archive, export
from pastes.account.archive import Archive
from pastes.account.ownership import owned
from pastes.doors import http
from pastes.errors import Unavailable
from pastes.models import Paste, Revision
from pastes.tests.pages import Response, Visitor, published, text_of
from pastes.tests.samples import edit

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

PAGE = "/mine/export"
TEXTS = ("plain\n", "naïve\r\nCRLF\rCR\u2028 \ufeff", "no newline at the end", "x" * 70_000, "\U0001f600\x1b[31m\x0c")
HOSTILE_NAMES = (
    "../../etc/passwd",
    "..\\..\\windows\\system.ini",
    "/etc/passwd",
    "C:\\autoexec.bat",
    "..",
    ".",
    ".bashrc",
    "con",
    "aux.txt",
    "a/b/../../c.py",
    "<script>alert(1)</script>",
    "\u202egpj.exe",
    "pastes.json",
    "versions",
    "VERSIONS",
    "\U0001f600" * 150,
    'x"; rm -rf ~ #.sh',
    "$(reboot).sh",
    "trailing. . .",
)


@pytest.fixture(autouse=True)
def nobody_exports() -> Iterator[None]:
    """Every test leaves the turn to the next."""
    yield
    assert export.turn.acquire(blocking=False)
    export.turn.release()


def opened(secret: str | None) -> zipfile.ZipFile:
    response = Visitor(secret).get(PAGE)
    assert response.status_code == 200
    found = zipfile.ZipFile(io.BytesIO(response.getvalue()))
    assert found.testzip() is None
    return found


def index(found: zipfile.ZipFile) -> list[dict[str, Any]]:
    pastes: list[dict[str, Any]] = json.loads(found.read("pastes.json"))["pastes"]
    return pastes


def names(found: zipfile.ZipFile) -> list[str]:
    return [name for name in found.namelist() if name != "pastes.json"]


def test_every_text_comes_back_byte_for_byte(owner: str) -> None:
    made = {str(published(text, secret=owner).id): text for text in TEXTS}
    found = opened(owner)
    assert {paste["id"]: found.read(paste["file"]).decode() for paste in index(found)} == made


def test_the_index_tells_all_that_is_known(owner: str) -> None:
    paste = published("naïve\n", secret=owner, title="a.py", visibility="public", timetolive=600)
    told = index(opened(owner))[0]
    assert told["url"] == f"http://testserver/{paste.id}"
    assert (told["title"], told["language"], told["visibility"]) == ("a.py", "python", "public")
    assert (told["size"], told["sha256"], told["version"]) == (7, paste.sha256.hex(), 1)
    assert (told["timetolive"], told["file"], told["versions"]) == (600, "a.py", [])
    assert datetime.fromisoformat(told["expiresAt"]) == paste.expires_at
    assert datetime.fromisoformat(told["createdAt"]) == datetime.fromisoformat(told["updatedAt"]) == paste.created_at


def test_old_versions_lie_beside_with_what_they_were(owner: str) -> None:
    paste = published("one\r\n", secret=owner, title="a.py")
    for text in ("two", "three"):
        assert store.revise([edit(paste, text, at=paste.created_at)])
    found = opened(owner)
    told = index(found)[0]
    assert found.read("a.py") == b"three"
    assert [found.read(version["file"]) for version in told["versions"]] == [b"one\r\n", b"two"]
    assert [version["file"] for version in told["versions"]] == ["versions/a.py/1.py", "versions/a.py/2.py"]
    assert [(version["version"], version["title"], version["size"]) for version in told["versions"]] == [
        (1, "a.py", 5),
        (2, "a.py", 3),
    ]
    assert told["versions"][0]["sha256"] == paste.sha256.hex()


def test_only_what_is_ones_own_and_there_is_in_it(owner: str, other: str) -> None:
    published("mine", secret=owner)
    published("theirs", secret=other)
    published("expired", secret=owner, at=clock.now() - timedelta(hours=1), timetolive=60)
    found = opened(owner)
    assert [found.read(name) for name in names(found)] == [b"mine"]
    assert names(opened(None)) == []


def test_no_name_leaves_the_folder_or_troubles_a_system(owner: str) -> None:
    for title in HOSTILE_NAMES:
        paste = published(title, secret=owner, title=title)
        store.revise([edit(paste, f"newer {title}", at=paste.created_at)])
    found = opened(owner)
    for name in found.namelist():
        path = PurePosixPath(name)
        assert not path.is_absolute()
        assert not {"..", ".", ""} & set(name.split("/"))
        assert all(len(part.encode()) <= 255 for part in path.parts)
        assert not set(name) & set('\\:*?"<>|')
        assert not [character for character in name if unicodedata.category(character)[0] == "C"]
    assert {paste["title"]: found.read(paste["file"]).decode() for paste in index(found)} == {
        title: f"newer {title}" for title in HOSTILE_NAMES
    }


def test_names_that_some_systems_take_for_the_same_are_numbered(owner: str) -> None:
    titles = [
        "app.py",
        "APP.py",
        "app.py",
        "Straße.txt",
        "STRASSE.txt",
        "é.txt",
        "e\u0301.txt",
        "app (2).py",
        "a",
        "a.txt",
    ]
    for title in titles:
        published(title, secret=owner, title=title)
    found = names(opened(owner))
    folded = {unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()) for name in found}
    assert len(folded) == len(titles)


def test_files_have_the_time_of_their_change_in_utc(owner: str) -> None:
    made = datetime(2026, 3, 4, 5, 6, 8, 999_000, tzinfo=UTC)
    header = published(secret=owner, title="a.py", timetolive=86_400 * 365, at=made)
    found = opened(owner)
    assert found.getinfo("a.py").date_time == (2026, 3, 4, 5, 6, 8)
    assert header.updated_at == made


@pytest.mark.parametrize("year", [1970, 2200])
def test_a_time_that_no_zip_can_tell_fails_nothing(owner: str, year: int) -> None:
    paste = published(secret=owner, title="a.py")
    Paste.objects.filter(id=paste.id).update(updated_at=datetime(year, 1, 1, tzinfo=UTC))
    assert opened(owner).getinfo("a.py").date_time[0] in (1980, 2107)


def test_the_answer_is_a_download_that_nobody_keeps(owner: str) -> None:
    response = Visitor(owner).get(PAGE)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="pastes-{clock.now():%Y-%m-%d}.zip"'
    assert response["Cache-Control"] == "private, no-store"
    assert "owner" not in response.cookies
    taken(response)


def test_a_head_makes_nothing_and_takes_no_turn(owner: str) -> None:
    with export.turn:
        response = Visitor(owner).head(PAGE)
    assert (response.status_code, response["Content-Type"]) == (200, "application/zip")


def test_one_is_made_at_a_time_and_the_next_is_told_when_to_come_again(owner: str) -> None:
    published(secret=owner)
    first = Visitor(owner).get(PAGE)
    second = Visitor(owner).get(PAGE)
    assert (second.status_code, second["Retry-After"]) == (503, "10")
    assert "one at a time" in text_of(second)
    taken(first)
    assert names(opened(owner))


def test_a_turn_ends_once_though_nothing_of_it_was_taken() -> None:
    assert export.turn.acquire(blocking=False)
    turn = export.Turn(iter([b"piece"]), http.begin("GET", "", {}))
    turn.close()
    assert export.turn.acquire(blocking=False)
    turn.close()
    assert export.turn.locked()
    export.turn.release()


def taken(response: Response) -> list[bytes]:
    return list(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("why", ["nobody takes it", "it takes too long"])
def test_what_is_cut_short_is_seen_to_be_broken(owner: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    published(secret=owner)
    if why == "it takes too long":
        monkeypatch.setattr(export, "SECONDS", -1)
    response = Visitor(owner).get(PAGE)
    if why == "nobody takes it":
        response.wsgi_request.exchange.is_abandoned = True  # type: ignore[attr-defined]
    with pytest.raises(export.CutShortError):
        taken(response)


def test_where_the_database_goes_away_half_way_the_answer_is_broken(
    owner: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(secret=owner)

    def away(_: object) -> None:
        raise Unavailable("The database is away.")

    response = Visitor(owner).get(PAGE)
    monkeypatch.setattr(archive, "reading", away)
    with pytest.raises(Unavailable):
        taken(response)


def pieces(owner: str) -> Iterator[bytes]:
    return iter(Archive(owned(owner, at=clock.now()), origin="http://testserver", at=clock.now()))


def test_it_leaves_text_by_text_and_never_as_a_whole(owner: str) -> None:
    for number in range(20):
        published(f"{number}" * 10_000, secret=owner)
    sizes = [len(piece) for piece in pieces(owner)]
    assert len(sizes) == 21
    assert max(sizes[:-1]) < 2_000


def test_what_goes_away_meanwhile_is_left_out(owner: str) -> None:
    before = clock.now() - timedelta(seconds=1)
    gone, kept = published("old", secret=owner, title="a.py", at=before), published(secret=owner, title="b.py")
    for paste in (gone, kept):
        store.revise([edit(paste, "newer", at=paste.created_at)])
    coming = pieces(owner)
    first = next(coming)  # the newer paste; its old version is erased before it is come to
    Paste.objects.filter(id=gone.id).delete()
    Revision.objects.all().delete()
    found = zipfile.ZipFile(io.BytesIO(first + b"".join(coming)))
    assert found.testzip() is None
    assert names(found) == ["b.py"]


def test_a_foreign_method_is_refused(owner: str) -> None:
    assert Visitor(owner).post(PAGE).status_code == 405
