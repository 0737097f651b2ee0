"""Mistakes in the code: what tests, compilers and linters complained of, and the edit that made them content."""

from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.facts.testlog import read
from twiceshy.lessons.examples import fix_of, line_of
from twiceshy.lessons.quoting import quoted
from twiceshy.lessons.seen import Seen, Template, TextOf, key_of
from twiceshy.lessons.shapes import Shape, shape
from twiceshy.records.lessons import Kind, Trigger
from twiceshy.records.story import Moment, Story
from twiceshy.records.testlog import Problem

VERSION = 2
LEAST_SURE = 0.5
"""Verdicts less sure than this teach nothing (as for outcomes)."""
NOT_RUN = frozenset({"rejected", "interrupted", "cascade"})
MOST_EXAMPLES = 3
"""Occurrences of one mistake in one session whose code is looked up (guess: texts are dear to unpack)."""


class Complaint(NamedTuple):
    """One problem of one run."""

    place: int
    tool: str
    shape: Shape
    problem: Problem


class Checked(NamedTuple):
    """What one tool said in one run."""

    place: int
    keys: frozenset[str]


def mistakes(story: Story, text_of: TextOf) -> Iterator[Seen]:
    """Each kind of mistake once a run, in order, with what became of it.

    A mistake is gone when the next run of the same tool does not name it; the edits of its file in between are its fix.
    """
    complaints, checks = looked(story)
    shown: dict[str, int] = {}
    for complaint in complaints:
        key = complaint.shape.key
        shown[key] = shown.get(key, 0) + 1
        yield seen(story, complaint, checks[complaint.tool], text_of if shown[key] <= MOST_EXAMPLES else None)


def looked(story: Story) -> tuple[list[Complaint], dict[str, list[Checked]]]:
    """Every complaint, and by tool what each run named."""
    complaints: list[Complaint] = []
    checks: dict[str, list[Checked]] = {}
    for place, moment in enumerate(story.moments):
        if moment.step.kind != "call" or moment.step.action != "run" or moment.step.failure in NOT_RUN:
            continue
        for verdict in read(moment.command, moment.text, exit_code=moment.exit_code):
            if verdict.confidence < LEAST_SURE:
                continue
            found: dict[str, Complaint] = {}
            for problem in () if verdict.green else verdict.problems:
                if (kind := shape(verdict, problem)) is not None:
                    found.setdefault(kind.key, Complaint(place, verdict.tool, kind, problem))
            complaints += found.values()
            checks.setdefault(verdict.tool, []).append(Checked(place, frozenset(found)))
    return complaints, checks


def seen(story: Story, complaint: Complaint, checks: list[Checked], text_of: TextOf | None) -> Seen:
    """The complaint as an occurrence; without ``text_of`` no code is looked up."""
    place, _, kind, problem = complaint
    moment = story.moments[place]
    later = [check for check in checks if check.place > place]
    gone = next((check for check in later if kind.key not in check.keys), None)
    until = gone or (later[0] if later else None)
    named, code, fix = problem.file or "", "", ""
    if text_of is not None and named:
        code = line_of(story.moments, place, named, problem.line, text_of)
        if until is not None:
            between = story.moments[place + 1 : until.place]
            fix = fix_of(between, named, problem.line, text_of, anywhere=kind.category == "import")
    return Seen(
        template=template(kind),
        event=moment.step.uid,
        at=moment.step.done_at or moment.step.at,
        source="test",
        message=quoted(problem.message),
        file=named[-300:],
        code=code,
        fix=fix if fix != code else "",
        fixed=gone is not None,
        cost_s=waited(moment, story.moments[gone.place]) if gone else None,
    )


def template(kind: Shape) -> Template:
    """The lesson that such a mistake is."""
    return Template(
        key=key_of("mistake", kind.key),
        kind=Kind.MISTAKE,
        subject=kind.subject,
        category=kind.category,
        severity=kind.severity,
        description=kind.description,
        cause=kind.cause,
        trigger=Trigger(error_regex=kind.pattern),
        quoted=kind.quoted,
    )


def waited(failed: Moment, done: Moment) -> float | None:
    """Seconds between the failure and the run that was content; None where the log has no times."""
    began, ended = failed.step.done_at or failed.step.at, done.step.done_at or done.step.at
    return None if began is None or ended is None else max(ended - began, 0.0)
