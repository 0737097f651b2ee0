"""Rules from what the work of several people of a team shows: they speak where a person has no evidence of their own.

Who made the mistake is not known here, only how many people and how often. A person's own trials win: where calls of
the form mostly worked here, or a rule of their own speaks, the team's is silent.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.advice.brief_words import reads_like_instruction
from twiceshy.advice.code_lessons import find_code_patterns, phrase_folders
from twiceshy.advice.fact_rules import CodePattern, FactDraft
from twiceshy.advice.lesson_forms import LessonForm, condition_of, key_of
from twiceshy.advice.phrase import phrase_team_call, phrase_team_edit
from twiceshy.advice.rule_words import quote_lesson
from twiceshy.base.values import Quoted
from twiceshy.commands.keys.gate_keys import key_of_pattern
from twiceshy.records.lessons import Lesson, LessonKind, LessonState, TeamEvidence
from twiceshy.records.rules import Level, RuleKind, TrialSummary
from twiceshy.stats.text.foreign_names import quote_words

_LONGEST_SAID = 200
"""Characters that are quoted of a lesson (guess, 2026-11-23: two thirds of a line)."""
_IN_USE = frozenset({LessonState.ACTIVE, LessonState.PROMOTED})


class TeamForm(NamedTuple):
    """A wrong form of a call that the team knows, and how calls of it ended here."""

    form: LessonForm
    here: TrialSummary


def draft_team_calls(
    known: Iterable[TeamForm], speaking: Collection[bytes], salt: bytes, id_of: Callable[[LessonForm], bytes]
) -> Iterator[FactDraft]:
    """Yield a rule for each form of a call that the team knows to fail.

    Two lessons on one program with the same counts are one mistake, seen in two ways: the first of them speaks.
    ``speaking``: ids of the rules that own evidence gave; ``id_of``: the id that such a rule has.
    """
    said = set[tuple[bytes, int, int]]()
    for form, here in sorted(known, key=lambda one: one.form.lesson.kind is LessonKind.MACHINE):
        team = form.lesson.team
        if team is None or team.disputed or not form.said or id_of(form) in speaking or _works_here(here):
            continue
        mistake = (key_of(form, salt), team.people, team.seen)
        if form.lesson.kind is LessonKind.MACHINE and mistake in said:
            continue
        said.add(mistake)
        words = phrase_team_call(quote_lesson(form), _quote_said(form.lesson), team.people, team.seen)
        yield FactDraft(
            RuleKind.LESSON,
            key_of(form, salt),
            condition_of(form, salt),
            words,
            _count_team(team),
            level=Level.WARN,
            pattern=form.wrong.pattern,
            subject=form.id,
            lesson=_id_of(form.lesson),
            sure=form.lesson.confidence,
        )


class TeamPlaces(NamedTuple):
    """Where lessons of the team may speak."""

    everywhere: Collection[bytes]
    """Keys of those that were seen in two or more projects."""
    folders: Mapping[str, Sequence[str]]
    """Working folders here of each project, by its identity."""

    def find_condition(self, lesson: Lesson, key: bytes, salt: bytes) -> str | None:
        """Return the gate's condition for a lesson; None where it may speak nowhere here."""
        if key in self.everywhere:
            return ""
        return phrase_folders(self.folders.get(lesson.scope_of, ()), salt) or None


def draft_team_edits(
    lessons: Iterable[Lesson], patterns: Sequence[CodePattern], places: TeamPlaces, salt: bytes
) -> Iterator[FactDraft]:
    """Yield a rule for each pattern in code that a lesson of the team is about.

    What one project is wrong to do may be right in another: seen in one only, it speaks in that one only.
    """
    for lesson in lessons:
        team = lesson.team
        if team is None or team.disputed or not team.only or lesson.state not in _IN_USE:
            continue
        for pattern in find_code_patterns(lesson, patterns):
            condition = places.find_condition(lesson, team.key, salt)
            if condition is None:
                continue
            yield FactDraft(
                RuleKind.LESSON,
                key_of_pattern(pattern.name),
                condition,
                phrase_team_edit(pattern.why, pattern.fix, team.people, team.seen),
                _count_team(team),
                level=Level.WARN,
                name=_id_of(lesson),
                lesson=_id_of(lesson),
                sure=lesson.confidence,
            )


def _works_here(here: TrialSummary) -> bool:
    """Tell whether such calls worked here at least as often as they failed."""
    return here.n > 0 and 2 * here.wrong <= here.n


def _count_team(team: TeamEvidence) -> TrialSummary:
    """Return the counts of a rule, which are the team's."""
    return TrialSummary(n=team.seen, wrong=team.seen, sessions=team.sessions)


def _quote_said(lesson: Lesson) -> Quoted:
    """Return what the lesson says as a quotation; empty where it reads like an instruction, as others wrote it."""
    said = lesson.description
    return Quoted("") if reads_like_instruction(said) else quote_words(said, _LONGEST_SAID)


def _id_of(lesson: Lesson) -> bytes:
    return bytes.fromhex(lesson.id.partition("-")[2])
