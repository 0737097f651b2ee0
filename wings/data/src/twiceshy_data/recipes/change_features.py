"""The features of a repository's changes: of one, of all as rows, and what each column is."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, SourceError
from twiceshy.logs.git_program import ask_git
from twiceshy.records.change_risk import ChangeFeatures, ChangeRow, FeatureList, RiskTable, WrittenFeatures
from twiceshy.records.exports import ExportRow
from twiceshy_data.export.export_forms import BINARY, FILE_FORMS
from twiceshy_data.export.row_writer import RowWriter, WriteBytes
from twiceshy_git.predict.risk.feature_rows import (
    ABOUT_COLUMNS,
    list_about_rows,
    list_feature_columns,
    list_feature_rows,
    sum_up_table,
    tell_change,
)
from twiceshy_git.predict.risk.risk_state import find_rows
from twiceshy_git.risk_recipes.known_changes import read_fresh_table, read_known_table

_HEAP: Final = 1000
"""Rows that are written at once (guess, 2026-11-23: some hundred columns make a megabyte)."""
_ABOUT_FORM: Final = "csv"


class FeatureWish(NamedTuple):
    """Which rows to write, and how."""

    form: str
    now: datetime
    """What is known of the changes' fate by then."""
    change: str = ""
    """Anything that git takes for a commit; empty: all changes."""


def list_feature_forms() -> tuple[str, ...]:
    """Return the names of the forms in which rows can be written."""
    return tuple(sorted(FILE_FORMS))


def is_lines(form: str) -> bool:
    """Tell whether a form is lines of text, which can stand on standard output."""
    return form not in BINARY


def read_change_features(config: Config, repo: Path, name: str, now: datetime) -> ChangeFeatures:
    """Return all that was known of a change when it was made; ``name`` is anything that git takes for a commit.

    Raises:
        NotFound: there is no such commit, or it is no change behind HEAD.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    table = read_known_table(config, repo)
    return tell_change(_find_row(table, repo, name), table, now.timestamp())


def list_features(config: Config, repo: Path, now: datetime) -> FeatureList:
    """Return the columns, how much is known of each, and what became of the changes.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    return sum_up_table(read_fresh_table(config, repo), now.timestamp())


def write_features(
    config: Config, repo: Path, wish: FeatureWish, write: WriteBytes, write_about: WriteBytes = id
) -> WrittenFeatures:
    """Give rows of changes to ``write``, and one for each column to ``write_about``; return what was written.

    Raises:
        NotFound: the repository has no commit yet, or no such change.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git, or no library for the form.
    """
    table = read_known_table(config, repo) if wish.change else read_fresh_table(config, repo)
    now = wish.now.timestamp()
    found = sum_up_table(table, now)
    only = {_find_row(table, repo, wish.change).id} if wish.change else None
    output = _HashedBytes(write)
    rows = list_feature_rows(table, now, only)
    _write_heaps(FILE_FORMS[wish.form](list_feature_columns(table.columns), output.write), rows)
    _write_heaps(FILE_FORMS[_ABOUT_FORM](ABOUT_COLUMNS, write_about), list_about_rows(found.columns))
    return WrittenFeatures(
        path=None,
        columns_path=None,
        format=wish.form,
        rows=len(table.rows) if only is None else len(only),
        bytes=output.size,
        sha256=output.digest.hexdigest(),
        table=found,
    )


class _HashedBytes:
    """Passes bytes on, counting and hashing them."""

    def __init__(self, write: WriteBytes) -> None:
        self._write = write
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> None:
        """Write further bytes."""
        self._write(data)
        self.digest.update(data)
        self.size += len(data)


def _write_heaps(writer: RowWriter, rows: Iterator[ExportRow]) -> None:
    """Write rows heap by heap."""
    while heap := list(islice(rows, _HEAP)):
        writer.add(heap)
    writer.end()


def _find_row(table: RiskTable, repo: Path, name: str) -> ChangeRow:
    """Return the row of the change that git calls so.

    Raises:
        NotFound: there is none.
    """
    commit = _resolve(repo, name)
    rows = find_rows(table.rows, {commit})
    if not rows:
        raise NotFound(
            f"{name!r:.80} is no change behind HEAD: a merge, a commit without files, or one of another branch. "
            "Name one that `git log --no-merges` shows."
        )
    return rows[0]


def _resolve(repo: Path, name: str) -> str:
    """Return the hash of what git calls so.

    Raises:
        NotFound: it is no commit here.
    """
    found = ""
    if name.isprintable() and not name.startswith("-"):
        with suppress(SourceError):
            found = ask_git(repo, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", accept=(0, 1)).strip()
    if not found:
        raise NotFound(f"there is no commit {name!r:.80} in this repository. `git log --oneline` shows what there is.")
    return found
