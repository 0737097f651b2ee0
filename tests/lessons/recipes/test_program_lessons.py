"""What programs noted becomes lessons, once, and can be forgotten."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.shortcuts import put_compiled_rules

from twiceshy.archive import program_notes
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.lessons.recipes import lesson_reviews, program_lessons
from twiceshy.lessons.recipes.current_lessons import list_lessons
from twiceshy.lessons.recipes.program_learning import Checked, ProgramLearner
from twiceshy.recipes.keep import forget_records as forgetting
from twiceshy.recipes.learn import learn_all
from twiceshy.records.lessons import Lesson, LessonKind, LessonState
from twiceshy.records.upkeep import Extent

NOT_OWNED = "Error: namespace 'ephemeral-x1' is not owned by you"
NOW = datetime(2026, 11, 21, tzinfo=UTC)
AT = 1_795_239_236


@pytest.fixture
def config(scratch_home: Path) -> Config:
    config = load({}, os.environ, scratch_home)
    program_notes.folder_of(config).mkdir(parents=True)
    return config


def note(config: Config, run: str, number: int, **more: object) -> None:
    head = {"t": AT + number, "s": run, "i": number, "p": "shop", "tool": "release_namespace"}
    program_notes.append(program_notes.folder_of(config), head | more)


def failed(config: Config, run: str, number: int, **more: object) -> None:
    note(config, run, number, failed=NOT_OWNED, params={"namespace": "ephemeral-x1"}, **more)


def only(config: Config) -> Lesson:
    (lesson,) = list_lessons(config, NOW)
    return lesson


def test_failures_of_two_runs_are_one_usage_lesson(config: Config) -> None:
    """Seen as often as it happened, in as many runs; the file of notes is gone.

    It stays a shadow: no retry shows more than what the tool itself says at the failure.
    """
    for run in "ab":
        failed(config, run, 1)
        failed(config, run, 2)

    summary = learn_all.learn(config)

    assert (summary.failure, summary.steps["programs"]) == ("", 4)
    lesson = only(config)
    assert (lesson.kind, lesson.subject, lesson.state) == (LessonKind.USAGE, "release_namespace", LessonState.SHADOW)
    assert (lesson.observations, lesson.sessions, lesson.scope_of) == (4, 2, "shop")
    assert lesson.agents == {"program": 4}
    assert list(program_notes.folder_of(config).iterdir()) == []


def test_the_same_notes_count_once(config: Config) -> None:
    """A fold that was ended before its file went away begins again with it."""
    failed(config, "a", 1)
    before = (program_notes.folder_of(config) / program_notes.SPOOL).read_bytes()
    program_lessons.fold(config)
    (program_notes.folder_of(config) / program_notes.SPOOL).write_bytes(before)

    assert program_lessons.fold(config) == 1
    assert program_lessons.fold(config) == 0
    assert only(config).observations == 1


@pytest.mark.parametrize("between", [False, True])
def test_the_retry_that_worked_is_the_fix(config: Config, between: bool) -> None:
    """Also where the failure was folded before."""
    failed(config, "a", 1)
    if between:
        program_lessons.fold(config)
    worked: Mapping[str, object] = {"namespace": "mine"}
    note(config, "a", 2, worked=worked, of=1, after={"namespace": "ephemeral-x1"}, failed=NOT_OWNED)
    program_lessons.fold(config)

    lesson = only(config)
    assert lesson.observations == 1
    assert "ephemeral-x1" in (lesson.bad or "")
    assert "mine" in (lesson.good or "")


def test_a_line_that_was_cut_off_spoils_only_itself(config: Config) -> None:
    """The others are folded in."""
    failed(config, "a", 1)
    with (program_notes.folder_of(config) / program_notes.SPOOL).open("a") as file:
        file.write('{"t": 1, "tool": "x", "fai\n[1]\n')
    failed(config, "b", 1)

    assert program_lessons.fold(config) == 2
    assert only(config).observations == 2


def test_what_is_written_while_notes_are_taken_is_kept(config: Config) -> None:
    """A writer that had the file open before it was taken finds the new one."""
    folder = program_notes.folder_of(config)
    failed(config, "a", 1)
    open_before = os.open(folder / program_notes.SPOOL, os.O_WRONLY | os.O_APPEND)
    program_notes.take_files(folder)
    assert not program_notes.is_same_file(open_before, folder / program_notes.SPOOL)
    os.close(open_before)
    failed(config, "a", 2)

    assert program_lessons.fold(config) == 2


def test_full_files_are_set_aside_and_the_oldest_goes(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nothing is ever learned keeps a bounded number."""
    monkeypatch.setattr(program_notes, "LARGEST", 100)
    for number in range(12):
        failed(config, "a", number)

    folder = program_notes.folder_of(config)
    assert len(list(folder.glob("*.taken"))) == program_notes.MOST_FILES
    numbers = [one["i"] for path in [*program_notes.take_files(folder)] for one in program_notes.read_notes(path)]
    assert numbers == [7, 8, 9, 10, 11]


PROGRAM = """
import sys
from pathlib import Path
from twiceshy.base.config import load
from twiceshy.lessons.recipes.program_learning import Checked, ProgramLearner
import os
known = ProgramLearner(load({}, os.environ, Path.cwd()))
for _ in range(int(sys.argv[1])):
    known.note("release_namespace", {"namespace": "ephemeral-x1"}, sys.argv[2], Checked("release_namespace"))
assert known.flush(60)
"""


