"""An index as one compressed JSON file: what ``predict`` keeps so that the next question need not read the history.

It can be made again at any time, so a file that does not fit is simply not used.
"""

from dataclasses import fields
from typing import Any

import orjson
import zstandard

from twiceshy.predict.index import Files, Index
from twiceshy.predict.tables import Table, whole

VERSION = 2
LEVEL = 3
LARGEST = 1 << 30  # bytes unpacked: more is no index of ours


def encode(index: Index, extra: dict[str, Any]) -> bytes:
    """The index, and what its keeper wants to find beside it."""
    plain: dict[str, Any] = {
        "version": VERSION,
        "extra": extra,
        "files": {field.name: getattr(index.files, field.name) for field in fields(Files)},
        "recent": list(index.recent),
        "mine": {
            author: [number for file, (heat, last) in own.items() for number in (file, round(heat, 4), last)]
            for author, own in index.mine.items()
        },
        "totals": [index.total_size, index.total_said, index.total_length, index.living],
    }
    for name in PLAIN:
        plain[name] = getattr(index, name)
    for name in SETS:
        plain[name] = {key: list(members) for key, members in getattr(index, name).items() if members}
    for name in BY_WORD:
        plain[name] = getattr(index, name).packed()
    for name in BY_FILE:
        plain[name] = {str(key): row for key, row in getattr(index, name).packed().items()}
    plain["told"] = {word: whole(row) for word, row in plain["told"].items()}
    return zstandard.ZstdCompressor(level=LEVEL).compress(orjson.dumps(plain))


PLAIN = ("number", "commits", "ids", "at", "authors", "lengths", "subjects", "bodies", "references", "shapes")
SETS = ("stems", "path_words", "folders")
BY_WORD = ("told", "content", "openings")
BY_FILE = ("together", "follows")


def decode(raw: bytes) -> tuple[Index, dict[str, Any]] | None:
    """The index and what was put beside it; None where the file is no index of this version."""
    try:
        plain = orjson.loads(zstandard.ZstdDecompressor().decompress(raw, max_output_size=LARGEST))
        if plain["version"] != VERSION:
            return None
        index = Index()
        index.files = Files(**plain["files"])
        index.recent = dict.fromkeys(plain["recent"])
        for name in PLAIN:
            setattr(index, name, plain[name])
        for name in SETS:
            setattr(index, name, plain[name])
        for name in BY_WORD:
            setattr(index, name, Table(plain[name]))
        for name in BY_FILE:
            setattr(index, name, Table({int(key): row for key, row in plain[name].items()}))
        index.mine = {
            author: {flat[at]: [flat[at + 1], flat[at + 2]] for at in range(0, len(flat), 3)}
            for author, flat in plain["mine"].items()
        }
        index.total_size, index.total_said, index.total_length, index.living = plain["totals"]
        return index, dict(plain["extra"])
    except (zstandard.ZstdError, KeyError, TypeError, ValueError, IndexError):
        return None
