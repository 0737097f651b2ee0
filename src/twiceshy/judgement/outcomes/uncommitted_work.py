"""Which sessions have work in a change that is not committed yet, and from when on is it their own?"""

from collections.abc import Iterable, Mapping, Sequence
from math import inf
from typing import Final, NamedTuple

from twiceshy.judgement.outcomes.files_tested import is_file_named
from twiceshy.judgement.outcomes.work_parts import split_lines
from twiceshy.records.commits import RawCommit, Touch

FRESH_S: Final = 7 * 86_400.0
"""Seconds for which an edit may wait to be committed. Guess of 2026-11-23: older ones were committed or given up."""


class _Work(NamedTuple):
    """What one session did to the files of the change."""

    fresh: bool
    """Whether an edit of a file is newer than the last commit of it."""
    lines: int
    """Lines of the change that it wrote."""


def find_writers(
    change: RawCommit, at: float, touches: Mapping[bytes, Sequence[Touch]], committed: Mapping[str, float]
) -> set[bytes]:
    """Return the sessions whose edits the change holds, as far as their logs tell.

    ``committed`` says when each file was last committed. Edits after that wait to be committed; of their sessions those
    count that wrote lines of the change, where any did. Where none waits, a session counts that wrote such lines
    before: it committed a part of its work.
    """
    work = {session: _weigh(change, at, some, committed) for session, some in touches.items()}
    fresh = {session for session, one in work.items() if one.fresh}
    wrote = {session for session in fresh or work if work[session].lines}
    return wrote or fresh


def _weigh(change: RawCommit, at: float, touches: Iterable[Touch], committed: Mapping[str, float]) -> _Work:
    fresh, lines = False, set[bytes]()
    for touch in touches:
        if touch.at is None or not at - FRESH_S < touch.at <= at:
            continue
        for file in change.files:
            if is_file_named(touch.path, file.path):
                fresh = fresh or touch.at > committed.get(file.path, -inf)
                lines |= split_lines(file.added_hashes) & split_lines(touch.added)
    return _Work(fresh, len(lines))


def find_waiting(touches: Iterable[Touch], committed: Mapping[str, float], since: float) -> set[str]:
    """Return the paths of a session's edits after a time that no commit of their file followed."""
    newest: dict[str, float] = {}
    for touch in touches:
        if touch.at is not None and touch.at > since:
            newest[touch.path] = max(touch.at, newest.get(touch.path, -inf))
    return {
        path
        for path, at in newest.items()
        if all(made < at or not is_file_named(path, file) for file, made in committed.items())
    }


def find_last_commit(touches: Iterable[Touch], committed: Mapping[str, float], at: float) -> float:
    """Return when a session's work was last committed: the newest commit of a file after an edit of it.

    Links of sessions to commits are made later, when what became of the work is judged. Minus infinity for none.
    """
    edited = {touch.path: touch.at for touch in reversed(list(touches)) if touch.at is not None and touch.at <= at}
    return max(
        (
            made
            for file, made in committed.items()
            if made <= at and any(began <= made and is_file_named(path, file) for path, began in edited.items())
        ),
        default=-inf,
    )
