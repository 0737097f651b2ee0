"""Hints: the few files of a task that are sure enough to be named to an agent that did not ask."""

import re
from collections.abc import Sequence

from twiceshy.records.predictions import Hints, Partner, PredictedFile
from twiceshy.stats.text.foreign_names import quote_name
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.model import Model
from twiceshy_git.predict.rank import rank_files
from twiceshy_git.predict.ranking_task import RankingTask

# Partners: files that almost always change with the given ones and are not among them.

_LEAST_TIMES = 3
"""Commits with both files. Guess of 2026-11-21: two may be chance."""
_LEAST_SHARE = 0.5
"""Share of the given file's commits. Guess of 2026-11-21: below that more warnings would be wrong than right."""
_TOP = 5
"""Partners that are returned. Guess of 2026-11-21."""


def find_partners(index: Index, files: Sequence[str], top: int = _TOP) -> list[Partner]:
    """Return the surest partners first; none for files that are not known."""
    given = index.numbers_of(files)
    best: dict[int, Partner] = {}
    for file in given:
        changes = index.files.changes[file]
        for other, times in (index.together.get(file) or {}).items():
            if other in given or not index.files.alive[other] or times < _LEAST_TIMES or times < _LEAST_SHARE * changes:
                continue
            known = best.get(other)
            if known is None or times * known.changes > known.times * changes:
                best[other] = Partner(
                    path=index.files.paths[other], of=index.files.paths[file], times=int(times), changes=changes
                )
    return sorted(best.values(), key=lambda one: (-one.times / one.changes, -one.times, one.path))[:top]


_LEAST_PROBABLE = 0.5
"""Probability below which a hint would more often mislead than help (defined by that; 2026-11-22)."""
_ADDRESS = re.compile(r"https?://(?:[^\s)>\]]*?/(?:blob|tree)/[^\s/]+/([^\s)>\]#?]+)|[^\s)>\]]+)[^\s)>\]]*")
_PREPARED = re.compile(r"\A\s*/[\w:-]+(?=\s|\Z)")
MOST_FILES = 3
"""Files that are named unasked. Guess of 2026-11-21."""
MOST_PARTNERS = 2
"""Partners that are named unasked. Guess of 2026-11-21."""


def strip_addresses(prompt: str) -> str:
    """Return a prompt without web addresses and the name of a prepared prompt: their words name no file of the task.

    Of an address of a file in a repository its path stays.

    >>> strip_addresses("/workflows:review https://example.com/a/b/pull/2 and https://example.com/a/b/blob/main/src/x.go")
    '  and src/x.go'
    """
    return _ADDRESS.sub(lambda found: found[1] or "", _PREPARED.sub("", prompt))


def find_hints(
    index: Index, task: RankingTask, model: Model, in_hand: Sequence[str] = (), seen: Sequence[str] = ()
) -> Hints:
    """Return files that the task probably touches, and partners that are missing from what is in hand.

    ``in_hand``: paths that the running session changed. ``seen``: those it read or searched in, newest last. Files
    that the task names count as in hand too. A model that is not used, or a task without a word, gives no files;
    partners are given all the same.
    """
    sure: tuple[PredictedFile, ...] = ()
    if model.used and (task.words or task.seeds):
        likely = rank_files(index, task, model, MOST_FILES, seen)
        sure = tuple(one for one in likely if (one.probability or 0.0) >= _LEAST_PROBABLE)
    named = [one.path for one in sure if one.path.lower() in task.named]
    said = {one.path for one in sure}
    missed = [one for one in find_partners(index, [*in_hand, *named]) if one.path not in said]
    return Hints(files=sure, missed=tuple(missed[:MOST_PARTNERS]))


def render_hints(found: Hints) -> list[str]:
    """Render the hints in words, a line each; at most four. A file with an odd name is left out."""
    said = []
    named = [(quote_name(one.path), one.probability or 0.0) for one in found.files]
    if names := ", ".join(f"{name} ({probability:.2f})" for name, probability in named if name):
        said.append(f"Such tasks touched: {names}.")
    if told := ", ".join(filter(None, map(quote_name, found.told))):
        said.append(f"Others' sessions on such tasks, accepted here, changed: {told}.")
    pairs = [(quote_name(one.path), quote_name(one.of), one) for one in found.missed]
    return said + [
        f"{name} changed with {friend} in {one.times} of {one.changes} commits."
        for name, friend, one in pairs
        if name and friend
    ]
