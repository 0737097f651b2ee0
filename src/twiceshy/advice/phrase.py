"""The words of advice: facts and their evidence on one to three lines, and never an instruction from a log.

Names of files, commands and messages come in quotes that they cannot close (``Quoted``); here they only get their
sentence, and one that was left out is called what it is: "this file". What is said is what was counted: no
imperative, no cause claimed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Quoted
from twiceshy.insights.remedies.fixes import count_fix, describe_fix
from twiceshy.records.rules import ProvenFix, RuleKind, TrialSummary
from twiceshy.stats.durations import format_duration
from twiceshy.stats.text.foreign_names import cut_line
from twiceshy.stats.text.quoting import clean

_LEFT_OUT = Quoted("")
IT_SAID = "It said"
"""How the line begins that quotes a failure."""
_MOST_LINES, LONGEST_LINE = 3, 320
"""Of advice; with the line that says how to mute an agent reads four lines at most."""


class RuleFacts(NamedTuple):
    """The facts that a rule's words are made of; what is quoted is empty where it is not known or was left out."""

    name: Quoted = _LEFT_OUT
    """The file or command."""
    about: Quoted = _LEFT_OUT
    """A name in it that errors complain of."""
    message: Quoted = _LEFT_OUT
    """What its newest failure said."""
    at: datetime | None = None
    session: str = ""
    """Short id of the newest session in which it went wrong."""
    fix: ProvenFix | None = None
    """What got over this failure."""


class UsageFacts(NamedTuple):
    """What a usage lesson says, quoted."""

    subject: Quoted
    parameter: Quoted = _LEFT_OUT
    """Empty of a command line."""
    expected: Quoted = _LEFT_OUT
    first: Quoted = _LEFT_OUT
    has_first: bool = False
    """Something has to come first, though its name may be left out."""
    good: Quoted = _LEFT_OUT


def phrase_rule(kind: RuleKind, tried: TrialSummary, facts: RuleFacts) -> str:
    """Phrase a rule that rests on counts."""
    what = _SENTENCES[kind].format(
        name=facts.name or _UNNAMED.get(kind, "This call"),
        about=_phrase_about(kind, facts),
        wrong=tried.wrong,
        n=tried.n,
        others=tried.others,
        others_wrong=tried.others_wrong,
    )
    lines = [what + _describe_sessions(tried, facts)]
    if facts.message and kind in _QUOTING:
        lines.append(f"{IT_SAID}{_phrase_share(tried)}: {facts.message}.")
    if facts.fix:
        lines.append(f"What worked after it, {count_fix(facts.fix)}: {describe_fix(facts.fix)}.")
    return _bound_lines(lines)


_SENTENCES = {
    RuleKind.FILE_UNREAD: (
        "{name} has not been read in this session. Past edits of it failed, were corrected or rolled back: {wrong} of "
        "{n} when not read, {others_wrong} of {others} when read"
    ),
    RuleKind.UNREAD_EDIT: (
        "This file has not been read in this session. Such edits failed, were corrected or rolled back {wrong} of {n} "
        "times, edits of files that were read {others_wrong} of {others}"
    ),
    RuleKind.RETRY_EDIT: (
        "The last edit of this file failed, and it was not read since. Such second tries failed or were corrected "
        "{wrong} of {n} times, after a new read {others_wrong} of {others}"
    ),
    RuleKind.RERUN: (
        "This same command has just failed, and nothing was done since. Such runs failed again {wrong} of {n} times, "
        "changed ones {others_wrong} of {others}"
    ),
    RuleKind.COMMAND: "{name} failed {wrong} of {n} times in this folder",
    RuleKind.HEAD: "Commands that begin with {name} failed {wrong} of {n} times",
    RuleKind.PATH: "Reading {name} failed {wrong} of {n} times",
    RuleKind.HEAD_HERE: "{name} failed {wrong} of {n} times in this project",
    RuleKind.PROGRAM_HERE: "{name} failed {wrong} of {n} times in this project",
    RuleKind.OPTION: "{name} failed {wrong} of {n} times in this project",
    RuleKind.NAMED: "{name}{about} failed {wrong} of {n} times in this project",
    RuleKind.WRITTEN_NAME: (
        "What was written in this project with {about} in it led to an error about it soon after, {wrong} of {n} times"
    ),
    RuleKind.FILE_KIND: (
        "Edits of {name} files in this project failed, were corrected or rolled back {wrong} of {n} times"
    ),
}
_QUOTING = frozenset(_SENTENCES) - {
    RuleKind.FILE_UNREAD,
    RuleKind.UNREAD_EDIT,
    RuleKind.RETRY_EDIT,
    RuleKind.RERUN,
    RuleKind.FILE_KIND,
}
"""Kinds whose failures are of one sort, so that the newest message stands for them."""
_UNNAMED = {
    RuleKind.FILE_UNREAD: "This file",
    RuleKind.COMMAND: "This command",
    RuleKind.HEAD: "the same words as this one",
    RuleKind.PATH: "this path",
}
"""What stands for a name that was left out: the agent knows what it is about to call."""


def _phrase_about(kind: RuleKind, facts: RuleFacts) -> str:
    """Return the name that errors complain of as it stands in the sentence: not twice where it is the program's."""
    if kind is not RuleKind.NAMED:
        return facts.about or "this name"
    return "" if facts.about == facts.name else f" with {facts.about or 'the same name'}"


def _describe_sessions(tried: TrialSummary, facts: RuleFacts) -> str:
    """Say in how many sessions it went wrong, and when last."""
    last = f", last on {facts.at:%Y-%m-%d} in {facts.session}" if facts.at and facts.session else ""
    return f" ({tried.wrong_sessions} session{'' if tried.wrong_sessions == 1 else 's'}{last})."


