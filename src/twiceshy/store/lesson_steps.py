"""Writing what a lesson says to do: steps and validation come from the vote of all sessions, not from the first."""

import json
import sqlite3

from twiceshy.records.lessons import Lesson
from twiceshy.store.lesson_rows import id_of, to_plain


def set_steps(connection: sqlite3.Connection, lesson: Lesson) -> None:
    """Set a lesson's steps and trigger; one that came from a file keeps the file's."""
    connection.execute(
        "UPDATE lesson SET trigger = ?, steps = ? WHERE id = ? AND NOT imported",
        (json.dumps(to_plain(lesson.trigger)), json.dumps([to_plain(one) for one in lesson.steps]), id_of(lesson)),
    )
