"""What sessions about the same thing read and changed: a signal beside the history, where there is a store."""

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
MOST_ADDED = 2
"""Files that only sessions know, at the end of an answer: nothing says yet how probable they are."""
LEAST_SESSIONS = 2
"""Sessions that changed such a file."""
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
    config: Config, repo: Path, index: Index, text: str, files: tuple[PredictedFile, ...], *, top: int, before: datetime
) -> tuple[PredictedFile, ...]:
    """The same ranking with what sessions that began before know: reasons, and at its end few files of theirs.

    A store that cannot be read changes nothing: `doctor` says what is wrong with it.
    """
    try:
        found, about = _alike(config, repo, index, text, before)
    except StoreError:
        return files
    told = tuple(
        replace(file, reasons=(*file.reasons, found[file.path].said(about))) if file.path in found else file
        for file in files
    )
    shown = {file.path for file in files}
    more = [path for path, one in found.items() if path not in shown and one.changed >= LEAST_SESSIONS]
    more.sort(key=lambda path: (-found[path].changed, -found[path].sessions, path))
    added = [
        PredictedFile(path=path, probability=None, score=0.0, reasons=(found[path].said(about),))
        for path in more[: min(MOST_ADDED, max(0, top - 1))]
    ]
    return (*told[: max(0, top - len(added))], *added)


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
