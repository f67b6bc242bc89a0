"""Real text to paste: source of Python's standard library, cut on line ends."""

import sysconfig
from functools import cache
from pathlib import Path

LIBRARY = Path(sysconfig.get_path("stdlib"))
TITLE = "argparse.py"
SIZES = {"1k": 1_000, "20k": 20_000}  # bytes


def cut(source: bytes, size: int, *, start: int = 0) -> str:
    """Whole lines from the one that `start` lies in, at most `size` bytes of them."""
    begin = source.rfind(b"\n", 0, start) + 1 if start else 0
    end = source.rfind(b"\n", begin, begin + size) + 1
    return source[begin:end].decode()


def sample(size: int) -> str:
    """The beginning of one module."""
    return cut((LIBRARY / TITLE).read_bytes(), size)


def samples(size: int, count: int, *, seed: int = 0) -> list[str]:
    """Different texts from all over the library; another seed gives others."""
    source = corpus()
    room = len(source) - 2 * size
    return [cut(source, size, start=(index * room // count + seed * 7919) % room) for index in range(count)]


@cache
def corpus() -> bytes:
    modules = sorted(path for path in LIBRARY.glob("*.py") if path.stat().st_size)
    return b"".join(path.read_bytes() for path in modules)
