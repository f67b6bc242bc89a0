"""The one permission table: who may do what with a paste. What you may not see is a 404.

| who                          | read public, unlisted | change, delete |
|------------------------------|-----------------------|----------------|
| anybody                      | yes                   | no             |
| whoever holds the owner key  | yes                   | yes            |
| a moderator, in the admin    | yes                   | delete         |
"""

import hmac
from datetime import datetime

import msgspec

from pastes.errors import Forbidden, NotFound, Unauthorized
from pastes.models import Header, Visibility


class Actor(msgspec.Struct, frozen=True):
    """Who asks, by what they proved: the SHA-256 of an edit token or of a browser's secret, or nothing."""

    owner_key: bytes | None = None


ANYBODY = Actor()
READABLE = (Visibility.PUBLIC.value, Visibility.UNLISTED.value)


def owns(header: Header, actor: Actor) -> bool:
    return actor.owner_key is not None and hmac.compare_digest(header.owner_key, actor.owner_key)


def readable(header: Header | None, *, at: datetime) -> Header:
    """The header, or NotFound: one answer for unknown, expired, deleted and not meant for you."""
    if header is None or not header.is_live(at) or header.visibility not in READABLE:
        raise NotFound
    return header


def writable(header: Header, actor: Actor) -> None:
    """Raises NotFound for what one may not even see, Unauthorized without a proof, Forbidden with another's.

    To be asked under the row's lock.
    """
    if header.visibility not in READABLE:
        raise NotFound
    if actor.owner_key is None:
        raise Unauthorized
    if not owns(header, actor):
        raise Forbidden("This paste belongs to somebody else.")


def identified(actor: Actor) -> bytes:
    """The owner key of somebody who proved one, or Unauthorized."""
    if actor.owner_key is None:
        raise Unauthorized
    return actor.owner_key
