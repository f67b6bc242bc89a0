"""Texts that keep a lexer busy for ever, and children that die: the reader always gets the text."""

import html as entities
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pastes.rendering import LANGUAGES, Language
from pastes.rendering.code import Highlighter, child_command
from pastes.rendering.process import Child

PROJECT = Path(__file__).parents[2]
SIZE = 4096


def fill(pattern: str) -> str:
    return (pattern * SIZE)[:SIZE]


HOSTILE = [
    '"' + fill("\\"),
    "'" + fill("\\"),
    "`" + fill("\\"),
    '"' + "\\" * 48,
    '"' + fill('\\"'),
    '"' + fill("#{"),
    fill('"""'),
    fill("("),
    fill("<"),
    fill(" ")[1:] + "x",
    fill("\t\n"),
    fill("a"),
    fill("1"),
    fill("/*"),
    fill("<!--"),
    fill("${"),
    fill("*"),
    fill("<<A\n"),
    fill("</"),
    fill("<a b="),
    "a" + fill("<a,"),
    "exception " + fill("a "),
    fill("a@b:~$ "),
]

# A stand-in for the child: the lexer named by its argument.
FAKE = """
import os, signal, sys, time
from pastes.rendering.serving import serve

ANSWERS = os.dup(1)

def spin(text):
    while True:
        pass

def count(text):
    with open(sys.argv[1], "a") as log:
        log.write(text)
    spin(text)

def crash(text):
    raise RecursionError

def rubbish(text):
    os.write(ANSWERS, b"<" * 99)
    spin(text)

WORK = {"python": spin, "ruby": count, "go": lambda text: time.sleep(99), "perl": crash, "awk": rubbish,
        "c": lambda text: text.upper(), "lua": lambda text: os.kill(os.getpid(), signal.SIGKILL)}
serve({"code": WORK.__getitem__}, cpu_seconds=0.2)
"""


def shown(html: str) -> str:
    return entities.unescape(re.sub(r"<[^>]*>", "", html))


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    child = Child([sys.executable, "-c", FAKE, str(tmp_path / "log")], seconds=5)
    yield child
    child.stop()


@pytest.fixture
def highlighter(child: Child) -> Highlighter:
    return Highlighter(child)


@pytest.fixture(scope="module")
def sweeper() -> Iterator[Child]:
    child = Child(child_command(cpu_seconds=0.3), seconds=10)
    yield child
    child.stop()


def test_a_lexer_that_hangs_leaves_the_text_plain_and_the_next_one_works(highlighter: Highlighter) -> None:
    rendered = highlighter.render("a < b", language="python")
    assert (rendered.highlighted, rendered.reason, shown(rendered.html)) == (False, "took too long", "a < b\n")
    assert highlighter.render("abc", language="c").html == "ABC"


def test_an_overrun_is_remembered_for_that_text_and_language(highlighter: Highlighter, tmp_path: Path) -> None:
    for _ in range(3):
        assert highlighter.render("x", language="ruby").reason == "took too long"
    assert (tmp_path / "log").read_text() == "x"
    highlighter.render("y", language="ruby")
    assert (tmp_path / "log").read_text() == "xy"
    assert highlighter.render("x", language="c").html == "X"


