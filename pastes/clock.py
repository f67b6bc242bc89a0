import time
from datetime import UTC, datetime


def now() -> datetime:
    """The server's clock, UTC, in whole milliseconds: the time of everything that is stored or has expired."""
    return datetime.fromtimestamp(time.time_ns() // 1_000_000 / 1000, UTC)
