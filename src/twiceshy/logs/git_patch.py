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


# Subject, body and trailers of a commit message, by git's rules (git-interpret-trailers(1), ``--no-divider``).

_TRAILER: Final = re.compile(r"([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*)", re.DOTALL)
_SUBJECT_END: Final = re.compile(r"\n[^\S\n]*\n")
_BLANK_LINES: Final = re.compile(r"\A(?:[^\S\n]*\n)+")
_MOST_BODY: Final = 1 << 16
"""Characters of a body (guess, 2026-11-23: a change log pasted whole has some ten thousand); the rest is left out."""
_GIT_MADE: Final = ("Signed-off-by: ", "(cherry picked from commit ")
"""A last paragraph with one of these may hold up to three times as many other lines."""


def parse_subject(message: str) -> str:
    """Return the first paragraph on one line."""
    return " ".join(line.strip() for line in _paragraphs(message)[0])


def parse_body(message: str) -> str:
    r"""Return what stands behind the first paragraph, without blank lines at its ends.

    >>> parse_body("\nFix it\nat once\n\nIt broke.\n\n  - twice\n")
    'It broke.\n\n  - twice'
    """
    _, _, body = _SUBJECT_END.sub("\0", message.strip(), count=1).partition("\0")
    body = _BLANK_LINES.sub("", body).rstrip()
    return body if len(body) <= _MOST_BODY else f"{body[:_MOST_BODY]}\n[...]"


def parse_trailers(message: str) -> tuple[tuple[str, str], ...]:
    r"""Return names and values of the last paragraph, if it is one of trailers; join folded lines by a blank.

    >>> parse_trailers("Fix it\n\nIt broke.\n\nRefs: #7\nCo-authored-by: Ann\n  <ann@example.test>\n")
    (('Refs', '#7'), ('Co-authored-by', 'Ann <ann@example.test>'))
    >>> parse_trailers("Note: a subject is no trailer")
    ()
    """
    paragraphs = _paragraphs(message)
    if len(paragraphs) < 2:
        return ()
    lines = [line for line in paragraphs[-1] if not line.startswith("#")]
    if not _is_block(lines):
        return ()
    found: list[tuple[str, str]] = []
    folds = False
    for line in lines:
        if line[:1] in (" ", "\t"):
            if folds:
                name, value = found[-1]
                found[-1] = (name, f"{value} {line.strip()}".strip())
            continue
        match = _TRAILER.match(line)
        folds = match is not None
        if match is not None:
            found.append((match[1], match[2].strip()))
    return tuple(found)


def _paragraphs(message: str) -> list[list[str]]:
    """Return the runs of lines that are not blank; at least one, perhaps empty."""
    paragraphs: list[list[str]] = [[]]
    for line in message.split("\n"):
        if not line.strip():
            if paragraphs[-1]:
                paragraphs.append([])
        else:
            paragraphs[-1].append(line)
    return [paragraph for paragraph in paragraphs if paragraph] or [[]]


def _is_block(lines: list[str]) -> bool:
    """Tell whether all lines are trailers, or a quarter of them with one that git writes itself."""
    trailer_lines = other_lines = folded = 0
    git_made = False
    for line in reversed(lines):
        if line.startswith(_GIT_MADE):
            git_made = True
            trailer_lines += 1
            folded = 0
        elif line[:1] in (" ", "\t"):
            folded += 1
        elif _TRAILER.match(line):
            trailer_lines += 1
            folded = 0
        else:
            other_lines += 1 + folded
            folded = 0
    other_lines += folded
    return trailer_lines * 3 >= other_lines if git_made else bool(trailer_lines) and not other_lines
