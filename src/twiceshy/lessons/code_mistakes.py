"""Mistakes in the code: what tests, compilers and linters reported, and the edit that fixed it."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.commands.testlog import read_verdicts
from twiceshy.lessons.code_examples import FAR, find_faulty_line, find_pair
from twiceshy.lessons.mistake_kinds import MistakeKind, classify_problem
from twiceshy.lessons.raw_occurrence import LessonTemplate, RawOccurrence, TextOf, key_of, seconds_between
from twiceshy.records.findings import Problem, Verdict
from twiceshy.records.lessons import LessonKind, Trigger
from twiceshy.records.stories import Story
from twiceshy.stats.text.quoting import quote

VERSION = 6
_LEAST_SURE = 0.5
"""Verdicts less sure than this teach nothing (guess, 2026-11-21; as for outcomes)."""
_MOST_LEARNED = 20
"""Problems of one verdict that are learned from (guess, 2026-11-21: nobody learns more from one run)."""
_MOST_LATER = 1_000
"""Runs of a tool after a report that may say that it is mended (guess, 2026-11-24)."""
_NOT_RUN = frozenset({"rejected", "interrupted", "cascade"})
_MOST_EXAMPLES = 3
"""Occurrences of one mistake in one session whose code is looked up (guess, 2026-11-21: texts are slow to unpack)."""


class _Complaint(NamedTuple):
    """One problem of one run."""

    place: int
    tool: str
    shape: MistakeKind
    problem: Problem
    said: str
    """All that the run said of this kind: a name may stand in the second message only."""


class _ToolRun(NamedTuple):
    """The kinds of mistake that one tool reported in one run."""

    place: int
    keys: frozenset[str]


def find_code_mistakes(story: Story, text_of: TextOf) -> Iterator[RawOccurrence]:
    """Yield each kind of mistake once a run, in order, with its fix.

    A mistake is fixed when the next run of the same tool does not report it; the edits of its file in between are the
    fix.
    """
    complaints, checks = _collect_complaints(story)
    shown: dict[str, int] = {}
    for complaint in complaints:
        key = complaint.shape.key
        shown[key] = shown.get(key, 0) + 1
        yield _make_occurrence(
            story, complaint, checks[complaint.tool], text_of if shown[key] <= _MOST_EXAMPLES else None
        )


def _collect_complaints(story: Story) -> tuple[list[_Complaint], dict[str, list[_ToolRun]]]:
    """Collect every problem, and for each tool the kinds that each run reported."""
    complaints: list[_Complaint] = []
    checks: dict[str, list[_ToolRun]] = {}
    for place, moment in enumerate(story.moments):
        step = moment.step
        if step.kind == "call" and step.action == "run" and step.failure not in _NOT_RUN:
            for verdict in read_verdicts(moment.line, moment.text, exit_code=moment.exit_code):
                if verdict.confidence >= _LEAST_SURE:
                    found = _complaints_of(verdict, place)
                    complaints += found.values()
                    checks.setdefault(verdict.tool, []).append(_ToolRun(place, frozenset(found)))
    return complaints, checks


def _complaints_of(verdict: Verdict, place: int) -> dict[str, _Complaint]:
    """Return the first problem of each kind that a run's verdict has, by the kind's key; none of a green one."""
    found: dict[str, _Complaint] = {}
    for problem in () if verdict.green else verdict.problems[:_MOST_LEARNED]:
        if (kind := classify_problem(verdict, problem)) is not None:
            first = found.setdefault(kind.key, _Complaint(place, verdict.tool, kind, problem, ""))
            found[kind.key] = first._replace(said=f"{first.said}\n{problem.message}")
    return found


def _make_occurrence(
    story: Story, complaint: _Complaint, checks: list[_ToolRun], text_of: TextOf | None
) -> RawOccurrence:
    """Build the occurrence of a problem; without ``text_of`` no code is looked up."""
    place, _, kind, problem, said = complaint
    moment = story.moments[place]
    first = bisect_right(checks, place, key=lambda check: check.place)
    later = checks[first : first + _MOST_LATER]
    gone = next((check for check in later if kind.key not in check.keys), None)
    named, code, fix = problem.file or "", "", ""
    if text_of is not None:
        until = gone or (later[0] if later else None)
        between = story.moments[place + 1 : min(until.place, place + FAR)] if until is not None else ()
        pair = find_pair(between, named, problem.line, said, text_of)
        code = find_faulty_line(story.moments, place, named, problem.line, text_of)
        code, fix = pair or (code, "")
    return RawOccurrence(
        template=_make_template(kind),
        event=moment.step.uid,
        at=moment.step.done_at or moment.step.at,
        source="test",
        message=quote(problem.message),
        file=named[-300:],
        code=code,
        fix=fix,
        fixed=gone is not None,
        cost_s=seconds_between(moment, story.moments[gone.place]) if gone else None,
    )


def _make_template(kind: MistakeKind) -> LessonTemplate:
    """Build the lesson of a kind of mistake."""
    return LessonTemplate(
        key=key_of("mistake", kind.key),
        kind=LessonKind.MISTAKE,
        subject=kind.subject,
        category=kind.category,
        severity=kind.severity,
        description=kind.description,
        cause=kind.cause,
        trigger=Trigger(error_regex=kind.pattern),
        quoted=kind.quoted,
    )
