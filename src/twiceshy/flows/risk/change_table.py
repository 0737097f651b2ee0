"""What is known of each change of a repository, with the labels that its later commits give."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from twiceshy.capture.change_history import read_change_history
from twiceshy.capture.commit_words import RepositoryPlace, locate_repository
from twiceshy.capture.cut_history import read_cut_parents
from twiceshy.config import Config
from twiceshy.errors import NotFound
from twiceshy.flows.predict.predict_files import salt_of
from twiceshy.flows.risk.change_labels import find_labels
from twiceshy.flows.risk.measure_code import measure_changes
from twiceshy.flows.risk.measure_work import measure_work
from twiceshy.predict.risk.change_order import order_changes
from twiceshy.predict.risk.change_rows import describe_changes, list_risk_columns
from twiceshy.predict.risk.feature_groups import make_groups
from twiceshy.predict.risk.history_doubts import NO_COMMIT, find_history_doubts
from twiceshy.predict.risk.risk_state import LearnedChanges
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.change_risk import ChangeStory, RiskTable, TimedChange

_HASH: Final = 40
"""Digits of a commit's name, by definition of git; shorter ones stand for what is not committed."""


def read_change_table(config: Config, repo: Path) -> RiskTable:
    """Return the table of the changes behind HEAD.

    Where a shallow clone was cut off, git shows the whole tree as new: such commits are no changes.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = locate_repository(repo)
    if place.head is None:
        raise NotFound(NO_COMMIT)
    known = learn_history(config, repo, place, datetime.now(UTC).timestamp())
    return RiskTable(list_risk_columns(known.groups), known.rows, known.labels, known.doubts)


def learn_history(config: Config, repo: Path, place: RepositoryPlace, now: float) -> LearnedChanges:
    """Return the changes behind HEAD, with all that groups learned of them; ``now`` is noted beside them."""
    head = str(place.head)
    cut = read_cut_parents(place.store)
    history = read_change_history(repo, head, salt=salt_of(config))
    changes = order_changes((replace(one, files=()) if one.hash in cut else one for one in history), now)
    labels = find_labels(config, repo, place, changes)
    groups = make_groups()
    rows = list(describe_changes(tell_stories(config, repo, changes), labels, groups))
    doubts = find_history_doubts(changes, now, cut=len(cut))
    return LearnedChanges(head, now, rows, tuple(labels), groups, tuple(doubts))


def tell_stories(config: Config, repo: Path, changes: Sequence[TimedChange]) -> Iterator[ChangeStory]:
    """Yield the changes with what was measured of them outside their history."""
    changes = _redact(config, changes)
    committed = [one.commit.hash for one in changes if len(one.commit.hash) >= _HASH]
    code = measure_changes(config, repo, committed) if committed else {}
    work = measure_work(config, repo, changes)
    return (
        ChangeStory(change=one, measured={**code.get(one.commit.hash, {}), **work.get(one.commit.hash, {})})
        for one in changes
    )


def _redact(config: Config, changes: Sequence[TimedChange]) -> Sequence[TimedChange]:
    """Return the changes without secrets in messages and names: what groups remember of them is kept in a file."""
    texts = list({text for one in changes for text in _list_texts(one)})
    cache = config.cache if config.cache.is_dir() else None
    scrubber = Scrubber(load_rules(), salt_of(config), RedactionLevel(config.privacy_level), cache=cache)
    clean = {old: new for old, new in zip(texts, scrubber.texts(texts), strict=True) if old != new}
    return [_replace_texts(one, clean) for one in changes] if clean else changes


def _list_texts(change: TimedChange) -> Iterator[str]:
    commit = change.commit
    yield commit.subject
    yield commit.body or ""
    for file in commit.files:
        yield file.path
        yield file.old_path or ""


def _replace_texts(change: TimedChange, clean: Mapping[str, str]) -> TimedChange:
    if clean.keys().isdisjoint(_list_texts(change)):
        return change
    commit = change.commit
    files = tuple(
        replace(
            one, path=clean.get(one.path, one.path), old_path=one.old_path and clean.get(one.old_path, one.old_path)
        )
        for one in commit.files
    )
    body = clean.get(commit.body or "", commit.body)
    subject = clean.get(commit.subject, commit.subject)
    return change._replace(commit=replace(commit, subject=subject, body=body, files=files))
