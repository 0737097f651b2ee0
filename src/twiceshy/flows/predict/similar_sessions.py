"""Add what earlier sessions on the same topic read and changed as a reason beside a file, where there is a store.

It changes no file's rank: on 240 commits of recorded sessions it found nothing that the history had not
(``benchmarks/predict_sessions.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from twiceshy.capture.projects import find_project
from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.facts.text.text_words import deduplicate, split_words
from twiceshy.predict.index import Index
from twiceshy.records.predictions import PredictedFile
from twiceshy.store.db import Store, has_store
from twiceshy.store.reads.prompt_paths import find_prompts, read_path_uses

_LEAST_SHARED = 2
"""Words of the task that a prompt must hold too (guess); one where the task has no more."""
_MOST_SESSIONS = 20
_MOST_WORDS = 40


@dataclass(slots=True)
class _FileInSessions:
    """In how many sessions on the same topic a file was read and changed."""

    sessions: int = 0
    changed: int = 0

    def to_reason(self, about: Sequence[str]) -> str:
        """Return the reason in words."""
        count = self.changed or self.sessions
        verb = "changed" if self.changed else "read"
        return f"{verb} in {count} session{'s' if count > 1 else ''} about {', '.join(about)}"


def add_session_reasons(
    config: Config, repo: Path, index: Index, text: str, files: tuple[PredictedFile, ...], *, before: datetime
) -> tuple[PredictedFile, ...]:
    """Return the same ranking, with a reason for each file known from sessions that began before the time given.

    A store that cannot be read changes nothing: `doctor` says what is wrong with it.
    """
    try:
        found, about = _find_similar(config, repo, index, text, before)
    except StoreError:
        return files
    return tuple(
        replace(file, reasons=(*file.reasons, found[file.path].to_reason(about))) if file.path in found else file
        for file in files
    )


def _find_similar(
    config: Config, repo: Path, index: Index, text: str, before: datetime
) -> tuple[dict[str, _FileInSessions], tuple[str, ...]]:
    """Return the counts by file path, and the words that the sessions share with the task."""
    asked = deduplicate(split_words(text))[:_MOST_WORDS]
    plain = deduplicate(word for word in text.lower().split() if word.isalnum() and len(word) > 2)[:_MOST_WORDS]
    if not asked or not has_store(config.home):
        return {}, ()
    known: dict[str, _FileInSessions] = {}
    shared: dict[str, int] = {}
    with Store.open(config.home, readonly=True) as store:
        prompts = find_prompts(store.connection, plain, find_project(repo.resolve()).identity, before)
        sessions: dict[int, set[str]] = {}
        for prompt in prompts:
            common = set(asked) & set(split_words(prompt.text))
            if len(common) >= min(_LEAST_SHARED, len(asked)):
                sessions.setdefault(prompt.session, set()).update(common)
        for session in list(sessions)[:_MOST_SESSIONS]:
            for word in sessions[session]:
                shared[word] = shared.get(word, 0) + 1
            seen: dict[str, bool] = {}
            for one in read_path_uses(store.connection, session):
                path = _find_path(index, one.path)
                if path:
                    seen[path] = seen.get(path, False) or one.changed
            for path, changed in seen.items():
                file = known.setdefault(path, _FileInSessions())
                file.sessions += 1
                file.changed += changed
    about = tuple(sorted(shared, key=lambda word: (-shared[word], asked.index(word)))[:2])
    return known, about


def _find_path(index: Index, path: str) -> str:
    """Return the repository's path that the stored one ends in; empty where it is no file of the repository."""
    parts = path.replace("\\", "/").split("/")
    for start in range(len(parts)):
        found = "/".join(parts[start:])
        if index.numbers_of([found]):
            return found
    return ""
