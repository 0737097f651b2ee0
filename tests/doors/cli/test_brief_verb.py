"""``brief`` as people and programs call it."""

import json
import os
from pathlib import Path

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.doors.cli.main import main
from twiceshy.records.lessons import LessonState


def said(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["brief", *words]) == 0
    return capsys.readouterr().out


def test_a_task_is_told_of(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What fits it, what is told at a session's start, and that nothing fits."""
    assert said(capsys) == "Nothing fits: an agent would get no brief.\n"
    lesson = a_lesson(state=LessonState.PROMOTED, observations=12, sessions=5, scope="user")
    with Store.open(load({}, os.environ, scratch_home).home) as store, store.begin_writing() as connection:
        writing.add(connection, lesson, imported=True)
        writing.review(connection, writing.id_of(lesson), lesson.last_seen, state=LessonState.PROMOTED)  # type: ignore[arg-type]  # it has one

    assert "Seen 12 times in 5 sessions" in said(capsys, "a coroutine was never awaited", "--file", "a.py")
    assert "Seen 12 times in 5 sessions" in said(capsys)
    found = json.loads(said(capsys, "a coroutine was never awaited", "--json"))
    assert (found["schema"], found["lessons"][0]["id"]) == ("twiceshy/brief/1", lesson.id)
    assert said(capsys, "zzz qqq").startswith("Nothing fits")
