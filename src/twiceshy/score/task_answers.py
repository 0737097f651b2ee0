"""Answers about a whole task's texts: found once for the same texts, if somebody keeps them."""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b

from twiceshy.records.findings import ScannedEdit, TaskScan

FindOnce = Callable[[bytes, Callable[[], TaskScan]], TaskScan]
"""Returns the answer that is kept under a key, or finds it."""


def find_anew(key: bytes, find: Callable[[], TaskScan]) -> TaskScan:
    """Find the answer: nothing is kept."""
    del key
    return find()


def group_by_task(edits: Sequence[ScannedEdit]) -> list[list[int]]:
    """Return the places of each task's edits, tasks in the order of their first."""
    found: dict[object, list[int]] = {}
    for place, edit in enumerate(edits):
        found.setdefault(edit.task, []).append(place)
    return list(found.values())


def key_of_texts(layer: str, *sides: Mapping[str, bytes]) -> bytes:
    """Return 16 bytes that are equal for the same bodies under the same paths, whatever their order."""
    made = blake2b(layer.encode(), digest_size=16)
    for side in sides:
        for path, body in sorted(side.items()):
            made.update(b"\0".join((path.encode("utf-8", "replace"), body, b"")))
        made.update(b"\0\0")
    return made.digest()
