"""Read and write `.twiceshy/lessons.yaml`: reviewed lessons of a repository, for everyone who works in it.

Its texts are people's and are never overwritten; counts come from the store and are updated in place. Comments,
order and unknown fields are left as they are. A file that cannot be read is reported with its line and not
touched.
"""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import lessons as reads
from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError, NotFound
from twiceshy.base.private_files import hold_folder
from twiceshy.lessons.confidence import compute_confidence, confidence_at
from twiceshy.lessons.lessons_yaml import (
    LIST_KEYS,
    entry_of,
    lesson_of,
    line_of,
    list_entries,
    read,
    stats_of,
    update_counts,
    write,
)
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.scrub_record import scrub_record
from twiceshy.records.lessons import Lesson, LessonKind, LessonState

NAME = Path(".twiceshy") / "lessons.yaml"


class LessonExchange(NamedTuple):
    """What an import or export did."""

    path: Path
    lessons: int
    """In the file."""
    new: int
    changed: int
    withheld: int = 0
    """Lessons that are not written, as they hold what looks like a secret and cannot be taken out."""


def export_lessons(config: Config, folder: Path, now: datetime) -> LessonExchange:
    """Write promoted lessons into the file; those already there keep their texts and get today's counts.

    New ones pass the gate that exports pass: the file is a repository's.

    Raises:
        ConfigError: the file is damaged; it is left as it is.
    """
    try:
        with hold_folder(folder):
            return _export_lessons(config, folder / NAME, now)
    except OSError as error:
        raise ConfigError(f"{folder / NAME} cannot be written: {error.strerror or error}.") from error


def _export_lessons(config: Config, path: Path, now: datetime) -> LessonExchange:
    """Write promoted lessons into the file; nobody else does meanwhile."""
    document = read(path) if os.path.lexists(path) else {}
    with Store.open(config.home, readonly=True) as store:
        work = reads.read_last_work(store.connection, now)
        known = [replace(one, confidence=confidence_at(one, work)) for one in reads.read_lessons(store.connection)]
        gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    here = {str(entry.get("id")): entry for _, entry in list_entries(document, path)}
    new = changed = withheld = 0
    for lesson in known:
        if (entry := here.get(lesson.slug)) is not None:
            changed += update_counts(entry, lesson)
        elif lesson.state is LessonState.PROMOTED:
            if (clean := clean_lesson(lesson, gate)) is None:
                withheld += 1
                continue
            document.setdefault(LIST_KEYS[lesson.kind], []).append(entry_of(clean))
            new += 1
    document["stats"] = stats_of(document.get(LIST_KEYS[LessonKind.USAGE]) or ())
    write(path, document)
    return LessonExchange(path, len(here) + new, new, changed, withheld)


def clean_lesson(lesson: Lesson, gate: OutgoingTexts) -> Lesson | None:
    """Return a lesson as it may stand in a repository; None where it may not, or has a secret in its very name."""
    stays = []

    def clean_texts(texts: Sequence[str]) -> Sequence[str]:
        clean, left = gate.clean(texts)
        stays.append(left)
        return clean

    clean = scrub_record(lesson, clean_texts, keeps_homes=True)
    return clean if stays == [None] and clean.slug == lesson.slug else None


def _leave_out_counts(lesson: Lesson) -> Lesson:
    """Return a lesson of a file as one that was not seen here: whoever writes a file may state any count in it.

    So no word of a file is told as this store's, nor comes before what was seen here; the file keeps its numbers.
    """
    return replace(
        lesson,
        observations=0,
        sessions=0,
        projects=0,
        successes=0,
        confidence=compute_confidence(0),
        first_seen=None,
        last_seen=None,
    )


def import_lessons(config: Config, folder: Path, now: datetime) -> LessonExchange:
    """Store the file's lessons as reviewed by a person; lessons known before get the file's texts.

    Their counts stay in the file: what was seen here is what this store saw.

    Raises:
        NotFound: there is no such file.
        ConfigError: it is damaged, or an entry means nothing; nothing was imported.
    """
    path = folder / NAME
    if not path.exists():
        raise NotFound(f"there is no {path}. `twiceshy lessons export` makes one of promoted lessons.")
    document = read(path)
    with Store.open(config.home) as store:
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
        found = []
        for kind, entry in list_entries(document, path):
            try:
                found.append(_leave_out_counts(lesson_of(entry, kind, scrubber.text)))
            except ValueError as error:
                raise ConfigError(f"{path}, line {line_of(entry)}: {error}. Nothing was imported.") from error
        new = changed = 0
        for lesson in found:
            with store.begin_writing() as connection:
                known = reads.find_by_slug(connection, lesson.slug)
                if known is None:
                    writing.add(connection, lesson, imported=True)
                    known, new = lesson, new + 1
                elif (known.description, known.root_cause) != (lesson.description, lesson.root_cause):
                    changed += 1
                writing.review(
                    connection,
                    writing.id_of(known),
                    now,
                    state=LessonState.PROMOTED,
                    description=lesson.description,
                    root_cause=lesson.root_cause,
                )
    return LessonExchange(path, len(found), new, changed)
