"""The changes of a shard's repositories as rows: what was known of each when it was made, and what became of it.

What is measured of a commit's code depends on the commit alone, costs most, and is kept in the shard's store as a
value of that commit: computed once, here or as a piece ahead of it (``split_history``). What depends on the order of
history is computed anew each time from these numbers. Rows hold names, times and numbers; no text of a commit.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, cast

from twiceshy.archive import derived_values
from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedRow, DerivedValue
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.logs.change_history import list_change_names
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import locate_repository
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.exports import Cell, ColumnType, RowColumn
from twiceshy.records.fleet import ShardWork
from twiceshy_fleet.lake.shard_files import write_measured
from twiceshy_fleet.lake.tables import write_rows
from twiceshy_git.predict.risk.change_rows import list_risk_columns
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.feature_rows import list_feature_columns, list_feature_rows
from twiceshy_git.risk_recipes.known_changes import read_change_table
from twiceshy_git.risk_recipes.measure_code import VERSION, keep_measured, measure_all

RANGE: Final = 5_000
"""Commits that one worker measures: a minute's work (guess, 2026-11-23: 3 to 30 ms a commit)."""
CHANGE_TABLE: Final = "change_feature"
CODE: Final = "change-code"
"""Kind of the values: numbers of a commit's code, by its hash."""


def list_change_columns() -> tuple[RowColumn, ...]:
    """Return the columns of the table, the same for every shard."""
    return (RowColumn("project", ColumnType.TEXT), *list_feature_columns(list_risk_columns(make_groups())))


def write_change_features(config: Config, work: ShardWork, places: Mapping[str, Path], path: Path) -> int:
    """Write the changes of a shard's repositories, oldest first; return how many there are.

    A repository without commits, or one that cannot be read, has none: reading its commits said so.
    """
    given = {one.place: places[one.place] for one in work.inputs if one.kind == "repository" and one.place in places}
    if not given:
        return 0
    scrubber = Scrubber(load_rules(), read_salt(config.salt), RedactionLevel(config.privacy_level), cache=config.cache)
    return write_rows(path, list_change_columns(), _list_rows(config, work, given, scrubber))


def _list_rows(
    config: Config, work: ShardWork, given: Mapping[str, Path], scrubber: Scrubber
) -> Iterator[Sequence[Cell]]:
    """Yield the rows of repositories; a commit that two clones have is there once for each."""
    now = work.now.timestamp()
    for place, repo in given.items():
        with suppress(SourceError, ToolMissing):
            head = locate_repository(repo).head
            if head is None:
                continue
            if measure_history(config, repo) >= RANGE:
                write_measured(work, place, head)
            table, project = read_change_table(config, repo, now), scrubber.text(find_project(repo).identity)
            for row in list_feature_rows(table, now):
                yield (project, *(cast("Cell", value) for value in row.values.values()))


def measure_history(config: Config, repo: Path) -> int:
    """Measure the code of all changes, as far as the store does not have it, and keep it there; return how many are.

    Raises:
        SourceError: the repository cannot be read.
        ToolMissing: there is no git.
    """
    names = list_change_names(repo)
    with Store.open(config.home) as store:
        known = {one.key.hex(): json.loads(one.value) for one in derived_values.read_all(store.connection, CODE)}
        keep_measured(config, repo, {name: known[name] for name in names if name in known})
        fresh = [name for name in names if name not in known]
        store.put_derived(CODE, [one.value for one in make_code_rows(measure_all(config, repo, fresh))], VERSION)
    return len(names)


def make_code_rows(numbers: Mapping[str, Mapping[str, float]]) -> list[DerivedRow]:
    """Return numbers of commits' code as a store keeps them."""
    return [
        DerivedRow(CODE, VERSION, DerivedValue(bytes.fromhex(name), b"", json.dumps(dict(row)).encode()))
        for name, row in numbers.items()
    ]
