"""The program that compares two texts, as a child that can be killed: some would take it half a minute."""

import functools
import sys
from collections.abc import Callable, Iterator, Sequence

import msgspec

from pastes.rendering.diff import CONTEXT, HTML_BYTES, Difference, Options
from pastes.rendering.diff_markup import Writer
from pastes.rendering.diff_rows import Kind, Row, Texts, rows
from pastes.rendering.diff_words import Budget
from pastes.rendering.serving import serve

WHOLE_LINES = 20_000  # of both texts together: more than this is folded, whatever was asked for
TOO_LONG = "What is unchanged stays folded: the texts are too long to be shown whole."


def differ(argument: str) -> Callable[[str], str]:
    ignore, context, split = argument.split(" ")
    options = Options(ignore == "1", None if context == "all" else int(context))
    return functools.partial(_answer, int(split), options)


def _answer(split: int, options: Options, text: str) -> str:
    return msgspec.json.encode(difference(text[:split], text[split:], options)).decode()


def difference(before: str, after: str, options: Options) -> Difference:
    texts, budget = Texts(before, after, ignore_whitespace=options.ignore_whitespace), Budget()
    is_too_long = options.context is None and len(texts.old) + len(texts.new) > WHOLE_LINES
    found = rows(texts, context=CONTEXT if is_too_long else options.context, budget=budget)
    changed = [row for row in found if row.kind is Kind.CHANGED]
    parts = Writer(texts, budget=budget).body(found) if changed else iter(())
    html = _bounded(parts)
    return Difference(
        html=html or "",
        removed=sum(len(row.old) for row in changed),
        added=sum(len(row.new) for row in changed),
        changes=_stretches(found),
        folded=sum(len(row.old) for row in found if row.kind is Kind.FOLDED),
        old_lines=len(texts.old),
        new_lines=len(texts.new),
        notes=[*_notes(before, after, texts, has_changes=bool(changed)), *([TOO_LONG] if is_too_long else [])],
        reason="too much" if html is None else "",
    )


def _bounded(parts: Iterator[str]) -> str | None:
    """The parts together, or None where they are too much for a page."""
    written: list[str] = []
    size = 0
    for part in parts:
        written.append(part)
        size += len(part)
        if size > HTML_BYTES:
            return None
    return "".join(written)


def _stretches(found: Sequence[Row]) -> int:
    kinds = [row.kind for row in found]
    return sum(here is Kind.CHANGED is not before for before, here in zip([Kind.SAME, *kinds], kinds, strict=False))


def _notes(before: str, after: str, texts: Texts, *, has_changes: bool) -> Iterator[str]:
    if before == after:
        yield "The two texts are identical."
        return
    was, now = texts.ends
    if was != now and "none" not in texts.ends:
        yield f"Line ends: {now}, was {was}."
    if before.endswith("\n") != after.endswith("\n"):
        yield f"Only the {'first' if before.endswith(chr(10)) else 'second'} text ends with a newline."
    if not has_changes:
        yield "They differ in nothing but whitespace." if texts.ignore_whitespace else "Nothing else differs."


if __name__ == "__main__":
    serve({"diff": differ}, cpu_seconds=float(sys.argv[1]))
