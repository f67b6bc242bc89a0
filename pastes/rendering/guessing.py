"""A paste's language from its title and its first lines. Few rules, each nearly never wrong; else plain text."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache

from pastes.rendering.languages import LANGUAGES, PLAIN

_HEAD_CHARACTERS = 4096
_TITLE_CHARACTERS = 255
_JSON_CHARACTERS = 64 * 1024
GUESSED_FROM = _JSON_CHARACTERS + 1  # characters of a text: no more of it is looked at

_BY_FILENAME = {filename: language.name for language in LANGUAGES for filename in language.filenames}
_BY_EXTENSION = {extension: language.name for language in LANGUAGES for extension in language.extensions}
_BY_INTERPRETER = {interpreter: language.name for language in LANGUAGES for interpreter in language.interpreters}

_NOT_THE_INTERPRETER = re.compile(r"env$|-|\w+=")
_VERSION = re.compile(r"[\d.]+$")
_CPLUSPLUS = re.compile(r"\bstd::|^#include <[a-z_]+>$|^(?:class|namespace|template)\b", re.MULTILINE)

# Each is matched at the very start of a bounded head, and none can backtrack more than linearly.
_RULES = tuple(
    (re.compile(pattern), language)
    for pattern, language in (
        (r"<\?php\b", "php"),
        (r"(?i:<!doctype html|<html\b)", "html"),
        (r"<\?xml\b|<svg\b", "xml"),
        (r"diff --git |Index: [^\n]+\n=====|--- [^\n]+\n\+\+\+ [^\n]+\n@@ ", "diff"),
        (r"(?:commit|From) [0-9a-f]{40}\b(?s:.)*?\ndiff --git ", "diff"),
        (r"Traceback \(most recent call last\):\n", "pytb"),
        (r">>> ", "pycon"),
        (r"\$ [a-z./]", "console"),
        (r"HTTP/[\d.]+ \d{3}\b|(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \S+ HTTP/[\d.]+", "http"),
        (r"FROM \S+(?: AS \S+)?\n(?:(?s:.)*?\n)?(?:RUN|COPY|ADD|CMD|ENTRYPOINT|ENV|WORKDIR) ", "docker"),
        (r"%YAML |(?:---\n)?apiVersion: ", "yaml"),
        (r"\\documentclass\b", "tex"),
        (r"(?:package [\w:]+;\s+)?use (?:strict|warnings)\b", "perl"),
        (r"package \w+\n(?s:.)*?\n(?:import|func|type|var|const) ", "go"),
        (
            r"package [a-z][\w.]*;|import (?:static )?(?:javax?|org|com)\.|public (?:final )?(?:class|interface) ",
            "java",
        ),
        (r"using [\w.]+;|namespace [\w.]+;", "csharp"),
        (r"(?i:CREATE (?:OR REPLACE )?(?:TABLE|VIEW|INDEX|FUNCTION)|INSERT INTO|ALTER TABLE|DROP TABLE) ", "sql"),
        (r"SELECT\s(?s:.)*?\sFROM\s|UPDATE \S+\s+SET\s|DELETE FROM |WITH \w+ AS\b", "sql"),
        (r"use (?:std|core|crate)::|fn main\(\) \{", "rust"),
        (r"import [^\n]+ from ['\"]|(?:const|let|var) \w+ = require\(", "javascript"),
        (r"from [\w.]+ import [\w(*]|(?:async )?def \w+\([^\n]*:\n|class \w+(?:\([\w., ]*\))?:\n", "python"),
        (r"import (?:os|sys|re|json|time|logging|argparse|subprocess|numpy|pandas)(?:, \w+)*(?: as \w+)?\n", "python"),
    )
)


def guess(title: str, text: str) -> str:
    """The name of a language, by file name, shebang, or telling first lines; "text" when none of them tells.

    The title may be a file name, with folders. Time is bounded whatever the text holds.
    """
    head = text[:_HEAD_CHARACTERS].lstrip("\ufeff \t\r\n").replace("\r\n", "\n")
    return _by_title(title, head) or _by_shebang(head) or _by_content(head) or _by_parsing(text) or PLAIN.name


def _by_title(title: str, head: str) -> str:
    language, is_shared = _by_filename(title[-_TITLE_CHARACTERS:])
    if is_shared and head.startswith(("#import", "#include", "@", "//", "/*")):
        return "objective-c"
    return language


@lru_cache(maxsize=4096)
def _by_filename(title: str) -> tuple[str, bool]:
    """The language, and whether Objective-C has the same extension."""
    filename = re.split(r"[/\\]", title.strip().lower())[-1]
    if filename in _BY_FILENAME:
        return _BY_FILENAME[filename], False
    stem, _, extension = filename.rpartition(".")
    if stem and extension in _BY_EXTENSION:
        return _BY_EXTENSION[extension], extension == "m"
    return _BY_FILENAME.get(filename.partition(".")[0], ""), bool(stem) and extension == "m"


def _by_shebang(head: str) -> str:
    if not head.startswith("#!"):
        return ""
    words = head[2:_TITLE_CHARACTERS].partition("\n")[0].split()
    interpreter = next(_interpreters(words), "")
    return _BY_INTERPRETER.get(interpreter) or _BY_INTERPRETER.get(_VERSION.sub("", interpreter), "")


def _interpreters(words: list[str]) -> Iterator[str]:
    """`/usr/bin/env -S LANG=C python3.11 -u` names python3.11: env, its options and its settings are passed over."""
    for word in words:
        program = word.rpartition("/")[2].lower()
        if not _NOT_THE_INTERPRETER.match(program):
            yield program


def _by_content(head: str) -> str:
    for pattern, language in _RULES:
        if pattern.match(head):
            return language
    if re.search(r"(?m)^#include [<\"]", head):
        return "cpp" if _CPLUSPLUS.search(head) else "c"
    return ""


def _by_parsing(text: str) -> str:
    bounded = text[:GUESSED_FROM].strip("\ufeff \t\r\n")
    if len(text) > _JSON_CHARACTERS or not bounded.startswith(("{", "[")):
        return ""
    try:
        json.loads(bounded)
    except (ValueError, RecursionError):
        return ""
    return "json"
