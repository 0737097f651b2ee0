"""Collect what is known about a task for a brief, within a time limit; a part that comes late is left out.

It only reads, and never a history of commits. What cannot be read is left out: nobody asked for the brief.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice.brief_words import MOST_LESSONS, describe_lesson, write_brief
from twiceshy.capture.agent_hooks import AGENTS
from twiceshy.capture.projects import find_project
from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.flows.lessons.current_lessons import find_retired_lessons, list_lessons
from twiceshy.flows.lessons.nearest_lessons import find_nearest
from twiceshy.lessons.retrieval import LEAST_SIMILARITY
from twiceshy.outcomes import tallies
from twiceshy.records.lessons import (
    NOTHING_SPENT,
    Brief,
    FilePast,
    Lesson,
    LessonExcerpt,
    LessonState,
    NearLesson,
    SimilarityMethod,
    SpentBudget,
)
from twiceshy.records.observations import Observation
from twiceshy.records.values import Scope
from twiceshy.store.db import Store, has_store
from twiceshy.store.observations import read_observations

_ENOUGH_S = 0.2
"""Seconds that must be left for the files' past (guess: three times what it takes with 400 sessions)."""
_SURE, _MOST_STANDING = 0.85, 2
"""Confidence from which a lesson is told without a task, and how many at most (guess)."""
_LONGEST_PROMPT = 4_000
"""Characters that are looked at: what is pasted below is not the task (guess)."""
PATHS = re.compile(r"(?<![\w/:.-])(?:(?:[\w.@-]+/)+[\w@-][\w.@-]*\.|[\w@-][\w.@-]+\.)[A-Za-z]\w{0,7}(?![\w/])")
"""Names with an ending; without a folder, of two letters at least before it."""
_MOST_NAMED = 5
_UNREAD = "blind-edit"
_CLOSE = 0.9
"""Of the nearest lesson's similarity. Guess of 2026-11-21, after six tasks by eye: what is less near was about
something else; and few memories were measured to help more than many (``docs/reference/brief.md``)."""
_UNASKED = {SimilarityMethod.MEANING: 0.45, SimilarityMethod.LETTERS: LEAST_SIMILARITY[SimilarityMethod.LETTERS]}
"""Similarity from which a lesson is told to who did not ask. By meaning from 15 briefs for the first half of recorded
sessions, read by eye on 2026-11-21: below it nearly all were about something else (``docs/benchmarks-advice.md``)."""
_PATIENCE_S = 60.0
"""Of who asked."""


def brief_task(
    config: Config,
    folder: Path,
    prompt: str,
    *,
    files: Sequence[str] = (),
    model: str = "",
    until: float | None = None,
    taken: SpentBudget = NOTHING_SPENT,
) -> Brief:
    """Return the brief for a prompt.

    ``files``: further files that the task is about. ``until``: the end of the time limit, as of
    ``time.monotonic``. ``taken``: what the session was told before.

    Raises:
        StoreError: the store cannot be used.
    """
    prompt = prompt[:_LONGEST_PROMPT]
    end = time.monotonic() + _PATIENCE_S if until is None else until
    project = find_project(folder)
    found = (
        find_nearest(config, prompt, project=project.name, model=model, k=2 * MOST_LESSONS) if prompt.strip() else None
    )
    silent = {*taken.lessons, *find_retired_lessons(config)} if found and found.lessons else set()
    lessons = (
        [one for one in select_close(found.lessons, _UNASKED[found.by]) if one.lesson.id not in silent] if found else []
    )
    seen = read_project_observations(config, project.identity) if end - time.monotonic() > _ENOUGH_S else []
    named = dict.fromkeys([*files, *PATHS.findall(prompt)][:_MOST_NAMED])
    return write_brief(
        lessons,
        by=found.by if found else SimilarityMethod.LETTERS,
        files=_predict_files(config, folder, prompt, end),
        pasts=[past for name in named if (past := past_of(name, seen)) is not None],
        poor=[one for one in tallies.tally_approaches(seen, place=lambda _: None) if one.poor],
        taken=taken,
    )


def select_close(found: Sequence[NearLesson], least: float = 0.0) -> list[NearLesson]:
    """Return the lessons that are near enough, and about as near to the task as the nearest one.

    Whoever did not ask is told one thing, not five.
    """
    nearest_of_all = max((one.similarity for one in found), default=0.0)
    return [one for one in found if one.similarity >= max(least, _CLOSE * nearest_of_all)]


