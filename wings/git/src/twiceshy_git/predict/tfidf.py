"""TF-IDF ranking: the file ranking of earlier collectors, as it was described: counts by commit type and keyword.

It is a baseline to beat, and its model files can still be read and written. It follows no renames and forgets nothing;
that is part of what it is.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.predictions import HistoryCommit, Status

_TYPE_WEIGHT, _KEYWORD_WEIGHT, _SEED_WEIGHT, _FREQUENCY_PENALTY = 2.0, 1.5, 3.0, 0.3
VERSION = "1.0.0"
_MOST_TOGETHER = 200
"""Files of a commit whose pairs are counted. Guess of 2026-11-21."""
_TYPED = re.compile(r"^(\w+)(?:\([^)]*\))?!?:\s")
_TYPES = frozenset(
    {"feat", "fix", "docs", "refactor", "test", "chore", "perf", "style", "build", "ci", "data", "security"}
)
_VERBS = ("add", "fix", "update", "implement", "remove", "refactor", "improve", "create", "delete", "change", "move")
_TASK = re.compile(r"task\s*#?(\d+)|#(\d+)", re.IGNORECASE)
_WORD = re.compile(r"[a-z][a-z0-9_]{2,}")
_STOP_WORDS = """
the and for with from into that this are was were been have has had will would could should may might can not but
its all any our out use via per when then than also some more only new
"""
_STOP = frozenset(_STOP_WORDS.split())
_Rows = dict[str, dict[str, int]]


class TfIdf:
    """The counts of past commits, and the ranking by them."""

    def __init__(self) -> None:
        self.cooccurrence: _Rows = {}
        self.by_type: _Rows = {}
        self.by_keyword: _Rows = {}
        self.frequency: dict[str, int] = {}
        self.commits = 0

    def learn(self, change: HistoryCommit) -> None:
        """Take in one commit, by the names in its diff."""
        names = [item.path for item in change.files]
        names += [item.old_path for item in change.files if item.status is Status.RENAMED and item.old_path]
        self.learn_names(change.subject, names)

    def learn_names(self, subject: str, names: Sequence[str]) -> None:
        """Take in one commit, by its subject and file names."""
        if not names:
            return
        self.commits += 1
        path_words = {word for name in names for word in _WORD.findall(re.sub(r"[/_.-]", " ", name.lower()))}
        kinds, keys = _find_types(subject), _find_keywords(subject) | (path_words - _STOP)
        for name in names:
            self.frequency[name] = self.frequency.get(name, 0) + 1
        _count_pairs(self.by_type, kinds, names)
        _count_pairs(self.by_keyword, keys, names)
        for name in names if len(names) <= _MOST_TOGETHER else ():
            _count_pairs(self.cooccurrence, [name], [other for other in names if other != name])

    def rank(self, text: str, seeds: Iterable[str] = ()) -> list[str]:
        """Return names, best first."""
        scores: dict[str, float] = {}
        for rows, heads, weight in (
            (self.by_type, _find_types(text), _TYPE_WEIGHT),
            (self.by_keyword, _find_keywords(text), _KEYWORD_WEIGHT),
        ):
            for head in heads:
                row = rows.get(head, {})
                total = sum(row.values())
                for name, count in row.items():
                    rarity = math.log(self.commits / (self.frequency[name] + 1))
                    scores[name] = scores.get(name, 0.0) + weight * count / total * rarity
        for seed in seeds:
            for name, both in self.cooccurrence.get(seed, {}).items():
                either = self.frequency.get(seed, 0) + self.frequency.get(name, 0) - both
                scores[name] = scores.get(name, 0.0) + _SEED_WEIGHT * both / max(1, either)
        most = max(self.frequency.values(), default=1)
        for name in scores:
            scores[name] *= 1 - _FREQUENCY_PENALTY * self.frequency.get(name, 0) / most
        return sorted(scores, key=lambda name: -scores[name])

    def to_json(self, trained_at: str) -> str:
        """Return the model file, with the keys that its users know."""
        return json.dumps(
            {
                "file_cooccurrence": self.cooccurrence,
                "type_to_files": self.by_type,
                "keyword_to_files": self.by_keyword,
                "file_frequency": self.frequency,
                "total_commits": self.commits,
                "trained_at": trained_at,
                "version": VERSION,
            }
        )


def _count_pairs(rows: _Rows, heads: Iterable[str], names: Sequence[str]) -> None:
    """Count each name once more in the row of each head."""
    for head in heads:
        row = rows.setdefault(head, {})
        for name in names:
            row[name] = row.get(name, 0) + 1


def read_tfidf(text: str) -> TfIdf:
    """Return the model of such a file.

    Raises:
        StoreCorrupt: it has other keys or values.
    """
    try:
        raw: dict[str, Any] = json.loads(text)
        model = TfIdf()
        model.cooccurrence = _read_rows(raw["file_cooccurrence"])
        model.by_type = _read_rows(raw["type_to_files"])
        model.by_keyword = _read_rows(raw["keyword_to_files"])
        model.frequency = {str(name): int(count) for name, count in raw["file_frequency"].items()}
        model.commits = int(raw["total_commits"])
        named = {name for rows in (model.by_type, model.by_keyword) for row in rows.values() for name in row}
        fits = model.commits > 0 and named <= set(model.frequency)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreCorrupt(
            f"this is no model of the tfidf kind ({error!r}); train one with `twiceshy train`"
        ) from error
    if not fits:
        raise StoreCorrupt("the counts of this tfidf model do not fit together; train one with `twiceshy train`")
    return model


def _read_rows(raw: Mapping[str, Mapping[str, Any]]) -> _Rows:
    return {str(head): {str(name): int(count) for name, count in row.items()} for head, row in raw.items()}


def _find_types(text: str) -> set[str]:
    """Return the commit type that the text starts with, if any."""
    found = _TYPED.match(text.lower())
    return {found.group(1)} if found and found.group(1) in _TYPES else set()


def _find_keywords(text: str) -> set[str]:
    """Return words longer than two without stop words, task numbers and action verbs."""
    lower = text.lower()
    found = Counter(_WORD.findall(lower))
    tasks = {f"task_{one or other}" for one, other in _TASK.findall(lower)}
    return {word for word in found if word not in _STOP} | tasks | {verb for verb in _VERBS if verb in lower.split()}
