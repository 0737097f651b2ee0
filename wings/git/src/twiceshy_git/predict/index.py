"""Index: everything that past commits teach about files, grown by one commit at a time.

``learn`` is the only way anything comes in, and it is called after a commit was ranked. So whatever is in the index was
there before the task, and no evaluation can look ahead. Files are numbers that survive renames; a deleted file keeps
its number and is never proposed. Nothing decays by being rewritten: times are kept, and age is computed when asked.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import orjson
import zstandard

from twiceshy.records.predictions import HistoryCommit, Status, TouchedFile
from twiceshy.stats.text.text_words import count_words, deduplicate, split_words
from twiceshy_git.predict.count_table import CountTable, shorten_numbers
from twiceshy_git.predict.paths import parse_path

HALF_LIVES = (10, 60, 400)
"""Commits after which a change counts half: habits of the day, of the month, of the project (guess)."""
_MOST_TOGETHER = 30  # files: a commit with more says little about which belong together (Zimmermann et al. 2005)
_MOST_BODY_WORDS = 60
"""Words of a message's body that are indexed. Guess of 2026-11-21: bounds the work."""
_REFERENCE = re.compile(r"(?:#|\bGH-|\b[A-Z][A-Z0-9]{1,9}-|\b[Tt]ask[ -]?#?)(\d{1,7})\b")
_TRAILER = re.compile(r"^(?:[A-Z][A-Za-z-]+-[Bb]y|Change-Id|git-svn-id|Fixes|\w+-Id):.*$", re.MULTILINE)
_OPENING = re.compile(r"\s*(\w+)(?:\(([^)]*)\))?!?:")
_Members = dict[int, None] | list[int]
"""Files of one word, stem or folder, each once: a list as it was loaded, until somebody changes it."""
_DIGITS = re.compile(r"\d+")


@dataclass(slots=True)
class IndexedFiles:
    """What is known of each file, by its number."""

    paths: list[str] = field(default_factory=list)
    alive: list[bool] = field(default_factory=list)
    born: list[int] = field(default_factory=list)
    """Number of the commit that first touched it."""
    last: list[int] = field(default_factory=list)
    last_at: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)
    heat: list[list[float]] = field(default_factory=list)
    """Decayed number of changes as of ``last``, one for each of ``HALF_LIVES``."""
    size: list[float] = field(default_factory=list)
    """Words in it now."""
    said: list[float] = field(default_factory=list)
    """Words of messages that touched it, weighted as in ``Index.told``."""


