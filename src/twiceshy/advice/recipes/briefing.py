"""Collect what is known about a task for a brief, within a time limit; a part that comes late is left out.

It only reads, and never a history of commits. What cannot be read is left out: nobody asked for the brief.
"""

import os
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.advice.brief_words import (
    MOST_LESSONS,
    choose_standing,
    describe_lesson,
    is_telling,
    reads_like_instruction,
    select_close,
    write_brief,
    write_fact_lines,
)
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.kept_facts import KeptProject, read_kept_project
from twiceshy.archive.team_knowledge import read_facts
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreError
from twiceshy.base.values import RawProject, Scope
from twiceshy.lessons.recipes.current_lessons import find_retired_lessons, list_lessons
from twiceshy.lessons.recipes.nearest_lessons import find_nearest
from twiceshy.logs.history.project_here import find_stored_project
from twiceshy.logs.projects import find_project
from twiceshy.records.lessons import (
    NOTHING_SPENT,
    Brief,
    FilePast,
    Lesson,
    LessonExcerpt,
    NearestLessons,
    NearLesson,
    SimilarityMethod,
    SpentBudget,
)
from twiceshy.records.team_knowledge import TeamFact

if TYPE_CHECKING:
    from twiceshy.records.effects import Observation

_FILES_S = 0.3
"""Wall seconds for the files of the task (guess, 2026-11-21: as long as a turn may wait)."""
_ENOUGH_S = 0.2
"""Seconds that must be left for the files' past (guess of 2026-11-21: three times what it takes with 400 sessions)."""
_LONGEST_PROMPT = 4_000
"""Characters that are looked at: what is pasted below is not the task (guess of 2026-11-21)."""
PATHS = re.compile(r"(?<![\w/:.-])(?:(?:[\w.@-]+/)+[\w@-][\w.@-]*\.|[\w@-][\w.@-]+\.)[A-Za-z]\w{0,7}(?![\w/])")
"""Names with an ending; without a folder, of two letters at least before it."""
_MOST_NAMED = 5
"""Files of a task whose past is looked up (guess of 2026-11-21)."""
_UNASKED = {SimilarityMethod.MEANING: 0.45, SimilarityMethod.LETTERS: 0.25}
"""Similarity from which a lesson is told to who did not ask; who asks gets the nearest, however near. By meaning from
15 briefs for the first half of recorded sessions, read by eye on 2026-11-21: below it nearly all were about something
else (``docs/benchmarks-advice.md``). By letters: at 120 first prompts .25 said one line more than .45 (2026-11-22)."""
_MOST_LEFT = 4
"""Lines on what the last session left open (guess, 2026-11-23: which it was, and three of its ends)."""
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
    project = _find_project(config, folder)
    found = (
        find_nearest(config, prompt, project=project.name, model=model, k=2 * MOST_LESSONS) if prompt.strip() else None
    )
    known, told = KeptProject(project.identity, project.name), list[TeamFact]()
    if not taken.size:
        known, told = _read_unsaid(config, project, folder)
    silent = {*taken.lessons, *find_retired_lessons(config)} if found and found.lessons else set()
    lessons = [one for one in choose_unasked(found) if one.lesson.id not in silent] if found else []
    return write_brief(
        lessons,
        by=found.by if found else SimilarityMethod.LETTERS,
        facts=write_fact_lines(known.facts, told),
        troubles=known.troubles,
        files=_predict_files(config, folder, prompt, end),
        pasts=_describe_pasts(config, project, [*files, *PATHS.findall(prompt)], end),
        poor=known.poor,
        taken=taken,
    )


def choose_unasked(found: NearestLessons) -> list[NearLesson]:
    """Return the lessons that are near enough to be told to who did not ask."""
    return select_close(found.lessons, _UNASKED[found.by])


def brief_start(config: Config, folder: Path) -> Brief:
    """Return the brief before there is a task: this project's surest lessons, those promoted by a person first.

    Raises:
        StoreError: the store cannot be used.
    """
    if not has_store(config.home):
        return Brief()
    project = _find_project(config, folder)
    silent = find_retired_lessons(config)
    known = list_lessons(config, datetime.now(UTC))
    standing = choose_standing(known, silent, project.name)
    left = _read_left_open(config, folder)
    kept, told = _read_unsaid(config, project, folder)
    return brief_project(kept, standing, left, told)


def _find_project(config: Config, folder: Path) -> RawProject:
    """Return the project of a folder as it is stored; as it is where it cannot be read."""
    try:
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                return find_stored_project(store, folder)
    except (NotFound, StoreError):
        pass
    return find_project(folder)


def _read_left_open(config: Config, folder: Path) -> list[str]:
    """Return what the last session of the folder left open; nothing where it cannot be read."""
    from twiceshy.judgement.sessions.handoff import read_left_open  # noqa: PLC0415  # a task's brief needs none

    try:
        lines = read_left_open(config, folder, datetime.now(UTC))
    except StoreError:
        return []
    told = [line for line in lines if not reads_like_instruction(line)]
    return told if len(told) > 1 else []  # the first line only names the session


