"""Mistakes in the code: what tests, compilers and linters reported, and the edit that fixed it."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from twiceshy.commands.testlog import read_verdicts
from twiceshy.lessons.code_examples import FAR, find_faulty_line, find_pair, name_language
from twiceshy.lessons.mistake_kinds import MistakeKind, classify_problem
from twiceshy.lessons.occurrences import LessonTemplate, RawOccurrence, TextOf, key_of, seconds_between
from twiceshy.records.findings import Finding, FindingDelta, Layer, Problem, Verdict
from twiceshy.records.lessons import LessonKind, Trigger
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Moment, Story
from twiceshy.stats.text.quoting import quote
from twiceshy.stats.text.text_words import split_words

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


# Faults that an agent's own edits introduced, as scanners found them: which rule, where, and what fixed them.

FAULTS_VERSION = 5
_LAYERS: Final = frozenset({Layer.TAINT, Layer.PATTERN})
"""What says of a line that it is wrong; a forgotten user is news each time and no habit."""


class EditFindings(NamedTuple):
    """One edit, and what it did to the findings of its file."""

    call: bytes
    path: str
    at: float | None
    change: FindingDelta


def find_introduced_faults(story: Story, edits: Sequence[EditFindings], text_of: TextOf) -> Iterator[RawOccurrence]:
    """Yield each fault that an edit introduced, with the later edit of the session that fixed it, if there is one."""
    places = {moment.step.uid: place for place, moment in enumerate(story.moments)}
    for number, edit in enumerate(edits):
        for fault in edit.change.introduced:
            if fault.layer in _LAYERS and edit.call in places:
                gone = next((later for later in edits[number + 1 :] if _fixes_fault(later, fault)), None)
                yield _make_fault_occurrence(story, places, (edit, gone), fault, text_of)


def _fixes_fault(edit: EditFindings, fault: Finding) -> bool:
    """Tell whether an edit fixed this very fault."""
    return any(one.path == fault.path and one.fingerprint == fault.fingerprint for one in edit.change.fixed)


def _make_fault_occurrence(
    story: Story,
    places: dict[bytes, int],
    edits: tuple[EditFindings, EditFindings | None],
    fault: Finding,
    text_of: TextOf,
) -> RawOccurrence:
    """Build the occurrence of a fault; ``edits``: the one that introduced it, and the one that fixed it or None."""
    edit, gone = edits
    place = places[edit.call]
    code, fix = find_faulty_line(story.moments, place + 1, fault.path, fault.line, text_of), ""
    if gone is not None and gone.call in places:
        code, fix = find_pair([story.moments[places[gone.call]]], fault.path, fault.line, code, text_of) or (code, "")
    known = gone is not None and gone.at is not None and edit.at is not None
    return RawOccurrence(
        template=_make_fault_template(fault),
        event=edit.call,
        at=edit.at,
        source="finding",
        message=fault.message,
        file=fault.path[-300:],
        code=code,
        fix=fix,
        fixed=gone is not None,
        cost_s=max((gone.at or 0.0) - (edit.at or 0.0), 0.0) if gone is not None and known else None,
    )


def _make_fault_template(fault: Finding) -> LessonTemplate:
    """Build the lesson of such a fault: one for each rule and language."""
    language = _name_language(fault)
    weakness = f" (CWE-{fault.cwe})" if fault.cwe is not None else ""
    return LessonTemplate(
        key=name_key(fault),
        kind=LessonKind.MISTAKE,
        subject=language,
        category="security" if fault.cwe is not None else "quality",
        severity=fault.severity,
        description=f"{fault.message} {fault.fix}" if fault.fix and fault.fix not in fault.message else fault.message,
        cause=f"{fault.rule}{weakness}",
        trigger=Trigger(rule=fault.rule),
    )


def name_key(fault: Finding) -> bytes:
    """Return the key of such a fault's lesson."""
    return key_of("finding", fault.rule, _name_language(fault))


def _name_language(fault: Finding) -> str:
    """Return the language of the file that has the fault."""
    return name_language(fault.path) or "code"


# Which fault that a scanner found in an edit did a person correct? That correction belongs to the fault's lesson.
#
# A correction of an edit is about a fault that the edit brought in where the person's words name it. So the same
# mistake, corrected three times in other words, is one lesson, and the gate can look for its pattern; the person's
# words are kept with it. That the work which follows takes the fault out again says nothing: who wants another library
# gets rid of what the old one lacked, and never spoke of it.

_FIRST_WORDS = 600
"""Characters of a correction that are read (guess, 2026-11-22)."""
_COMMON = frozenset(
    (
        *("all", "any", "built", "call", "check", "code", "command", "csharp", "default", "fast", "fix", "go", "html"),
        *("include", "java", "javascript", "key", "known", "letter", "load", "log", "look", "mode", "name", "new"),
        *("no", "of", "off", "old", "only", "open", "option", "page", "path", "php", "plain", "program", "python"),
        *("query", "request", "return", "ruby", "run", "rust", "sent", "server", "set", "short", "temp", "text", "to"),
        *("true", "typescript", "uncheck", "unchecked", "value", "variable", "word"),
    )
)
"""Words of rules' names that any correction may have: they name a fault only together. List of 2026-11-24."""


class CorrectedFault(NamedTuple):
    """A fault of an edit, by its lesson's key."""

    call: bytes
    key: bytes


def link_corrections(
    story: Story, corrections: Iterable[Correction], edits: Sequence[EditFindings]
) -> dict[CorrectedFault, Moment]:
    """Return the faults that a person corrected, each with the prompt that did."""
    places = {moment.step.uid: place for place, moment in enumerate(story.moments)}
    by_call: dict[bytes, list[EditFindings]] = {}
    for edit in edits:
        by_call.setdefault(edit.call, []).append(edit)
    found: dict[CorrectedFault, Moment] = {}
    for one in corrections:
        if (place := places.get(one.prompt)) is not None:
            for fault in _find_corrected(story, place, one, by_call):
                found.setdefault(fault, story.moments[place])
    return found


def _find_corrected(
    story: Story, place: int, correction: Correction, edits: Mapping[bytes, Sequence[EditFindings]]
) -> Iterator[CorrectedFault]:
    """Yield the faults that a correction is about; ``place``: of its prompt."""
    words = frozenset(split_words(story.moments[place].text[:_FIRST_WORDS]))
    for call, fault in _list_faults(edits, correction.calls):
        if _names(words, fault):
            yield CorrectedFault(call, name_key(fault))


def mark_corrected(
    occurrences: Iterable[RawOccurrence], linked: Mapping[CorrectedFault, Moment]
) -> Iterator[RawOccurrence]:
    """Yield the occurrences; those of corrected faults say that a person pointed them out, and how."""
    for one in occurrences:
        prompt = linked.get(CorrectedFault(one.event, one.template.key))
        yield one if prompt is None else one._replace(source="correction", message=quote(prompt.text[:_FIRST_WORDS]))


def _list_faults(
    edits: Mapping[bytes, Sequence[EditFindings]], calls: Sequence[bytes]
) -> Iterator[tuple[bytes, Finding]]:
    """Yield what the corrected edits brought in."""
    for call in dict.fromkeys(calls):
        for edit in edits.get(call, ()):
            yield from ((call, fault) for fault in edit.change.introduced)


def _names(words: frozenset[str], fault: Finding) -> bool:
    """Tell whether a person's words name a fault: by a word of its rule that few others have, or by all of them."""
    rule = frozenset(split_words(fault.rule.rpartition("/")[2]))
    return bool(rule and (rule <= words or words & (rule - _COMMON)))
