"""What a patch says: its patch-id, and the lines that each file gained.

The patch-id is the one of ``git patch-id --stable`` (git 2.39 and later) over ``git show --full-index``: for each file,
the hash of its lines without white space, hunk positions left out; the hashes are added up as little-endian numbers, so
that the order of files does not matter. Four of git's habits must be kept to get its numbers: a file that has only a
header (a rename, a mode) is hashed together with the file that follows; for a binary file its two blob names stand; the
first line of the file behind a binary one does not count; and one more hash, of nothing when the last file was binary,
is added at the end.
"""

import hashlib
import re
from typing import Final

_WHITE: Final = b" \t\r\n"
_NO_NEWLINE: Final = re.compile(rb"\n\\ [^\n]*")
_BEHIND_NUL: Final = re.compile(rb"\0[^\n]*")
START: Final = b"diff --git "


class PatchId:
    """The patch-id of files added one after the other, each as the text from its ``diff --git`` on."""

    def __init__(self, hash_name: str) -> None:
        self._name = hash_name
        self._open = hashlib.new(hash_name, usedforsecurity=False)
        self._sum = 0
        self._hunks_ended = False
        self._behind_binary = False
        self._empty = True

    def add(self, header: bytes, hunks: bytes) -> None:
        """Add one file: the lines before its first hunk, and its hunks."""
        if self._hunks_ended:
            self._flush()
        self._empty = False
        blobs = b""
        lines = header.split(b"\n")
        for line in lines[1:] if self._behind_binary else lines:
            if line.startswith(b"index "):
                blobs = line.split(b" ")[1].replace(b"..", b"")
            elif line.startswith((b"Binary files ", b"GIT binary patch")):
                self._open.update(blobs)
                self._flush()
                self._behind_binary = True
                return
            else:
                self._open.update(line.translate(None, _WHITE))
        self._behind_binary = False
        if hunks:
            self._open.update(_normalise_hunks(hunks))
            self._hunks_ended = True

    def hexdigest(self) -> str | None:
        """Return the patch-id; None when there was nothing."""
        if self._empty:
            return None
        self._flush()
        size = self._open.digest_size
        return (self._sum % (1 << 8 * size)).to_bytes(size, "little").hex()

    def _flush(self) -> None:
        self._sum += int.from_bytes(self._open.digest(), "little")
        self._open = hashlib.new(self._name, usedforsecurity=False)
        self._hunks_ended = False


def split_files(patch: bytes) -> list[tuple[bytes, bytes]]:
    """Return header and hunks of each file.

    A change of type (a file becomes a link) gives two with the same first line.
    """
    files = []
    for block in (b"\n" + patch).split(b"\n" + START)[1:]:
        header, at, hunks = block.partition(b"\n@@ -")
        files.append((START + header, at[1:] + hunks))
    return files


def read_added_lines(hunks: bytes) -> list[str]:
    """Return the lines behind a ``+``; bytes that are not UTF-8 are replaced, as agents do in their logs."""
    return [line[1:] for line in hunks.decode("utf-8", "replace").split("\n") if line[:1] == "+"]


def _normalise_hunks(hunks: bytes) -> bytes:
    bodies = [hunk[hunk.find(b"\n") :] for hunk in (b"\n" + hunks).split(b"\n@@ -")[1:]]
    text = b"".join(bodies)
    if b"\n\\ " in text:
        text = _NO_NEWLINE.sub(b"", text)
    if b"\0" in text:
        text = _BEHIND_NUL.sub(b"", text)  # git's lines end there
    return text.translate(None, _WHITE)
