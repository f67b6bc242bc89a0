"""Who is calling: the one address that limits count and log lines name. Decided once, in the outermost layer."""

import ipaddress
from functools import lru_cache

from django.conf import settings

UNIX_SOCKET = ""


@lru_cache(maxsize=4096)
def is_trusted(peer: str) -> bool:
    """Whether this peer is one of TRUSTED_PROXIES, whose word on the caller we take."""
    if peer == UNIX_SOCKET:
        return bool(settings.TRUST_UNIX_SOCKET)
    try:
        parsed = ipaddress.ip_address(peer)
    except ValueError:
        return False
    return any(parsed in network for network in settings.TRUSTED_PROXIES)


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


def canonical(text: str) -> str | None:
    """The address in its one spelling, IPv4-mapped IPv6 as IPv4, a scope dropped; None where it is no address."""
    try:
        parsed = ipaddress.ip_address(text.strip("[]").partition("%")[0])
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