def test_the_memory_of_overruns_is_bounded(highlighter: Highlighter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pastes.rendering.respondent._REMEMBERED", 2)
    for text in "abc":
        highlighter.render(text, language="python")
    assert len(highlighter._respondent._overruns) == 2
    assert highlighter.render("c", language="python").reason == "took too long"


def test_one_that_sleeps_is_given_up_by_the_wall_clock_and_left_alone_a_while(tmp_path: Path) -> None:
    child = Child([sys.executable, "-c", FAKE, str(tmp_path)], seconds=1)
    highlighter = Highlighter(child)
    assert highlighter.render("x", language="go").reason == "unavailable"
    assert child.pid is None
    assert highlighter.render("x", language="go").reason == "unavailable"
    assert child.pid is None
    child.stop()


def test_a_reader_does_not_queue_for_ever(child: Child, highlighter: Highlighter) -> None:
    child._seconds = 0.05
    with child._lock:
        assert highlighter.render("x", language="c").reason == "unavailable"


def test_a_lexer_that_fails_leaves_the_text_plain(highlighter: Highlighter, child: Child) -> None:
    highlighter.render("x", language="c")
    before = child.pid
    assert highlighter.render("x", language="perl").reason == "plain"
    assert child.pid == before


@pytest.mark.parametrize("language", ["lua", "awk"])
def test_a_child_that_always_dies_or_answers_rubbish_is_given_up(highlighter: Highlighter, language: str) -> None:
    rendered = highlighter.render("x", language=language)
    assert (rendered.reason, shown(rendered.html)) == ("unavailable", "x\n")
    assert highlighter.render("x", language="c").highlighted


def test_a_child_killed_from_outside_is_replaced_unseen(highlighter: Highlighter, child: Child) -> None:
    assert highlighter.render("x", language="c").highlighted
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert highlighter.render("y", language="c").html == "Y"
    assert child.pid not in (None, first)


@pytest.mark.parametrize("command", [["/nonexistent"], ["/bin/true"], ["/bin/echo", "x" * 99]])
def test_a_command_that_is_no_child_leaves_the_text_plain(command: list[str]) -> None:
    assert Highlighter(Child(command, seconds=5)).render("x", language="c").reason == "unavailable"


def test_a_child_outlives_signals_to_its_group_and_ends_with_its_input(highlighter: Highlighter, child: Child) -> None:
    highlighter.render("x", language="c")
    process = child._process
    assert process
    for group_signal in (signal.SIGINT, signal.SIGTERM):
        process.send_signal(group_signal)
    assert highlighter.render("y", language="c").html == "Y"
    assert child._process is process
    assert process.stdin
    process.stdin.close()
    assert process.wait(5) == 0


def test_a_fork_gets_a_child_of_its_own() -> None:
    script = """
import os
from pastes.rendering import code
child = code.render.__self__._respondent._child
assert code.render("x = 1", language="python").highlighted
first = child.pid
child._lock.acquire()
pid = os.fork()
if pid == 0:
    assert child.pid is None
    assert code.render("x = 2", language="python").highlighted
    assert child.pid not in (None, first)
    raise SystemExit
child._lock.release()
assert os.waitpid(pid, 0)[1] == 0
assert code.render("x = 3", language="python").highlighted
assert child.pid == first
print("done", first)
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("done")
    assert done.stderr == ""
    assert not Path("/proc", done.stdout.split()[1]).exists()


def test_a_forgotten_child_ends_for_want_of_a_parent(highlighter: Highlighter, child: Child) -> None:
    highlighter.render("x", language="c")
    first = child.pid
    assert first
    child.forget()
    assert child.pid is None
    assert os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) == 0
    assert highlighter.render("y", language="c").highlighted


def test_readers_in_threads_each_get_their_own_text(highlighter: Highlighter) -> None:
    texts = [f"text {number} " * 20_000 for number in range(8)]
    results: dict[int, str] = {}

    def read(number: int) -> None:
        results[number] = highlighter.render(texts[number], language="c").html

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: text.upper() for number, text in enumerate(texts)}


def test_a_text_known_to_be_slow_is_shown_plain() -> None:
    child = Child(child_command(cpu_seconds=0.2), seconds=10)
    text = "\n" * 60_000 + "."
    rendered = Highlighter(child).render(text, language="restructuredtext")
    child.stop()
    assert (rendered.reason, shown(rendered.html)) == ("took too long", text + "\n")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.name)
def test_every_language_survives_hostile_text(sweeper: Child, language: Language) -> None:
    bombs = overruns(sweeper, HOSTILE, language)
    # More than these is a new bomb: the language leaves the list, or the lexer gets mended. A busy machine makes CPU
    # time longer too, so what overran is asked once more before that is said.
    if len(bombs) > len(HOSTILE) // 3:
        bombs = overruns(sweeper, bombs, language)
    assert len(bombs) <= len(HOSTILE) // 3
    assert Highlighter(sweeper).render("x\n", language=language.name).reason in {"", "plain"}


def overruns(child: Child, texts: list[str], language: Language) -> list[str]:
    """Those that were given up, all having been shown whole. A new highlighter, since one remembers what overran."""
    highlighter, overran = Highlighter(child), []
    for text in texts:
        rendered = highlighter.render(text, language=language.name)
        assert shown(rendered.html).removesuffix("\n") == text.removesuffix("\n")
        assert rendered.reason != "unavailable"
        if rendered.reason == "took too long":
            overran.append(text)
    return overran
