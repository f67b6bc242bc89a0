"""Rows of a diff as the body of a table with two columns, the old text and the new.

A row may hold many lines: side by side they stand beside each other; stacked, all old ones come before the new.
"""

from collections.abc import Iterator, Sequence

from pastes.rendering.diff_rows import Kind, Row, Texts
from pastes.rendering.diff_words import Budget, Part, parts
from pastes.rendering.markup import escape

Line = tuple[int, str]  # its number, and its markup


class Writer:
    """Writes the rows of two texts."""

    def __init__(self, texts: Texts, *, budget: Budget) -> None:
        self._texts = texts
        self._budget = budget
        exact = not texts.ignore_whitespace and not texts.ignore_ends
        self._tells_ends = exact and (texts.ends[0] != texts.ends[1] or "mixed" in texts.ends)
        last = [text[-1][-1:] == "\n" if text else True for text in (texts.old, texts.new)]
        self._tells_last = last[0] != last[1] and not texts.ignore_whitespace

    def body(self, rows: Sequence[Row]) -> Iterator[str]:
        changes, before = 0, Kind.SAME
        for row in rows:
            begins = row.kind is Kind.CHANGED and before is not Kind.CHANGED
            changes, before = changes + begins, row.kind
            if row.kind is Kind.FOLDED:
                yield _fold(len(row.old))
            elif row.kind is Kind.SAME:
                yield from self._same(row)
            else:
                yield self._changed(row, name=f' id="c{changes}"' if begins else "")

    def _same(self, row: Row) -> Iterator[str]:
        """Of lines that differ in what is overlooked, each gets a row: they may need unequal room."""
        old, new = self._lines(self._texts.old, row.old), self._lines(self._texts.new, row.new)
        if [markup for _, markup in old] == [markup for _, markup in new]:
            yield _row("same", _cell("old", old), _cell("new", new))
            return
        for one, other in zip(old, new, strict=True):
            yield _row("same", _cell("old", [one]), _cell("new", [other]))

    def _changed(self, row: Row, *, name: str) -> str:
        old, new = self._texts.old[row.old.start : row.old.stop], self._texts.new[row.new.start : row.new.stop]
        words = parts(_bare(old[0]), _bare(new[0]), self._budget) if row.alike else None
        if words:
            old_lines = [(row.old.start + 1, self._marked(words[0], "del") + self._end(old[0]))]
            new_lines = [(row.new.start + 1, self._marked(words[1], "ins") + self._end(new[0]))]
        else:
            old_lines = self._lines(self._texts.old, row.old, tells_ends=True)
            new_lines = self._lines(self._texts.new, row.new, tells_ends=True)
        removed, added = _cell("old", old_lines, says="Removed"), _cell("new", new_lines, says="Added")
        return _row("changed", removed, added, name=name)

    def _lines(self, text: Sequence[str], places: range, *, tells_ends: bool = False) -> list[Line]:
        return [
            (place + 1, escape(_bare(text[place])) + (self._end(text[place]) if tells_ends else "")) for place in places
        ]

    def _marked(self, words: Sequence[Part], tag: str) -> str:
        return "".join(
            [f"<{tag}>{escape(part.text)}</{tag}>" if self._is_told(part) else escape(part.text) for part in words]
        )

    def _is_told(self, part: Part) -> bool:
        return part.changed and not (self._texts.ignore_whitespace and part.text.isspace())

    def _end(self, line: str) -> str:
        """In words, what is no mark on paper."""
        if not line.endswith("\n"):
            return '<small class="end">no newline at the end</small>' if self._tells_last else ""
        if not self._tells_ends:
            return ""
        return f'<small class="end">{"CRLF" if line.endswith(chr(13) + chr(10)) else "LF"}</small>'


def apart(before: str, after: str) -> str:
    """Both texts beside each other, not compared."""
    return _row("apart", _cell("old", _numbered(before)), _cell("new", _numbered(after)))


def _numbered(text: str) -> list[Line]:
    markup = escape(text.replace("\r\n", "\n")).removesuffix("\n")
    return list(enumerate(markup.split("\n"), 1)) if markup else []


def _bare(line: str) -> str:
    return line[:-2] if line.endswith("\r\n") else line.removesuffix("\n")


def _fold(count: int) -> str:
    """The link gets its address from the page, which alone knows it."""
    return f'<tr class="folded"><td colspan="2"><a>{count} unchanged lines</a></td></tr>\n'


def _row(kind: str, old: str, new: str, *, name: str = "") -> str:
    return f'<tr class="{kind}"{name}>{old}{new}</tr>\n'


def _cell(side: str, lines: Sequence[Line], *, says: str = "") -> str:
    """The newline stays part of the text, so that a selection copies blank lines too."""
    if not lines:
        return f'<td class="{side}"></td>'
    said = f'<span class="visually-hidden">{says}: </span>' if says else ""
    body = "".join([f'<span class="line" data-n="{number}">{markup}</span>\n' for number, markup in lines])
    return f'<td class="{side}">{said}{body}</td>'
