"""Lessons as entries of `lessons.yaml`, and back: names, order and nesting are those of the seed's schema.

An entry leaves out every empty field. Times are written without a zone and mean UTC. ``description``, ``severity`` and
``scope`` are our own fields; a reader of the seed's schema ignores them.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from twiceshy.base.errors import ConfigError
from twiceshy.base.foreign_files import read_foreign_text, require_inside
from twiceshy.base.private_files import SHARED, write_whole
from twiceshy.base.values import Scrubbed, Severity
from twiceshy.lessons.occurrences import key_of
from twiceshy.records.lessons import Lesson, LessonKind, PreventionAction, PreventionStep, Trigger, Validation

LIST_KEYS = {
    LessonKind.USAGE: "usage_patterns",
    LessonKind.MISTAKE: "mistake_patterns",
    LessonKind.MACHINE: "machine_patterns",
}
"""Top-level lists of the file."""
_HIGH, _MEDIUM = 0.85, 0.75
"""Confidence from which an entry counts as high (the seed's), and as medium (guess: from where it warns)."""
STORE_FIELDS = ("observations", "success_after_prevention", "confidence", "first_seen", "last_seen")
"""Fields that come from the store only."""
_MOST_SEEN = 10**9
"""Count that a file may state (guess, 2026-11-24: more than anybody saw; a database holds it)."""
_Clean = Callable[[str], Scrubbed]
_Entry = dict[str, Any]


def entry_of(lesson: Lesson) -> _Entry:
    """Return the lesson as an entry."""
    trigger = lesson.trigger
    pattern = {
        "error_regex": trigger.error_regex,
        "parameter": trigger.parameter,
        "validation": _encode_validation(trigger.validation),
        "common_mistakes": list(trigger.common_mistakes),
        "sequence": list(trigger.sequence),
        "condition": trigger.condition,
        "rule": trigger.rule,
    }
    whole: _Entry = {
        "id": lesson.slug,
        "tool": lesson.subject,
        "error_category": lesson.category.upper(),
        "description": lesson.description if lesson.description != lesson.root_cause else "",
        "severity": "" if lesson.severity is Severity.MINOR else lesson.severity.value,
        "mistake_pattern": _drop_empty(pattern),
        "root_cause": str(lesson.root_cause),
        "prevention_steps": [_encode_step(one) for one in lesson.steps],
        "bad_example": lesson.bad,
        "good_example": lesson.good,
    }
    return _drop_empty(whole) | counts_of(lesson) | {"related_patterns": list(lesson.related)}


def counts_of(lesson: Lesson) -> _Entry:
    """Return the fields that change with every learning."""
    return {
        "observations": lesson.observations,
        "success_after_prevention": lesson.successes,
        "confidence": round(lesson.confidence, 2),
        "first_seen": _format_time(lesson.first_seen),
        "last_seen": _format_time(lesson.last_seen),
    }


def _format_time(at: datetime | None) -> str | None:
    """Format a time for the file; None stays None."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _drop_empty(values: Mapping[str, Any]) -> _Entry:
    """Return the values without empty ones."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def _encode_validation(given: Validation | None) -> _Entry:
    """Encode a validation's filled fields."""
    if given is None:
        return {}
    return _drop_empty({name: getattr(given, name) for name in ("expected", "check", "regex", "error_message")})


def _encode_step(one: PreventionStep) -> _Entry:
    """Encode a step's filled fields, in the seed's order."""
    return _drop_empty(
        {
            "action": one.action.value,
            "tool": one.tool,
            "args": dict(one.args),
            "parameter": one.parameter,
            "validation": _encode_validation(one.validation),
            "reason": one.reason,
        }
    )


def lesson_of(entry: Mapping[str, Any], kind: LessonKind, clean: _Clean) -> Lesson:
    """Return an entry as a lesson, with its texts scrubbed by ``clean``.

    Raises:
        ValueError: a field is missing or means nothing; the message names it.
    """
    try:
        slug, subject, category = (str(entry[name]) for name in ("id", "tool", "error_category"))
        pattern = entry.get("mistake_pattern") or {}
        return Lesson(
            id=f"l-{key_of('file', slug).hex()}",
            slug=slug,
            kind=kind,
            subject=subject,
            category=category.lower(),
            severity=Severity(entry.get("severity", Severity.MINOR.value)),
            description=clean(str(entry.get("description") or entry.get("root_cause", ""))),
            root_cause=clean(str(entry.get("root_cause", ""))),
            trigger=_decode_trigger(pattern),
            steps=tuple(_decode_step(one) for one in entry.get("prevention_steps") or ()),
            bad=clean(str(entry["bad_example"])) if entry.get("bad_example") else None,
            good=clean(str(entry["good_example"])) if entry.get("good_example") else None,
            related=tuple(map(str, entry.get("related_patterns") or ())),
            observations=_parse_count(entry, "observations", 1),
            successes=_parse_count(entry, "success_after_prevention", 0),
            confidence=_parse_share(entry, "confidence", 0.5),
            first_seen=_parse_time(entry.get("first_seen")),
            last_seen=_parse_time(entry.get("last_seen")),
        )
    except KeyError as error:
        raise ValueError(f"the field {error.args[0]} is missing") from error
    except (AttributeError, TypeError, OverflowError) as error:
        raise ValueError(f"a field has another form than the schema's ({error})") from error


def _parse_count(entry: Mapping[str, Any], name: str, absent: int) -> int:
    """Parse a count of the file.

    Raises:
        ValueError: it is none, or more than anybody can have seen.
    """
    count = int(entry.get(name, absent))
    if not 0 <= count <= _MOST_SEEN:
        raise ValueError(f"{name} is no count")
    return count


def _parse_share(entry: Mapping[str, Any], name: str, absent: float) -> float:
    """Parse a share of the file.

    Raises:
        ValueError: it is not from 0 to 1.
    """
    share = float(entry.get(name, absent))
    if not 0 <= share <= 1:  # nor a number that is none
        raise ValueError(f"{name} is not from 0 to 1")
    return share


def _decode_trigger(values: Mapping[str, Any]) -> Trigger:
    """Decode a trigger from an entry's `mistake_pattern`."""
    return Trigger(
        error_regex=str(values.get("error_regex", "")),
        parameter=str(values.get("parameter", "")),
        validation=_decode_validation(values.get("validation")),
        common_mistakes=tuple(map(str, values.get("common_mistakes") or ())),
        sequence=tuple(map(str, values.get("sequence") or ())),
        condition=str(values.get("condition", "")),
        rule=str(values.get("rule", "")),
    )


def _decode_step(values: Mapping[str, Any]) -> PreventionStep:
    """Decode a step from an entry."""
    return PreventionStep(
        action=PreventionAction(values["action"]),
        tool=str(values.get("tool", "")),
        args={str(key): str(value) for key, value in (values.get("args") or {}).items()},
        parameter=str(values.get("parameter", "")),
        validation=_decode_validation(values.get("validation")),
        reason=str(values.get("reason", "")),
    )


def _decode_validation(values: Mapping[str, Any] | None) -> Validation | None:
    """Decode a validation from an entry; None where there is none."""
    return Validation(**{str(key): str(value) for key, value in values.items()}) if values else None


def _parse_time(text: object) -> datetime | None:
    """Parse a time of the file; a time without a zone is UTC, an empty one None.

    Raises:
        ValueError: it is none, or at an end of the calendar, where no zone can be reckoned with.
    """
    if not text:
        return None
    at = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    if not MINYEAR < at.year < MAXYEAR:
        raise ValueError(f"{at:%Y} is no year of anything seen")
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def stats_of(entries: Iterable[Mapping[str, Any]]) -> _Entry:
    """Return the seed's summary of the usage entries; what was not measured is null.

    The success rate is the share of warnings, heeded or not, after which the mistake was not made.
    """
    known = list(entries)
    sure = [float(one.get("confidence", 0)) for one in known]
    heeded, failed = (
        sum(int(one.get(name) or 0) for one in known) for name in ("success_after_prevention", "failed_after_warning")
    )
    measured = any("failed_after_warning" in one for one in known)
    return {
        "total_usage_patterns": len(known),
        "high_confidence": sum(one >= _HIGH for one in sure),
        "medium_confidence": sum(_MEDIUM <= one < _HIGH for one in sure),
        "low_confidence": sum(one < _MEDIUM for one in sure),
        "by_category": dict(sorted(Counter(str(one.get("error_category", "")) for one in known).items())),
        "prevention_success_rate": round(heeded / (heeded + failed), 2) if measured else None,
    }


# The YAML file of a repository's lessons as a document: comments, order and unknown fields stay as they are.
#
# A file that cannot be read is reported with its line and not touched.

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
