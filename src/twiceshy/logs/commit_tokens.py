"""Which words stand in the messages of commits, and in the lines that they put in? As numbers, for counting only.

A word is a bucket of its checksum: two words may share one, and none can be read back.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from zlib import crc32

from twiceshy.logs.git_patches import read_patches

BUCKETS: Final = 1 << 17
"""Buckets of words: ten for each that counts in a large history (guess, 2026-11-23)."""
_MOST_WORDS: Final = 2000
"""Different words of one commit that are kept: more are data, no code (guess, 2026-11-23)."""
_WORD: Final = re.compile(rb"[A-Za-z_]\w+")
_ADDED: Final = re.compile(rb"^\+(?!\+\+ )(.*)", re.MULTILINE)


def read_commit_tokens(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, Sequence[int]]]:
    """Yield each of these commits with the buckets of its words, in their order.

    What git cannot read is passed over; of a very large patch the beginning counts.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    for record, _ in read_patches(repo, names, "%H%x00%B%x00", ("--no-renames",)):
        commit, _, rest = record.partition(b"\0")
        message, _, patch = rest.partition(b"\0")
        yield commit.decode(), hash_words(message, patch)


def hash_words(message: bytes, patch: bytes) -> Sequence[int]:
    """Return the buckets of the words of a message and of a patch's added lines, each once, rising.

    A word of the message is another than the same word in a line.
    """
    said = dict.fromkeys(one.lower() for one in _WORD.findall(message))
    added = dict.fromkeys(word for line in _ADDED.findall(patch) for word in _WORD.findall(line))
    words = [*(b"message " + one for one in said), *added][:_MOST_WORDS]
    return array("I", sorted({crc32(one) % BUCKETS for one in words}))
