"""Recovery codes: a browser's secret in letters that a person can read out and type, with a check against typos.

Crockford's base 32 (https://www.crockford.com/base32.html), in groups of five; the last group is the check.
"""

import hashlib
import re

from pastes.drafts import EDIT_TOKEN

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIX_BITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # base64url, six bits each
GROUP = 5  # symbols
TYPED_CHARACTERS = 400  # more than any code with all its separators
SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")
ALIKE = str.maketrans("OIL", "011")


class MistypedError(ValueError):
    """Not a code, and why not, in words for the person who typed it."""


def code_of(secret: str) -> str:
    """`7Q2ZK-…-M4T9C`. The secret is one of base64url characters."""
    symbols = _symbols_of(secret) + _check(secret)
    body, check = symbols[:-GROUP], symbols[-GROUP:]
    return "-".join([*(body[at : at + GROUP] for at in range(0, len(body), GROUP)), check])


def secret_of(typed: str) -> str:
    """The secret behind a code, however it was spaced and cased; O is read as 0, and I and L as 1.

    Raises MistypedError for all that `code_of` never gives.
    """
    symbols = SEPARATORS.sub("", typed).upper().translate(ALIKE)
    strange = sorted(set(symbols) - set(SYMBOLS))
    if strange:
        raise MistypedError(f"No code has “{strange[0]}” in it.")
    body, check = symbols[:-GROUP], symbols[-GROUP:]
    secret = _secret_of(body)
    if not EDIT_TOKEN.fullmatch(secret):
        raise MistypedError("That is too short for a code, or too long." if symbols else "Type the code in.")
    if _check(secret) != check or _symbols_of(secret) != body:
        raise MistypedError("There is a typo in it: its last group does not fit the others.")
    return secret


def _symbols_of(secret: str) -> str:
    bits = "".join(f"{SIX_BITS.index(character):06b}" for character in secret)
    bits += "0" * (-len(bits) % 5)
    return "".join(SYMBOLS[int(bits[at : at + 5], 2)] for at in range(0, len(bits), 5))


def _secret_of(symbols: str) -> str:
    bits = "".join(f"{SYMBOLS.index(symbol):05b}" for symbol in symbols)
    # What is left over is padding: that it is zeros is seen by whoever writes the code again and compares.
    return "".join(SIX_BITS[int(bits[at : at + 6], 2)] for at in range(0, len(bits) - 5, 6))


def _check(secret: str) -> str:
    number = int.from_bytes(hashlib.sha256(b"recovery code " + secret.encode()).digest())
    return "".join(SYMBOLS[number >> (5 * at) & 31] for at in range(GROUP))
