"""Which words stand in the messages of commits, and in the lines that they put in? As numbers, for counting only.

A word is a bucket of its checksum: two words may share one, and none can be read back.
"""

import re
import secrets
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from zlib import crc32

from twiceshy.capture.git import split_records
from twiceshy.capture.git_program import stream_git
from twiceshy.errors import SourceError

BUCKETS: Final = 1 << 17
"""Buckets of words: ten for each that counts in a large history (guess, 2026-11-23)."""
_MOST_WORDS: Final = 2000
"""Different words of one commit that are kept: more are data, no code (guess, 2026-11-23)."""
_MOST_GAPS: Final = 50
"""Times that reading goes on behind a commit whose contents are not there (guess, 2026-11-23)."""
_WORD: Final = re.compile(rb"[A-Za-z_]\w+")
_ADDED: Final = re.compile(rb"^\+(?!\+\+ )(.*)", re.MULTILINE)
_WORDS: Final = (
    "--no-walk=unsorted",
    "--ignore-missing",
    "--stdin",
    "-p",
    "-U0",
    "--no-renames",
    "--diff-algorithm=myers",
    "--ignore-submodules",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-notes",
    "--no-decorate",
)


def read_commit_tokens(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield each of these commits with the buckets of its words, in their order.

    What git cannot read is passed over; of a very large patch the beginning counts.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    at = 0
    for gap in range(_MOST_GAPS + 1):
        try:
            for found in _read(repo, names[at:]):
                at += 1
                yield found
        except SourceError:
            if gap == _MOST_GAPS:
                raise
            at += 1
        else:
            return


def _read(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, Sequence[int]]]:
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"  # no content can look like it
    form = f"--format=%x00{mark[1:-1].decode()}%x00%H%x00%B%x00"
    held: tuple[str, Sequence[int]] | None = None  # git may end in the midst of a patch, and says so afterwards
    with stream_git(repo, "log", *_WORDS, form, stdin=names) as output:
        for record, _ in split_records(output, mark):
            if held:
                yield held
            commit, _, rest = record.partition(b"\0")
            message, _, patch = rest.partition(b"\0")
            held = commit.decode(), hash_words(message, patch)
    if held:
        yield held


def hash_words(message: bytes, patch: bytes) -> Sequence[int]:
    """Return the buckets of the words of a message and of a patch's added lines, each once, rising.

    A word of the message is another than the same word in a line.
    """
    said = dict.fromkeys(one.lower() for one in _WORD.findall(message))
    added = dict.fromkeys(word for line in _ADDED.findall(patch) for word in _WORD.findall(line))
    words = [*(b"message " + one for one in said), *added][:_MOST_WORDS]
    return array("I", sorted({crc32(one) % BUCKETS for one in words}))
