"""A repository's own history as rows for a trainer: what a commit changed, and the message that was written.

Rows come from git, not from the store, and are kept while they are read: an export reads them several times. A body in
which something was redacted is left away: nobody should learn to write placeholders.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.logs.described_changes import list_newest_commits, read_described_changes
from twiceshy.logs.history.new_commits import make_scrubber
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.exports import ColumnType, ExportRow, RowOrigin, list_columns
from twiceshy_data.dataset.consents import NeverCounted
from twiceshy_data.dataset.row_texts import count_placeholders, name_main_language
from twiceshy_data.dataset.training_texts import write_message
from twiceshy_git.predict.messages.examples import MessageExample, choose_examples
from twiceshy_git.predict.messages.retrieve import MessageRow, make_message_rows

COLUMNS: Final = list_columns(
    prompt=ColumnType.MESSAGES,
    completion=ColumnType.MESSAGES,
    meta=ColumnType.JSON,
    language=ColumnType.TEXT,
)
_NEWEST: Final = 6000
"""Newest commits that are read: as many as are offered from (guess, 2026-11-24: time grows with the square)."""


class HistoryRows:
    """The rows of one repository."""

    def __init__(self, config: Config, store: Store, repo: Path, never: NeverCounted | None) -> None:
        """Take what is asked for; commits of what is excluded (``never``) are not even shown as neighbours."""
        self._config, self._store, self._repo, self._never = config, store, repo, never
        self.excluded = 0
        """Commits without a row, since their files or words are excluded."""

    @cached_property
    def project(self) -> str:
        """The identity of the repository's project, as it is stored."""
        raw = find_project(self._repo.resolve()).identity
        return make_scrubber(self._config, self._store).texts([raw])[0]

    @cached_property
    def rows(self) -> list[ExportRow]:
        """All of them, the oldest first.

        Raises:
            ToolMissing: there is no git.
            SourceError: this is no repository, or git refuses to read it.
        """
        place = locate_repository(self._repo)
        if place.head is None:
            return []
        names = list_newest_commits(self._repo, _NEWEST, place.head)
        scrub = make_scrubber(self._config, self._store).texts
        history = choose_examples(list(read_described_changes(self._repo, names, salt=self._store.salt, scrub=scrub)))
        kept = [one for one in history.examples if not self._is_excluded(one)]
        self.excluded = len(history.examples) - len(kept)
        return [self._make_row(row) for row in make_message_rows(map(_cut_redacted_body, kept))]

    def read(self, _: Store, scope: Scope) -> Iterator[ExportRow]:
        """Yield those in scope, the oldest first."""
        since, until = scope.since, scope.until
        for row in self.rows:
            at = row.origin.at
            if at is not None and (since is None or at >= since) and (until is None or at < until):
                yield row

    def _is_excluded(self, one: MessageExample) -> bool:
        never = self._never
        if never is None:
            return False
        return any(map(never.has_path, one.paths)) or never.is_told(one.subject) or never.is_told(one.body)

    def _make_row(self, row: MessageRow) -> ExportRow:
        example, at = row.example, datetime.fromtimestamp(row.example.at, UTC)
        return ExportRow(
            example.commit,
            {
                "prompt": [write_message("user", row.request)],
                "completion": [write_message("assistant", row.written)],
                "meta": {
                    "commit": example.commit,
                    "timestamp": at.isoformat(timespec="seconds"),
                    "paths": list(example.paths),
                },
                "language": name_main_language(example.paths),
            },
            RowOrigin(self.project, None, at),
        )


def _cut_redacted_body(one: MessageExample) -> MessageExample:
    return replace(one, body="") if count_placeholders(ExportRow("", {"body": one.body})) else one
