"""ETags of ours: made, matched, and read back for the version in them."""

import hashlib
import re
from functools import lru_cache

ETAG = re.compile(r'"([0-9a-f]{32})\.(\d{1,9})\.[0-9a-f]{16}"', re.ASCII)


def etag(paste_id: str, version: int, parts: tuple[object, ...]) -> str:
    """A strong ETag; `named_versions` reads the version back. `parts`: the rest of the derived key, and the coding."""
    return f'"{paste_id}.{version}.{fingerprint(parts)}"'


@lru_cache(maxsize=4096)
def fingerprint(parts: tuple[object, ...]) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def matches(condition: str, tag: str) -> bool:
    """If-None-Match (RFC 9110, section 13.1.2): weak comparison."""
    return condition.strip() == "*" or tag in (part.strip().removeprefix("W/") for part in condition.split(","))


def named_versions(condition: str, paste_id: str) -> set[int] | None:
    """The versions of this paste that an If-Match names; None for `*`. Other people's tags name none."""
    if condition.strip() == "*":
        return None
    tags = (ETAG.fullmatch(part.strip()) for part in condition.split(","))
    return {int(tag[2]) for tag in tags if tag and tag[1] == paste_id}
