"""Let all occurrences choose the words of each lesson from tests, compilers and linters, after they were stored."""

from dataclasses import replace
from itertools import groupby
from operator import attrgetter

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lesson_messages
from twiceshy.archive.reads import lessons as reads
from twiceshy.lessons.recurring_words import choose_words
from twiceshy.privacy.scrub import Scrubber


def choose_all_words(store: Store, scrubber: Scrubber) -> int:
    """Update the words of such lessons; return how many changed.

    What a person wrote is kept apart and stands before these.
    """
    sessions_of = lesson_messages.count_sessions(store.connection)
    said = lesson_messages.read_messages(store.connection)
    by_id = {lesson: list(some) for lesson, some in groupby(said, key=attrgetter("lesson"))}
    changed = []
    for key, lesson in reads.read_learned(store.connection, list(by_id)).items():
        words = choose_words(lesson, by_id[key], sessions_of)
        if words != (lesson.description, lesson.quoted):
            changed.append(replace(lesson, description=scrubber.text(words.description), quoted=words.quoted))
    if changed:
        with store.begin_writing() as connection:
            for lesson in changed:
                writing.set_words(connection, lesson)
    return len(changed)
