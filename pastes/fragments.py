"""The highlighted lines of one version of a paste: made once by the killable child, then kept as derived bytes."""

import hashlib
import html as entities
import threading
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import msgspec
from django.conf import settings
from django.utils.safestring import mark_safe

from pastes import derived, newlines
from pastes.codings import kept_quickly
from pastes.models import Header, Record
from pastes.rendering import PLAIN, render
from pastes.rendering.markup import escape
from pastes.rendering.unseen import Census, census
from pastes.turns import Turns

FORMAT = 3  # rises when the same text would give other HTML
HTML_BYTES = 4 * 1024 * 1024  # a million line ends, or as many marked characters, would be a page of 42 MB
MOST_MARKS = 40_000  # each takes about a hundred bytes
NOTICES = {
    "too much": "Shown without line numbers and colours: with them the page would be too large.",
    "too large": "Shown without colours: it is larger than what is highlighted here.",
    "took too long": "Shown without colours: highlighting it took too long.",
    "unavailable": "Shown without colours for now: the machine is busy.",
}

# There is one child a process: one page may use it, and one may wait for it.
turns = Turns(2)
_makers: dict[str, threading.Lock] = {}


class Fragment(msgspec.Struct, frozen=True, array_like=True):
    """`notice` says, for people, why a text is not highlighted, `warning` what in it deceives; empty is nothing."""

    html: str
    line_count: int
    newline: str
    ends_with_newline: bool
    notice: str
    warning: str

    @property
    def is_lasting(self) -> bool:
        return self.notice != NOTICES["unavailable"]

    @property
    def shown(self) -> dict[str, Any]:
        """What a page shows of it, by the names that templates know it by."""
        return {
            "lines": mark_safe(self.html),  # noqa: S308  (the renderer escapes every character)
            "line_count": self.line_count,
            "notices": [told for told in (self.warning, self.notice) if told],
        }


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Fragment)


@lru_cache(maxsize=1)
def renderer_version() -> str:
    """Changes with all that a page is made of but the paste: our format, Pygments, templates, assets."""
    hashed = hashlib.blake2b(f"{FORMAT} {version('pygments')}".encode(), digest_size=6)
    for file in [*sorted((settings.BASE_DIR / "templates").rglob("*.html")), settings.STATIC_ROOT / "staticfiles.json"]:
        if file.exists():
            hashed.update(file.read_bytes())
    return hashed.hexdigest()


def kept(header: Header) -> Fragment | None:
    """The fragment if it was made before. Touches no database."""
    stored = derived.recall([_key(header)])[0]
    return _decoder.decode(stored.plain()) if stored else None


def made(record: Record) -> Fragment:
    """The fragment, made now unless somebody made it while we waited: each page is made once at a time."""
    key = _key(record.header)
    with _makers.setdefault(key, threading.Lock()):
        try:
            return kept(record.header) or _make(record)
        finally:
            _makers.pop(key, None)


def _make(record: Record) -> Fragment:
    fragment = passing(record.content, language=record.header.language)
    if fragment.is_lasting:
        derived.keep([(_key(record.header), kept_quickly(_encoder.encode(fragment)))])
    return fragment


def passing(text: str, *, language: str) -> Fragment:
    """A fragment that is kept nowhere: an old version may be erased, and then nothing of it shall be left."""
    deceptive = census(text)
    is_marked = sum(deceptive) <= MOST_MARKS
    html, reason = _rendered(text, language) if is_marked else ("", "too much")
    if not is_marked or len(html) > HTML_BYTES:
        html, reason = escape(text) if is_marked else entities.escape(text), "too much"
    line_count = text.count("\n") + (not text.endswith("\n"))
    warning = _warning(deceptive, is_marked=is_marked)
    return Fragment(html, line_count, newlines.kind(text), text.endswith("\n"), NOTICES.get(reason, ""), warning)


def _warning(found: Census, *, is_marked: bool) -> str:
    parts = [
        f"{count:,} {'character that ' + one if count == 1 else 'characters that ' + many}"
        for count, one, many in (
            (found.reordering, "changes the order of text", "change the order of text"),
            (found.unseen, "cannot be seen", "cannot be seen"),
        )
        if count
    ]
    if not parts:
        return ""
    what_is_done = "marked" if is_marked else "too many to be marked"
    verb = "It is" if found.reordering + found.unseen == 1 else "They are"
    return f"This text holds {' and '.join(parts)}. {verb} {what_is_done}."


def _rendered(text: str, language: str) -> tuple[str, str]:
    """The HTML, and why it has no colours. Without a turn it is served plain, and tried again next time."""
    with turns.take() as is_had:
        rendered = render(text, language=language if is_had else PLAIN.name)
    return rendered.html, rendered.reason if is_had else "unavailable"


def _key(header: Header) -> str:
    return derived.key_of(header.id.hex, header.version, "lines", renderer_version())
