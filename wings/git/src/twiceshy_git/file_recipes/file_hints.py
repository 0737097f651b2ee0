"""Give hints to an agent at work: files that such tasks touch, and co-changing files that were left out.

``partners_of`` answers whoever asks, and may read the history for it. ``hints_for`` and ``brief_lines`` are for
those who did not ask (a brief before a turn, a tool of a server). They use an index that is there already, never
read a history, never raise, and return nothing when ``BUDGET_S`` is over.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from threading import Thread

from twiceshy.archive.atomic_files import read_salt
from twiceshy.archive.db import Store, has_store
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, StoreError, ToolMissing
from twiceshy.logs.commit_words import read_own_author
from twiceshy.logs.projects import find_project
from twiceshy.logs.repository_place import locate_repository
from twiceshy.records.codec import DamagedValue
from twiceshy.records.predictions import Hints, Partner
from twiceshy_git.file_recipes.predict_files import (
    choose_model,
    find_accepted_files,
    load_index,
    read_cached_index,
    to_repository_paths,
)
from twiceshy_git.file_recipes.repository_files import index_path
from twiceshy_git.predict.hints import find_hints, find_partners, render_hints, strip_addresses
from twiceshy_git.predict.index import Index
from twiceshy_git.predict.ranking_task import build_task

BUDGET_S = 0.3
"""Wall seconds that a turn may wait (guess, 2026-11-21)."""
_LARGEST_INDEX = 4 << 20
"""Bytes packed: unpacking more holds Python's lock longer than the budget, so that no clock could stop it (guess)."""
_NOTHING = Hints()


def partners_of(config: Config, repo: Path, files: Sequence[str], top: int) -> list[Partner]:
    """Return files that mostly change with these and are not among them; paths as for ``predict``'s seeds.

    Raises:
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    place = locate_repository(repo)
    known = load_index(config, repo, place, read_salt(config.salt))
    return find_partners(known.index, to_repository_paths(repo, place, files), top)


def hints_for(
    config: Config,
    repo: Path,
    prompt: str,
    *,
    in_hand: Sequence[str] = (),
    seen: Sequence[str] = (),
    budget_s: float = BUDGET_S,
) -> Hints:
    """Return what is known with enough confidence about the files of a task, within ``budget_s`` wall seconds.

    ``prompt``: the task in words, may be empty. ``in_hand``: files that the session changed, relative to ``repo``
    or absolute. ``seen``: those that it read or searched in, newest last. The answer is empty where the time does
    not suffice, where there is no index yet (``predict`` makes it), no git, no repository, or where the store is
    damaged.
    """
    end = time.monotonic() + budget_s
    if budget_s <= 0 or not (prompt.strip() or in_hand):
        return _NOTHING
    return ask_within(budget_s, lambda: _find_hints(config, repo, prompt, (in_hand, seen), end))


def brief_lines(
    config: Config, repo: Path, prompt: str, *, in_hand: Sequence[str] = (), budget_s: float = BUDGET_S
) -> list[str]:
    """Return ``hints_for`` in words: at most four lines."""
    return render_hints(hints_for(config, repo, prompt, in_hand=in_hand, budget_s=budget_s))


def ask_within(budget_s: float, ask: Callable[[], Hints]) -> Hints:
    """Return the answer if it comes in time, else no hints. A late thread goes on, and its answer is ignored."""
    answer: list[Hints] = []
    worker = Thread(target=lambda: answer.append(ask()), daemon=True, name="hints")
    worker.start()
    worker.join(budget_s)
    return answer[0] if answer else _NOTHING


def _find_hints(
    config: Config, repo: Path, prompt: str, session: tuple[Sequence[str], Sequence[str]], end: float
) -> Hints:
    """Find the hints; the clock is checked between the steps so that a late thread ends soon."""
    try:
        place, salt = locate_repository(repo), read_salt(config.salt)
        path = index_path(config, place, salt)
        if not path.is_file() or path.stat().st_size > _LARGEST_INDEX or time.monotonic() > end:
            return _NOTHING
        known = read_cached_index(path)
        if known is None or not known.index.commits or time.monotonic() > end:
            return _NOTHING
        task = build_task(known.index, strip_addresses(prompt), at=int(time.time()), author=read_own_author(repo, salt))
        model = choose_model(config, place, "")
        if time.monotonic() > end:
            return _NOTHING
        in_hand, seen = (to_repository_paths(repo, place, files) for files in session)
        found = find_hints(known.index, task, model, in_hand, seen)
        return found if time.monotonic() > end else replace(found, told=_find_told(config, repo, prompt, known.index))
    except (SourceError, ToolMissing, StoreError, OSError):
        return _NOTHING


def _find_told(config: Config, repo: Path, prompt: str, index: Index) -> tuple[str, ...]:
    """Return files of accepted sessions of others; none where the store cannot be read."""
    try:
        if not (prompt.strip() and has_store(config.home)):
            return ()
        with Store.open(config.home, readonly=True) as store:
            return find_accepted_files(store, find_project(repo.resolve()).identity, strip_addresses(prompt), index)
    except (StoreError, DamagedValue):
        return ()
