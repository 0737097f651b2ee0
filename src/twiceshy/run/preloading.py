"""Whether a library may be loaded into a program ahead of it, as the program's file says.

The loader writes on the program's stderr where a library does not fit, and a program with a sanitizer refuses to start
behind one. So only a program counts that the system's own glibc loads, of the library's width, byte order and machine.
Nothing is run for that: a few bytes are read where the file's header points.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Reader = Callable[[int, int], bytes]
    """Gives the bytes of a file: how many, from where."""

HEAD_BYTES = 2048
"""Bytes of a file that are read at first: its headers and mostly its loader's name (guess, 2026-11-23)."""
_LOADED, _DYNAMIC, _INTERPRETER = 1, 2, 3  # PT_LOAD, PT_DYNAMIC, PT_INTERP of <elf.h>
_NEEDED, _STRINGS = 1, 5  # DT_NEEDED, DT_STRTAB of <elf.h>
_LOADERS = (b"/lib/ld-linux", b"/lib64/ld-linux", b"/lib/ld64.so", b"/lib64/ld64.so")
"""How the system's own glibc is named; another one may be older than the library."""
_SANITIZERS = (b"libasan", b"libtsan", b"libubsan", b"libmsan", b"liblsan", b"libhwasan", b"libclang_rt.")
_MOST_HEADERS = 64  # program headers that are looked at (guess, 2026-11-23: programs have about 13)
_MOST_DYNAMIC_BYTES = 8192  # of a dynamic section (guess, 2026-11-23: programs have about 500)
_LONGEST_NAME = 128  # bytes of the name of a loader or library (guess, 2026-11-23)


def find_script_program(head: bytes) -> bytes:
    """Return the program that a script names in its first line; empty for what is no script."""
    return b"".join(head[2:].partition(b"\n")[0].split()[:1]) if head[:2] == b"#!" else b""


def accepts_library(head: bytes, read: Reader, library: bytes) -> bool:
    """Tell whether the program may get the library with those first bytes loaded ahead of it."""
    if head[:4] != b"\x7fELF" or (head[:6], head[18:20]) != (library[:6], library[18:20]):
        return False
    size = 8 if head[4] == 2 else 4
    parts = list(_list_parts(head, size))
    interpreter = b"".join(
        read(min(length, _LONGEST_NAME), at) for kind, at, _, length in parts if kind == _INTERPRETER
    )
    return interpreter.startswith(_LOADERS) and not any(
        name.startswith(_SANITIZERS) for name in _list_needed(parts, read, size)
    )


def _number(data: bytes, at: int, size: int) -> int:
    """Return the number that stands there."""
    return int.from_bytes(data[at : at + size], sys.byteorder)


def _list_parts(head: bytes, size: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield kind, place, address and length of each part of a program whose addresses have ``size`` bytes."""
    start = _number(head, 32 if size == 8 else 28, size)
    step = _number(head, 54 if size == 8 else 42, 2)
    count = _number(head, 56 if size == 8 else 44, 2)
    for number in range(min(count, _MOST_HEADERS)):
        at = start + number * step
        place, address, _, length = (_number(head, at + size * field, size) for field in (1, 2, 3, 4))
        yield _number(head, at, 4), place, address, length


def _list_needed(parts: list[tuple[int, int, int, int]], read: Reader, size: int) -> Iterator[bytes]:
    """Yield the names of the libraries that the program needs."""
    section = b"".join(read(min(length, _MOST_DYNAMIC_BYTES), at) for kind, at, _, length in parts if kind == _DYNAMIC)
    entries = [
        (_number(section, at, size), _number(section, at + size, size)) for at in range(0, len(section), 2 * size)
    ]
    strings = _place_of(next((value for kind, value in entries if kind == _STRINGS), 0), parts)
    for kind, offset in entries:
        if kind == _NEEDED:
            yield read(_LONGEST_NAME, strings + offset).partition(b"\0")[0]


def _place_of(wanted: int, parts: list[tuple[int, int, int, int]]) -> int:
    """Return where in the file what is loaded to that address lies."""
    loaded = (part for part in parts if part[0] == _LOADED)
    return next((at + wanted - address for _, at, address, length in loaded if 0 <= wanted - address < length), 0)
