"""Lessons as entries of `lessons.yaml`, and back: names, order and nesting are those of the seed's schema.

An entry has nothing that is empty. Times are written without a zone and mean UTC. ``description``, ``severity`` and
``scope`` are ours; a reader of the seed's schema passes over them.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from twiceshy.lessons.seen import key_of
from twiceshy.records.lessons import Action, Kind, Lesson, Step, Trigger, Validation
from twiceshy.records.scores import Severity
from twiceshy.records.text import Scrubbed

LISTS = {Kind.USAGE: "usage_patterns", Kind.MISTAKE: "mistake_patterns"}
"""Top-level lists of the file."""
HIGH, MEDIUM = 0.85, 0.75
"""Confidence from which an entry counts as high (the seed's), and as medium (guess: from where it warns)."""
COUNTED = ("observations", "success_after_prevention", "confidence", "first_seen", "last_seen")
"""Fields that come from the store only."""
Clean = Callable[[str], Scrubbed]
Entry = dict[str, Any]


def entry_of(lesson: Lesson) -> Entry:
    """The lesson as an entry."""
    trigger = lesson.trigger
    pattern = {
        "error_regex": trigger.error_regex,
        "parameter": trigger.parameter,
        "validation": validation(trigger.validation),
        "common_mistakes": list(trigger.common_mistakes),
        "sequence": list(trigger.sequence),
        "condition": trigger.condition,
    }
    whole: Entry = {
        "id": lesson.slug,
        "tool": lesson.subject,
        "error_category": lesson.category.upper(),
        "description": lesson.description if lesson.description != lesson.root_cause else "",
        "severity": "" if lesson.severity is Severity.MINOR else lesson.severity.value,
        "mistake_pattern": filled(pattern),
        "root_cause": str(lesson.root_cause),
        "prevention_steps": [step(one) for one in lesson.steps],
        "bad_example": lesson.bad,
        "good_example": lesson.good,
    }
    return filled(whole) | counts_of(lesson) | {"related_patterns": list(lesson.related)}


def counts_of(lesson: Lesson) -> Entry:
    """The fields that change with every learning."""
    return {
        "observations": lesson.observations,
        "success_after_prevention": lesson.successes,
        "confidence": round(lesson.confidence, 2),
        "first_seen": moment(lesson.first_seen),
        "last_seen": moment(lesson.last_seen),
    }


def moment(at: datetime | None) -> str | None:
    """A time as the file has it."""
    return None if at is None else f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def filled(values: Mapping[str, Any]) -> Entry:
    """Without what is empty."""
    return {key: value for key, value in values.items() if value not in (None, "", [], {})}


def validation(given: Validation | None) -> Entry:
    """A validation's filled fields."""
    if given is None:
        return {}
    return filled({name: getattr(given, name) for name in ("expected", "check", "regex", "error_message")})


def step(one: Step) -> Entry:
    """A step's filled fields, in the seed's order."""
    return filled(
        {
            "action": one.action.value,
            "tool": one.tool,
            "args": dict(one.args),
            "parameter": one.parameter,
            "validation": validation(one.validation),
            "reason": one.reason,
        }
    )


def lesson_of(entry: Mapping[str, Any], kind: Kind, clean: Clean) -> Lesson:
    """An entry as a lesson; its texts are scrubbed by ``clean``.

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
            trigger=trigger_of(pattern),
            steps=tuple(step_of(one) for one in entry.get("prevention_steps") or ()),
            bad=clean(str(entry["bad_example"])) if entry.get("bad_example") else None,
            good=clean(str(entry["good_example"])) if entry.get("good_example") else None,
            related=tuple(map(str, entry.get("related_patterns") or ())),
            observations=int(entry.get("observations", 1)),
            successes=int(entry.get("success_after_prevention", 0)),
            confidence=float(entry.get("confidence", 0.5)),
            first_seen=time_of(entry.get("first_seen")),
            last_seen=time_of(entry.get("last_seen")),
        )
    except KeyError as error:
        raise ValueError(f"the field {error.args[0]} is missing") from error
    except (AttributeError, TypeError) as error:
        raise ValueError(f"a field has another form than the schema's ({error})") from error


def trigger_of(values: Mapping[str, Any]) -> Trigger:
    """A trigger from an entry's `mistake_pattern`."""
    return Trigger(
        error_regex=str(values.get("error_regex", "")),
        parameter=str(values.get("parameter", "")),
        validation=validation_of(values.get("validation")),
        common_mistakes=tuple(map(str, values.get("common_mistakes") or ())),
        sequence=tuple(map(str, values.get("sequence") or ())),
        condition=str(values.get("condition", "")),
    )


def step_of(values: Mapping[str, Any]) -> Step:
    """A step from an entry."""
    return Step(
        action=Action(values["action"]),
        tool=str(values.get("tool", "")),
        args={str(key): str(value) for key, value in (values.get("args") or {}).items()},
        parameter=str(values.get("parameter", "")),
        validation=validation_of(values.get("validation")),
        reason=str(values.get("reason", "")),
    )


def validation_of(values: Mapping[str, Any] | None) -> Validation | None:
    """A validation from an entry; None where there is none."""
    return Validation(**{str(key): str(value) for key, value in values.items()}) if values else None


def time_of(text: object) -> datetime | None:
    """A time of the file."""
    if not text:
        return None
    at = text if isinstance(text, datetime) else datetime.fromisoformat(str(text))
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def stats_of(entries: Iterable[Mapping[str, Any]]) -> Entry:
    """The seed's summary of the usage entries."""
    known = list(entries)
    sure = [float(one.get("confidence", 0)) for one in known]
    successes = sum(int(one.get("success_after_prevention", 0)) for one in known)
    seen = sum(int(one.get("observations", 0)) for one in known)
    return {
        "total_usage_patterns": len(known),
        "high_confidence": sum(one >= HIGH for one in sure),
        "medium_confidence": sum(MEDIUM <= one < HIGH for one in sure),
        "low_confidence": sum(one < MEDIUM for one in sure),
        "by_category": dict(sorted(Counter(str(one.get("error_category", "")) for one in known).items())),
        "prevention_success_rate": round(successes / (successes + seen), 2) if successes else 0.0,
    }
