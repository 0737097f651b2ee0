"""Unpack what a request brought: never more than was allowed, whatever a small body would grow to."""

import zlib
from io import BytesIO

import zstandard

from twiceshy.privacy.wire.wire_rows import WireError

_GZIP_WINDOW = 31
"""By zlib's definition: the largest window, with the head of gzip."""
_LARGEST_WINDOW = 8 << 20
"""Bytes that a zstd frame may ask for; RFC 8878 asks every reader for as many."""


class BodyTooLarge(WireError):  # noqa: N818  # as the names of errors.py
    """A body has more bytes, packed or unpacked, than one request may have."""


def unpack_body(body: bytes, encoding: str, most: int) -> bytes:
    """Return the bytes of a body; ``encoding`` is what ``Content-Encoding`` said.

    Raises:
        BodyTooLarge: unpacked it would have more than ``most`` bytes.
        WireError: it is damaged, cut, or packed in another way.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        found, whole = body[: most + 1], True
    elif name == "gzip":
        found, whole = _unpack_gzip(body, most)
    elif name == "zstd":
        found, whole = _unpack_zstd(body, most)
    else:
        raise WireError("Content-Encoding is none of zstd, gzip and identity")
    if len(found) > most:
        raise BodyTooLarge(f"unpacked it has more than {most} bytes")
    if not whole:
        raise WireError(f"the {name} body is cut")
    return found


def _unpack_gzip(body: bytes, most: int) -> tuple[bytes, bool]:
    unpacker = zlib.decompressobj(_GZIP_WINDOW)
    try:
        found = unpacker.decompress(body, most + 1)
    except zlib.error as exc:
        raise WireError("the gzip body is damaged") from exc
    return found, unpacker.eof and not unpacker.unused_data


def _unpack_zstd(body: bytes, most: int) -> tuple[bytes, bool]:
    found = bytearray()
    unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
    try:
        with unpacker.stream_reader(BytesIO(body)) as stream:
            while len(found) <= most and (piece := stream.read(most + 1 - len(found))):
                found += piece
        if len(found) > most:
            return bytes(found), True
        # A stream ends in silence where its frame is cut. What is known to be small is unpacked once more to tell.
        again = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()
        again.decompress(body)
    except zstandard.ZstdError as exc:
        raise WireError("the zstd body is damaged") from exc
    return bytes(found), again.eof and not again.unused_data
