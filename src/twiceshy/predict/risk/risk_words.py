"""Which words say why a change is at risk?

Only what the model itself counts against the change is said, with the change's own number. Columns that tell the same
thing, as lines added and files changed both tell size, are weighed together and said once.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final, NamedTuple

from twiceshy.records.change_risk import ChangeRow, RiskColumn, RiskReason

_MOST_REASONS: Final = 3
"""Reasons of one answer: a person reads no more (protocol of the risk figures, 2026-11-23)."""
_LEAST_PUSH: Final = 0.05
"""Log-odds below which a push is not worth a word: a twentieth of the odds (guess, 2026-11-23)."""
_APART: Final = 1.5
"""Times the usual from which on the difference is told (guess, 2026-11-23)."""
_NOT_FAR: Final = 100.0
"""Times the usual from which on the multiple says nothing more (guess, 2026-11-23)."""


class _Wording(NamedTuple):
    """How one column is said."""

    topic: str
    """Columns of one topic are weighed together."""
    say: Callable[[float], str]
    """Words with the number; empty where the number is not worth saying."""
    compared: bool = False
    """Whether the repository's usual number is said beside it; what is usual is then no reason."""
    reads: str = ""
    """Column whose number is said, where this one's own counts a change once for each of its files."""


def _count(words: str) -> Callable[[float], str]:
    """Return words for a whole number of things: ``{}`` stands for it, ``{s}`` and ``{were}`` for the form of many."""

    def say(value: float) -> str:
        count = round(value)
        return words.format(f"{count:,}", s="" if count == 1 else "s", were="was" if count == 1 else "were")

    return say


def _share(words: str) -> Callable[[float], str]:
    """Return words for a share, in percent; none for a share of nothing."""
    return lambda value: words.format(f"{100 * value:.0f} %") if value >= 0.005 else ""


def _times(words: str) -> Callable[[float], str]:
    """Return words for a number that is no count."""
    return lambda value: words.format(f"{value:.2g}" if value < 10 else f"{value:,.0f}")


def _absent(words: str) -> Callable[[float], str]:
    """Return words for a thing that is missing: the number is 0."""
    return lambda value: words if value < 0.5 else ""


def _present(words: str) -> Callable[[float], str]:
    """Return words for a thing that is there: the number is 1."""
    return lambda value: words if value >= 0.5 else ""


def _say_bugs(value: float) -> str:
    """Return words for the file with most changes that were fixed later; none where there is no such file."""
    return _count("{} earlier change{s} of one file {were} fixed later")(value) if value >= 0.5 else ""


_AWAY: Final = 30.0
"""Days from which on an author was away (guess, 2026-11-23)."""
_SIZE, _PAST, _BUGS, _AUTHOR, _MESSAGE = "size", "past of the files", "earlier bugs", "author", "message"
_WORDINGS: Final[Mapping[str, _Wording]] = {
    "la": _Wording(_SIZE, _count("{} line{s} added"), compared=True),
    "ld": _Wording(_SIZE, _count("{} line{s} deleted"), compared=True),
    "nf": _Wording(_SIZE, _count("{} file{s}"), compared=True),
    "nd": _Wording(_SIZE, _count("{} folder{s}"), compared=True),
    "ns": _Wording(_SIZE, _count("{} top folder{s}"), compared=True),
    "entropy": _Wording(_SIZE, _times("lines spread over files, {} bits"), compared=True),
    "new_files": _Wording(_SIZE, _count("{} new file{s}"), compared=True),
    "lt": _Wording("length of the files", _count("files of {} line{s} before, on average"), compared=True),
    "la_code": _Wording(_SIZE, _count("{} line{s} of code added"), compared=True),
    "la_tests": _Wording(_SIZE, _count("{} line{s} of tests added"), compared=True),
    "ld_code": _Wording(_SIZE, _count("{} line{s} of code deleted"), compared=True),
    "nf_code": _Wording(_SIZE, _count("{} code file{s}"), compared=True),
    "largest_code": _Wording(_SIZE, _count("{} line{s} added to one code file"), compared=True),
    "code_share": _Wording("kind of file", _share("{} of the added lines are code")),
    "tests_share": _Wording("tests", lambda value: "" if value > 0 else "0 lines of tests added"),
    "languages": _Wording("kind of file", _count("{} programming language{s}"), compared=True),
    "ndev": _Wording(_PAST, _count("{} author{s} of these files before"), compared=True),
    "nuc": _Wording(_PAST, _count("{} earlier change{s}, counted by file"), compared=True),
    "commits_90d": _Wording(_PAST, _count("{} change{s} of one file in 90 days"), compared=True),
    "days_active_in_range": _Wording(_PAST, _count("one file changed on {} day{s} of 90"), compared=True),
    "age": _Wording("age of the files", _count("files last changed {} day{s} before, on average"), compared=True),
    "earlier_bugs": _Wording(_BUGS, _say_bugs, reads="earlier_bugs_most"),
    "earlier_bugs_most": _Wording(_BUGS, _say_bugs),
    "exp": _Wording(_AUTHOR, _count("author has {} earlier change{s}"), compared=True),
    "sexp": _Wording(_AUTHOR, _count("author has {} earlier change{s} here, counted by top folder"), compared=True),
    "author_days_away": _Wording(
        _AUTHOR, lambda value: f"author's last change was {value:,.0f} days before" if value >= _AWAY else ""
    ),
    "hour": _Wording("hour", lambda value: f"made at {round(value):02}:00-{round(value):02}:59 of the author's clock"),
    "message_words": _Wording(_MESSAGE, _count("{} word{s} in the message"), compared=True),
    "agent_blind_edit_rate": _Wording("reading", _share("{} of edits unread")),
    "session_blind_edit_rate": _Wording("reading", _share("{} of the session's edits unread")),
    "agent_duplicate_impl_rate": _Wording("search", _share("{} of new definitions were there before")),
    "agent_read_efficiency": _Wording("reading", _times("{} reads before the first edit for each edit")),
    "searches_before_edit": _Wording("search", _times("{} searches before the first edit for each edit")),
    "partial_batch_read": _Wording("reading", _share("{} of lists read in part")),
    "failed_edit_rate": _Wording("failed calls", _share("{} of edits failed")),
    "failed_call_rate": _Wording("failed calls", _share("{} of calls failed")),
    "retry_rate": _Wording("retries", _share("{} of calls repeat one that failed")),
    "failed_retry_rate": _Wording("retries", _share("{} of retries failed again")),
    "churn_rate": _Wording("rework", _share("{} of lines written were taken out again")),
    "reedit_rate": _Wording("rework", _share("{} of edits change lines written just before")),
    "refusals_per_prompt": _Wording("person", _times("{} refused calls a prompt")),
    "interrupts_per_prompt": _Wording("person", _times("{} interrupts a prompt")),
    "tests_after_edit": _Wording("tests", _absent("no test after the last edit")),
    "last_tests_green": _Wording("tests", _absent("the last tests were red")),
    "red_tests_rate": _Wording("tests", _share("{} of test runs red")),
    "hidden_status_rate": _Wording("tests", _share("{} of test runs with a hidden exit status")),
    "edits_after_compaction": _Wording("compaction", _share("{} of edits after a compaction")),
    "subagent_lines_rate": _Wording("subagents", _share("{} of lines by subagents")),
    "person_changed_rate": _Wording("person", _share("{} of edits changed by a person")),
    "human_lines_rate": _Wording("person", _share("{} of added lines in no agent's log")),
    "tokens_read_per_line": _Wording("tokens", _times("{} tokens read a changed line"), compared=True),
    "tokens_written_per_line": _Wording("tokens", _times("{} tokens written a changed line"), compared=True),
    "prompt_words": _Wording("prompt", _count("{} word{s} in the longest prompt")),
    "planned": _Wording("plan", _absent("no plan before the first edit")),
    "file_switch_rate": _Wording("switches", _share("{} of edits in another file than the one before")),
    "folder_switch_rate": _Wording("switches", _share("{} of edits in another folder than the one before")),
    "return_rate": _Wording("switches", _share("{} of edits return to an earlier file")),
    "user_engagement_rate": _Wording("person", _times("{} prompts a call")),
}
"""By column. Columns that have no order, as the language, or that nobody can act on, as the weekday, are not said."""


