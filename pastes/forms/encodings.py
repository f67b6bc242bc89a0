"""What a file is where it is not text in UTF-8: looked at only to say so."""

SAMPLE = 4096  # bytes
MOSTLY = 0.4  # of every second byte: Latin text in UTF-16 has a NUL in nearly each, binaries seldom more
UNDEFINED_IN_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
NOT_IN_TEXT = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b") | UNDEFINED_IN_1252


def likely(data: bytes) -> str:
    """`UTF-16`, `Windows-1252`, or nothing where it can hardly be text at all."""
    if is_utf_16(data):
        return "UTF-16"
    return "" if NOT_IN_TEXT & set(data) else "Windows-1252"


def is_utf_16(data: bytes) -> bool:
    """By its byte order mark, or by a NUL in every second byte."""
    if len(data) % 2:
        return False
    sample = data[:SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    mostly = MOSTLY * len(sample) / 2
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or even < mostly < odd or odd < mostly < even
