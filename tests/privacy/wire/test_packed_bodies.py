"""What a body holds comes out whole and bounded, or not at all."""

import zlib

import pytest
import zstandard

from twiceshy.privacy.wire.packed_bodies import BodyTooLarge, unpack_body
from twiceshy.privacy.wire.wire_rows import WireError

TEXT = b"one line\n" * 40
PACKED = {"": TEXT, "identity": TEXT, "gzip": zlib.compress(TEXT, wbits=31), " ZSTD": zstandard.compress(TEXT)}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_body_comes_out(encoding: str) -> None:
    """Up to the last byte that is allowed."""
    assert unpack_body(PACKED[encoding], encoding, len(TEXT)) == TEXT


@pytest.mark.parametrize("encoding", PACKED)
def test_one_byte_more_is_too_much(encoding: str) -> None:
    """However small it is packed."""
    with pytest.raises(BodyTooLarge):
        unpack_body(PACKED[encoding], encoding, len(TEXT) - 1)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", PACKED["gzip"][:-1]),
        ("gzip", PACKED["gzip"] + b"more"),
        ("gzip", b"\x1f\x8b no gzip"),
        ("zstd", PACKED[" ZSTD"][:-1]),
        ("zstd", PACKED[" ZSTD"] + b"more"),
        ("zstd", b"no zstd at all"),
        ("zstd", b""),
        ("deflate", TEXT),
    ],
)
def test_what_is_damaged_is_none(encoding: str, body: bytes) -> None:
    """Nothing of it is taken."""
    with pytest.raises(WireError):
        unpack_body(body, encoding, 10_000)
