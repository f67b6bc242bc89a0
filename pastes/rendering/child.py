"""The program that highlights, as a child that can be killed: a lexer may never end."""

import functools
import itertools
import sys
from collections.abc import Callable, Iterable, Iterator

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, _TokenType

from pastes.rendering.markup import escape_veiled, number_lines
from pastes.rendering.serving import serve
from pastes.rendering.unseen import unveil, veil

Token = tuple[int, _TokenType, str]

# The stylesheet leaves these in the colour of the text, so a span around them would only make pages longer.
UNSTYLED = frozenset({"", "esc", "g", "l", "n", "nx", "p", "pm", "w", "x"})


def highlighter(language: str) -> Callable[[str], str]:
    return functools.partial(highlight, _lexer(language))


def highlight(lexer: Lexer, text: str) -> str:
    """Raises ValueError when the lexer does not give back the very text it was given."""
    source = text.replace("\r\n", "\n")
    source += "" if source.endswith("\n") else "\n"
    # Not get_tokens(), which rewrites newlines and strips a byte order mark.
    tokens: list[Token] = list(lexer.get_tokens_unprocessed(source))
    if "".join([value for _, _, value in tokens]) != source:
        raise ValueError("the lexer lost text")
    veiled = veil(text)
    markup = "".join(_spans(tokens, veiled.text.replace("\r\n", "\n") + "\n"))
    return unveil(number_lines(_restore_carriage_returns(markup, text)), veiled.characters)


def _spans(tokens: Iterable[Token], veiled: str) -> Iterator[str]:
    """The veiled text is cut where the tokens are: whether a character is in its place is told by what is around it."""
    end = 0
    for css_class, group in itertools.groupby(tokens, key=lambda token: _css_class(token[1])):
        begin, end = end, end + sum([len(value) for _, _, value in group])
        markup = escape_veiled(veiled[begin:end])
        if css_class in UNSTYLED:
            yield markup
        else:
            parts = markup.split("\n")
            yield "\n".join([f'<span class="{css_class}">{part}</span>' if part else "" for part in parts])


def _restore_carriage_returns(markup: str, text: str) -> str:
    """Lexers know "\\n" only, so those of "\\r\\n" were kept from them."""
    if "\r\n" not in text:
        return markup
    ends = ["&#13;" if line.endswith("\r") else "" for line in text.split("\n")[:-1]]
    lines = itertools.zip_longest(markup.split("\n"), ends, fillvalue="")
    return "\n".join([line + end for line, end in lines])


@functools.cache
def _lexer(language: str) -> Lexer:
    return get_lexer_by_name(language)


@functools.cache
def _css_class(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent  # type: ignore[assignment]  # only the root has none, and that is a standard type
    return STANDARD_TYPES[kind]


if __name__ == "__main__":
    serve({"code": highlighter}, cpu_seconds=float(sys.argv[1]))
