"""Rules from lessons about code: the pattern that a lesson is about is looked for in an edit, in its own projects.

A lesson of a finding names the finding's rule as its cause (``pattern/sql-built-python (CWE-89)``). One of another
scanner stands for the sure patterns of the same weakness in the same language. A pattern that is not sure speaks only
where its mistake was corrected, and not beside a sure one of the same weakness.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

from twiceshy.advice.fact_rules import CodePattern, FactDraft
from twiceshy.advice.phrase import phrase_code_lesson
from twiceshy.commands.keys.gate_keys import key_of_folder, key_of_pattern, shorten_folder
from twiceshy.records.lessons import Lesson, LessonKind, LessonState, MistakePlace
from twiceshy.records.rules import Level, RuleKind, TrialSummary

_IN_USE = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})
_CAUSE = re.compile(r"(?P<layer>\w+)/(?P<rule>[\w.-]+)(?: \(CWE-(?P<cwe>\d+)\))?\Z")
_FAMILIES = {"typescript": "javascript"}
_KEYS_IN_CODE = ("hard-coded-secret", "known-key")
"""The rule that sees a redacted key in what is stored, and the one that sees a key in an edit."""
_MOST_FOLDERS = 20
"""Folders of one project that its rule names (guess, 2026-11-22)."""


class CodeLesson(NamedTuple):
    """A lesson, and where its mistake was made."""

    id: bytes
    lesson: Lesson
    places: Sequence[MistakePlace]


class _Evidence(NamedTuple):
    """A lesson, a pattern that it is about, and where in one project its mistake was made."""

    known: CodeLesson
    pattern: CodePattern
    places: Sequence[MistakePlace]


def find_code_patterns(lesson: Lesson, patterns: Iterable[CodePattern]) -> list[CodePattern]:
    """Return the patterns that a lesson in use is about; none where nothing of it shows in an edit."""
    said = _CAUSE.match(lesson.root_cause) if lesson.kind is LessonKind.MISTAKE and lesson.state in _IN_USE else None
    if said is None:
        return []
    known = list(patterns)
    rule = _KEYS_IN_CODE[1] if said["rule"] == _KEYS_IN_CODE[0] else said["rule"]
    if named := [one for one in known if said["layer"] == "pattern" and one.name == rule]:
        return named
    language = _FAMILIES.get(lesson.subject, lesson.subject)
    return [one for one in known if one.sure and language in one.languages and said["cwe"] == str(one.cwe)]


def draft_code_lessons(
    lessons: Iterable[CodeLesson], patterns: Sequence[CodePattern], salt: bytes
) -> Iterator[FactDraft]:
    """Yield one rule for each pattern of lessons in use and each project in which the mistake was made."""
    found = _collect_evidence(lessons, patterns)
    sure = {(project, some.pattern.cwe) for (project, _), some in found.items() if some.pattern.sure}
    for (project, _), some in found.items():
        corrected = any(place.corrected for place in some.places) and (project, some.pattern.cwe) not in sure
        if (some.pattern.sure or corrected) and (
            condition := phrase_folders([one.folder for one in some.places], salt)
        ):
            yield _draft_rule(some, project, condition)


def _collect_evidence(
    lessons: Iterable[CodeLesson], patterns: Sequence[CodePattern]
) -> dict[tuple[str, str], _Evidence]:
    """Return for each project and pattern the lesson with the most cases there."""
    found: dict[tuple[str, str], _Evidence] = {}
    for one in lessons:
        for pattern in find_code_patterns(one.lesson, patterns):
            for project, places in _group_by_project(one.places).items():
                evidence = _Evidence(one, pattern, places)
                known = found.get((project, pattern.name), evidence)
                found[project, pattern.name] = max(known, evidence, key=lambda some: len(some.places))
    return found


def _group_by_project(places: Iterable[MistakePlace]) -> dict[str, list[MistakePlace]]:
    """Return the places by the project's identity."""
    found = defaultdict(list)
    for place in places:
        found[place.project].append(place)
    return found


def phrase_folders(named: Iterable[str], salt: bytes) -> str:
    """Return the gate's condition for a project: the keys of its working folders; empty where none can be named."""
    folders = dict.fromkeys(folder for one in named if (folder := shorten_folder(one)))
    keys = [key_of_folder(folder, salt)[1:].hex() for folder in folders]
    return f"in:{','.join(keys[-_MOST_FOLDERS:])}" if keys else ""


def _draft_rule(evidence: _Evidence, project: str, condition: str) -> FactDraft:
    """Return the rule of one lesson for one project."""
    (uid, lesson, _), pattern, places = evidence
    corrected = sum(place.corrected for place in places)
    tried = TrialSummary(n=len(places), wrong=corrected, sessions=len({place.session for place in places}))
    last = max((place.at for place in places if place.at is not None), default=None)
    said = lesson.description if lesson.state is LessonState.PROMOTED else pattern.why
    return FactDraft(
        kind=RuleKind.LESSON,
        key=key_of_pattern(pattern.name),
        condition=condition,
        words=phrase_code_lesson(said, pattern.fix, tried, last),
        tried=tried,
        level=Level.WARN,
        name=uid + blake2b(project.encode(), digest_size=8).digest(),
        lesson=uid,
        sure=lesson.confidence,
    )
