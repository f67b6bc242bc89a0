"""Typed readers of environment variables. Each raises ImproperlyConfigured naming the variable and what it takes."""

import ipaddress
import os
import re
from typing import NamedTuple

from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class Rate(NamedTuple):
    """So many requests in so many seconds."""

    quota: int
    seconds: int

    def times(self, factor: int) -> "Rate":
        return Rate(self.quota * factor, self.seconds)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. Outside embedded mode it is required; `make run` starts a pastebin without it."
        )
    return value


def words(name: str, default: str = "") -> list[str]:
    """Comma-separated values, blanks dropped."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def number(name: str, default: int, *, least: int = 1) -> int:
    value = text(name, str(default))
    if not re.fullmatch(r"\d{1,18}", value, re.ASCII) or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r}: a whole number of at least {least} is needed.")
    return int(value)


def choice(name: str, default: str, *, among: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in among:
        raise ImproperlyConfigured(f"{name}={value!r}: one of {', '.join(among)} is needed.")
    return value


def switch(name: str, *, default: bool) -> bool:
    return choice(name, "on" if default else "off", among=("on", "off")) == "on"


def duration(name: str, default: str) -> int:
    """Seconds from `90s`, `10m`, `24h` or `30d`."""
    value = text(name, default)
    found = re.fullmatch(r"(\d{1,9})([smhd])", value, re.ASCII)
    if not found or int(found[1]) == 0:
        raise ImproperlyConfigured(f"{name}={value!r}: a duration such as 90s, 10m, 24h or 30d is needed.")
    return int(found[1]) * SECONDS[found[2]]


def duration_or_never(name: str, default: str) -> int | None:
    """Seconds, or None for `never`."""
    return None if text(name, default) == "never" else duration(name, default)


def rate(name: str, default: str) -> Rate | None:
    """`60/m` or `1000/10m`; None for `off`."""
    value = text(name, default)
    if value == "off":
        return None
    found = re.fullmatch(r"(\d{1,9})/(\d{0,6})([smhd])", value, re.ASCII)
    if not found or int(found[1]) == 0 or found[2] == "0":
        raise ImproperlyConfigured(f"{name}={value!r}: a rate such as 60/m or 1000/10m, or off, is needed.")
    return Rate(int(found[1]), int(found[2] or 1) * SECONDS[found[3]])


def networks(name: str) -> tuple[list[Network], bool]:
    """Networks, and whether the word `unix` (peers on a Unix socket) was among them."""
    found = words(name)
    try:
        return [ipaddress.ip_network(word) for word in found if word != "unix"], "unix" in found
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name}={text(name)!r}: addresses or networks such as 10.0.0.0/8, or unix, are needed."
        ) from error


def contact(name: str) -> str:
    """What a link to a mail address or to a page of `http` or `https` leads to; the empty string where none is set."""
    value = os.environ.get(name, "").strip()
    if not value or re.fullmatch(r"https?://[!-~]+", value, re.ASCII):
        return value
    if not re.fullmatch(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+", value, re.ASCII):
        raise ImproperlyConfigured(
            f"{name}={value!r}: a mail address such as help@paste.example, or an https address, is needed."
        )
    return f"mailto:{value}"


def origin(name: str, default: str | None = None) -> str:
    """An `http` or `https` origin without path, or the empty string where that is the default."""
    value = text(name, default).rstrip("/")
    if value and not re.fullmatch(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?", value, re.ASCII):
        raise ImproperlyConfigured(
            f"{name}={value!r}: an origin such as https://paste.example is needed, without a path."
        )
    return value.lower()
