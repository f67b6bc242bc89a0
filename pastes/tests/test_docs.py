"""Documented or it fails: every setting, route, status and check stands where an operator or a client looks for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern

from pastebin import environment
from pastes import checks, errors, openapi, urls
from pastes.cache import CLAIM_MS, LEASE_MS

pytestmark = pytest.mark.embedded

ROOT = Path(settings.BASE_DIR)
READERS = {name for name, found in vars(environment).items() if callable(found)}


def text(path: str) -> str:
    return (ROOT / path).read_text()


def variables() -> Iterator[str]:
    """What settings.py asks the environment for."""
    for node in ast.walk(ast.parse(text("pastebin/settings.py"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr in READERS and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


VARIABLES = sorted(set(variables()))


def test_the_variables_are_found() -> None:
    assert {"PASTEBIN_MODE", "DATABASE_URL", "LIMIT_CREATE", "TRUSTED_PROXIES", "LOG_LEVEL"} <= set(VARIABLES)


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_variable_is_described(variable: str) -> None:
    assert f"`{variable}`" in text("docs/configuration.md")


def test_no_variable_is_described_that_is_not_read() -> None:
    rows = re.findall(r"^\| *`([A-Z][A-Z_]+)`", text("docs/configuration.md"), re.MULTILINE)
    other_readers = text("gunicorn.conf.py") + text("Makefile") + text("pastebin/celery.py")
    assert [name for name in rows if name not in VARIABLES and name not in other_readers] == []


def test_every_default_is_the_one_that_is_used() -> None:
    described = text("docs/configuration.md")
    for default in ("60/m", "30d", "365d", "1048576", "8000", "127.0.0.1"):
        assert f"`{default}`" in described


def test_the_readme_says_where_to_look() -> None:
    readme = text("README.md")
    for document in ("docs/configuration.md", "docs/operations.md", "docs/api.md", "docs/cache.md", "docs/features.md"):
        assert f"({document})" in readme
        assert (ROOT / document).exists()


def test_links_between_documents_lead_somewhere() -> None:
    for document in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_each_feature_leads_to_a_test_there_is() -> None:
    document = ROOT / "docs/features.md"
    links = re.findall(r'\]\((\S+\.py) "(\w+)"\)', document.read_text())
    assert len(links) > 40
    for target, name in links:
        assert f"\ndef {name}(" in (document.parent / target).read_text(), name


@pytest.mark.parametrize("pattern", urls.urlpatterns, ids=lambda pattern: pattern.name)
def test_every_route_is_described(pattern: URLPattern) -> None:
    route = f"/{pattern.pattern}".replace("<paste_id:paste_id>", "{id}").replace("/^paste/", "/paste/{id}")
    route = re.sub(r"<\w+:(\w+)>", r"{\1}", route)
    described = "".join(document.read_text() for document in (ROOT / "docs").glob("*.md"))
    assert re.search(rf"[ `]{re.escape(route)}[`?]", described)


def test_every_operation_of_the_api_is_described() -> None:
    described = text("docs/api.md")
    for operation in openapi.operations(openapi.document("https://paste.example")):
        assert operation["path"] in described
        assert operation["method"].upper() in described


def statuses(family: type[errors.PasteError]) -> Iterator[int]:
    for error in family.__subclasses__():
        yield error.status
        yield from statuses(error)


@pytest.mark.parametrize("status", sorted(set(statuses(errors.PasteError))))
def test_every_status_is_described(status: int) -> None:
    assert re.search(rf"^\| {status} \|", text("docs/api.md"), re.MULTILINE)


def test_every_check_is_described() -> None:
    numbers = set(re.findall(r"pastes\.([EW]\d{3})", Path(checks.__file__).read_text()))
    assert numbers
    described = text("docs/configuration.md") + text("docs/operations.md")
    assert {number for number in numbers if number not in described} == set()


def test_the_protocol_of_the_cache_is_described_with_its_times() -> None:
    described = text("docs/cache.md")
    for word in ("READ", "FILL", "CLAIM", "SETTLE", f"{LEASE_MS // 1000} s", f"{CLAIM_MS // 1000} s"):
        assert word in described