class Index:
    """The past of one repository."""

    def __init__(self) -> None:
        self.files = IndexedFiles()
        self.number: dict[str, int] = {}
        """File of each path that was ever seen."""
        self.commits: list[list[int]] = []
        """Files of each commit that touched any, oldest first."""
        self.ids: list[str] = []
        self.at: list[int] = []
        self.authors: list[str] = []
        self.lengths: list[int] = []
        """Words of each message."""
        self.subjects: dict[str, list[int]] = {}
        """Commits whose subject holds a word."""
        self.bodies: dict[str, list[int]] = {}
        self.told: CountTable[str] = CountTable()
        """Word of a subject -> file -> sum of 1 / sqrt(files of the commit)."""
        self.content: CountTable[str] = CountTable()
        """Word -> file -> times it stands there now."""
        self.together: CountTable[int] = CountTable()
        """File -> file -> commits with both."""
        self.follows: CountTable[int] = CountTable()
        """File -> file -> times the second changed in the commit right after the first."""
        self.references: dict[str, list[int]] = {}
        self.openings: CountTable[str] = CountTable()
        """First word or conventional type of a subject -> file -> commits."""
        self.shapes: dict[str, list[int]] = {}
        """Subject without its digits -> commits."""
        self.mine: dict[str, dict[int, list[float]]] = {}
        """Author -> file -> [decayed changes, commit of the last]."""
        self.created: dict[int, list[list[int]]] = {}
        """Commit -> each file that it added, with how many of its folders, from the top, were there before. Commits
        that added very many are left out."""
        self.recent: dict[int, None] = {}
        """Files in the order of their last change, newest last."""
        self.stems: dict[str, _Members] = {}
        self.path_words: dict[str, _Members] = {}
        self.folders: dict[str, _Members] = {}
        self.total_size = 0.0
        self.total_said = 0.0
        self.total_length = 0
        self.living = 0
        self._below: dict[str, int] | None = None
        """Living files in and below each folder; None until somebody asks."""
        self._naming = True
        """Whether ``stems``, ``path_words`` and ``folders`` follow each change of a name."""

    @property
    def now(self) -> int:
        """The number of commits learned."""
        return len(self.commits)

    def heat(self, file: int, scale: int) -> float:
        """Return the decayed number of changes as of now."""
        kept = self.files.heat[file][scale]
        age = self.now - self.files.last[file]
        return kept * math.exp2(-age / HALF_LIVES[scale])

    def numbers_of(self, paths: Iterable[str]) -> list[int]:
        """Return the numbers of those paths that are files now."""
        found = (self.number.get(path) for path in paths)
        return [file for file in found if file is not None and self.files.alive[file]]

    def learn(self, change: HistoryCommit) -> None:
        """Take in one commit."""
        made = self._find_known_depths(change)
        touched = [(self._resolve_file(item), item) for item in change.files]
        if made:
            self.created[self.now] = [[self.number[path], depth] for path, depth in made.items()]
        for file, item in touched:
            if item.gained or item.lost:
                self._update_content(file, item)
        numbers = list(dict.fromkeys(file for file, _ in touched))
        if not numbers:
            return
        self._count_co_changes(numbers)
        self._add_message(numbers, change)
        self._count_changes(numbers, change)
        self.commits.append(numbers)
        self.ids.append(change.id[:12])
        self.at.append(change.at)
        self.authors.append(change.author)

    def learn_names(self, changes: Iterable[HistoryCommit]) -> None:
        """Take in many commits before anything is asked; names are indexed once, at the end.

        A history moves and deletes each of its files about once, and to follow that costs as much as all the rest.
        """
        self._naming = False
        for change in changes:
            self.learn(change)
        self._naming = True
        for file, path in enumerate(self.files.paths):
            if self.files.alive[file]:
                self._add_names(file, path)

    def add_contents(self, contents: Iterable[tuple[str, Mapping[str, int]]]) -> None:
        """Add the words that stand in files of which no patch was learned, by path."""
        for path, counts in contents:
            for file in self.numbers_of([path]):
                self.content.put(counts, file)
                growth = sum(counts.values())
                self.files.size[file] += growth
                self.total_size += growth

    def sync(self, paths: Sequence[str]) -> None:
        """Make the living files exactly ``paths``, as a checkout has them: merges are not learned."""
        present = set(paths)
        for file, path in enumerate(self.files.paths):
            if self.files.alive[file] and path not in present:
                self._bury(file)
        for path in paths:
            known = self.number.get(path)
            if known is None or not self.files.alive[known] or self.files.paths[known] != path:
                self._add_file(path)

    def has_folder(self, folder: str) -> bool:
        """Tell whether a living file lies in the folder or below it; the top is always there."""
        return not folder or folder in self._count_folders()

    def _count_folders(self) -> dict[str, int]:
        """Return how many living files lie in and below each folder; counted once, then kept up to date."""
        if self._below is None:
            self._below = {}
            for path, alive in zip(self.files.paths, self.files.alive, strict=True):
                if alive:
                    self._count_below(path, 1)
        return self._below

    def _count_below(self, path: str, more: int) -> None:
        if self._below is None:
            return
        end = path.rfind("/")
        while end > 0:
            folder = path[:end]
            left = self._below.get(folder, 0) + more
            if left:
                self._below[folder] = left
            else:
                del self._below[folder]
            end = path.rfind("/", 0, end)

    def _find_known_depths(self, change: HistoryCommit) -> dict[str, int]:
        """Return the paths that a commit adds, with how many of their folders are there already."""
        added = [item.path for item in change.files if item.status is Status.ADDED]
        return {path: self.find_known_depth(path) for path in added} if len(added) <= _MOST_TOGETHER else {}

    def find_known_depth(self, path: str) -> int:
        """Return how many of the folders of a path, from the top, are there."""
        parts = path.split("/")[:-1]
        return next((depth for depth in range(len(parts), 0, -1) if self.has_folder("/".join(parts[:depth]))), 0)

    def _resolve_file(self, item: TouchedFile) -> int:
        if item.status is Status.RENAMED and item.old_path is not None:
            file = self.number.get(item.old_path)
            if file is not None and self.files.alive[file]:
                return self._rename(file, item.path)
        file = self.number.get(item.path)
        if file is None or not self.files.alive[file] or self.files.paths[file] != item.path:
            file = self._add_file(item.path)
        if item.status is Status.DELETED:
            self._bury(file)
        return file

    def _add_file(self, path: str) -> int:
        file = self.number.get(path)
        files = self.files
        if file is None or files.paths[file] != path:
            file = len(files.paths)
            files.paths.append(path)
            files.alive.append(False)
            files.born.append(self.now)
            files.last.append(self.now)
            files.last_at.append(0)
            files.changes.append(0)
            files.heat.append([0.0] * len(HALF_LIVES))
            files.size.append(0.0)
            files.said.append(0.0)
        self.number[path] = file
        if not files.alive[file]:
            files.alive[file] = True
            self.living += 1
            self._count_below(path, 1)
            self._add_names(file, path)
        return file

    def _bury(self, file: int) -> None:
        if self.files.alive[file]:
            self.files.alive[file] = False
            self.living -= 1
            self._count_below(self.files.paths[file], -1)
            self.recent.pop(file, None)
            self._remove_names(file, self.files.paths[file])

    def _rename(self, file: int, path: str) -> int:
        other = self.number.get(path)
        if other is not None and other != file and self.files.paths[other] == path:
            self._bury(other)
        self._remove_names(file, self.files.paths[file])
        self._count_below(self.files.paths[file], -1)
        self._count_below(path, 1)
        self.files.paths[file] = path
        self.number[path] = file
        self._add_names(file, path)
        return file

    def _add_names(self, file: int, path: str) -> None:
        if not self._naming:
            return
        name = parse_path(path)
        _open_members(self.stems, name.stem)[file] = None
        _open_members(self.folders, name.folder)[file] = None
        for word in name.words:
            _open_members(self.path_words, word)[file] = None

    def _remove_names(self, file: int, path: str) -> None:
        if not self._naming:
            return
        name = parse_path(path)
        _open_members(self.stems, name.stem).pop(file, None)
        _open_members(self.folders, name.folder).pop(file, None)
        for word in name.words:
            _open_members(self.path_words, word).pop(file, None)

    def _update_content(self, file: int, item: TouchedFile) -> None:
        self.content.put(item.gained, file)
        growth = float(sum(item.gained.values()))
        for word, times in item.lost.items():
            holders = self.content.get(word) or {}
            had = holders.get(file, 0)
            growth -= min(had, times)
            if had > times:
                holders[file] = had - times
            elif had:
                del holders[file]
                if not holders:
                    self.content.drop(word)
        self.files.size[file] += growth
        self.total_size += growth

    def _count_co_changes(self, numbers: list[int]) -> None:
        if len(numbers) > _MOST_TOGETHER:
            return
        for file in numbers:
            partners = self.together.row(file)
            for other in numbers:
                if other != file:
                    partners[other] = partners.get(other, 0) + 1
        before = self.commits[-1] if self.commits else []
        if len(before) * len(numbers) <= _MOST_TOGETHER * 4:
            for file in before:
                successors = self.follows.row(file)
                for other in numbers:
                    successors[other] = successors.get(other, 0) + 1

    def _add_message(self, numbers: list[int], change: HistoryCommit) -> None:
        here = self.now
        subject = deduplicate(split_words(change.subject))
        body = [
            word for word in list(count_words(_TRAILER.sub("", change.body)))[:_MOST_BODY_WORDS] if word not in subject
        ]
        for word in subject:
            self.subjects.setdefault(word, []).append(here)
        for word in body:
            self.bodies.setdefault(word, []).append(here)
        self.lengths.append(len(subject))
        self.total_length += len(subject)
        for reference in set(_REFERENCE.findall(change.subject + "\n" + change.body)):
            self.references.setdefault(reference, []).append(here)
        self.shapes.setdefault(normalize_subject(change.subject), []).append(here)
        if len(numbers) <= 4 * _MOST_TOGETHER:
            self._count_words(numbers, subject, find_opening(change.subject))

    def _count_words(self, numbers: list[int], subject: Sequence[str], first: str) -> None:
        share = len(numbers) ** -0.5
        for word in subject:
            holders = self.told.row(word)
            for file in numbers:
                holders[file] = holders.get(file, 0) + share
        for file in numbers:
            self.files.said[file] += share * len(subject)
        self.total_said += share * len(subject) * len(numbers)
        opened = self.openings.row(first)
        for file in numbers:
            opened[file] = opened.get(file, 0) + 1

    def _count_changes(self, numbers: list[int], change: HistoryCommit) -> None:
        here, files = self.now, self.files
        own = self.mine.setdefault(change.author, {})
        for file in numbers:
            age, heat = here - files.last[file], files.heat[file]
            if files.changes[file]:
                heat = [kept * 2.0 ** (-age / half) for kept, half in zip(heat, HALF_LIVES, strict=True)]
            files.heat[file] = [kept + 1 for kept in heat]
            files.last[file] = here
            files.last_at[file] = change.at
            files.changes[file] += 1
            self.recent.pop(file, None)
            if files.alive[file]:
                self.recent[file] = None
            known = own.get(file)
            own[file] = [known[0] * 2.0 ** ((known[1] - here) / HALF_LIVES[1]) + 1 if known else 1.0, here]


