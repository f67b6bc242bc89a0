"""The OpenAPI document: valid, complete, and true to the code and the settings; and the page made of it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from django.conf import settings
from django.test import Client

from pastebin.environment import Rate
from pastes import contract, endpoints, errors, openapi, urls
from pastes.routes import Route
from pastes.tests.doors import Door

ORIGIN = "https://paste.example"
JSON = "application/json"
MACHINE = ("limits", "openapi", "readyz")  # names of routes that Django alone serves


def described() -> set[tuple[str, str]]:
    document = openapi.document(ORIGIN)
    return {(operation["method"], operation["path"]) for operation in openapi.operations(document)}


def routed() -> Iterator[tuple[str, str]]:
    for route in (endpoints.COLLECTION, endpoints.MEMBER, endpoints.UPLOAD, endpoints.ALIVE):
        yield from ((method, route.template) for method in route.methods)
    yield "PUT", "/"
    yield "GET", "/{id}/raw"
    yield from (("GET", f"/{pattern.pattern}") for pattern in urls.machine if pattern.name in MACHINE)


def body_schema(name: str) -> Any:
    return openapi.document(ORIGIN)["components"]["schemas"][name]


def validator(name: str) -> jsonschema_rs.Validator:
    document = openapi.document(ORIGIN)
    return jsonschema_rs.Draft202012Validator({**document, "$ref": f"#/components/schemas/{name}"})


def refused(door: Door, body: Mapping[str, object]) -> bool:
    return door("POST", "/paste", headers={"Content-Type": JSON}, body=json.dumps(body).encode()).status == 400


def test_follows_the_rules_of_openapi_3_1() -> None:
    schemathesis.openapi.from_dict(openapi.document(ORIGIN)).validate()


def test_every_schema_is_a_json_schema() -> None:
    for schema in openapi.document(ORIGIN)["components"]["schemas"].values():
        jsonschema_rs.meta.validate(schema)


def test_every_reference_leads_somewhere() -> None:
    document = openapi.document(ORIGIN)
    for reference in references(document):
        _, _, kind, name = reference.split("/")
        assert name in document["components"][kind], reference


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_describes_what_is_routed_and_nothing_else() -> None:
    assert described() == set(routed())


def test_no_route_for_programs_is_forgotten() -> None:
    names = {pattern.name for pattern in urls.machine}
    assert names == {*MACHINE, "livez", "robots"}
    routes = {value.template for value in vars(endpoints).values() if isinstance(value, Route)}
    assert routes == {"/paste", "/paste/{id}", "/{id}", "/{id}/raw", "/{filename}", "/livez"}


def test_every_status_of_the_error_family_is_explained() -> None:
    family = {error.status for error in errors.PasteError.__subclasses__()}
    assert family <= set(contract.STATUSES)


def test_every_answer_names_its_correlation_id() -> None:
    for methods in openapi.document(ORIGIN)["paths"].values():
        for operation in methods.values():
            assert all("X-Correlation-ID" in response["headers"] for response in operation["responses"].values())


def test_largest_text_follows_the_setting(settings: Any) -> None:
    settings.MAX_PASTE_BYTES = 4321
    content = body_schema("CreatePaste")["properties"]["content"]
    assert content["maxLength"] == 4321
    assert "4321 bytes" in content["description"]
    assert body_schema("Text")["maxLength"] == 4321


def test_longest_life_follows_the_setting(settings: Any) -> None:
    settings.MAX_TTL = 7200
    for payload in ("CreatePaste", "UpdatePaste"):
        life = body_schema(payload)["properties"]["timetolive"]
        assert (life["type"], life["minimum"], life["maximum"]) == ("integer", 1, 7200)
    assert body_schema("UploadTimeToLive")["maximum"] == 7200


def test_null_is_a_time_to_live_only_where_a_paste_may_live_for_ever(settings: Any) -> None:
    settings.MAX_TTL = None
    life = body_schema("CreatePaste")["properties"]["timetolive"]
    assert {"type": "null"} in life["anyOf"]
    assert {"const": "never"} in body_schema("UploadTimeToLive")["anyOf"]


@pytest.mark.parametrize(("listing", "visibilities"), [(True, ["unlisted", "public"]), (False, ["unlisted"])])
def test_public_is_offered_only_where_listing_is_open(settings: Any, listing: bool, visibilities: list[str]) -> None:  # noqa: FBT001
    settings.LIST_ANONYMOUS = listing
    visibility = body_schema("CreatePaste")["properties"]["visibility"]
    assert visibility["anyOf"][0]["enum"] == visibilities


def test_the_page_shows_no_markup_of_descriptions() -> None:
    shown = [*openapi.operations(openapi.document(ORIGIN)), openapi.statuses()]
    assert "`" not in repr(shown)


def test_the_limit_is_told_in_words(settings: Any) -> None:
    settings.LIMIT_CREATE = Rate(7, 60)
    assert "limited to 7 per minute" in openapi.document(ORIGIN)["info"]["description"]


def test_links_begin_with_the_callers_origin() -> None:
    assert openapi.document(ORIGIN)["servers"] == [{"url": ORIGIN}]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"content": ""},
        {"content": "a\0b"},
        {"content": "a", "id": "6a1e7c1e-0000-1000-8000-000000000000"},
        {"content": "a", "timetolive": 0},
        {"content": "a", "timetolive": True},
        {"content": "a", "timetolive": 10**10},
        {"content": "a", "title": "two\nlines"},
        {"content": "a", "title": "a" * 201},
        {"content": "a", "language": "klingon"},
        {"content": "a", "visibility": "private"},
        {"content": "a", "colour": "red"},
        {"content": "a" * 1001},
    ],
)
def test_schema_and_code_refuse_the_same(door: Door, settings: Any, body: dict[str, object]) -> None:
    settings.MAX_PASTE_BYTES = 1000
    assert not validator("CreatePaste").is_valid(body)
    assert refused(door, body)


@pytest.mark.parametrize(
    "body",
    [
        {"content": "a"},
        {"content": "a\r\n" * 333},
        {"content": "a", "title": None, "language": None, "visibility": None},
        {"content": "a", "title": "a" * 200, "language": "auto", "visibility": "public", "timetolive": 1},
        {"content": "a", "id": "6A1E7C1E-0000-4000-8000-000000000000", "createdAt": "2026-11-24T08:00:00Z"},
        {"content": "a", "language": "python", "sha256": 7, "version": {"any": "thing"}},
    ],
)
def test_schema_and_code_take_the_same(door: Door, settings: Any, body: dict[str, object]) -> None:
    settings.MAX_PASTE_BYTES = 1000
    assert validator("CreatePaste").is_valid(body)
    assert not refused(door, body)


def test_the_api_page_shows_every_operation_status_and_language(client: Client) -> None:
    page = client.get("/api", HTTP_HOST="testserver").content.decode()
    for operation in openapi.operations(openapi.document(ORIGIN)):
        assert f'<span class="method">{operation["method"]}</span> {operation["path"]}' in page
        assert operation["summary"] in page
        assert all(f"<code>{field['name']}</code>" in page for field in operation["request_fields"])
    for status in contract.STATUSES:
        assert f'id="status-{status}"' in page
    assert "<code>python</code>" in page


def test_the_guide_names_every_operation_and_status() -> None:
    guide = (settings.BASE_DIR / "docs" / "api.md").read_text()
    for method, path in described():
        assert f"`{method} {path}" in guide, (method, path)
    assert all(f"\n| {status} |" in guide for status in contract.STATUSES)


def test_is_served(door: Door) -> None:
    answer = door("GET", "/openapi.json")
    assert answer.headers["content-type"] == JSON
    assert answer.json() == openapi.document("http://testserver")


@pytest.mark.parametrize(("path", "name"), [("/limits", "Limits"), ("/livez", "Alive"), ("/readyz", "Readiness")])
def test_documents_for_programs_are_as_described(door: Door, path: str, name: str) -> None:
    assert validator(name).is_valid(door("GET", path).json())
