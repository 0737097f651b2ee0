"""Find which changes were bad: as developers say it, else by what their fixes took out; and as sessions have it.

What a fix took out is looked for once; the answers lie beside the repository's index in the cache, and hold hashes
only.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.archive.call_fates import read_call_fates
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.authorship import find_sessions, read_traces
from twiceshy.archive.reads.event_times import read_event_times
from twiceshy.archive.reads.judged_work import read_judged_tasks
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, StoreError, StoreUnwritable
from twiceshy.logs.described_changes import read_line_changes
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import RepositoryPlace
from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy_git.file_recipes.repository_files import index_path
from twiceshy_git.predict.risk.faulty_work import WorkFault, find_faulty_commits
from twiceshy_git.predict.risk.szz import (
    find_said_fixes,
    is_fix,
    label_fixes,
    list_lost_lines,
    list_touching,
    name_origins,
    trace_fixes,
)

# Find which changes the store's sessions say were bad: corrected by a person, or rolled back, after the commit.


def find_corrected(config: Config, repo: Path, changes: Sequence[TimedChange]) -> list[FixLabel]:
    """Return a label for each change whose work was corrected or rolled back after it, as far as that is sure.

    A store that cannot be read knows nothing: ``doctor`` says what is wrong with it.
    """
    with suppress(StoreError):
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                return list(_read_labels(store, find_project(repo.resolve()).identity, changes))
    return []


def _read_labels(store: Store, identity: str, changes: Sequence[TimedChange]) -> Iterator[FixLabel]:
    known = {one.commit.hash: one for one in changes}
    for session in find_sessions(store.connection, identity):
        linked = [known[one.commit_hash] for one in links_of_session(store, session) if one.commit_hash in known]
        faults = list(_read_faults(store, session)) if linked else []
        if faults:
            trace = next(read_traces(store, [session]))
            yield from find_faulty_commits(trace.touches, linked, faults)


def _read_faults(store: Store, session: bytes) -> Iterator[WorkFault]:
    """Yield what was corrected or rolled back in a session, where that is sure enough to count."""
    judged, fates = read_judged_tasks(store, session), read_call_fates(store, session)
    if judged is None or fates is None:
        return
    said = [(one.prompt, fates.corrected.intersection(one.calls), "corrected") for one in judged.result.corrections]
    done = [(one.by, fates.rolled_back.intersection(one.calls), "rolled-back") for one in judged.result.rollbacks]
    times = read_event_times(store.connection, [uid.hex() for uid, _, _ in (*said, *done)])
    for uid, calls, source in (*said, *done):
        at = times.get(uid.hex())
        if at is not None and calls:
            yield WorkFault(at.timestamp(), calls, source)


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