def _open_members(table: dict[str, _Members], key: str) -> dict[int, None]:
    """Return a row that can be changed in constant time, however long it is."""
    found = table.get(key)
    if not isinstance(found, dict):
        found = table[key] = dict.fromkeys(found or ())
    return found


def normalize_subject(subject: str) -> str:
    """Return the subject without what differs from one release or version bump to the next.

    >>> normalize_subject("Bump black from 22.1.0 to 22.3.0 (#1657)")
    'bump black from 0.0.0 to 0.0.0 (#0)'
    """
    return _DIGITS.sub("0", subject.strip().lower())[:120]


def find_opening(subject: str) -> str:
    """Return the conventional type, else the first word: `feat(auth): add` gives `feat:`.

    >>> find_opening("feat(auth)!: add login"), find_opening("Adding login"), find_opening("")
    ('feat:', 'add', '')
    """
    if typed := _OPENING.match(subject):
        return typed.group(1).lower() + ":"
    return next(iter(split_words(subject)), "")


def find_references(text: str) -> frozenset[str]:
    """Return the numbers of tasks, issues and pull requests that a text names.

    >>> sorted(find_references("Task #42: see GH-7, ABC-12, closes #8"))
    ['12', '42', '7', '8']
    """
    return frozenset(_REFERENCE.findall(text))


