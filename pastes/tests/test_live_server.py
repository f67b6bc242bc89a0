"""Every route through real servers: the Procfile's, a plain `gunicorn pastebin.wsgi` and `manage.py runserver`."""

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from pastes.tests.load import TOKEN, made
from pastes.tests.servers import ASGI, WSGI, Stores, Web, embedded_environment
from pastes.tests.wire import chunk, head, wire

pytestmark = pytest.mark.faults

RUNSERVER = ("manage.py", "runserver", "--noreload", "127.0.0.1:PORT")
PAGES = ("/", "/about", "/api", "/mine", "/recent", "/admin/login/")
DOCUMENTS = ("/limits", "/openapi.json", "/livez", "/readyz")


@pytest.fixture(scope="module", params=[ASGI, WSGI, RUNSERVER], ids=["asgi", "wsgi", "runserver"])
def live(request: pytest.FixtureRequest, stores: Stores) -> Iterator[Web]:
    words = request.param
    workers = 0 if words == RUNSERVER else 2
    with Web(words, stores.environment, stores.folder, workers=workers) as server:
        yield server
        assert '"status":500' not in server.said()
        assert "Traceback" not in server.said()


@pytest.fixture
def client(live: Web) -> Iterator[httpx.Client]:
    with live.client() as found:
        yield found


@pytest.mark.parametrize("path", PAGES)
def test_page_is_served(client: httpx.Client, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert re.fullmatch("[0-9a-f]{32}", page.headers["X-Correlation-ID"])
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_document_is_served(client: httpx.Client, path: str) -> None:
    document = client.get(path)
    assert (document.status_code, document.headers["Content-Type"]) == (200, "application/json")
    assert document.json()


@pytest.mark.parametrize("path", ["/", "/admin/login/"])
def test_every_static_file_of_a_page_is_served(client: httpx.Client, path: str) -> None:
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get(path).text)
    assert len(addresses) > 2
    for address in addresses:
        file = client.get(address)
        assert (address, file.status_code) == (address, 200)
        assert file.headers["X-Content-Type-Options"] == "nosniff"


def test_life_of_a_paste_through_the_api(client: httpx.Client) -> None:
    paste = made(client, "first\r\n", title="life")
    path = f"/paste/{paste['id']}"
    read = client.get(path)
    assert read.json()["content"] == "first\r\n"
    assert client.get(path, headers={"If-None-Match": read.headers["ETag"]}).status_code == 304
    changed = client.put(path, json={"content": "second", "version": 1}, headers=TOKEN)
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert client.put(path, json={"content": "third", "version": 1}, headers=TOKEN).status_code == 409
    listed = client.get("/paste?limit=1", headers=TOKEN).json()["pastes"]
    assert [item["id"] for item in listed] == [paste["id"]]
    assert client.delete(path, headers=TOKEN).status_code == 200
    assert client.get(path).status_code == 404
    assert client.post("/paste", json={"id": paste["id"], "content": "again"}).status_code == 409


def hidden_fields(page: str) -> dict[str, str]:
    return dict(re.findall('<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def test_life_of_a_paste_through_the_pages(client: httpx.Client) -> None:
    posted = client.post("/", data={**hidden_fields(client.get("/").text), "content": "typed <b>"})
    assert posted.status_code == 303, posted.text
    page = posted.headers["Location"].removeprefix("http://testserver")
    assert "typed &lt;b&gt;" in client.get(page).text
    assert client.get(f"{page}/raw").content == b"typed <b>"
    assert client.get(f"{page}/download").headers["Content-Disposition"].startswith("attachment")
    assert page in client.get("/mine").text
    for part, fields in (("edit", {"content": "typed again"}), ("delete", {})):
        form = client.get(f"{page}/{part}").text
        answer = client.post(f"{page}/{part}", data={**hidden_fields(form), **fields})
        assert (part, answer.status_code) == (part, 303), answer.text
    assert client.get(page).status_code == 404


def test_upload_by_any_name_is_read_back(client: httpx.Client) -> None:
    for name in ("app.py", "about", "livez", "admin", str(uuid4()), "ümläut%20x.txt"):
        made = client.put(f"/{name}", content="print('ä')\n".encode())
        assert (name, made.status_code) == (name, 200)
        page = made.text.strip().removeprefix("http://testserver")
        assert client.get(f"{page}/raw").text == "print('ä')\n"
    assert client.put("/paste", content=b"x").status_code == 405
    assert client.put("/two/segments", content=b"x").status_code == 404


def test_refusals_are_problem_documents_and_pages(client: httpx.Client) -> None:
    problem = client.get("/paste/nothing")
    assert (problem.status_code, problem.headers["Content-Type"]) == (404, "application/problem+json")
    assert problem.json()["correlationId"] == problem.headers["X-Correlation-ID"]
    page = client.get("/nothing")
    assert (page.status_code, page.headers["X-Correlation-ID"] in page.text) == (404, True)
    assert client.get("/about", headers={"Host": "evil.example"}).status_code == 400


def test_chunked_upload_is_read_or_refused_never_cut(live: Web) -> None:
    with wire(live.port) as connection:
        connection.send(head("PUT", "/chunked.txt", "Transfer-Encoding: chunked"))
        connection.send(chunk(b"one ") + chunk(b"two") + b"0\r\n\r\n")
        answer = connection.answer()
    if answer.status == 411:
        return
    assert answer.status == 200
    with live.client() as client:
        page = answer.body.decode().strip().removeprefix("http://testserver")
        assert client.get(f"{page}/raw").text == "one two"


def test_every_line_of_the_log_about_a_request_is_json_and_holds_no_whole_id(live: Web) -> None:
    with live.client() as client:
        paste_id = made(client, "secret text")["id"]
        answer = client.get(f"/{paste_id}", headers={"X-Correlation-ID": "forged id"})
    lines = [line for line in live.said().splitlines() if answer.headers["X-Correlation-ID"] in line]
    assert len(lines) == 1
    line = json.loads(lines[0])
    assert (line["route"], line["status"], line["paste"]) == ("/{id}", 200, paste_id[:8])
    assert paste_id not in live.said()
    assert "secret text" not in live.said()


def test_embedded_server_serves_on_sqlite_alone() -> None:
    with ExitStack() as cleanup:
        environment = cleanup.enter_context(embedded_environment())
        server = cleanup.enter_context(Web(ASGI, environment, Path(environment["DATA_DIR"]), workers=1))
        client = cleanup.enter_context(server.client())
        paste = made(client, "embedded", visibility="public")
        assert client.get(f"/paste/{paste['id']}").json()["content"] == "embedded"
        assert [client.get(path).status_code for path in (*PAGES, *DOCUMENTS)] == [200] * 10
        assert paste["id"] in client.get("/recent").text
        assert paste["url"] == f"{server.url}/{paste['id']}"
