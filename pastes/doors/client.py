"""Who is calling: the one address that limits count and log lines name. Decided once, in the outermost layer."""

import ipaddress
import re
from functools import lru_cache

from django.conf import settings

UNIX_SOCKET = ""
# `192.0.2.1:5555`, `[2001:db8::1]:5555` or `[2001:db8::1]`, as proxies write them
WITH_PORT = re.compile(r"(\d+\.\d+\.\d+\.\d+):\d+|\[([^\]]+)\](?::\d+)?", re.ASCII)


@lru_cache(maxsize=4096)
def is_trusted(peer: str) -> bool:
    """Whether this peer is one of TRUSTED_PROXIES, whose word on the caller we take."""
    if peer == UNIX_SOCKET:
        return bool(settings.TRUST_UNIX_SOCKET)
    parsed = canonical(peer)
    return parsed is not None and any(ipaddress.ip_address(parsed) in network for network in settings.TRUSTED_PROXIES)


def address(peer: str, forwarded_for: str) -> str:
    """The peer, or behind trusted proxies the last X-Forwarded-For entry that none of them is.

    Entries are read from the right: those on the left are whatever the caller chose to send.
    """
    entries = [entry.strip() for entry in forwarded_for.split(",") if entry.strip()]
    while entries and is_trusted(peer):
        candidate = entries.pop()
        if canonical(candidate) is None:
            break
        peer = candidate
    return canonical(peer) or "unknown"


@lru_cache(maxsize=65_536)
def canonical(text: str) -> str | None:
    """The address in its one spelling: IPv4-mapped IPv6 as IPv4, a scope or port dropped; None where it is none."""
    found = WITH_PORT.fullmatch(text)
    bare = (found[1] or found[2]) if found else text
    try:
        parsed = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)


@lru_cache(maxsize=65_536)
def network(text: str) -> str:
    """What limits count: an IPv4 address, or the /64 of an IPv6 one, since one subscriber holds a whole /64."""
    if ":" not in text:
        return text
    return str(ipaddress.ip_network(f"{text}/64", strict=False))
