"""Invented program files: as much of an ELF file as tells how it is loaded."""

import struct
import sys

ORDER = "<" if sys.byteorder == "little" else ">"
HERE = 62
"""Number of an invented machine."""
LOADER = b"/lib64/ld-linux-x86-64.so.2"


def program(
    loader: bytes = LOADER, *needed: bytes, wide: bool = True, machine: int = HERE, order: str = ORDER
) -> bytes:
    """A program that this loader loads (empty: none), with the libraries that it needs; ``wide``: of 64 bits."""
    word, header, part = ("Q", 64, 56) if wide else ("I", 52, 32)
    names = b"\0" + b"".join(name + b"\0" for name in needed)
    parts_end = header + 3 * part
    at_names = parts_end + len(loader) + 1
    at_dynamic = at_names + len(names)
    base = 0x400000
    dynamic = [(1, names.index(b"\0" + name + b"\0") + 1) for name in needed] + [(5, base + at_names), (0, 0)]
    section = b"".join(struct.pack(f"{order}2{word}", *entry) for entry in dynamic)
    size = at_dynamic + len(section)
    parts = [(1, 0, base, size)]
    parts += [(3, parts_end, 0, len(loader) + 1), (2, at_dynamic, base + at_dynamic, len(section))] if loader else []
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]).ljust(12, b"\0")
    fields = struct.pack(f"{order}HHI3{word}I6H", 3, machine, 1, 0, header, 0, 0, header, part, len(parts), 0, 0, 0)
    rows = [
        struct.pack(f"{order}II6{word}", kind, 5, place, address, address, length, length, 1)
        if wide
        else struct.pack(f"{order}8{word}", kind, place, address, address, length, length, 5, 1)
        for kind, place, address, length in parts
    ]
    return (ident + fields + b"".join(rows)).ljust(parts_end, b"\0") + loader + b"\0" + names + section


def library(**form: object) -> bytes:
    """A library's first bytes."""
    return program(b"", **form)[:32]  # type: ignore[arg-type]  # passed through