def _phrase_share(tried: TrialSummary) -> str:
    """Say of how many failures the quoted words are, where there was more than one."""
    if tried.wrong == 1:
        return ""
    return ", every time" if tried.same_error == tried.wrong else f", {tried.same_error} times"


def phrase_limit(name: Quoted, usual_s: float, runs: int, longest_s: float) -> str:
    """Phrase the warning for a command that usually takes longer than its limit."""
    known = f"({runs} runs, longest {format_duration(longest_s)})"
    usual = f"{name or 'This command'} usually needs {format_duration(usual_s)} here {known}"
    return _bound_lines([f"{usual}; the limit of this call ends it before."])


def phrase_fix(fix: ProvenFix) -> str:
    """Phrase the advice after a failure that was got over before."""
    return _bound_lines(
        [f"This failure was seen before. What worked after it, {count_fix(fix)}:", f"{describe_fix(fix)}."]
    )


def phrase_step(slug: Quoted, level: str, asked: str, tried: TrialSummary) -> str:
    """Phrase the warning where a declared step is skipped; ``asked``: our words, with what is foreign in quotes."""
    step = f"{slug}, {level.lower()}" if slug else level.lower()
    lines = [f"This project's workflow has {asked} ({step}); nothing of that was seen in this session."]
    if tried.n and tried.others:
        lines.append(
            f"Tasks that skipped it were corrected {tried.wrong} of {tried.n} times, others {tried.others_wrong} of "
            f"{tried.others}."
        )
    return _bound_lines(lines)


def phrase_sequence(head: Quoted, what: str, description: str, seen: int, sessions: int) -> str:
    """Phrase the warning for a command that a reviewed lesson is about, whose words are a person's."""
    counts = f"(seen {seen} times in {sessions} sessions)" if sessions else "(stated by a file of lessons)"
    return _bound_lines([f"{head or 'This command'} {what} within the last ten calls: {description} {counts}."])


def phrase_lesson(lesson: UsageFacts, tried: TrialSummary, facts: RuleFacts) -> str:
    """Phrase the warning for a call that a usage lesson calls wrong."""
    if lesson.has_first:
        what = (
            f"{lesson.subject or 'This call'} without {lesson.first or 'the one that went before it'} within the last "
            f"ten calls failed {tried.wrong} of {tried.n} times, after it {tried.others_wrong} of {tried.others}"
        )
    else:
        what = f"{_phrase_expected(lesson)}alls like this one failed {tried.wrong} of {tried.n} times"
    lines = [what + _describe_sessions(tried, facts)]
    lines += [f"{IT_SAID}: {facts.message}."] if facts.message else []
    lines += [f"What worked: {lesson.good}."] if lesson.good else []
    return _bound_lines(lines)


def _phrase_expected(lesson: UsageFacts) -> str:
    """Phrase what the call takes, up to the first letter of the sentence about its counts."""
    if not lesson.subject:
        return "C"
    if not lesson.expected:
        return f"{lesson.subject}; c"
    takes = f"takes as {lesson.parameter}" if lesson.parameter else "is to be called"
    return f"{lesson.subject} {takes}: {lesson.expected}; c"


def phrase_pattern(name: str, cwe: int, wrong: str, instead: str) -> str:
    """Phrase the warning for an edit that introduces a fault."""
    return _bound_lines([f"This edit brings in {name} (CWE-{cwe}): {wrong}", f"Usual way: {instead}"])


def phrase_code_lesson(said: str, instead: str, tried: TrialSummary, last: datetime | None) -> str:
    """Phrase the warning for an edit with a mistake of this project; ``tried.wrong``: how often it was corrected."""
    how, times = ("corrected", tried.wrong) if tried.wrong else ("made", tried.n)
    known = f"{how} {times} time{'s' * (times != 1)} in this project"
    day = f", last on {last:%Y-%m-%d}" if last else ""
    counts = f"({tried.n} in all, {tried.sessions} session{'s' * (tried.sessions != 1)}{day})"
    return _bound_lines([f"This edit has a mistake that was {known} {counts}: {said}", f"Usual way: {instead}"])


def phrase_team_call(lesson: UsageFacts, said: Quoted, people: int, seen: int) -> str:
    """Phrase the warning for a call that failed in the work of several people of a team."""
    if said:
        return _bound_lines([f"Calls like this one failed in your team, {_count_people(people, seen)}: {said}."])
    return _bound_lines(
        [f"{_phrase_expected(lesson)}alls like this one failed in your team, {_count_people(people, seen)}."]
    )


def phrase_team_edit(wrong: str, instead: str, people: int, seen: int) -> str:
    """Phrase the warning for an edit with a mistake that several people of a team made."""
    what = f"This edit has a mistake that is known in your team, {_count_people(people, seen)}: {wrong}"
    return _bound_lines([what, f"Usual way: {instead}"])


def _count_people(people: int, seen: int) -> str:
    return f"{people} people, {seen} times"


def add_mute_line(shown_id: str, text: str) -> str:
    """Return the advice as an agent reads it, with how to mute it."""
    return f"twiceshy {shown_id}: {text}\nMute: twiceshy mute {shown_id}"


def _bound_lines(lines: Sequence[str]) -> str:
    """Return the lines, bounded in number and length, without characters that steer a terminal."""
    return "\n".join(cut_line(clean(line), LONGEST_LINE) for line in lines[:_MOST_LINES] if line)
