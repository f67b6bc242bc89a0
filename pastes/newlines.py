"""Newlines: bytes are kept, but a textarea turns every newline into CRLF. What it did is undone here."""

import re

KINDS = ("LF", "CRLF", "CR", "mixed", "none")
NAMES = {"\n": "LF", "\r\n": "CRLF", "\r": "CR"}
NEWLINE = re.compile(r"\r\n|\r|\n")


def with_line_feeds(text: str) -> str:
    return NEWLINE.sub("\n", text)


def kind(text: str) -> str:
    """`LF`, `CRLF`, `CR`, `mixed`, or `none` for a single line."""
    kinds = set(NEWLINE.findall(text))
    if len(kinds) > 1:
        return "mixed"
    return NAMES[kinds.pop()] if kinds else "none"


def restored(text: str, *, kind: str) -> str:
    """A text with LF, with the newlines of the text it was edited from, where those were all CRLF or all CR."""
    newline = {"CRLF": "\r\n", "CR": "\r"}.get(kind)
    return text.replace("\n", newline) if newline else text


def as_before(text: str, original: str | None, *, kind: str) -> str:
    """What a textarea gave back of the original, with line feeds, as its author means it.

    Not edited at all, it is the original itself, so that even mixed newlines stay as they are.
    """
    if original is not None and text == with_line_feeds(original):
        return original
    return restored(text, kind=kind)
