"""Content codings: what an Accept-Encoding allows, and bytes that come back whole from each."""

import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pastes.codings import COMPRESS_FROM, QUICK_FROM, Accepted, Coded, accepted, kept_quickly, kept_small

pytestmark = pytest.mark.embedded


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("", Accepted()),
        ("gzip, deflate, br, zstd", Accepted(brotli=True, gzip=True)),
        ("gzip", Accepted(gzip=True)),
        ("BR;q=1.0 , GZIP;q=0.5", Accepted(brotli=True, gzip=True)),
        ("br;q=0, gzip;q=0.001", Accepted(gzip=True)),
        ("gzip;q=0.000", Accepted()),
        ("*", Accepted(brotli=True, gzip=True)),
        ("*;q=0, br", Accepted(brotli=True)),
        ("gzip;q=0, *", Accepted(brotli=True)),
        ("identity", Accepted()),
        ("xgzip, brx", Accepted()),
        (";;,=,q=0", Accepted()),
    ],
)
def test_takes_an_accept_encoding_at_its_word(header: str, allowed: Accepted) -> None:
    assert accepted(header) == allowed


@given(st.text())
def test_no_accept_encoding_is_an_error(header: str) -> None:
    accepted(header)


@given(st.binary(max_size=3 * COMPRESS_FROM))
def test_each_coding_gives_the_bytes_back(data: bytes) -> None:
    for coded in (Coded(data), kept_quickly(data), kept_small(data)):
        assert coded.plain() == data
        assert coded.best(Accepted()) == ("identity", data)
        coding, best = coded.best(Accepted(gzip=True))
        assert (zlib.decompress(best, 31) if coding == "gzip" else best) == data
        coding, best = coded.best(Accepted(gzip=True, brotli=True))
        assert {"br": brotli.decompress, "gzip": lambda it: zlib.decompress(it, 31), "identity": bytes}[coding](
            best
        ) == data


@pytest.mark.parametrize("size", [COMPRESS_FROM - 1, COMPRESS_FROM, QUICK_FROM - 1, QUICK_FROM])
def test_what_is_large_is_kept_small(size: int) -> None:
    data = b"def name() -> str: return 'name'\n" * (size // 33) + b"x" * (size % 33)
    assert kept_quickly(data).size == (size if size < COMPRESS_FROM else kept_quickly(data).size)
    assert kept_small(data).size < size / 10
    assert kept_small(data).plain() == data


def test_only_what_is_accepted_is_sent() -> None:
    page = kept_small(b"<p>page</p>" * 1000)
    assert page.best(Accepted(brotli=True))[0] == "br"
    assert page.best(Accepted(brotli=True, gzip=True))[0] == "br"
    assert page.best(Accepted(gzip=True))[0] == "gzip"
    assert kept_quickly(b"text" * 2000).best(Accepted(brotli=True))[0] == "identity"
