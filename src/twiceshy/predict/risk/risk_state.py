"""What was learned of a repository's changes as one file, so that the next question need not read the history.

It can be made again at any time, so a file that does not fit is simply not used. Groups remember whatever they like, so
their memory is pickled; a file is unpickled with plain containers and the groups' own classes alone, which can do
nothing but hold data.
"""

import io
import pickle  # read by the class below only
from array import array
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import zstandard

from twiceshy.predict.risk.feature_group import FeatureGroup
from twiceshy.records.change_risk import ChangeRow, FixLabel

_LEVEL: Final = 1
"""Level of compression: the fastest; it is read more often than written (guess, 2026-11-23)."""
_LARGEST: Final = 1 << 30
"""Bytes unpacked: more is no memory of ours (guess, 2026-11-23)."""
_CONTAINERS: Final = frozenset(
    {
        ("collections", "Counter"),
        ("collections", "OrderedDict"),
        ("collections", "defaultdict"),
        ("collections", "deque"),
        ("array", "array"),
        ("array", "_array_reconstructor"),
        *(("builtins", name) for name in ("bytearray", "dict", "float", "frozenset", "int", "list", "set", "str")),
    }
)
_OURS: Final = "twiceshy.predict.risk."


@dataclass(slots=True)
class LearnedChanges:
    """The changes behind a commit, and all groups that have learned them."""

    head: str
    made_at: float
    """When it was last made from the whole history, seconds since 1970."""
    rows: list[ChangeRow]
    labels: tuple[FixLabel, ...]
    groups: list[FeatureGroup]
    doubts: tuple[str, ...] = ()
    """Why the history may be a weak ground."""


class _PlainUnpickler(pickle.Unpickler):
    """Makes containers and the groups' classes, and nothing that could act."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that may stand in a file."""
        found = super().find_class(module, name) if (module, name) in _CONTAINERS or module.startswith(_OURS) else None
        if found is None or (module.startswith(_OURS) and not (isinstance(found, type) and found.__module__ == module)):
            raise pickle.UnpicklingError(f"{module}.{name} may not stand there")
        return found


def encode_learned(known: LearnedChanges) -> bytes | None:
    """Return the file; None where a group remembers what cannot be written."""
    width = len(known.rows[0].values) if known.rows else 0
    values = array("f")
    for row in known.rows:
        values.extend(row.values)
    plain = (
        fingerprint_rules(),
        known.head,
        known.made_at,
        width,
        "".join(row.id for row in known.rows),
        [len(row.id) for row in known.rows[:1]],
        array("d", (row.at for row in known.rows)),
        array("q", (row.added for row in known.rows)),
        array("q", (row.removed for row in known.rows)),
        values,
        [tuple(one) for one in known.labels],
        known.groups,
        known.doubts,
    )
    try:
        return zstandard.ZstdCompressor(level=_LEVEL).compress(pickle.dumps(plain, protocol=5))
    except (pickle.PicklingError, AttributeError, TypeError):
        return None


def decode_learned(raw: bytes) -> LearnedChanges | None:
    """Return what a file holds; None where the bytes are none of these rules."""
    try:
        whole = zstandard.ZstdDecompressor().decompress(raw, max_output_size=_LARGEST)
        rules, head, made_at, width, names, length, *rest = _PlainUnpickler(io.BytesIO(whole)).load()
        if rules != fingerprint_rules():
            return None
        times, added, removed, values, labels, groups, doubts = rest
        size = length[0] if length else 0
        rows = [
            ChangeRow(
                names[place * size : (place + 1) * size],
                times[place],
                added[place],
                removed[place],
                values[place * width : (place + 1) * width],
            )
            for place in range(len(times))
        ]
        return LearnedChanges(head, made_at, rows, tuple(FixLabel(*one) for one in labels), groups, doubts)
    except (zstandard.ZstdError, pickle.UnpicklingError, ValueError, TypeError, IndexError, AttributeError, EOFError):
        return None
    except (ImportError, KeyError, RecursionError, MemoryError):
        return None


@cache
def fingerprint_rules() -> str:
    """Return the hash of the code that describes changes: after a change of it nothing old fits."""
    folder = Path(__file__).parent
    whole = blake2b(digest_size=16)
    for path in sorted((*folder.glob("*.py"), *folder.glob("groups/*.py"))):
        whole.update(path.read_bytes())
    return whole.hexdigest()
