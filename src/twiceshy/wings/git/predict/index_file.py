"""Index file: an index as one compressed JSON file, so that the next question need not read the history.

It can be made again at any time, so a file that does not fit is simply not used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import orjson
import zstandard

from twiceshy.wings.git.predict.count_table import CountTable, shorten_numbers
from twiceshy.wings.git.predict.index import Index, IndexedFiles

VERSION = 3
_LEVEL = 3
"""Level of compression: the library's documented default."""
_LARGEST = 1 << 30
"""Bytes unpacked: more is no index of ours. Guess of 2026-11-21."""


def encode(index: Index, extra: dict[str, Any]) -> bytes:
    """Return the index as bytes, with what the caller wants to find beside it."""
    plain: dict[str, Any] = {
        "version": VERSION,
        "extra": extra,
        "files": {field.name: getattr(index.files, field.name) for field in fields(IndexedFiles)},
        "recent": list(index.recent),
        "created": {str(commit): made for commit, made in index.created.items()},
        "mine": {author: _pack_heat(own) for author, own in index.mine.items()},
        "totals": [index.total_size, index.total_said, index.total_length, index.living],
    }
    for name in _PLAIN:
        plain[name] = getattr(index, name)
    for name in _SETS:
        plain[name] = {key: list(members) for key, members in getattr(index, name).items() if members}
    for name in _BY_WORD:
        plain[name] = getattr(index, name).encode_rows()
    for name in _BY_FILE:
        plain[name] = {str(key): row for key, row in getattr(index, name).encode_rows().items()}
    plain["told"] = {word: shorten_numbers(row) for word, row in plain["told"].items()}
    return zstandard.ZstdCompressor(level=_LEVEL).compress(orjson.dumps(plain))


def _pack_heat(own: Mapping[int, Sequence[float]]) -> list[float]:
    """Return one author's changes as a flat list: file, heat, last commit, file ..."""
    return [number for file, (heat, last) in own.items() for number in (file, round(heat, 4), last)]


_PLAIN = ("number", "commits", "ids", "at", "authors", "lengths", "subjects", "bodies", "references", "shapes")
_SETS = ("stems", "path_words", "folders")
_BY_WORD = ("told", "content", "openings")
_BY_FILE = ("together", "follows")


def decode(raw: bytes) -> tuple[Index, dict[str, Any]] | None:
    """Return the index and what was put beside it; None where the bytes are no index of this version."""
    try:
        plain = orjson.loads(zstandard.ZstdDecompressor().decompress(raw, max_output_size=_LARGEST))
        if plain["version"] != VERSION:
            return None
        index = Index()
        index.files = IndexedFiles(**plain["files"])
        index.recent = dict.fromkeys(plain["recent"])
        for name in _PLAIN:
            setattr(index, name, plain[name])
        for name in _SETS:
            setattr(index, name, plain[name])
        for name in _BY_WORD:
            setattr(index, name, CountTable(plain[name]))
        for name in _BY_FILE:
            setattr(index, name, CountTable({int(key): row for key, row in plain[name].items()}))
        index.created = {int(commit): made for commit, made in plain["created"].items()}
        index.mine = {
            author: {flat[at]: [flat[at + 1], flat[at + 2]] for at in range(0, len(flat), 3)}
            for author, flat in plain["mine"].items()
        }
        index.total_size, index.total_said, index.total_length, index.living = plain["totals"]
        return index, dict(plain["extra"])
    except (zstandard.ZstdError, KeyError, TypeError, ValueError, IndexError):
        return None