def sum_scores(counts: Iterable[Mapping[int, float]]) -> dict[int, float]:
    """Return the sum of several scores."""
    total: dict[int, float] = {}
    for part in counts:
        for file, value in part.items():
            total[file] = total.get(file, 0.0) + value
    return total


# Index file: an index as one compressed JSON file, so that the next question need not read the history.
#
# It can be made again at any time, so a file that does not fit is simply not used.

VERSION = 3
_LEVEL = 3
"""Level of compression: the library's documented default."""
_LARGEST = 1 << 30
"""Bytes unpacked: more is no index of ours. Guess of 2026-11-21."""


def encode(index: Index, extra: dict[str, Any]) -> bytes:
    """Return the index as bytes, with what the caller wants to find beside it."""
    plain: dict[str, Any] = {
        "version": VERSION,
        "extra": extra,
        "files": {field.name: getattr(index.files, field.name) for field in fields(IndexedFiles)},
        "recent": list(index.recent),
        "created": {str(commit): made for commit, made in index.created.items()},
        "mine": {author: _pack_heat(own) for author, own in index.mine.items()},
        "totals": [index.total_size, index.total_said, index.total_length, index.living],
    }
    for name in _PLAIN:
        plain[name] = getattr(index, name)
    for name in _SETS:
        plain[name] = {key: list(members) for key, members in getattr(index, name).items() if members}
    for name in _BY_WORD:
        plain[name] = getattr(index, name).encode_rows()
    for name in _BY_FILE:
        plain[name] = {str(key): row for key, row in getattr(index, name).encode_rows().items()}
    plain["told"] = {word: shorten_numbers(row) for word, row in plain["told"].items()}
    return zstandard.ZstdCompressor(level=_LEVEL).compress(orjson.dumps(plain))


def _pack_heat(own: Mapping[int, Sequence[float]]) -> list[float]:
    """Return one author's changes as a flat list: file, heat, last commit, file ..."""
    return [number for file, (heat, last) in own.items() for number in (file, round(heat, 4), last)]


_PLAIN = ("number", "commits", "ids", "at", "authors", "lengths", "subjects", "bodies", "references", "shapes")
_SETS = ("stems", "path_words", "folders")
_BY_WORD = ("told", "content", "openings")
_BY_FILE = ("together", "follows")


def decode(raw: bytes) -> tuple[Index, dict[str, Any]] | None:
    """Return the index and what was put beside it; None where the bytes are no index of this version."""
    try:
        plain = orjson.loads(zstandard.ZstdDecompressor().decompress(raw, max_output_size=_LARGEST))
        if plain["version"] != VERSION:
            return None
        index = Index()
        index.files = IndexedFiles(**plain["files"])
        index.recent = dict.fromkeys(plain["recent"])
        for name in _PLAIN:
            setattr(index, name, plain[name])
        for name in _SETS:
            setattr(index, name, plain[name])
        for name in _BY_WORD:
            setattr(index, name, CountTable(plain[name]))
        for name in _BY_FILE:
            setattr(index, name, CountTable({int(key): row for key, row in plain[name].items()}))
        index.created = {int(commit): made for commit, made in plain["created"].items()}
        index.mine = {
            author: {flat[at]: [flat[at + 1], flat[at + 2]] for at in range(0, len(flat), 3)}
            for author, flat in plain["mine"].items()
        }
        index.total_size, index.total_said, index.total_length, index.living = plain["totals"]
        return index, dict(plain["extra"])
    except (zstandard.ZstdError, KeyError, TypeError, ValueError, IndexError):
        return None