def list_worded_columns() -> frozenset[str]:
    """Return the names of all columns that can be said."""
    return frozenset(_WORDINGS)


def choose_reasons(
    row: ChangeRow, columns: Sequence[RiskColumn], pushes: Mapping[str, float], usual: Callable[[str], float]
) -> tuple[RiskReason, ...]:
    """Return why the model says more than usual of a change, the strongest reason first.

    ``usual`` returns what a column mostly is in this repository, NaN where that is not known.
    """
    values = {column.name: value for column, value in zip(columns, row.values, strict=True)}
    topics: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, push in pushes.items():
        if name in _WORDINGS:
            topics[_WORDINGS[name].topic][name] = push
    found = [one for some in topics.values() if (one := _sum_up(some, values, usual)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.push, one.column))[:_MOST_REASONS])


def _sum_up(
    pushes: Mapping[str, float], values: Mapping[str, float], usual: Callable[[str], float]
) -> RiskReason | None:
    """Return what columns of one topic say together, in the words of the strongest; None where that is no reason."""
    whole = math.fsum(pushes.values())
    for name, push in sorted(pushes.items(), key=lambda one: -one[1]):
        if whole < _LEAST_PUSH or push <= 0:
            return None
        wording = _WORDINGS[name]
        value = values.get(wording.reads or name, math.nan)
        if words := _say(wording, value, usual(name) if wording.compared else math.nan):
            return RiskReason(words=words, column=name, push=round(whole, 4))
    return None


def _say(wording: _Wording, value: float, usual: float) -> str:
    """Return a column's words, with the usual number where that is known; empty for what is not known, or usual."""
    if math.isnan(value) or not (words := wording.say(value)):
        return ""
    if math.isnan(usual):
        return words
    apart = value >= _APART * usual or value * _APART <= usual
    return words + _compare(value, usual) if apart and value != usual else ""


def _compare(value: float, usual: float) -> str:
    """Return by how much a number is over or under the usual.

    >>> _compare(420, 100), _compare(3, 48), _compare(90_000, 12), _compare(7, 0)
    (', 4.2x the usual', ' (usual: 48)', ' (usual: 12)', ' (usual: 0)')
    """
    if _APART * usual <= value < _NOT_FAR * usual:
        return f", {value / usual:.2g}x the usual"
    return f" (usual: {usual:.2g})" if usual < 10 else f" (usual: {usual:,.0f})"


def measure_usual(rows: Sequence[ChangeRow], place: int) -> float:
    """Return the middle of a column's known values; NaN where none is known."""
    known = [value for row in rows if not math.isnan(value := row.values[place])]
    return median(known) if known else math.nan