def brief_start(config: Config, folder: Path) -> Brief:
    """Return the brief before there is a task: this project's surest lessons, those promoted by a person first.

    Raises:
        StoreError: the store cannot be used.
    """
    if not has_store(config.home):
        return Brief()
    project = find_project(folder).name
    silent = find_retired_lessons(config)
    known = list_lessons(config, datetime.now(UTC))
    standing = [one for one in known if one.id not in silent and is_standing(one, project)]
    standing.sort(
        key=lambda one: (one.state is not LessonState.PROMOTED, not one.always_inject, -one.confidence, one.id)
    )
    return write_brief(
        [NearLesson(lesson=one, similarity=0.0, score=one.confidence) for one in standing[:_MOST_STANDING]]
    )


def is_standing(lesson: Lesson, project: str) -> bool:
    """Tell whether a lesson is told in this project whatever the task is."""
    here = lesson.scope in {"user", "team"} or lesson.scope_of == project
    shown = lesson.state is LessonState.PROMOTED or (lesson.state is LessonState.ACTIVE and lesson.confidence >= _SURE)
    return here and shown


def _predict_files(config: Config, folder: Path, prompt: str, end: float) -> list[str]:
    """Return sentences on the files that the task probably touches; none where no repository was ever indexed."""
    if not any((config.cache / "files").glob("*.index")):
        return []  # what it takes to ask would cost a fifth of the whole
    from twiceshy.flows.predict.file_hints import BUDGET_S, brief_lines  # noqa: PLC0415  # as above

    left = end - time.monotonic()
    return brief_lines(config, folder, prompt, budget_s=min(BUDGET_S, left)) if left > 0 else []


class LessonMatches(NamedTuple):
    """Lessons that match a text, and how they were found."""

    lessons: tuple[LessonExcerpt, ...]
    by: SimilarityMethod
    missing: str
    """Why not by meaning; empty where it was."""


def find_lessons(
    config: Config, text: str, *, project: str = "", tool: str = "", k: int = MOST_LESSONS
) -> LessonMatches:
    """Find the lessons that match a text, for someone who asks.

    Raises:
        StoreError: the store cannot be used.
    """
    found = find_nearest(config, text[:_LONGEST_PROMPT], project=project, tool=tool, k=2 * k)
    told = [one for near in found.lessons if (one := describe_lesson(near)) is not None]
    return LessonMatches(tuple(told[:k]), found.by, found.missing)


def read_project_observations(config: Config, project: str) -> list[Observation]:
    """Return the stored observations of the project's sessions; an empty list where they cannot be read."""
    try:
        if not has_store(config.home):
            return []
        with Store.open(config.home, readonly=True) as store:
            return list(read_observations(store, Scope(project=project)))
    except StoreError:
        return []


def past_of(name: str, seen: Sequence[Observation]) -> FilePast | None:
    """Return how earlier edits of a file turned out; ``name`` is its path or the end of it.

    None where no edit is known, or where several files have that name.
    """
    name = name.removeprefix("./").replace("\\", "/")
    mine = [one for one in seen if one.unit == "edit" and one.path and f"/{one.path}".endswith(f"/{name.lstrip('/')}")]
    mine = mine or [one for one in seen if one.unit == "edit" and one.path and name.endswith(f"/{one.path}")]
    known = [(one, tallies.is_success(one)) for one in mine]
    known = [(one, well) for one, well in known if well is not None]
    if not known or len({one.path for one, _ in known}) != 1:
        return None
    unread = [(one, well) for one, well in known if one.did.get(_UNREAD)]
    return FilePast(
        path=str(known[0][0].path),
        edits=sum(one.n for one, _ in known),
        bad=sum(one.n for one, well in known if not well),
        sessions=len({one.session for one, _ in known}),
        unread=sum(one.n for one, _ in unread),
        unread_bad=sum(one.n for one, well in unread if not well),
    )


def name_event(agent: str, event: str) -> str:
    """Return the agent's own name of an event; the hooks of unknown agents use ours."""
    contract = AGENTS.get(agent)
    return contract.native_event(event) if contract else event
