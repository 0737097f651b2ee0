"""UTF-16, which PowerShell writes where it redirects: as whole files, and as output that a client took for UTF-8.

A file has a byte order mark, or a NUL in every second byte of its beginning. Output that was taken for UTF-8 has a NUL
behind (or before) every letter; it is what a person saw as plain text, so the NULs go.
"""

import codecs
import re
from typing import Final

_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_STARTS: Final = {b"{\0": "utf-16-le", b"[\0": "utf-16-le", b"\0{": "utf-16-be", b"\0[": "utf-16-be"}
_PADDED: Final = re.compile("(?:[^\\0]\\0){4,}[^\\0]?|(?:\\0[^\\0]){4,}\\0?")
"""Four letters padded with NULs: no program means that (guess, 2026-11-22)."""
_SIGNATURE: Final = re.compile("^(?:\ufeff|\ufffe|\ufffd\ufffd)")
"""A byte order mark, or what is left of one that was read as UTF-8."""


def codec_of(start: bytes) -> str | None:
    """Return the codec of a file that is UTF-16, by its first four bytes; None for any other."""
    if start[2:4] == b"\0\0" and start[:2] == codecs.BOM_UTF16_LE:
        return None  # UTF-32
    return _MARKS.get(start[:2]) or (_STARTS.get(start[:2]) if len(start) >= 4 and start[:4].count(0) == 2 else None)


def narrow_bytes(data: bytes) -> bytes:
    """Return the bytes as UTF-8 where they are UTF-16, else as they are."""
    codec = codec_of(data[:4])
    return data.decode(codec, "replace").lstrip("\ufeff").encode("utf-8", "replace") if codec else data


def drop_padding(text: str) -> str:
    r"""Return output without the NULs between its letters.

    >>> drop_padding("\ufffd\ufffdE\0r\0r\0o\0r\0")
    'Error'
    """
    if "\0" not in text:
        return text
    plain = _PADDED.sub(lambda found: found[0].replace("\0", ""), text)
    return plain if plain == text else _SIGNATURE.sub("", plain)


def find_line_end(piece: bytes, codec: str, start: int = 0) -> int:
    """Return where the first newline of UTF-16 text begins, at or behind an even place; -1 where there is none."""
    newline = "\n".encode(codec)
    at = piece.find(newline, start)
    while at >= 0 and at % 2:  # the halves of two other letters
        at = piece.find(newline, at + 1)
    return at
