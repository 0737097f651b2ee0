"""The table of changes for a quick answer: what was read before comes from the cache, new commits are learned behind.

Training reads the whole history each time, so that the same history gives the same model. An answer may know a little
less: where a new commit names an old one, that counts at once; what lines its fixes take out counts once the history is
read again, after a week or many commits.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreUnwritable
from twiceshy.logs.repository_place import RepositoryPlace, is_ancestor, locate_repository
from twiceshy.records.change_risk import ChangeRow, FixLabel, RiskTable, TimedChange
from twiceshy.records.commits import RawCommit
from twiceshy_git.file_recipes.ranking_files import note_project
from twiceshy_git.file_recipes.repository_files import index_path
from twiceshy_git.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy_git.predict.risk.faulty_work import NO_COMMIT, find_history_doubts, order_changes
from twiceshy_git.predict.risk.feature_groups import make_groups
from twiceshy_git.predict.risk.risk_state import LearnedChanges, decode_learned, encode_learned, list_times
from twiceshy_git.predict.risk.szz import find_said_fixes
from twiceshy_git.risk_recipes.change_stories import measure_code, tell_stories

_ENDING: Final = ".risk"
_MOST_BEHIND: Final = 500
"""New commits from which on the whole history is read again (guess, 2026-11-23)."""
_OLDEST_S: Final = 7 * 86_400
"""Seconds after which it is read again, for what new commits say of old ones (guess, 2026-11-23)."""


def read_known_table(config: Config, repo: Path) -> RiskTable:
    """Return the table of the changes behind HEAD.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    return _make_table(_load(config, repo, _locate(repo)))


def describe_pending(config: Config, repo: Path, pending: RawCommit) -> tuple[RiskTable, ChangeRow]:
    """Return the table of the changes behind HEAD, and the row of one that is yet to be committed; nothing of it stays.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    known = _load(config, repo, _locate(repo))
    change = TimedChange(pending, max(pending.committed_at.timestamp(), _find_last(known)))
    (row,) = _describe(config, repo, [change], known)
    return _make_table(known), row


def read_fresh_table(config: Config, repo: Path) -> RiskTable:
    """Return the table of the changes behind HEAD, all read anew, and keep it for the next question.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = _locate(repo)
    known = learn_history(config, repo, place, time.time())
    _keep(_find_path(config, place), repo, known)
    return _make_table(known)


def read_change_table(config: Config, repo: Path, now: float | None = None) -> RiskTable:
    """Return the table of the changes behind HEAD, all read anew; nothing is kept. ``now``: None is this moment.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    return _make_table(learn_history(config, repo, _locate(repo), time.time() if now is None else now))


def _make_table(known: LearnedChanges) -> RiskTable:
    return RiskTable(list_risk_columns(known.groups), known.rows, known.labels, known.doubts, known.tell_middles())


def _find_last(known: LearnedChanges) -> float:
    """Return when the newest change was made; 0 where there is none."""
    return known.rows[-1].at if known.rows else 0.0


def _locate(repo: Path) -> RepositoryPlace:
    place = locate_repository(repo)
    if place.head is None:
        raise NotFound(NO_COMMIT)
    return place


def _find_path(config: Config, place: RepositoryPlace) -> Path:
    return index_path(config, place, read_salt(config.salt)).with_suffix(_ENDING)


def _load(config: Config, repo: Path, place: RepositoryPlace) -> LearnedChanges:
    path = _find_path(config, place)
    raw = atomic_files.read(path)
    known = decode_learned(raw) if raw is not None else None
    if known is not None and known.head == place.head:
        return known
    fresh = None if known is None else _read_new(config, repo, place, known)
    if known is None or fresh is None:
        known = learn_history(config, repo, place, time.time())
    else:
        _grow(config, repo, fresh, known)
        known.head = str(place.head)
    _keep(path, repo, known)
    return known


def _grow(config: Config, repo: Path, fresh: Sequence[TimedChange], known: LearnedChanges) -> None:
    """Learn new changes, and which earlier ones they name; what lines they take out waits for the next reading."""
    said = find_said_fixes(fresh, [*list_times(known.rows)])
    known.labels = tuple(sorted((*known.labels, *said), key=lambda one: (one.known_at, one.by, one.commit)))
    known.rows.extend(_describe(config, repo, fresh, known))


def _read_new(
    config: Config, repo: Path, place: RepositoryPlace, known: LearnedChanges
) -> Sequence[TimedChange] | None:
    """Return the commits behind what is known; None where it does not fit, is too old, or too much is new."""
    from twiceshy.logs.change_history import read_change_history  # noqa: PLC0415  # as below

    head = str(place.head)
    if not 0 <= time.time() - known.made_at < _OLDEST_S or not is_ancestor(repo, known.head, head):
        return None
    found = order_changes(read_change_history(repo, head, salt=read_salt(config.salt), known=[known.head]), time.time())
    least = _find_last(known)  # none is earlier than what was learned before it
    return [TimedChange(one.commit, max(one.at, least)) for one in found] if len(found) <= _MOST_BEHIND else None


def learn_history(config: Config, repo: Path, place: RepositoryPlace, now: float) -> LearnedChanges:
    """Return the changes behind HEAD, with all that groups learned of them; ``now`` is noted beside them.

    Where a shallow clone was cut off, git shows the whole tree as new: such commits are no changes.
    """
    from twiceshy.logs.change_history import read_change_history  # noqa: PLC0415  # what is known needs none of it
    from twiceshy.logs.cut_history import read_cut_parents  # noqa: PLC0415  # as above
    from twiceshy_git.risk_recipes.change_labels import find_labels  # noqa: PLC0415  # as above

    head = str(place.head)
    cut = read_cut_parents(place.store)
    history = read_change_history(repo, head, salt=read_salt(config.salt))
    changes = order_changes((replace(one, files=()) if one.hash in cut else one for one in history), now)
    labels = find_labels(config, repo, place, changes)
    groups = make_groups()
    code = measure_code(config, repo, changes)
    rows = list(describe_changes(tell_stories(config, repo, changes, code), labels, groups))
    doubts = find_history_doubts(changes, now, cut=len(cut))
    return LearnedChanges(head, now, rows, tuple(labels), groups, tuple(doubts), has_code=bool(code))


def _describe(config: Config, repo: Path, changes: Sequence[TimedChange], known: LearnedChanges) -> Iterator[ChangeRow]:
    code = measure_code(config, repo, changes) if known.has_code else {}
    stories = tell_stories(config, repo, changes, code, known.knows_path)
    return describe_changes(stories, _list_late(known), known.groups)


def _list_late(known: LearnedChanges) -> Sequence[FixLabel]:
    """Return the labels that no change was late enough for; to learn one twice changes nothing."""
    last = _find_last(known)
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
