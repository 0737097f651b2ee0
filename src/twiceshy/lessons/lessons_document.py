"""The YAML file of a repository's lessons as a document: comments, order and unknown fields stay as they are.

A file that cannot be read is reported with its line and not touched.
"""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from twiceshy.base.errors import ConfigError
from twiceshy.base.foreign_files import read_foreign_text, require_inside
from twiceshy.base.private_files import SHARED, write_whole
from twiceshy.lessons.lessons_yaml import LIST_KEYS, STORE_FIELDS, counts_of
from twiceshy.records.lessons import Lesson, LessonKind

_MOST_BYTES = 2_000_000
"""Bytes of a file that is read (guess of 2026-11-21: thousands of lessons)."""


def read(path: Path) -> dict[str, Any]:
    """Return the whole file.

    Raises:
        ConfigError: it is no YAML, or no mapping; the line is named.
    """
    try:
        document = _make_yaml().load(read_foreign_text(path, _MOST_BYTES, path.parents[1]))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise ConfigError(f"{path}{where}: {error.problem or 'this is no YAML'}; it is left as it is.") from error
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}; it is left as it is.") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path} cannot be read ({type(error).__name__}); it is left as it is.") from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise ConfigError(f"{path}, line 1: this is no mapping of lists; it is left as it is.")
    return document


def list_entries(document: Mapping[str, Any], path: Path) -> Iterator[tuple[LessonKind, dict[str, Any]]]:
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


def update_counts(entry: dict[str, Any], lesson: Lesson) -> bool:
    """Update an entry's counts; return whether any changed.

    Imported lessons that were never seen here keep the file's counts.
    """
    counts = counts_of(lesson)
    fresh = {key: counts[key] for key in STORE_FIELDS if counts[key] is not None and entry.get(key) != counts[key]}
    if not lesson.models:
        return False
    entry.update(fresh)
    return bool(fresh)


def line_of(entry: Mapping[str, Any]) -> int:
    """Return the line where an entry begins, from 1; 0 where it is not known."""
    mark = getattr(entry, "lc", None)
    return int(mark.line) + 1 if mark is not None else 0


def write(path: Path, document: Mapping[str, Any]) -> None:
    """Write the whole file; if that fails, the old file stays.

    Raises:
        ConfigError: it cannot be written.
    """
    text = io.StringIO()
    _make_yaml().dump(document, text)
    try:
        require_inside(path, path.parents[1])
        write_whole(path, text.getvalue().encode(), mode=SHARED)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}.") from error


def _make_yaml() -> YAML:
    """Return a YAML reader and writer that preserves comments, quotes and order."""
    found = YAML(typ="rt")
    found.preserve_quotes = True
    found.width = 120
    found.indent(mapping=2, sequence=4, offset=2)
    return found
