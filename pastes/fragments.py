"""The highlighted lines of one version of a paste: made once by the killable child, then kept as derived bytes."""

import hashlib
import threading
from functools import lru_cache
from importlib.metadata import version

import msgspec
from django.conf import settings

from pastes import derived, newlines
from pastes.models import Header, Record
from pastes.rendering import render
from pastes.rendering.markup import escape

FORMAT = 1  # rises when the same text would give other HTML
LINES_NUMBERED = 50_000  # a line's span is 40 bytes: a million of them would be a page of 42 MB
NOTICES = {
    "too many lines": "Shown without line numbers and colours: it has more lines than are numbered here.",
    "too large": "Shown without colours: it is larger than what is highlighted here.",
    "took too long": "Shown without colours: highlighting it took too long.",
    "unavailable": "Shown without colours for now: the machine is busy.",
}

_one_at_a_time = threading.Lock()  # there is one highlighting child a process, so waiting here costs nothing more


class Fragment(msgspec.Struct, frozen=True, array_like=True):
    """`notice` says, for people, why a text is not highlighted; empty where there is nothing to say."""

    html: str
    line_count: int
    newline: str
    ends_with_newline: bool
    notice: str


_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Fragment)


@lru_cache(maxsize=1)
def renderer_version() -> str:
    """Changes with all that a rendered page is made of but the paste: our format, Pygments, the assets it links to."""
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    assets = manifest.read_bytes() if settings.COLLECTED and manifest.exists() else b""
    parts = f"{FORMAT} {version('pygments')} ".encode() + assets
    return hashlib.blake2b(parts, digest_size=6).hexdigest()


def kept(header: Header) -> Fragment | None:
    """The fragment if it was made before. Touches no database."""
    stored = derived.recall([_key(header)])[0]
    return _decoder.decode(stored) if stored else None


def made(record: Record) -> Fragment:
    """The fragment, made now unless somebody made it while we waited for our turn."""
    with _one_at_a_time:
        return kept(record.header) or _make(record)


def _make(record: Record) -> Fragment:
    text = record.content
    line_count = text.count("\n") + (not text.endswith("\n"))
    if line_count > LINES_NUMBERED:
        html, reason = escape(text), "too many lines"
    else:
        rendered = render(text, language=record.header.language)
        html, reason = rendered.html, rendered.reason
    fragment = Fragment(html, line_count, newlines.kind(text), text.endswith("\n"), NOTICES.get(reason, ""))
    if reason != "unavailable":
        derived.keep([(_key(record.header), _encoder.encode(fragment))])
    return fragment


def _key(header: Header) -> str:
    return derived.key_of(header.id.hex, header.version, "lines", renderer_version())