def brief_project(
    known: KeptProject,
    standing: Iterable[Lesson] = (),
    left: Sequence[str] = (),
    told: Sequence[TeamFact] = (),
) -> Brief:
    """Return what is said of a project whatever the task is.

    ``left``: what the last session there left open. ``told``: what a team knows of the project.
    """
    facts = write_fact_lines(known.facts, told)
    said = write_brief(
        [NearLesson(lesson=one, similarity=0.0, score=one.confidence) for one in standing],
        facts=[*facts, *left[:_MOST_LEFT]],
        troubles=known.troubles,
        poor=known.poor,
    )
    split = len([line for line in said.facts if line in facts])
    return replace(said, facts=said.facts[:split], left=said.facts[split:])


def _read_known(config: Config, project: RawProject) -> KeptProject:
    """Return what is known of the project; nothing where it cannot be read."""
    try:
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                return read_kept_project(store.connection, project.identity, project.name)
    except StoreError:
        pass
    return KeptProject(project.identity, project.name)


def _read_told(config: Config, project: RawProject) -> list[TeamFact]:
    """Return what a team knows of the project; nothing where it cannot be read."""
    try:
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                return read_facts(store.connection, project.identity)
    except (NotFound, StoreError):
        pass
    return []


def _read_unsaid(config: Config, project: RawProject, folder: Path) -> tuple[KeptProject, list[TeamFact]]:
    """Return what is known of the project, here and in a team, that its files of instructions do not say."""
    known, told = _read_known(config, project), _read_told(config, project)
    return _leave_out_said(known, told, folder) if known.facts or known.troubles or told else (known, told)


def _leave_out_said(known: KeptProject, told: list[TeamFact], folder: Path) -> tuple[KeptProject, list[TeamFact]]:
    """Return what is known without what the project's own files of instructions say, or say the opposite of.

    An agent reads these files anyway. Where the form in most use stands there, nothing else of its kind is said.
    """
    from twiceshy.insights.remedy.line_choice import is_said, is_told  # noqa: PLC0415  # as above
    from twiceshy.logs.agent_instructions import read_instructions  # noqa: PLC0415  # only where something is known

    root = next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)
    files = read_instructions(root, folder, os.environ, Path.home())
    first = {fact.kind.value: fact.command for fact in reversed(known.facts) if fact.command}
    commands = [*first.items(), *((one.kind, one.command) for one in told if one.command)]
    silent = {kind for kind, command in commands if is_said(command.strip("`"), files)}
    facts = (one for one in known.facts if one.kind.value not in silent and not is_told(one.says, files))
    troubles = (one for one in known.troubles if not is_told(f"{one.says.partition(' (')[0].rstrip('.')}.", files))
    kept = known._replace(facts=tuple(facts), troubles=tuple(troubles))
    return kept, [one for one in told if one.kind not in silent]


def _describe_pasts(config: Config, project: RawProject, names: Sequence[str], end: float) -> list[FilePast]:
    """Return what became of edits of the named files, where that is worth a line and there is time to look."""
    if not names or end - time.monotonic() < _ENOUGH_S:
        return []
    from twiceshy.judgement.outcomes.file_past import describe_past  # noqa: PLC0415  # few prompts name files

    seen = read_project_observations(config, project.identity)
    named = dict.fromkeys(names[:_MOST_NAMED])
    return [past for name in named if (past := describe_past(name, seen)) is not None and is_telling(past)]


def _predict_files(config: Config, folder: Path, prompt: str, end: float) -> list[str]:
    """Return sentences on the files that the task probably touches; none where no repository was ever indexed."""
    if not any((config.cache / "files").glob("*.index")):
        return []  # what it takes to ask would cost a fifth of the whole
    from twiceshy.base.plugins import find_answer  # noqa: PLC0415  # as above
    from twiceshy.records.questions import FILES  # noqa: PLC0415  # as above

    files, left = find_answer(FILES), end - time.monotonic()
    return files.brief_lines(config, folder, prompt, budget_s=min(_FILES_S, left)) if files and left > 0 else []


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


def read_project_observations(config: Config, project: str) -> "list[Observation]":
    """Return the stored observations of the project's sessions; an empty list where they cannot be read."""
    try:
        if not has_store(config.home):
            return []
        from twiceshy.archive.observations import read_observations  # noqa: PLC0415  # few prompts name files

        with Store.open(config.home, readonly=True) as store:
            return list(read_observations(store, Scope(project=project)))
    except StoreError:
        return []


def name_event(agent: str, event: str) -> str:
    """Return the agent's own name of an event; the hooks of unknown agents use ours."""
    from twiceshy.logs.hook_changes import AGENTS  # noqa: PLC0415  # only where something is said

    contract = AGENTS.get(agent)
    return contract.native_event(event) if contract else event
