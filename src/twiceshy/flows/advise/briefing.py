"""Collect what is known about a task for a brief, within a time limit; a part that comes late is left out.

It only reads, and never a history of commits. What cannot be read is left out: nobody asked for the brief.
"""

import re
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.advice.brief_choice import choose_standing, select_close
from twiceshy.advice.brief_facts import write_fact_lines
from twiceshy.advice.brief_words import MOST_LESSONS, describe_lesson, write_brief
from twiceshy.capture.agent_hooks import AGENTS
from twiceshy.capture.projects import find_project
from twiceshy.config import Config
from twiceshy.errors import StoreError
from twiceshy.flows.lessons.current_lessons import find_retired_lessons, list_lessons
from twiceshy.flows.lessons.nearest_lessons import find_nearest
from twiceshy.lessons.retrieval import LEAST_SIMILARITY
from twiceshy.outcomes import tallies
from twiceshy.outcomes.file_past import describe_past
from twiceshy.records.lessons import (
    NOTHING_SPENT,
    Brief,
    LessonExcerpt,
    NearLesson,
    SimilarityMethod,
    SpentBudget,
)
from twiceshy.records.observations import Observation
from twiceshy.records.values import RawProject, Scope
from twiceshy.store.db import Store, has_store
from twiceshy.store.kept_facts import read_kept_facts
from twiceshy.store.observations import read_observations

_ENOUGH_S = 0.2
"""Seconds that must be left for the files' past (guess of 2026-11-21: three times what it takes with 400 sessions)."""
_LONGEST_PROMPT = 4_000
"""Characters that are looked at: what is pasted below is not the task (guess of 2026-11-21)."""
PATHS = re.compile(r"(?<![\w/:.-])(?:(?:[\w.@-]+/)+[\w@-][\w.@-]*\.|[\w@-][\w.@-]+\.)[A-Za-z]\w{0,7}(?![\w/])")
"""Names with an ending; without a folder, of two letters at least before it."""
_MOST_NAMED = 5
"""Files of a task whose past is looked up (guess of 2026-11-21)."""
_UNASKED = {SimilarityMethod.MEANING: 0.45, SimilarityMethod.LETTERS: LEAST_SIMILARITY[SimilarityMethod.LETTERS]}
"""Similarity from which a lesson is told to who did not ask. By meaning from 15 briefs for the first half of recorded
sessions, read by eye on 2026-11-21: below it nearly all were about something else (``docs/benchmarks-advice.md``)."""
_PATIENCE_S = 60.0
"""Seconds for whoever asked (guess of 2026-11-21)."""


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
        facts=() if taken.size else _describe_facts(config, project),
        files=_predict_files(config, folder, prompt, end),
        pasts=[past for name in named if (past := describe_past(name, seen)) is not None],
        poor=[one for one in tallies.tally_approaches(seen, place=lambda _: None) if one.poor],
        taken=taken,
    )


def brief_start(config: Config, folder: Path) -> Brief:
    """Return the brief before there is a task: this project's surest lessons, those promoted by a person first.

    Raises:
        StoreError: the store cannot be used.
    """
    if not has_store(config.home):
        return Brief()
    project = find_project(folder)
    silent = find_retired_lessons(config)
    known = list_lessons(config, datetime.now(UTC))
    standing = choose_standing(known, silent, project.name)
    return write_brief(
        [NearLesson(lesson=one, similarity=0.0, score=one.confidence) for one in standing],
        facts=_describe_facts(config, project),
    )


def _describe_facts(config: Config, project: RawProject) -> tuple[str, ...]:
    """Return sentences on how things are done in the project; none where they cannot be read."""
    try:
        if not has_store(config.home):
            return ()
        with Store.open(config.home, readonly=True) as store:
            return write_fact_lines(read_kept_facts(store.connection, project.identity, project.name))
    except StoreError:
        return ()


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


def name_event(agent: str, event: str) -> str:
    """Return the agent's own name of an event; the hooks of unknown agents use ours."""
    contract = AGENTS.get(agent)
    return contract.native_event(event) if contract else event
