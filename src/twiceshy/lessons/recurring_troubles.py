"""Lessons on trouble that recurs on this machine or at a project's hooks: a missing program, a login that ran out.

What is known of a trouble comes from the same counts as the report's insights; here it becomes a lesson, with each
case as an occurrence. Troubles of the whole machine are one lesson wherever they were met; the others are one lesson a
project, as another project has other modules, services and hooks.
"""

from collections.abc import Iterator

from twiceshy.base.values import Severity
from twiceshy.lessons.occurrences import LessonTemplate, RawOccurrence, key_of
from twiceshy.lessons.steps import build_refusal_steps, quote_literal
from twiceshy.records.attempts import RecurringTrouble, TroubleCase
from twiceshy.records.lessons import COMMAND, Lesson, LessonKind, PreventionStep, Trigger
from twiceshy.stats.text.quoting import quote

SOURCE = "trouble"
"""Of their occurrences."""
_OF_THE_MACHINE = frozenset({"missing-program", "network", "login", "disk", "memory", "port", "agent-replaced"})
"""Troubles that are the same in every project. List of 2026-11-22."""
_MOST_FINGERPRINTS = 8
"""Errors that a lesson is known by (guess, 2026-11-22): the newest."""


def make_occurrences(trouble: RecurringTrouble) -> Iterator[tuple[TroubleCase, RawOccurrence]]:
    """Yield each case of a trouble as an occurrence of its lesson."""
    template = _make_template(trouble)
    for case in trouble.cases:
        yield (
            case,
            RawOccurrence(
                template=template,
                event=case.call,
                at=case.at,
                source=SOURCE,
                message=quote(case.message),
                fixed=case.gone_after_s is not None,
                cost_s=case.gone_after_s,
            ),
        )


def is_over(lesson: Lesson, found: frozenset[str]) -> bool:
    """Tell whether a lesson is about a trouble that is gone; ``found``: ids of lessons on those that recur."""
    return lesson.kind is LessonKind.MACHINE and lesson.id not in found


def _make_template(trouble: RecurringTrouble) -> LessonTemplate:
    """Build the lesson of a trouble."""
    where = "" if trouble.slug in _OF_THE_MACHINE else trouble.project
    errors = dict.fromkeys(case.fingerprint for case in reversed(trouble.cases) if case.fingerprint)
    return LessonTemplate(
        key=key_of("machine", where, trouble.slug, trouble.key),
        kind=LessonKind.MACHINE,
        subject=trouble.subject.lower(),
        category=trouble.slug,
        severity=Severity.MINOR,
        description=trouble.remedy or trouble.says,
        cause=trouble.says if trouble.remedy else "",
        trigger=Trigger(parameter=COMMAND, fingerprints=tuple(errors)[:_MOST_FINGERPRINTS]),
        steps=_build_steps(trouble),
    )


def _build_steps(trouble: RecurringTrouble) -> tuple[PreventionStep, ...]:
    """Return by what the gate can know a call that meets the trouble: only a missing program is one in every call."""
    if trouble.slug != "missing-program":
        return ()
    return build_refusal_steps(f"program == {quote_literal(trouble.subject)}", COMMAND, "a program that is there")
