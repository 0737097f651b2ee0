"""What earlier sessions on the same topic read and changed, as a reason beside a file.

It changes no file's rank: on 240 commits of recorded sessions it found nothing that the history had not
(``benchmarks/predict_sessions.py``).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from twiceshy.records.predictions import PathUse, PredictedFile, PromptMatch
from twiceshy.stats.text.text_words import deduplicate, split_words
from twiceshy_git.predict.index import Index

_LEAST_SHARED = 2
"""Words of the task that a prompt must hold too (guess, 2026-11-21); one where the task has no more."""
_MOST_SESSIONS = 20
"""Similar sessions that are looked at, the best first (guess, 2026-11-21)."""
_MOST_WORDS = 40
"""Different words of a task that are looked for (guess, 2026-11-21)."""
_SHORTEST_WORD = 3
"""Letters of a word that is searched for in prompts (guess, 2026-11-21)."""


@dataclass(slots=True)
class _FileInSessions:
    """In how many sessions on the same topic a file was read and changed."""

    sessions: int = 0
    changed: int = 0

    def to_reason(self, about: Sequence[str], whose: str = "") -> str:
        """Return the reason in words; ``whose``: whose sessions they are, where they are not this machine's."""
        count = self.changed or self.sessions
        verb = "changed" if self.changed else "read"
        return f"{verb} in {count} session{'s' if count > 1 else ''}{whose} about {', '.join(about)}"


class SimilarSessions(NamedTuple):
    """Files of similar sessions, and the words that these sessions share with the task."""

    files: Mapping[str, _FileInSessions]
    about: tuple[str, ...]

    def add_reasons(self, ranking: tuple[PredictedFile, ...], whose: str = "") -> tuple[PredictedFile, ...]:
        """Return the same ranking, with a reason more for each file that similar sessions read or changed."""
        return tuple(
            replace(file, reasons=(*file.reasons, self.files[file.path].to_reason(self.about, whose)))
            if file.path in self.files
            else file
            for file in ranking
        )


def list_search_words(task: str) -> tuple[str, ...]:
    """Return the words of a task that prompts are searched for."""
    words = (word for word in task.lower().split() if word.isalnum() and len(word) >= _SHORTEST_WORD)
    return deduplicate(words)[:_MOST_WORDS]


def find_similar(
    task: str, prompts: Iterable[PromptMatch], read_uses: Callable[[int], Iterable[PathUse]], index: Index
) -> SimilarSessions:
    """Return what the sessions of those prompts that share words with the task did with files of the repository.

    ``read_uses`` returns what one session did with paths.
    """
    asked = deduplicate(split_words(task))[:_MOST_WORDS]
    if not asked:
        return SimilarSessions({}, ())
    sessions: dict[int, set[str]] = {}
    for prompt in prompts:
        common = set(asked) & set(split_words(prompt.text))
        if len(common) >= min(_LEAST_SHARED, len(asked)):
            sessions.setdefault(prompt.session, set()).update(common)
    known: dict[str, _FileInSessions] = {}
    chosen = list(sessions)[:_MOST_SESSIONS]
    for session in chosen:
        for path, changed in _find_files(read_uses(session), index).items():
            file = known.setdefault(path, _FileInSessions())
            file.sessions += 1
            file.changed += changed
    shared = Counter(word for session in chosen for word in sessions[session])
    about = tuple(sorted(shared, key=lambda word: (-shared[word], asked.index(word)))[:2])
    return SimilarSessions(known, about)


def _find_files(uses: Iterable[PathUse], index: Index) -> dict[str, bool]:
    """Return the repository's files among the paths, and whether each was changed."""
    found: dict[str, bool] = {}
    for one in uses:
        if path := _find_path(index, one.path):
            found[path] = found.get(path, False) or one.changed
    return found


def _find_path(index: Index, path: str) -> str:
    """Return the repository's path that the stored one ends in; empty where it is no file of the repository."""
    parts = path.replace("\\", "/").split("/")
    ends = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((end for end in ends if index.numbers_of([end])), "")
