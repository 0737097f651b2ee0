"""Tables of numbers in a file: the safetensors format, read and written with NumPy.

A file is the length of its header (8 bytes, little-endian), the header (JSON: name, type, shape and place of each
table) and the numbers. The header is from outside, so nothing in it is believed: a place must lie within the file and
be as long as type and shape say, and a type must be one of those known.
"""

import json
import mmap
import os
import struct
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twiceshy.base.errors import ToolMissing

_DTYPES = {"F32": "<f4", "F16": "<f2", "I64": "<i8", "I8": "|i1"}
_NAMES = {np.dtype(code): name for name, code in _DTYPES.items()}
_LARGEST_HEADER = 1 << 20
"""Bytes (guess, 2026-11-21: a model with a hundred tables has ten thousand)."""


def read_tables(path: Path) -> dict[str, NDArray[Any]]:
    """Return each table by its name, mapped from the file: what is not looked at is not read.

    Raises:
        ToolMissing: it cannot be read, or is not such a file.
    """
    try:
        with path.open("rb") as file:
            view = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as exc:  # ValueError: an empty file
        raise ToolMissing(f"{path} cannot be read: {exc}.") from exc
    try:
        size = min(struct.unpack_from("<Q", view)[0], _LARGEST_HEADER)
        header = json.loads(view[8 : 8 + size])
        header.pop("__metadata__", None)
        return {name: _map_table(view, 8 + size, entry) for name, entry in header.items()}
    except (struct.error, ValueError, TypeError, KeyError, AttributeError) as exc:
        raise ToolMissing(f"{path} is damaged: {exc}.") from exc


def _map_table(view: mmap.mmap, base: int, entry: Mapping[str, Any]) -> NDArray[Any]:
    """Return one table.

    Raises:
        ValueError, TypeError, KeyError: the entry makes no sense or leads outside.
    """
    shape = tuple(int(one) for one in entry["shape"])
    dtype = np.dtype(_DTYPES[entry["dtype"]])
    start, end = (int(one) for one in entry["data_offsets"])
    if not (0 <= start <= end <= len(view) - base) or min(shape, default=0) < 0:
        raise ValueError("a table leads outside the file")
    if end - start != prod(shape) * dtype.itemsize:
        raise ValueError("a table is not as long as its shape says")
    return np.frombuffer(view, dtype, prod(shape), base + start).reshape(shape)


def write_tables(path: Path, tables: Mapping[str, NDArray[Any]]) -> None:
    """Write the tables; the file is there as a whole or not at all.

    Raises:
        OSError: it cannot be written.
    """
    header = {}
    place = 0
    for name, values in tables.items():
        header[name] = {
            "dtype": _NAMES[values.dtype],
            "shape": values.shape,
            "data_offsets": (place, place + values.nbytes),
        }
        place += values.nbytes
    words = json.dumps(header).encode()
    words += b" " * (-len(words) % 64)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(struct.pack("<Q", len(words)) + words)
            for values in tables.values():
                file.write(np.ascontiguousarray(values).tobytes())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
