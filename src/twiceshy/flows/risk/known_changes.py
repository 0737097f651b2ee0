"""The table of changes for a quick answer: what was read before comes from the cache, new commits are learned behind.

Training reads the whole history each time, so that the same history gives the same model. An answer may know a little
less: what new commits say of old ones counts once the history is read again, after a week or many commits.
"""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from twiceshy.capture.change_history import read_change_history
from twiceshy.capture.commit_words import RepositoryPlace, is_ancestor, locate_repository
from twiceshy.config import Config
from twiceshy.errors import NotFound, StoreUnwritable
from twiceshy.flows.predict.predict_files import index_path, salt_of
from twiceshy.flows.predict.ranking_files import note_project
from twiceshy.predict.risk.change_order import order_changes
from twiceshy.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy.predict.risk.history_doubts import NO_COMMIT
from twiceshy.predict.risk.risk_state import LearnedChanges, decode_learned, encode_learned
from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskTable, TimedChange
from twiceshy.records.commits import RawCommit
from twiceshy.store import atomic_files

_ENDING: Final = ".risk"
_MOST_BEHIND: Final = 500
"""New commits from which on the whole history is read again (guess, 2026-11-23)."""
_OLDEST_S: Final = 7 * 86_400
"""Seconds after which it is read again, for what new commits say of old ones (guess, 2026-11-23)."""


def read_known_table(config: Config, repo: Path, pending: RawCommit | None = None) -> RiskTable:
    """Return the table of the changes behind HEAD, and of one that is yet to be committed: then it is the last row.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = _locate(repo)
    known = _load(config, repo, place)
    columns, rows = list_risk_columns(known.groups), known.rows
    if pending is not None:
        change = TimedChange(pending, max(pending.committed_at.timestamp(), rows[-1].at if rows else 0.0))
        rows = [*rows, *_describe(config, repo, [change], known)]
    return RiskTable(columns, rows, known.labels, known.doubts)


def read_fresh_table(config: Config, repo: Path) -> RiskTable:
    """Return the table of the changes behind HEAD, all read anew, and keep it for the next question.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = _locate(repo)
    known = _learn(config, repo, place)
    _keep(_find_path(config, place), repo, known)
    return RiskTable(list_risk_columns(known.groups), known.rows, known.labels, known.doubts)


def _locate(repo: Path) -> RepositoryPlace:
    place = locate_repository(repo)
    if place.head is None:
        raise NotFound(NO_COMMIT)
    return place


def _find_path(config: Config, place: RepositoryPlace) -> Path:
    return index_path(config, place, salt_of(config)).with_suffix(_ENDING)


def _load(config: Config, repo: Path, place: RepositoryPlace) -> LearnedChanges:
    path = _find_path(config, place)
    raw = atomic_files.read(path)
    known = decode_learned(raw) if raw is not None else None
    if known is not None and known.head == place.head:
        return known
    fresh = None if known is None else _read_new(config, repo, place, known)
    if known is None or fresh is None:
        known = _learn(config, repo, place)
    else:
        known.rows += _describe(config, repo, fresh, known)
        known.head = str(place.head)
    _keep(path, repo, known)
    return known


def _read_new(
    config: Config, repo: Path, place: RepositoryPlace, known: LearnedChanges
) -> Sequence[TimedChange] | None:
    """Return the commits behind what is known; None where it does not fit, is too old, or too much is new."""
    head = str(place.head)
    if not 0 <= time.time() - known.made_at < _OLDEST_S or not is_ancestor(repo, known.head, head):
        return None
    found = order_changes(read_change_history(repo, head, salt=salt_of(config), known=[known.head]), time.time())
    return list(_follow(found, known.rows)) if len(found) <= _MOST_BEHIND else None


def _follow(found: Sequence[TimedChange], rows: Sequence[ChangeRow]) -> Iterator[TimedChange]:
    """Yield the changes, none earlier than what was learned before it."""
    least = rows[-1].at if rows else 0.0
    return (TimedChange(one.commit, max(one.at, least)) for one in found)


def _learn(config: Config, repo: Path, place: RepositoryPlace) -> LearnedChanges:
    from twiceshy.flows.risk.change_table import learn_history  # noqa: PLC0415  # what is kept needs none of what it reads

    return learn_history(config, repo, place, time.time())


def _describe(config: Config, repo: Path, changes: Sequence[TimedChange], known: LearnedChanges) -> Iterator[ChangeRow]:
    from twiceshy.flows.risk.change_table import tell_stories  # noqa: PLC0415  # as above

    return describe_changes(tell_stories(config, repo, changes), _list_late(known), known.groups)


def _list_late(known: LearnedChanges) -> Sequence[FixLabel]:
    """Return the labels that no change was late enough for; to learn one twice changes nothing."""
    last = known.rows[-1].at if known.rows else 0.0
    return [one for one in known.labels if one.known_at >= last]


def _keep(path: Path, repo: Path, known: LearnedChanges) -> None:
    content = encode_learned(known)
    if content is None:
        return
    try:
        atomic_files.write(path, content)
        note_project(path.with_name(path.name.partition("-")[0]), repo)
    except StoreUnwritable:
        return  # a data folder that cannot be written costs time, never the answer