def test_programs_that_write_at_the_same_moment_lose_nothing(config: Config) -> None:
    """Three at once: every failure is an occurrence, and an observation of the pattern."""
    put_compiled_rules(config.home)
    words = [sys.executable, "-c", PROGRAM, "5", NOT_OWNED]
    running = [subprocess.Popen(words) for _ in range(3)]
    assert [one.wait(120) for one in running] == [0, 0, 0]

    program_lessons.fold(config)

    assert only(config).observations == 15
    assert only(config).sessions == 3
    (pattern,) = ProgramLearner(config).storage.load()
    assert pattern["observations"] == 15


def learned(config: Config, *, project: str = "shop") -> ProgramLearner:
    """A failure, noted by a program of a project."""
    known = ProgramLearner(config)
    known._run = known._get_run()._replace(project=project)
    known.note("release_namespace", {"namespace": "ephemeral-x1"}, NOT_OWNED, Checked("release_namespace"))
    assert known.flush(20)
    return known


def test_a_project_that_only_programs_know_is_forgotten(config: Config) -> None:
    """Notes that wait, lessons and patterns; not those of another project; not in a dry run."""
    known = learned(config)
    failed(config, "b", 1, p="other", tool="draw_map")
    extent = Extent(project="shop")

    planned = forgetting.forget(config, extent, NOW, dry_run=True)
    assert (planned.events, len(list_lessons(config, NOW)), len(known.storage.load())) == ({"program call": 1}, 2, 1)
    removal = forgetting.forget(config, extent, NOW, dry_run=False)

    assert removal.events == {"program call": 1}
    assert [one.subject for one in list_lessons(config, NOW)] == ["draw_map"]
    assert known.storage.load() == []
    with pytest.raises(NotFound):
        forgetting.forget(config, extent, NOW, dry_run=True)


def test_a_time_is_forgotten_where_programs_noted_then(config: Config) -> None:
    """Before it nothing goes."""
    known = learned(config)
    old = Extent(until=datetime(2020, 1, 1, tzinfo=UTC))

    assert forgetting.forget(config, old, NOW, dry_run=False).events == {}
    assert len(known.storage.load()) == len(list_lessons(config, NOW)) == 1
    new = Extent(since=datetime(2020, 1, 1, tzinfo=UTC))
    assert forgetting.forget(config, new, NOW, dry_run=False).events == {"program call": 1}
    assert [*known.storage.load(), *list_lessons(config, NOW)] == []


def test_clearing_lessons_reaches_programs(config: Config) -> None:
    """Notes that wait and patterns too: nothing comes back."""
    known = learned(config)
    program_lessons.fold(config)
    failed(config, "b", 1)

    assert lesson_reviews.clear(config) == 1
    assert program_lessons.fold(config) == 0
    assert [*known.storage.load(), *list_lessons(config, NOW)] == []


def test_lessons_switched_off_nothing_is_folded(config: Config) -> None:
    """Notes stay."""
    failed(config, "a", 1)
    off = replace(config, lessons_enabled=False)

    assert program_lessons.fold(off) == 0
    notes = (program_notes.folder_of(config) / program_notes.SPOOL).read_text()
    assert json.loads(notes)["tool"] == "release_namespace"


TOOL = "release_namespace"
PARAMS = {"namespace": "ephemeral-x1"}


@pytest.fixture
def known(config: Config) -> ProgramLearner:
    """A program in which one call failed ten times, and another tool once."""
    known = ProgramLearner(config)
    for _ in range(10):
        known.note(TOOL, PARAMS, NOT_OWNED, Checked(TOOL))
    known.note("draw_map", {"size": "9"}, "Error: size '9' is too large", Checked("draw_map"))
    assert known.flush(20)
    program_lessons.fold(config)
    return known


def name_of(config: Config, tool: str) -> str:
    return next(one.id for one in list_lessons(config, NOW) if one.subject == tool)


def test_a_muted_lesson_is_silent_in_programs(known: ProgramLearner) -> None:
    """At the next call; other patterns stay, and a person can undo it."""
    assert known.check(TOOL, PARAMS).warnings
    lesson_reviews.decide(known.config, name_of(known.config, TOOL), LessonState.MUTED, NOW)

    assert known.check(TOOL, PARAMS).warnings == ()
    assert {one["tool"] for one in known.storage.load() if one.get("muted")} == {TOOL}
    lesson_reviews.decide(known.config, name_of(known.config, TOOL), None, NOW)
    assert known.check(TOOL, PARAMS).warnings


def test_a_muted_pattern_stays_muted_when_it_is_seen_again(known: ProgramLearner) -> None:
    """It is still counted."""
    lesson_reviews.decide(known.config, name_of(known.config, TOOL), LessonState.MUTED, NOW)
    known.note(TOOL, PARAMS, NOT_OWNED, Checked(TOOL))
    assert known.flush(20)

    assert known.check(TOOL, PARAMS).warnings == ()
    assert [one["observations"] for one in known.storage.load() if one.get("muted")] == [11]


def test_without_patterns_a_lesson_is_muted_all_the_same(known: ProgramLearner) -> None:
    """No file, and a damaged one, which stays as it is."""
    name = name_of(known.config, TOOL)
    known.storage.path.unlink()
    assert lesson_reviews.decide(known.config, name, LessonState.MUTED, NOW).state is LessonState.MUTED
    known.storage.path.write_text("usage_patterns: [\n")
    assert lesson_reviews.decide(known.config, name, LessonState.MUTED, NOW).state is LessonState.MUTED
    assert known.storage.path.read_text() == "usage_patterns: [\n"
