"""Writing what a lesson says to do: steps and validation come from the vote of all sessions, not from the first."""

import json
import sqlite3

from twiceshy.records.lessons import Lesson
from twiceshy.store.lessons import id_of, plain


def teach(connection: sqlite3.Connection, lesson: Lesson) -> None:
    """Nothing; the lesson has these steps and this trigger. One that came from a file keeps the file's."""
    connection.execute(
        "UPDATE lesson SET trigger = ?, steps = ? WHERE id = ? AND NOT imported",
        (json.dumps(plain(lesson.trigger)), json.dumps([plain(one) for one in lesson.steps]), id_of(lesson)),
    )
