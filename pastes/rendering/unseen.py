"""Characters that deceive: they change the order of what is read, or cannot be seen. They are kept, and marked.

Code can look like other code by them (CVE-2021-42574), and a text can carry another that nobody sees.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
BLANKS = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u2800"
VEIL = "\ud800"  # a lone surrogate, which no valid text can hold

# One class of characters, since nothing else is searched for as fast. What of them is in its place is told after.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_IGNORABLE = (
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_CLASS = f"{_CONTROLS}{_IGNORABLE}{BIDI_CONTROLS}{BLANKS}"
_SUSPECTS = re.compile(f"[{_CLASS}]")
_SUSPECTS_AND_RETURNS = re.compile(f"[\r{_CLASS}]")

# Letters of scripts that are written with joiners, and emoji: between two of either a joiner does its work.
_LETTERS = r"\u0620-\u109f\u1700-\u18af\u1900-\u1cff\ua800-\uabff\U00010a00-\U00011fff\U0001e900-\U0001e95f"
_EMOJI = r"\u2190-\u2bff\U0001f000-\U0001faff"
_JOINED = re.compile(f"[{_LETTERS}][{_LETTERS}]|[{_EMOJI}\ufe0f][{_EMOJI}]")
_VARIED = re.compile(f"[#*0-9]|[^\x00-\x7f{_CLASS}]")
_IDEOGRAPH = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# The flags of England, Scotland and Wales; a window of this reach on both sides holds none that leaves its middle out.
_FLAG = re.compile("\U0001f3f4(?:{}|{}|{})\U000e007f".format(
    *("".join(chr(0xE0000 + ord(letter)) for letter in region) for region in ("gbeng", "gbsct", "gbwls"))
))  # fmt: skip
_FLAG_REACH = 6

_CONTROL_NAMES = {7: "BELL", 8: "BACKSPACE", 11: "VERTICAL TAB", 12: "FORM FEED", 13: "CARRIAGE RETURN", 27: "ESCAPE"}


class Veiled(NamedTuple):
    """A text with VEIL for every character to be marked, and those characters in order."""

    text: str
    characters: list[str]


class Census(NamedTuple):
    """How many characters change the order of a text, cannot be seen in it, or look like a space and are another."""

    reordering: int
    unseen: int
    blank: int


def veil(text: str) -> Veiled:
    """Takes time in proportion to the text, whatever is in it."""
    lone_returns = text.count("\r") - text.count("\r\n")
    pattern = _SUSPECTS_AND_RETURNS if lone_returns else _SUSPECTS
    characters: list[str] = []

    def hide(found: re.Match[str]) -> str:
        if _is_in_place(found):
            return found[0]
        characters.append(found[0])
        return VEIL

    return Veiled(pattern.sub(hide, text), characters)


def unveil(markup: str, characters: list[str]) -> str:
    """The markup of a veiled text, with the marks where the characters were."""
    if not characters:
        return markup
    marks = map(_mark, characters)
    return re.sub(VEIL, lambda _: next(marks), markup)


def census(text: str) -> Census:
    counted = Counter(map(_kind, veil(text).characters))
    return Census(counted["bidi"], counted["unseen"], counted["blank"])


def bare(text: str) -> str:
    """Without all that would be marked, for where no mark can stand; each blank is a space."""
    veiled = veil(text)
    kept = iter([" " if _kind(character) == "blank" else "" for character in veiled.characters])
    return re.sub(VEIL, lambda _: next(kept), veiled.text)


def _is_in_place(found: re.Match[str]) -> bool:
    """Whether the character does here what it is for: joins letters or emoji, varies one, is half a CRLF."""
    text, at, character = found.string, found.start(), found[0]
    before, after = text[at - 1 : at], text[at + 1 : at + 2]
    if character in "\u200c\u200d":
        return _JOINED.fullmatch(before + after) is not None
    if character == "\r":
        return after == "\n"
    if "\ufe00" <= character <= "\ufe0f":
        return _VARIED.fullmatch(before) is not None
    if "\U000e0100" <= character <= "\U000e01ef":
        return _IDEOGRAPH.fullmatch(before) is not None
    if character >= "\U000e0000":
        return _FLAG.search(text, max(0, at - _FLAG_REACH), at + _FLAG_REACH + 1) is not None
    return False


def _kind(character: str) -> str:
    if character in BIDI_CONTROLS:
        return "bidi"
    return "blank" if character in BLANKS else "unseen"


@lru_cache(maxsize=1024)
def _mark(character: str) -> str:
    code = f"U+{ord(character):04X}"
    title = f"{code} {_name(character)}"
    return f'<span class="{_kind(character)}" data-code="{code}" title="{title}">{_spelled(character)}</span>'


def _name(character: str) -> str:
    is_control = unicodedata.category(character) == "Cc"
    return _CONTROL_NAMES.get(ord(character), "CONTROL") if is_control else unicodedata.name(character, "UNASSIGNED")


def _spelled(character: str) -> str:
    """A parser turns a bare carriage return into a line feed, a reference to another control into another character."""
    is_kept_bare = character != "\r" and unicodedata.category(character) == "Cc"
    return character if is_kept_bare else f"&#{ord(character)};"
