"""The text of a diff that a person names."""

import sys

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import read_named

_LARGEST = 64 << 20
"""Bytes of a diff that is read (guess, 2026-11-22)."""


def read_diff(name: str) -> str:
    """Return the text of a file, or of standard input for ``-``.

    Raises:
        SourceError: it cannot be read.
    """
    try:
        raw = sys.stdin.buffer.read() if name == "-" else read_named(name, _LARGEST)
    except OSError as error:
        raise SourceError(f"{name} cannot be read: {error.strerror}.") from error
    return raw.decode("utf-8", "replace")
