from datetime import UTC, datetime


def now() -> datetime:
    """The server's clock, UTC, in whole milliseconds: the time of everything that is stored or has expired."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
