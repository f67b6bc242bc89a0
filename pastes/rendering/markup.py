"""HTML that shows text and nothing else: escaped, one span a line, deceiving characters marked.

Lines end at "\\n" alone: `splitlines` would also break at U+2028 or a form feed, and line numbers drift from the file.
"""

import html
import operator
from collections.abc import Sequence

from pastes.rendering.unseen import unveil, veil

# To write out a million numbers takes longer than all else that a page of a million lines needs.
_FIRST_DIGITS = tuple(f'{number}">' for number in range(1, 1000))
_LAST_DIGITS = tuple(f'{number:03d}">' for number in range(1000))


def escape(text: str) -> str:
    """For element content only; quotes stay as they are."""
    veiled = veil(text)
    return unveil(escape_veiled(veiled.text), veiled.characters)


def escape_veiled(text: str) -> str:
    # An HTML parser turns a bare carriage return into a line feed, but not one written as a reference.
    return html.escape(text, quote=False).replace("\r", "&#13;")


def number_lines(markup: str) -> str:
    """Wraps each line of the markup, in which every element ends on the line where it begins."""
    if not markup:
        return ""
    lines = markup.removesuffix("\n").split("\n")
    parts = [_wrap(lines[:999], thousands="", digits=_FIRST_DIGITS)]
    parts += [
        _wrap(lines[start : start + 1000], thousands=str(start // 1000 + 1), digits=_LAST_DIGITS)
        for start in range(999, len(lines), 1000)
    ]
    return "".join(parts)


def _wrap(lines: Sequence[str], *, thousands: str, digits: Sequence[str]) -> str:
    begin = f'<span class="line" id="L{thousands}'
    return begin + f"</span>\n{begin}".join(map(operator.add, digits, lines)) + "</span>\n"
