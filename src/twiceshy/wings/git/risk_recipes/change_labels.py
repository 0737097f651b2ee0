"""Find which changes were bad: as developers say it, else by what their fixes took out; and as sessions have it.

What a fix took out is looked for once; the answers lie beside the repository's index in the cache, and hold hashes
only.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, StoreUnwritable
from twiceshy.logs.described_changes import read_line_changes
from twiceshy.logs.repository_place import RepositoryPlace
from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy.wings.git.file_recipes.repository_files import index_path
from twiceshy.wings.git.predict.risk.said_fixes import find_said_fixes
from twiceshy.wings.git.predict.risk.szz import (
    is_fix,
    label_fixes,
    list_lost_lines,
    list_touching,
    name_origins,
    trace_fixes,
)
from twiceshy.wings.git.risk_recipes.corrected_changes import find_corrected

_VERSION: Final = 2
"""Of the rules of ``szz``: answers of other ones are looked for again."""
_ENOUGH_SAID: Final = 30
"""Trailers from which on a repository is taken to have the habit, and nothing is guessed (guess, 2026-11-23)."""
_NEWEST: Final = 60_000
"""Commits that are read for the lines of fixes: two minutes of git (measured on DPDK, 2026-11-23)."""


def find_labels(config: Config, repo: Path, place: RepositoryPlace, changes: Sequence[TimedChange]) -> list[FixLabel]:
    """Return what is known today of bad changes, by the time from which on it was known.

    Raises:
        ToolMissing: there is no git.
    """
    labels = list(find_said_fixes(changes))
    if sum(one.source == "trailer" for one in labels) < _ENOUGH_SAID:
        said = {(one.commit, one.by) for one in labels}
        guessed = label_fixes(_trace(config, repo, place, changes), changes)
        labels += [one for one in guessed if (one.commit, one.by) not in said]
    labels += find_corrected(config, repo, changes)
    return sorted(labels, key=lambda one: (one.known_at, one.by, one.commit))


def _trace(
    config: Config, repo: Path, place: RepositoryPlace, changes: Sequence[TimedChange]
) -> Mapping[str, Sequence[str]]:
    """Return which commits each fix names."""
    path = index_path(config, place, b"").with_suffix(".fixes")
    fixes = [one.commit.hash for one in changes if is_fix(one.commit)]
    known = _read_known(path)
    named = {one: known[one] for one in fixes if one in known}
    if len(named) < len(fixes):
        named |= trace_origins(repo, changes, [one for one in fixes if one not in named])
        content = json.dumps({"version": _VERSION, "fixes": named}, separators=(",", ":"))
        try:
            atomic_files.write(path, content.encode())
        except StoreUnwritable:
            return named  # a data folder that cannot be written costs time, never the answer
    return named


def trace_origins(repo: Path, changes: Sequence[TimedChange], fixes: Sequence[str]) -> dict[str, list[str]]:
    """Return which commits each of these fixes names, as git has their lines; none where it lacks them."""
    commits = [one.commit for one in changes]
    by_name = {one.hash: one for one in commits}
    named: dict[str, list[str]] = {one: [] for one in fixes}
    try:
        wanted = {line for one in read_line_changes(repo, fixes) for line in list_lost_lines(one)}
        history = read_line_changes(repo, list_touching(commits[-_NEWEST:], named.keys()))
        for fix, traced in trace_fixes(history, named.keys(), wanted):
            named[fix] = name_origins(traced, by_name)
    except SourceError:
        return named  # contents are missing, as in a partial clone: fewer are named
    return named


def _read_known(path: Path) -> Mapping[str, Sequence[str]]:
    """Return what an earlier run found."""
    try:
        stored = json.loads(atomic_files.read(path) or b"{}")
    except ValueError:
        return {}
    found = stored.get("fixes") if isinstance(stored, dict) and stored.get("version") == _VERSION else None
    return found if isinstance(found, dict) else {}
