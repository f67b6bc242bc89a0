"""The allow-list, and what is guessed from a name or a few lines."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pygments.lexers import get_lexer_by_name

from pastes.rendering import AUTO, LANGUAGES, Language, file_extension, guess, is_known, resolve

NAMES = [
    ("app.py", "python"),
    ("src/lib/x.rs", "rust"),
    ("C:\\work\\Program.CS", "csharp"),
    ("Makefile", "make"),
    ("makefile", "make"),
    ("Dockerfile", "docker"),
    ("Dockerfile.dev", "docker"),
    ("deploy/Jenkinsfile", "groovy"),
    ("CMakeLists.txt", "cmake"),
    ("notes.txt", "text"),
    ("server.log", "text"),
    ("nginx.conf", "nginx"),
    ("my.conf", "ini"),
    ("page.html.j2", "html+django"),
    ("index.min.js", "javascript"),
    ("App.tsx", "tsx"),
    ("main.tf", "terraform"),
    ("Cargo.lock", "toml"),
    ("composer.lock", "json"),
    (".bashrc", "bash"),
    (".env", "properties"),
    ("my query.sql", "sql"),
    ("0001-fix.patch", "diff"),
    ("script.m", "matlab"),
    ("analysis.R", "r"),
    ("api.proto", "protobuf"),
    ("unit.service", "ini"),
]

CONTENTS = [
    ("#!/bin/sh\necho", "bash"),
    ("#!/usr/bin/python3.11 -u\n", "python"),
    ("#!/usr/bin/env node\n", "javascript"),
    ("#! /usr/bin/env -S LANG=C perl5.36 -w\n", "perl"),
    ("#!/usr/bin/env -S uv run --script\n", "python"),
    ("#!/opt/odd/interpreter\n", "text"),
    ("#!\n", "text"),
    ("\ufeff<?php echo 1;", "php"),
    ("\n<!DOCTYPE html>\n<title>", "html"),
    ("<html lang=en>", "html"),
    ("<?xml version='1.0'?>\n<a/>", "xml"),
    ("/* x */\r\n#include <stdio.h>\r\nint main(void)", "c"),
    ("#include <iostream>\nint main() {}", "cpp"),
    ('#include "a.h"\nstd::string s;', "cpp"),
    ("diff --git a/x b/x\n", "diff"),
    ("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n", "diff"),
    ("commit " + "0a" * 20 + "\nAuthor: a\n\n    why\n\ndiff --git a/x b/x\n", "diff"),
    ('{"a": [1, 2]}\n', "json"),
    ("[1, 2, 3]", "json"),
    ("{not json}", "text"),
    ("[section]\nkey = value\n", "text"),
    ("Traceback (most recent call last):\n  File", "pytb"),
    (">>> 1 + 1\n2\n", "pycon"),
    ("$ ls -l\ntotal 0\n", "console"),
    ("$ 5 is cheap", "text"),
    ("HTTP/1.1 200 OK\nServer: x\n", "http"),
    ("POST /paste HTTP/1.1\nHost: x\n", "http"),
    ("FROM debian:12 AS build\n\nRUN apt-get update\n", "docker"),
    ("apiVersion: v1\nkind: Pod\n", "yaml"),
    ("\\documentclass{article}\n", "tex"),
    ("package main\n\nimport (\n", "go"),
    ("package org.example.app;\n\nimport java.util.List;\n", "java"),
    ("package Foo::Bar;\nuse strict;\n", "perl"),
    ("using System.Linq;\n", "csharp"),
    ("use std::fs;\n", "rust"),
    ("import React from 'react'\n", "javascript"),
    ("from pathlib import Path\n", "python"),
    ("import os\nimport sys\n\nprint(1)\n", "python"),
    ("import Data.List\nimport System.IO\n", "text"),
    ("FROM alpine\nRUN true\n", "docker"),
    ("async def main(a: int) -> None:\n", "python"),
    ("create table if not exists a (b int);", "sql"),
    ("SELECT a,\n  b\nFROM c\n", "sql"),
    ("SELECT a winner and tell her", "text"),
    ("from here on it is prose", "text"),
    ("Dear all,\nplease import the list from the mail.\n", "text"),
    ("", "text"),
]

HOSTILE = [
    "[" * 70_000,
    "[" * 60_000,
    "[" + "9" * 60_000 + "]",
    "{" + '"a":' * 15_000,
    "#!" + "a " * 500_000,
    "#!/usr/bin/env " + "-S " * 300_000,
    "SELECT " + "FROM" * 250_000,
    "FROM a\n" + "\nRUN" * 250_000,
    "def a(" + "(" * 1_000_000,
    "--- " * 250_000,
    "commit " + "a" * 1_000_000,
    "import " + "a." * 500_000,
    " " * 1_000_000,
    "#include <" * 100_000,
]


def test_the_allow_list_is_of_a_size_to_choose_from() -> None:
    assert 60 <= len(LANGUAGES) <= 90
    spellings = [spelling for language in LANGUAGES for spelling in (language.name, *language.aliases)]
    assert len(set(spellings)) == len(spellings)
    assert len({language.label for language in LANGUAGES}) == len(LANGUAGES)
    assert AUTO not in spellings


@pytest.mark.parametrize("kind", ["extensions", "filenames", "interpreters"])
def test_no_file_belongs_to_two_languages(kind: str) -> None:
    every = [value for language in LANGUAGES for value in getattr(language, kind)]
    assert len(set(every)) == len(every)
    assert all(value == value.lower() for value in every)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_each_name_is_a_lexer_and_leads_to_itself(language: Language) -> None:
    assert language.name in get_lexer_by_name(language.name).aliases
    assert is_known(language.name)
    assert resolve(language.name) is language
    assert re.fullmatch(r"\.[a-z0-9-]+", file_extension(language.name))
    assert guess("a" + file_extension(language.name), "") == language.name


def test_an_alias_leads_to_its_language_and_the_unknown_to_plain_text() -> None:
    assert resolve("js").name == "javascript"
    assert is_known("js")
    assert not is_known(AUTO)
    assert not is_known("scala")
    assert resolve("scala").name == "text"
    assert file_extension("python") == ".py"
    assert file_extension("scala") == ".txt"


@pytest.mark.parametrize(("title", "name"), NAMES)
def test_guesses_by_file_name(title: str, name: str) -> None:
    assert guess(title, "#!/bin/sh\n") == name


@pytest.mark.parametrize(("text", "name"), CONTENTS)
def test_guesses_by_content(text: str, name: str) -> None:
    assert guess("", text) == name
    assert guess("A title. With words", text) == name


def test_an_m_file_is_told_by_its_first_line() -> None:
    assert guess("View.m", "#import <UIKit/UIKit.h>\n") == "objective-c"


def test_json_is_parsed_up_to_a_bound() -> None:
    assert guess("", json.dumps(["a" * 60_000])) == "json"
    assert guess("", json.dumps(["a" * 70_000])) == "text"


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_guessing_hostile_text_costs_next_to_nothing(text: str) -> None:
    start = time.process_time()
    guess(text, text)
    assert time.process_time() - start < 0.5  # a hundred times what is seen; backtracking would take minutes


@given(title=st.text(), text=st.text())
def test_guesses_something_known_for_any_text(title: str, text: str) -> None:
    assert is_known(guess(title, text))
