"""Changes with what was measured of each outside its history, and without secrets.

What measures is imported where something is to be measured: it takes longer than an answer about what is known.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from twiceshy.archive.atomic_files import read_salt
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreError
from twiceshy.records.change_risk import ChangeStory, TimedChange

_HASH: Final = 40
"""Digits of a commit's name, by definition of git; shorter ones stand for what is not committed."""


def tell_stories(
    config: Config,
    repo: Path,
    changes: Sequence[TimedChange],
    code: Mapping[str, Mapping[str, float]],
    is_clean: Callable[[str], bool] = operator.not_,
) -> Iterator[ChangeStory]:
    """Yield the changes with what was measured of them outside their history.

    ``code`` has the numbers of each one's code, by hash. ``is_clean`` tells of a text that redaction leaves as it is.
    """
    changes = _redact(config, changes, is_clean)
    work = _measure_work(config, repo, changes)
    return (
        ChangeStory(change=one, measured={**code.get(one.commit.hash, {}), **work.get(one.commit.hash, {})})
        for one in changes
    )


def measure_code(config: Config, repo: Path, changes: Sequence[TimedChange]) -> Mapping[str, Mapping[str, float]]:
    """Return the numbers of each commit's code, by hash; of a long history nothing until all of it is measured."""
    commits = [one.commit.hash for one in changes if len(one.commit.hash) >= _HASH]
    if not commits:
        return {}
    from twiceshy_git.risk_recipes.measure_code import measure_changes  # noqa: PLC0415  # scanners take longer than an answer

    return measure_changes(config, repo, commits)


def _measure_work(config: Config, repo: Path, changes: Sequence[TimedChange]) -> Mapping[str, Mapping[str, float]]:
    """Return what the store says of the work on each change."""
    from twiceshy.archive.db import has_store  # noqa: PLC0415  # a list of what is known needs no store

    with suppress(StoreError):
        if has_store(config.home):
            from twiceshy_git.risk_recipes.measure_work import measure_work  # noqa: PLC0415  # as for code

            return measure_work(config, repo, changes)
    return {}


def _redact(config: Config, changes: Sequence[TimedChange], is_clean: Callable[[str], bool]) -> Sequence[TimedChange]:
    """Return the changes without secrets in messages and names: what groups remember of them is kept in a file."""
    texts = [text for text in {text for one in changes for text in _list_texts(one)} if text and not is_clean(text)]
    if not texts:
        return changes
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415  # as above, where nothing is new
    from twiceshy.privacy.scrub import Scrubber  # noqa: PLC0415  # as above

    cache = config.cache if config.cache.is_dir() else None
    scrubber = Scrubber(load_rules(), read_salt(config.salt), RedactionLevel(config.privacy_level), cache=cache)
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
