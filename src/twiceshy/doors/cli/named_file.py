"""Write a file that a person names: whole or not at all, and never over another unasked."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.foreign_files import read_named
from twiceshy.base.private_files import open_draft

_Told = TypeVar("_Told")


def write_named_file(path: Path, fill: Callable[[Callable[[bytes], object]], _Told], *, replace: bool) -> _Told:
    """Give ``fill`` what takes the file's bytes; return what it returns.

    Raises:
        UsageError: it is there already, or its folder is not.
        SourceError: it cannot be written.
    """
    there = f"{path} is there already. Name another file, or replace it with --force."
    if os.path.lexists(path) and not replace:
        raise UsageError(there)
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a file in it.")
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent}: make it first, or name another file.")
    try:
        with open_draft(path, replace=replace) as file:
            return fill(file.write)
    except FileExistsError as exc:
        raise UsageError(there) from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be written: {exc.strerror}. Name another file.") from exc


# The text of a diff that a person names.

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
