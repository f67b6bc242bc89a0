"""Content codings (RFC 9110, section 8.4): which of them a client takes, and the same bytes kept in several."""

import zlib
from functools import lru_cache
from typing import NamedTuple

import brotli
import msgspec
from isal import isal_zlib

BROTLI, GZIP, IDENTITY = "br", "gzip", "identity"
COMPRESS_FROM = 4096  # bytes; below, compressing costs more than it saves
QUICK_FROM = 512 * 1024  # bytes; from here on somebody would wait for the last percent
GZIP_WINDOW = 31  # of zlib: the largest window, with gzip's head and tail


class Accepted(NamedTuple):
    """What an Accept-Encoding allows beside the bytes as they are."""

    brotli: bool = False
    gzip: bool = False


class Coded(msgspec.Struct, frozen=True, array_like=True):
    """The same bytes in one or more codings. One of `identity` and `gzip` is always there."""

    identity: bytes | None
    gzip: bytes | None = None
    brotli: bytes | None = None

    @property
    def size(self) -> int:
        """Bytes that keeping it takes."""
        return sum(len(data) for data in (self.identity, self.gzip, self.brotli) if data)

    def plain(self) -> bytes:
        return zlib.decompress(self.gzip, GZIP_WINDOW) if self.gzip and self.identity is None else self.identity or b""

    def best(self, accepted: Accepted) -> tuple[str, bytes]:
        """The smallest that is accepted, and the name of its coding."""
        if self.brotli and accepted.brotli:
            return BROTLI, self.brotli
        if self.gzip and accepted.gzip:
            return GZIP, self.gzip
        return IDENTITY, self.plain()


def kept_quickly(data: bytes) -> Coded:
    """For what is kept by those who write: as it is, or compressed in a hurry. zlib itself takes four times as long."""
    return Coded(None, isal_zlib.compress(data, 1, GZIP_WINDOW)) if len(data) >= COMPRESS_FROM else Coded(data)


def kept_small(data: bytes) -> Coded:
    """For what is made once and sent often: in every coding that a browser may ask for."""
    quality, level = (2, 4) if len(data) >= QUICK_FROM else (5, 6)
    return Coded(None, zlib.compress(data, level, GZIP_WINDOW), brotli.compress(data, quality=quality))


@lru_cache(maxsize=1024)
def accepted(accept_encoding: str) -> Accepted:
    """RFC 9110, section 12.5.3. A weight of nought forbids; other weights do not change our order of preference."""
    allowed: dict[str, bool] = {}
    for part in accept_encoding.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        allowed[name] = not any(_is_nought(parameter) for parameter in parameters)
    others = allowed.get("*", False)
    return Accepted(allowed.get(BROTLI, others), allowed.get(GZIP, others))


def _is_nought(parameter: str) -> bool:
    return parameter.startswith("q=") and not parameter.removeprefix("q=").strip("0.")
