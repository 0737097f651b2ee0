"""Places where new files were made before, or where the task's files lie, and how much speaks for each.

A place is a folder and a form of names. A file in a folder that was not there before belongs to the nearest folder
that was, with a star: each `playground/css-modules/main.js` was once a `playground/*`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.stats.text.text_words import deduplicate, split_words
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.new_files.creating_task import list_missing
from twiceshy_git.predict.ranking_task import RankingTask

# Name forms: what the names of files in one place have in common, so that a new one's can be foretold.
#
# A name that stands in several folders (`__init__.py`, `package.json`) is a form by itself. Of any other the part that
# changes from file to file becomes a star: marks of tests, a number in front, a last word that neighbours share and
# all endings stay.

_FEWEST: Final = 3
"""Files of one name, or with one last word, that make it a form (guess, 2026-11-24)."""
_TEST: Final = re.compile(r"^(test[_-])?(.*?)([_-](?:test|tests|spec)|(?<=[a-z0-9])(?:Tests?|Spec|IT))?$")
_NUMBER: Final = re.compile(r"^\d+(?:[_.-]\d+)*(?=[_.-]\D)")
_LAST_WORD: Final = re.compile(r"(?<=[a-z0-9])[A-Z][a-z]+$")
_ENDING: Final = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,9}){1,3}$")
"""Up to three endings, as in `.test.ts` and `.d.ts`."""


class KnownNames(NamedTuple):
    """How often names and their last words stand in a repository."""

    bases: Mapping[str, int]
    last_words: Mapping[str, int]
    """Last word of a name in camel case with its endings: `Mapper.java`."""


def count_names(paths: Iterable[str]) -> KnownNames:
    """Count the names of files."""
    bases = Counter(path.rpartition("/")[2] for path in paths)
    last: Counter[str] = Counter()
    for base, times in bases.items():
        if word := _find_last_word(base):
            last[word] += times
    return KnownNames(bases, last)


def find_form(path: str, known: KnownNames) -> str:
    """Return the form of a file's name.

    >>> known = count_names(["a/__init__.py", "b/__init__.py", "c/__init__.py", "UserMapper.java"])
    >>> [find_form(path, known) for path in ("d/__init__.py", "tests/test_auth.py", "go/auth_test.go", "a.test.ts")]
    ['__init__.py', 'test_*.py', '*_test.go', '*.test.ts']
    >>> [find_form(path, known) for path in ("notes/0012-why.md", "AuthTest.java", "TeamMapper.java", "Makefile")]
    ['<number>-*.md', '*Test.java', '*.java', '*']
    """
    base = path.rpartition("/")[2]
    if known.bases.get(base, 0) >= _FEWEST:
        return base
    ending = _find_ending(base)
    stem = base.removesuffix(ending)
    if (word := _find_last_word(base)) and known.last_words.get(word, 0) >= _FEWEST:
        return f"*{word}"
    if number := _NUMBER.match(stem):
        return f"<number>{stem[number.end()]}*{ending}"
    parts = _TEST.match(stem)
    before, after = (parts.group(1) or "", parts.group(3) or "") if parts else ("", "")
    return f"{before}*{after}{ending}"


def _find_ending(base: str) -> str:
    """Return the endings of a name; a hidden file without one has none."""
    found = _ENDING.search(base, 1)
    return found.group() if found else ""


def _find_last_word(base: str) -> str:
    ending = _find_ending(base)
    word = _LAST_WORD.search(base.removesuffix(ending))
    return f"{word.group()}{ending}" if word else ""


PLACE_COLUMNS: Final = (
    "one",
    "nearest",
    "nearest that add",
    "last 20",
    "last 200",
    "author",
    "opening",
    "likely folder",
    "likely form",
    "words of the path",
    "named",
    "in a new folder",
    "name that repeats",
    "folder, any form",
    "folder of the nearest, any form",
)
_NEWEST: Final = 400
"""Newest commits that added files whose places are candidates (guess, 2026-11-24)."""
_MOST: Final = 80
"""Places that are weighed (guess, 2026-11-24: bounds the work)."""
_HALF_LIVES: Final = (20, 200)
"""Commits that add files after which one counts half (guess, 2026-11-24)."""
_OWN: Final = 30
"""Newest commits of the author that add files (guess, 2026-11-24)."""
_LEAST: Final = 0.002
"""Least share, so that every logarithm is finite (guess, 2026-11-24)."""
NEW_FOLDER: Final = "*"


class MadePlace(NamedTuple):
    """Where a file is made."""

    folder: str
    """Ends with ``/*`` where the folder is new itself; empty at the top."""
    form: str
    """As in ``name_forms.find_form``."""


class WeighedPlaces(NamedTuple):
    """Candidates with their numbers."""

    places: list[MadePlace]
    rows: list[tuple[float, ...]]
    """One for each place, in the order of ``PLACE_COLUMNS``."""
    near: list[tuple[int, int]]
    """Of each place: how many of the nearest commits that add files added one there, and how many there are."""


def name_place(path: str, known_depth: int, known: KnownNames) -> MadePlace:
    """Return the place of a file that is made while ``known_depth`` of its folders are there."""
    *folders, _ = path.split("/")
    if known_depth < len(folders):
        return MadePlace("/".join([*folders[:known_depth], NEW_FOLDER]), find_form(path, known))
    return MadePlace("/".join(folders), find_form(path, known))


def list_made_places(index: Index, known: KnownNames) -> dict[int, tuple[MadePlace, ...]]:
    """Return the places of each commit that added files, oldest first; folders that are gone are left out."""
    paths = index.files.paths
    found: dict[int, tuple[MadePlace, ...]] = {}
    for commit, made in index.created.items():
        places = dict.fromkeys(name_place(paths[file], depth, known) for file, depth in made)
        living = tuple(place for place in places if index.has_folder(place.folder.removesuffix("*").rstrip("/")))
        if living:
            found[commit] = living
    return found


def weigh_places(
    index: Index, task: RankingTask, nearest: Mapping[int, float], likely: Mapping[str, float], known: KnownNames
) -> WeighedPlaces:
    """Return the candidates of a task.

    Args:
        index: What is known of the repository.
        task: The question.
        nearest: Commits with such words, as ``find_similar_commits`` gives them.
        likely: Files that the task probably touches, with a weight each.
        known: The names in the index.
    """
    made = list_made_places(index, known)
    signals = _gather(index, task, made, nearest)
    folders, forms = _spread(likely, known)
    missing = list_missing(index, task)
    beside = {MadePlace(path.rpartition("/")[0], find_form(path, known)): weight for path, weight in likely.items()}
    pool = _choose_candidates(made, {**signals, "beside": beside})
    any_form = {name: _sum_by_folder(signals[name]) for name in ("last 200", "nearest that add")}
    rows, near = [], []
    adding = [commit for commit in nearest if commit in made]
    for place in pool:
        rows.append(
            (
                1.0,
                *(_log_share(signals[name].get(place, 0.0)) for name in _SIGNALS),
                _log_share(folders.get(place.folder.removesuffix("/*"), 0.0)),
                _log_share(forms.get(place.form, 0.0)),
                _share_words(task, place),
                float(any(_fits(name, place, known) for name in missing)),
                float(place.folder.endswith(NEW_FOLDER)),
                float("*" not in place.form),
                _log_share(any_form["last 200"].get(place.folder, 0.0)),
                _log_share(any_form["nearest that add"].get(place.folder, 0.0)),
            )
        )
        near.append((sum(place in made[commit] for commit in adding), len(adding)))
    return WeighedPlaces(pool, rows, near)


_SIGNALS: Final = ("nearest", "nearest that add", "last 20", "last 200", "author", "opening")


def _gather(
    index: Index, task: RankingTask, made: Mapping[int, tuple[MadePlace, ...]], nearest: Mapping[int, float]
) -> dict[str, dict[MadePlace, float]]:
    """Return of each signal the share of its weight that speaks for each place."""
    order = list(made)
    weights = {commit: score * score for commit, score in nearest.items()}
    total = sum(weights.values())
    opening = set(index.subjects.get(task.opening.rstrip(":"), ()))
    own = [commit for commit in order if index.authors[commit] == task.author][-_OWN:]
    return {
        "nearest": _share_out(made, weights, total),
        "nearest that add": _share_out(made, weights, sum(weights[one] for one in weights if one in made)),
        "last 20": _share_out(made, _decay(order, _HALF_LIVES[0])),
        "last 200": _share_out(made, _decay(order, _HALF_LIVES[1])),
        "author": _share_out(made, dict.fromkeys(own, 1.0)),
        "opening": _share_out(made, {one: 1.0 for one in order[-_NEWEST:] if one in opening}),
    }


def _share_out(
    made: Mapping[int, tuple[MadePlace, ...]], weights: Mapping[int, float], total: float | None = None
) -> dict[MadePlace, float]:
    whole = sum(weights.values()) if total is None else total
    shares: dict[MadePlace, float] = {}
    for commit, weight in weights.items():
        for place in made.get(commit, ()):
            shares[place] = shares.get(place, 0.0) + weight / whole
    return shares


def _sum_by_folder(shares: Mapping[MadePlace, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for place, share in shares.items():
        found[place.folder] = found.get(place.folder, 0.0) + share
    return found


def _decay(order: Sequence[int], half_life: int) -> dict[int, float]:
    last = len(order)
    kept = order[-10 * half_life :]
    first = last - len(kept)
    return {commit: 0.5 ** ((last - first - place) / half_life) for place, commit in enumerate(kept)}


def _spread(likely: Mapping[str, float], known: KnownNames) -> tuple[dict[str, float], dict[str, float]]:
    """Return the shares of folders and of forms among the likely files."""
    total = sum(likely.values()) or 1.0
    folders: dict[str, float] = {}
    forms: dict[str, float] = {}
    for path, weight in likely.items():
        folder, form = path.rpartition("/")[0], find_form(path, known)
        folders[folder] = folders.get(folder, 0.0) + weight / total
        forms[form] = forms.get(form, 0.0) + weight / total
    return folders, forms


def _choose_candidates(
    made: Mapping[int, tuple[MadePlace, ...]], signals: Mapping[str, Mapping[MadePlace, float]]
) -> list[MadePlace]:
    pool = dict.fromkeys(place for commit in list(made)[-_NEWEST:] for place in made[commit])
    pool |= dict.fromkeys([*signals["nearest"], *signals["beside"]])
    worth = {place: sum(each.get(place, 0.0) for each in signals.values()) for place in pool}
    return sorted(pool, key=lambda place: (-worth[place], place))[:_MOST]


def _share_words(task: RankingTask, place: MadePlace) -> float:
    """Return the share of the words of a place that the task says."""
    words = deduplicate(split_words(f"{place.folder} {place.form}"))
    return len(set(words) & set(task.words)) / len(words) if words else 0.0


def _fits(name: str, place: MadePlace, known: KnownNames) -> bool:
    """Tell whether a named file that is not there would stand in this place."""
    folder, _, _ = name.rpartition("/")
    form = find_form(name, known).lower() == place.form.lower()
    return form and (not folder or folder == place.folder.lower().removesuffix("/*"))


def _log_share(share: float) -> float:
    return math.log(share + _LEAST)
