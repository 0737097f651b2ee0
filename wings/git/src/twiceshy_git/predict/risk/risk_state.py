"""What was learned of a repository's changes as one file, so that the next question need not read the history.

It can be made again at any time, so a file that does not fit is simply not used. Groups remember whatever they like;
of that, and of the rows, a question reads the blocks that it needs.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from twiceshy.records.change_risk import ChangeRow, FixLabel
from twiceshy_git.predict.risk.feature_group import FeatureGroup
from twiceshy_git.predict.risk.groups.file_past import FilesPast
from twiceshy_git.predict.risk.kept_blocks import read_blocks, write_blocks
from twiceshy_git.predict.risk.kept_rows import KeptRows


@dataclass(slots=True)
class LearnedChanges:
    """The changes behind a commit, and all groups that have learned them."""

    head: str
    made_at: float
    """When it was last made from the whole history, seconds since 1970."""
    rows: list[ChangeRow] | KeptRows
    labels: tuple[FixLabel, ...]
    groups: list[FeatureGroup]
    doubts: tuple[str, ...] = ()
    """Why the history may be a weak ground."""
    has_code: bool = False
    """Whether the code of all changes was measured; else that of new ones is not either, or it would tell their age."""

    def knows_path(self, path: str) -> bool:
        """Tell whether an earlier change touched a file of this name."""
        return any(one.knows(path) for one in self.groups if isinstance(one, FilesPast))

    def tell_middles(self) -> tuple[float, ...]:
        """Return the middle of each column, where it is kept; else nothing."""
        return self.rows.tell_middles() if isinstance(self.rows, KeptRows) else ()


def encode_learned(known: LearnedChanges) -> bytes | None:
    """Return the file; None where a group remembers what cannot be written."""
    rows = known.rows if isinstance(known.rows, KeptRows) else KeptRows(known.rows)
    labels = [tuple(one) for one in known.labels]
    about = fingerprint_rules(), known.head, known.made_at, known.has_code
    return write_blocks((*about, rows, labels, known.groups, known.doubts))


def decode_learned(raw: bytes) -> LearnedChanges | None:
    """Return what a file holds; None where the bytes are none of these rules."""
    match read_blocks(raw):
        case str(rules), str(head), float(at), bool(code), KeptRows() as rows, list(labels), list(groups), tuple(
            doubts
        ):
            if rules == fingerprint_rules():
                return LearnedChanges(head, at, rows, tuple(map(FixLabel._make, labels)), groups, doubts, code)
    return None


def find_rows(rows: Sequence[ChangeRow], names: Container[str]) -> list[ChangeRow]:
    """Return the rows of these changes, the oldest first."""
    return rows.find(names) if isinstance(rows, KeptRows) else [row for row in rows if row.id in names]


def list_times(rows: Sequence[ChangeRow]) -> dict[str, float]:
    """Return when each change was made, by its name, the oldest first."""
    return rows.list_times() if isinstance(rows, KeptRows) else {row.id: row.at for row in rows}


@cache
def fingerprint_rules() -> str:
    """Return the hash of the code that describes changes: after a change of it nothing old fits."""
    folder = Path(__file__).parent
    whole = blake2b(digest_size=16)
    for path in sorted((*folder.glob("*.py"), *folder.glob("groups/*.py"))):
        whole.update(path.read_bytes())
    return whole.hexdigest()
