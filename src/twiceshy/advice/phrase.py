"""The words of advice: facts and their evidence on one to three lines, and never an instruction from a log.

Names of files, commands and messages come quoted and bounded (see ``RuleFacts``); here they only get their sentence.
What is said is what was counted: no imperative, no cause claimed.
"""

import unicodedata
from datetime import datetime
from typing import NamedTuple

from twiceshy.facts.stats.durations import format_duration
from twiceshy.records.rules import RuleKind, TrialSummary

_MOST_LINES, LONGEST_LINE = 3, 320
"""Of advice; with the line that says how to mute an agent reads four lines at most."""


class RuleFacts(NamedTuple):
    """The facts that a rule's words are made of; texts are quoted lines of at most a few hundred characters."""

    name: str = ""
    """The file or command."""
    message: str = ""
    """What its newest failure said."""
    at: datetime | None = None
    session: str = ""
    """Short id of the newest session in which it went wrong."""
    instead: str = ""
    """A command that worked in its place."""
    instead_n: int = 0
    instead_worked: int = 0


class UsageFacts(NamedTuple):
    """What a usage lesson says, quoted."""

    subject: str
    parameter: str = ""
    """Empty of a command line."""
    expected: str = ""
    first: str = ""
    good: str = ""


def phrase_rule(kind: RuleKind, tried: TrialSummary, facts: RuleFacts) -> str:
    """Phrase a rule that rests on counts."""
    what = _SENTENCES[kind].format(
        name=facts.name, wrong=tried.wrong, n=tried.n, others=tried.others, others_wrong=tried.others_wrong
    )
    lines = [what + _describe_sessions(tried, facts)]
    if facts.message and kind in {RuleKind.COMMAND, RuleKind.HEAD, RuleKind.PATH}:
        share = "every time" if tried.same_error == tried.wrong else f"{tried.same_error} times"
        lines.append(f'It said, {share}: "{facts.message}".')
    if facts.instead:
        lines.append(f"What worked after it: `{facts.instead}` ({facts.instead_worked} of {facts.instead_n}).")
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
    RuleKind.COMMAND: "`{name}` failed {wrong} of {n} times in this folder",
    RuleKind.HEAD: "Commands that begin with `{name}` failed {wrong} of {n} times",
    RuleKind.PATH: "Reading {name} failed {wrong} of {n} times",
}


def _describe_sessions(tried: TrialSummary, facts: RuleFacts) -> str:
    """Say in how many sessions it went wrong, and when last."""
    last = f", last on {facts.at:%Y-%m-%d} in {facts.session}" if facts.at and facts.session else ""
    return f" ({tried.wrong_sessions} sessions{last})."


def phrase_limit(name: str, usual_s: float, runs: int, longest_s: float) -> str:
    """Phrase the warning for a command that usually takes longer than its limit."""
    known = f"({runs} runs, longest {format_duration(longest_s)})"
    return _bound_lines(
        [f"`{name}` usually needs {format_duration(usual_s)} here {known}; the limit of this call ends it before."]
    )


def phrase_fix(fix: str, worked: int, tried: int, sessions: int) -> str:
    """Phrase the advice after a failure that was resolved before."""
    return _bound_lines(
        [
            f"This failure was seen before, in {sessions} sessions. What worked then, {worked} of {tried} times:",
            *(f"`{line}`" for line in fix.split("\n")[:3]),
        ],
        most=5,
    )


def phrase_step(slug: str, level: str, asked: str, tried: TrialSummary) -> str:
    """Phrase the warning where a declared step is skipped."""
    lines = [
        f"This project's workflow has {asked} ({slug}, {level.lower()}); nothing of that was seen in this session."
    ]
    if tried.n and tried.others:
        lines.append(
            f"Tasks that skipped it were corrected {tried.wrong} of {tried.n} times, others {tried.others_wrong} of "
            f"{tried.others}."
        )
    return _bound_lines(lines)


def phrase_sequence(head: str, what: str, description: str, seen: int, sessions: int) -> str:
    """Phrase the warning for a command that a reviewed lesson is about."""
    return _bound_lines(
        [f"`{head}` {what} within the last ten calls: {description} (seen {seen} times in {sessions} sessions)."]
    )


def phrase_lesson(lesson: UsageFacts, tried: TrialSummary, facts: RuleFacts) -> str:
    """Phrase the warning for a call that a usage lesson calls wrong."""
    if lesson.first:
        what = (
            f"`{lesson.subject}` without `{lesson.first}` within the last ten calls failed {tried.wrong} of {tried.n} "
            f"times, after it {tried.others_wrong} of {tried.others}"
        )
    else:
        expected = f"takes as {lesson.parameter}" if lesson.parameter else "is to be called"
        expected = f"`{lesson.subject}` {expected} {lesson.expected}" if lesson.expected else f"`{lesson.subject}`"
        what = f"{expected}; calls like this one failed {tried.wrong} of {tried.n} times"
    lines = [what + _describe_sessions(tried, facts)]
    lines += [f'It said: "{facts.message}".'] if facts.message else []
    lines += [f"What worked: `{lesson.good}`."] if lesson.good else []
    return _bound_lines(lines)


def phrase_pattern(name: str, cwe: int, wrong: str, instead: str) -> str:
    """Phrase the warning for an edit that introduces a fault."""
    return _bound_lines([f"This edit brings in {name} (CWE-{cwe}): {wrong}", f"Usual way: {instead}"])


def add_mute_line(shown_id: str, text: str) -> str:
    """Return the advice as an agent reads it, with how to mute it."""
    return f"twiceshy {shown_id}: {text}\nMute: twiceshy mute {shown_id}"


def _bound_lines(lines: list[str], most: int = _MOST_LINES) -> str:
    """Return the lines, bounded in number and length, without characters that steer a terminal."""
    return "\n".join(_cut(_strip_controls(line)) for line in lines[:most])


def _strip_controls(line: str) -> str:
    """Return the line without control, format and private characters."""
    return "".join(one for one in line if unicodedata.category(one)[0] != "C")


def _cut(line: str) -> str:
    """Cut a line to ``_LONGEST_LINE`` characters."""
    return line if len(line) <= LONGEST_LINE else line[: LONGEST_LINE - 1] + "…"
