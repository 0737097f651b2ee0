"""What earlier sessions about the same thing read and changed: a reason beside a file, where there is a store.

It moves no file: on 240 commits of recorded sessions it found nothing that the history had not
(``benchmarks/predict_sessions.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from twiceshy.capture.projects import identity
from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.facts.ranking import distinct, words
from twiceshy.predict.index import Index
from twiceshy.records.predictions import PredictedFile
from twiceshy.store.db import Store, begun
from twiceshy.store.reads.touched import handled, prompts_with

LEAST_SHARED = 2
"""Words of the task that a prompt must hold too (guess); one where the task has no more."""
MOST_SESSIONS = 20
MOST_WORDS = 40


@dataclass(slots=True)
class Known:
    """One file in sessions about the same thing."""

    sessions: int = 0
    changed: int = 0

    def said(self, about: Sequence[str]) -> str:
        """In words."""
        count = self.changed or self.sessions
        verb = "changed" if self.changed else "read"
        return f"{verb} in {count} session{'s' if count > 1 else ''} about {', '.join(about)}"


def with_sessions(
    config: Config, repo: Path, index: Index, text: str, files: tuple[PredictedFile, ...], *, before: datetime
) -> tuple[PredictedFile, ...]:
    """The same ranking with a reason for each file that sessions which began before know.

    A store that cannot be read changes nothing: `doctor` says what is wrong with it.
    """
    try:
        found, about = _alike(config, repo, index, text, before)
    except StoreError:
        return files
    return tuple(
        replace(file, reasons=(*file.reasons, found[file.path].said(about))) if file.path in found else file
        for file in files
    )


def _alike(
    config: Config, repo: Path, index: Index, text: str, before: datetime
) -> tuple[dict[str, Known], tuple[str, ...]]:
    """Files by path, and the words that the sessions share with the task."""
    asked = distinct(words(text))[:MOST_WORDS]
    plain = distinct(word for word in text.lower().split() if word.isalnum() and len(word) > 2)[:MOST_WORDS]
    if not asked or not begun(config.home):
        return {}, ()
    known: dict[str, Known] = {}
    shared: dict[str, int] = {}
    with Store.open(config.home, readonly=True) as store:
        prompts = prompts_with(store.connection, plain, identity(repo.resolve()).identity, before)
        sessions: dict[int, set[str]] = {}
        for prompt in prompts:
            common = set(asked) & set(words(prompt.text))
            if len(common) >= min(LEAST_SHARED, len(asked)):
                sessions.setdefault(prompt.session, set()).update(common)
        for session in list(sessions)[:MOST_SESSIONS]:
            for word in sessions[session]:
                shared[word] = shared.get(word, 0) + 1
            seen: dict[str, bool] = {}
            for one in handled(store.connection, session):
                path = _here(index, one.path)
                if path:
                    seen[path] = seen.get(path, False) or one.changed
            for path, changed in seen.items():
                file = known.setdefault(path, Known())
                file.sessions += 1
                file.changed += changed
    about = tuple(sorted(shared, key=lambda word: (-shared[word], asked.index(word)))[:2])
    return known, about


def _here(index: Index, path: str) -> str:
    """The repository's path that the stored one ends in; empty where it is no file of the repository."""
    parts = path.replace("\\", "/").split("/")
    for start in range(len(parts)):
        found = "/".join(parts[start:])
        if index.known([found]):
            return found
    return ""
