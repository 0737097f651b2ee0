"""Into which programs a library is loaded ahead: those of the system's own C library, and no others."""

import pytest
from tests.run.elf_files import HERE, LOADER, library, program

from twiceshy.run.preloading import accepts_library, find_script_program

OTHER_ORDER = ">"
HITS = {
    "an ordinary program": program(LOADER, b"libc.so.6"),
    "of many libraries": program(LOADER, *(b"lib%d.so" % number for number in range(30))),
    "of another machine's name for the loader": program(b"/lib/ld-linux-aarch64.so.1", b"libc.so.6"),
    "that needs nothing": program(LOADER),
    "whose library only looks like a sanitizer": program(LOADER, b"libasset.so.1", b"myasan.so"),
}
MISSES = {
    "nothing": b"",
    "a text": b"echo hello\n",
    "a script": b"#!/bin/sh\n",
    "a static program": program(b""),
    "musl's": program(b"/lib/ld-musl-x86_64.so.1", b"libc.musl-x86_64.so.1"),
    "another glibc's": program(b"/nix/store/x-glibc-2.31/lib/ld-linux-x86-64.so.2", b"libc.so.6"),
    "with the address sanitizer": program(LOADER, b"libasan.so.8", b"libc.so.6"),
    "with clang's": program(LOADER, b"libc.so.6", b"libclang_rt.asan-x86_64.so"),
    "with the thread sanitizer, last": program(LOADER, b"libc.so.6", b"libtsan.so.2"),
    "with the undefined behaviour sanitizer": program(LOADER, b"libubsan.so.1"),
    "of half the width": program(LOADER, b"libc.so.6", wide=False),
    "of another machine": program(LOADER, b"libc.so.6", machine=HERE + 1),
    "of the other byte order": program(LOADER, b"libc.so.6", order=OTHER_ORDER),
    "cut after its header": program(LOADER, b"libc.so.6")[:64],
    "cut in its header": program(LOADER, b"libc.so.6")[:20],
    "the four letters": b"\x7fELF",
}


def is_taken(file: bytes, ahead: bytes) -> bool:
    return accepts_library(file[:2048], lambda size, at: file[at : at + size], ahead)


@pytest.mark.parametrize("file", HITS.values(), ids=HITS)
def test_the_library_is_loaded_into(file: bytes) -> None:
    """What the system's glibc loads, with no sanitizer among what it needs."""
    assert is_taken(file, library())


@pytest.mark.parametrize("file", MISSES.values(), ids=MISSES)
def test_left_alone_is(file: bytes) -> None:
    """What could not have it, would say so on its stderr, or would not start."""
    assert not is_taken(file, library())


def test_a_system_of_32_bits_is_one_too() -> None:
    """The library's width counts, not ours."""
    narrow = program(b"/lib/ld-linux.so.2", b"libc.so.6", wide=False)

    assert is_taken(narrow, library(wide=False))
    assert not is_taken(program(LOADER), library(wide=False))
    assert not is_taken(program(b"/lib/ld-linux.so.2", b"libasan.so.8", wide=False), library(wide=False))


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"#!/bin/sh\necho", b"/bin/sh"),
        (b"#! /usr/bin/env -S python3 -u\n", b"/usr/bin/env"),
        (b"#!\n", b""),
        (b"#!/bin/sh", b"/bin/sh"),
        (b"echo\n#!/bin/sh", b""),
        (b"", b""),
    ],
)
def test_a_script_names_what_runs_it(head: bytes, found: bytes) -> None:
    """In its first line."""
    assert find_script_program(head) == found
