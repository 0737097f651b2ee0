"""What is known about a task, gathered for a brief within a time limit: each part on its own, a late one is left out.

It reads only, never a history of commits, and what cannot be read is not said: a brief is a help that nobody asked for.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice.brief import MOST_LESSONS, brief, said
from twiceshy.capture.projects import identity
from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.flows.known_lessons import list_lessons, untold
from twiceshy.flows.nearest_lessons import nearest
from twiceshy.flows.observed import observations
from twiceshy.lessons.retrieval import LEAST
from twiceshy.outcomes import tallies
from twiceshy.records.briefs import NOTHING_TAKEN, Brief, FilePast, SaidLesson, Taken
from twiceshy.records.lessons import Lesson, State
from twiceshy.records.nearest import By, Near
from twiceshy.records.observations import Observation
from twiceshy.records.scope import Scope
from twiceshy.store.db import Store, begun

ENOUGH_S = 0.2
"""Seconds that must be left for the files' past (guess: three times what it takes with 400 sessions)."""
SURE, STANDING = 0.85, 2
"""Confidence from which a lesson is told without a task, and how many at most (guess)."""
LONGEST_PROMPT = 4_000
"""Characters that are looked at: what is pasted below is not the task (guess)."""
PATHS = re.compile(r"(?<![\w/:.-])(?:(?:[\w.@-]+/)+[\w@-][\w.@-]*\.|[\w@-][\w.@-]+\.)[A-Za-z]\w{0,7}(?![\w/])")
"""Names with an ending; without a folder, of two letters at least before it."""
MOST_NAMED = 5
UNREAD = "blind-edit"
CLOSE = 0.9
"""Of the nearest lesson's similarity. Guess of 2026-11-21, after six tasks by eye: what is less near was about
something else; and few memories were measured to help more than many (``docs/reference/brief.md``)."""
UNASKED = {By.MEANING: 0.45, By.LETTERS: LEAST[By.LETTERS]}
"""Similarity from which a lesson is told to who did not ask. By meaning from 15 briefs for the first half of recorded
sessions, read by eye on 2026-11-21: below it nearly all were about something else (``docs/benchmarks-advice.md``)."""
PATIENCE_S = 60.0
"""Of who asked."""


def for_task(
    config: Config,
    folder: Path,
    prompt: str,
    *,
    files: Sequence[str] = (),
    model: str = "",
    until: float | None = None,
    taken: Taken = NOTHING_TAKEN,
) -> Brief:
    """What is told at a prompt. ``files``: further files that the task is about. ``until``: of ``time.monotonic``.

    ``taken``: what the session was told before.

    Raises:
        StoreError: the store cannot be used.
    """
    prompt = prompt[:LONGEST_PROMPT]
    end = time.monotonic() + PATIENCE_S if until is None else until
    project = identity(folder)
    found = nearest(config, prompt, project=project.name, model=model, k=2 * MOST_LESSONS) if prompt.strip() else None
    silent = {*taken.lessons, *untold(config)} if found and found.lessons else set()
    lessons = [one for one in close(found.lessons, UNASKED[found.by]) if one.lesson.id not in silent] if found else []
    seen = observed(config, project.identity) if end - time.monotonic() > ENOUGH_S else []
    named = dict.fromkeys([*files, *PATHS.findall(prompt)][:MOST_NAMED])
    return brief(
        lessons,
        by=found.by if found else By.LETTERS,
        files=likely(config, folder, prompt, end),
        pasts=[past for name in named if (past := past_of(name, seen)) is not None],
        poor=[one for one in tallies.approaches(seen, place=lambda _: None) if one.poor],
        taken=taken,
    )


def close(found: Sequence[Near], least: float = 0.0) -> list[Near]:
    """Those near enough, and about as near to the task as the nearest: who did not ask is told one thing, not five."""
    nearest_of_all = max((one.similarity for one in found), default=0.0)
    return [one for one in found if one.similarity >= max(least, CLOSE * nearest_of_all)]


def at_start(config: Config, folder: Path) -> Brief:
    """What is told before there is a task: this project's surest lessons, those of a person first.

    Raises:
        StoreError: the store cannot be used.
    """
    if not begun(config.home):
        return Brief()
    project = identity(folder).name
    silent = untold(config)
    known = list_lessons(config, datetime.now(UTC))
    standing = [one for one in known if one.id not in silent and stands(one, project)]
    standing.sort(key=lambda one: (one.state is not State.PROMOTED, not one.always_inject, -one.confidence, one.id))
    return brief([Near(lesson=one, similarity=0.0, score=one.confidence) for one in standing[:STANDING]])


def stands(lesson: Lesson, project: str) -> bool:
    """Whether a lesson is told in this project whatever the task."""
    here = lesson.scope in {"user", "team"} or lesson.scope_of == project
    shown = lesson.state is State.PROMOTED or (lesson.state is State.ACTIVE and lesson.confidence >= SURE)
    return here and shown


def likely(config: Config, folder: Path, prompt: str, end: float) -> list[str]:
    """Sentences on the files that the task probably touches; nothing where no repository was ever looked at."""
    if not any((config.cache / "files").glob("*.index")):
        return []  # what it takes to ask would cost a fifth of the whole
    from twiceshy.flows.companions import BUDGET_S, brief_lines  # noqa: PLC0415  # as above

    left = end - time.monotonic()
    return brief_lines(config, folder, prompt, budget_s=min(BUDGET_S, left)) if left > 0 else []


class Answered(NamedTuple):
    """Lessons that a text is about."""

    lessons: tuple[SaidLesson, ...]
    by: By
    missing: str
    """Why not by meaning; empty where it was."""


def lessons_about(config: Config, text: str, *, project: str = "", tool: str = "", k: int = MOST_LESSONS) -> Answered:
    """The lessons that a text is about, for who asks.

    Raises:
        StoreError: the store cannot be used.
    """
    found = nearest(config, text[:LONGEST_PROMPT], project=project, tool=tool, k=2 * k)
    told = [one for near in found.lessons if (one := said(near)) is not None]
    return Answered(tuple(told[:k]), found.by, found.missing)


def observed(config: Config, project: str) -> list[Observation]:
    """What judging kept of the project's sessions; nothing where it cannot be read."""
    try:
        if not begun(config.home):
            return []
        with Store.open(config.home, readonly=True) as store:
            return list(observations(store, Scope(project=project)))
    except StoreError:
        return []


def past_of(name: str, seen: Sequence[Observation]) -> FilePast | None:
    """How edits of a file with that path, or end of a path, fared; None where none is known or the name is shared."""
    name = name.removeprefix("./").replace("\\", "/")
    mine = [one for one in seen if one.unit == "edit" and one.path and f"/{one.path}".endswith(f"/{name.lstrip('/')}")]
    mine = mine or [one for one in seen if one.unit == "edit" and one.path and name.endswith(f"/{one.path}")]
    known = [(one, tallies.success(one)) for one in mine]
    known = [(one, well) for one, well in known if well is not None]
    if not known or len({one.path for one, _ in known}) != 1:
        return None
    unread = [(one, well) for one, well in known if one.did.get(UNREAD)]
    return FilePast(
        path=str(known[0][0].path),
        edits=sum(one.n for one, _ in known),
        bad=sum(one.n for one, well in known if not well),
        sessions=len({one.session for one, _ in known}),
        unread=sum(one.n for one, _ in unread),
        unread_bad=sum(one.n for one, well in unread if not well),
    )
