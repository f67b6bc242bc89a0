"""Imports go downward only, row by row, and no two modules need each other."""

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# A module may import from lower rows, and from its own row without cycles. Packages stand for all that is in them.
ROWS = [
    "doors.django doors.asgi urls apps",
    "views account site openapi endpoints reading routes admin moderation tasks checks",
    "forms browser templatetags fragments responses operations representations preconditions contract",
    "access limits cursors texts",
    "drafts schemas",
    "store",
    "models cache derived rendering",
    (
        "codings transactions batching breaker pipelines doors.sent doors.http doors.etags doors.client "
        "logs errors newlines clock turns"
    ),
]
ROW_OF = {f"pastes.{name}": row for row, names in enumerate(ROWS) for name in names.split()}
FILES = {
    ".".join(("pastes", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in ROOT.rglob("*.py")
    if not {"tests", "migrations", "management"} & set(path.relative_to(ROOT).parts)
}
MODULES = sorted(FILES.keys() - {"pastes", "pastes.doors"})


def imports(name: str) -> Iterator[str]:
    """Every module that is imported anywhere in this one's text."""
    for node in ast.walk(ast.parse(FILES[name].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (full if full in FILES else str(node.module) for full in named)


def row_of(module: str) -> int:
    """That of the module, or of the package it is in; a module without a row is told by a test of its own."""
    return ROW_OF.get(module, ROW_OF.get(module.rpartition(".")[0], 0))


@pytest.mark.parametrize("name", MODULES)
def test_imports_go_downward_only(name: str) -> None:
    assert [other for other in imports(name) if other in FILES and row_of(other) < row_of(name)] == []


def test_every_module_has_a_row() -> None:
    assert [name for name in MODULES if not any(f"{name}.".startswith(f"{known}.") for known in ROW_OF)] == []


def test_every_row_is_of_modules_there_are() -> None:
    assert ROW_OF.keys() - FILES.keys() == set()


def test_no_two_modules_need_each_other() -> None:
    graph = {name: {other for other in imports(name) if other in FILES and other != name} for name in MODULES}
    assert list(TopologicalSorter(graph).static_order())


def test_of_the_project_only_the_readers_are_used_below_it() -> None:
    used = {other for name in MODULES for other in imports(name) if other.partition(".")[0] == "pastebin"}
    assert used <= {"pastebin.environment"}


@pytest.mark.parametrize("name", ["pastes.endpoints", "pastes.batching", "pastes.errors", "pastes.schemas"])
def test_the_hot_routes_know_no_framework(name: str) -> None:
    framework = {other for other in imports(name) if other.startswith("django")}
    assert framework <= {"django.db", "django.db.utils"}  # connections of a batch's thread, and how they fail
