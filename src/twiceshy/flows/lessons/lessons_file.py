"""Read and write `.twiceshy/lessons.yaml`: reviewed lessons of a repository, for everyone who works in it.

Its texts are people's and are never overwritten; counts come from the store and are updated in place. Comments,
order and unknown fields are left as they are. A file that cannot be read is reported with its line and not
touched.
"""

import io
import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from twiceshy.config import Config
from twiceshy.errors import ConfigError, NotFound
from twiceshy.lessons.confidence import confidence_at
from twiceshy.lessons.lessons_yaml import LIST_KEYS, STORE_FIELDS, counts_of, entry_of, lesson_of, stats_of
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.lessons import Lesson, LessonKind, LessonState
from twiceshy.store import lesson_rows as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import lessons as reads

NAME = Path(".twiceshy") / "lessons.yaml"
_MOST_BYTES = 2_000_000
"""Of a file that is read (guess: thousands of lessons)."""


class LessonExchange(NamedTuple):
    """What an import or export did."""

    path: Path
    lessons: int
    """In the file."""
    new: int
    changed: int


def export_lessons(config: Config, folder: Path, now: datetime) -> LessonExchange:
    """Write promoted lessons into the file; those already there keep their texts and get today's counts.

    Raises:
        ConfigError: the file is damaged; it is left as it is.
    """
    path = folder / NAME
    document = read(path) if path.exists() else {}
    with Store.open(config.home, readonly=True) as store:
        known = [replace(one, confidence=confidence_at(one, now)) for one in reads.read_lessons(store.connection)]
    here = {str(entry.get("id")): entry for _, entry in _list_entries(document, path)}
    new = changed = 0
    for lesson in known:
        if (entry := here.get(lesson.slug)) is not None:
            changed += _update_counts(entry, lesson)
        elif lesson.state is LessonState.PROMOTED:
            document.setdefault(LIST_KEYS[lesson.kind], []).append(entry_of(lesson))
            new += 1
    document["stats"] = stats_of(document.get(LIST_KEYS[LessonKind.USAGE]) or ())
    _write(path, document)
    return LessonExchange(path, len(here) + new, new, changed)


def _update_counts(entry: dict[str, Any], lesson: Lesson) -> bool:
    """Update an entry's counts; return whether any changed.

    Imported lessons that were never seen here keep the file's counts.
    """
    counts = counts_of(lesson)
    fresh = {key: counts[key] for key in STORE_FIELDS if counts[key] is not None and entry.get(key) != counts[key]}
    if not lesson.models:
        return False
    entry.update(fresh)
    return bool(fresh)


def import_lessons(config: Config, folder: Path, now: datetime) -> LessonExchange:
    """Store the file's lessons as reviewed by a person; lessons known before get the file's texts.

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
        for kind, entry in _list_entries(document, path):
            try:
                found.append(lesson_of(entry, kind, scrubber.text))
            except ValueError as error:
                raise ConfigError(f"{path}, line {_line_of(entry)}: {error}. Nothing was imported.") from error
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


def _line_of(entry: Mapping[str, Any]) -> int:
    """Return the line where an entry begins, from 1; 0 where it is not known."""
    mark = getattr(entry, "lc", None)
    return int(mark.line) + 1 if mark is not None else 0


def _make_yaml() -> YAML:
    """Return a YAML reader and writer that preserves comments, quotes and order."""
    found = YAML(typ="rt")
    found.preserve_quotes = True
    found.width = 120
    found.indent(mapping=2, sequence=4, offset=2)
    return found


def read(path: Path) -> dict[str, Any]:
    """Return the whole file.

    Raises:
        ConfigError: it is no YAML, or no mapping; the line is named.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MOST_BYTES:
            raise ConfigError(f"{path} is larger than {_MOST_BYTES:,} bytes; it is left as it is.")
        document = _make_yaml().load(data.decode("utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise ConfigError(f"{path}{where}: {error.problem or 'this is no YAML'}; it is left as it is.") from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise ConfigError(f"{path} cannot be read ({type(error).__name__}); it is left as it is.") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(f"{path}, line 1: this is no mapping of lists; it is left as it is.")
    return document


def _list_entries(document: Mapping[str, Any], path: Path) -> Iterator[tuple[LessonKind, dict[str, Any]]]:
    """Yield each entry with its kind.

    Raises:
        ConfigError: something else than an entry stands in a list.
    """
    for kind, name in LIST_KEYS.items():
        listed = document.get(name) or []
        if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
            raise ConfigError(f"{path}: {name} is no list of lessons; it is left as it is.")
        for entry in listed:
            yield kind, entry


def _write(path: Path, document: Mapping[str, Any]) -> None:
    """Write the whole file; if that fails, the old file stays.

    Raises:
        ConfigError: it cannot be written.
    """
    text = io.StringIO()
    _make_yaml().dump(document, text)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(exist_ok=True)
        draft.write_text(text.getvalue(), encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
