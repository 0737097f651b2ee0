"""Which words say why a change is at risk?

Only what the model itself counts against the change is said, with the change's own number. Columns that tell the same
thing, as lines added and files changed both tell size, are weighed together and said once.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from statistics import median
from types import MappingProxyType
from typing import Final, NamedTuple

from twiceshy.records.change_risk import ChangeRow, LentShare, RiskAnswer, RiskColumn, RiskReason
from twiceshy.stats.intervals import wilson

# How is each column said, and on which side of the usual is its number a reason?
#
# A wording is here only if a reviewer can look at it or do something about it. Columns without an order (the language),
# that nobody can act on (the weekday, the hour, what words a message has) or that judge a person are not said. Columns
# whose own number says nothing to a reader are said by another one of the same topic.

_WAITED: Final = 7.0
"""Days from which on a change waited: what it was written for has moved on (guess, 2026-11-23)."""
_SOME_LINES: Final = 10.0
"""Lines from which on there is something to read (guess, 2026-11-23)."""
_SOME: Final = 3.0
"""Files, folders and functions from which on a change is spread (guess, 2026-11-23)."""
_OLD: Final = 180.0
"""Days from which on a file was left alone (guess, 2026-11-23)."""
_NEW: Final = 10.0
"""Changes up to which an author is new here (guess, 2026-11-23)."""
_AWAY: Final = 30.0
"""Days from which on an author was away (guess, 2026-11-23)."""
_SHARE: Final = 0.1
"""Share from which on it is worth a word (guess, 2026-11-23)."""
_ANY: Final = 1e-9
"""More than nothing, by definition."""


class ReasonSide(Enum):
    """When a number is a reason."""

    OVER = auto()
    """Well over the repository's usual number."""
    UNDER = auto()
    """Well under it."""
    THERE = auto()
    """The thing is there, or there is enough of it."""
    MISSING = auto()
    """The thing is not there."""


def say_count(value: float) -> str:
    """Return a whole number of things."""
    return f"{round(value):,}"


def say_share(value: float) -> str:
    """Return a share in percent."""
    return f"{100 * value:.0f} %"


def say_number(value: float) -> str:
    """Return a number that is no count."""
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def adds_code_alone(values: Mapping[str, float]) -> bool:
    """Tell whether all lines that a change adds are of code and tests.

    What is said of the one file with most changes is said of these only: in others that file is mostly a list, such as
    release notes or build files, which every other change touches.
    """
    return not any(values.get(name, 0.0) > 0 for name in ("la_docs", "la_config", "la_generated"))


def adds_some_code(values: Mapping[str, float]) -> bool:
    """Tell whether a change adds as many lines of code that a test could be asked for."""
    return values.get("la_code", 0.0) >= _SOME_LINES


def has_one_top_folder(values: Mapping[str, float]) -> bool:
    """Tell whether a change is in one top folder: in several, changes of both would be counted twice."""
    return values.get("ns", 0.0) == 1


class RiskWording(NamedTuple):
    """How one column is said."""

    topic: str
    """Columns of one topic are weighed together and said once."""
    words: str = ""
    """With ``{}`` for the number; ``{s}``, ``{es}``, ``{ies}`` and ``{were}`` are in the form of many but for 1."""
    side: ReasonSide = ReasonSide.OVER
    form: Callable[[float], str] = say_count
    least: float = 0.5
    """What counts as there; of what is over the usual, the least that is worth a word."""
    most: float = math.inf
    """What is too much to be few."""
    reads: str = ""
    """Column that is said in place of this one."""
    where: Callable[[Mapping[str, float]], bool] = bool
    """Of which changes it is said, by their numbers; of any that is known, where nothing else stands here."""


SIZE: Final = "size"
_LENGTH, _KIND, _CODE, _TYPES, _FAULTS = "length of the files", "kind of file", "code", "types", "findings"
_PAST, _AGE, _BUGS = "past of the files", "age of the files", "earlier bugs"
_AUTHOR, _MESSAGE, _WAIT, _FIX, _REVIEW = "author", "message", "wait", "a fix", "review"
_READING, _SEARCH, _CALLS, _RETRIES, _REWORK = "reading", "search", "failed calls", "retries", "rework"
_PERSON, _TESTS, _AGENTS = "person", "tests", "agents' past"

_OF_SIZE: Final = {
    "la": RiskWording(SIZE, "{} line{s} added", least=_SOME_LINES),
    "ld": RiskWording(SIZE, "{} line{s} deleted", least=_SOME_LINES),
    "nf": RiskWording(SIZE, "{} file{s}", least=_SOME),
    "nd": RiskWording(SIZE, "{} folder{s}", least=_SOME),
    "ns": RiskWording(SIZE, "{} top folder{s}", least=_SOME),
    "entropy": RiskWording(SIZE, reads="nf"),
    "new_files": RiskWording(SIZE, "{} new file{s}", least=_SOME),
    "la_code": RiskWording(SIZE, "{} line{s} of code added", least=_SOME_LINES),
    "la_tests": RiskWording(SIZE, reads="la"),
    "la_config": RiskWording(SIZE, reads="la"),
    "ld_code": RiskWording(SIZE, "{} line{s} of code deleted", least=_SOME_LINES),
    "nf_code": RiskWording(SIZE, "{} code file{s}", least=_SOME),
    "largest_code": RiskWording(SIZE, "{} line{s} added to one code file", least=_SOME_LINES),
    "function_count": RiskWording(SIZE, "{} function{s} changed", least=_SOME),
    "functions_added": RiskWording(SIZE, "{} function{s} added", least=_SOME),
    "functions_removed": RiskWording(SIZE, "{} function{s} removed", least=_SOME),
    "class_count_delta": RiskWording(SIZE, "{} class{es} added", least=_SOME),
    "call_count": RiskWording(SIZE, reads="function_count"),
    "call_count_delta": RiskWording(SIZE, reads="la_code"),
    "code_files_read": RiskWording(SIZE, reads="nf_code"),
    "lt": RiskWording(_LENGTH, "files of {} line{s} before, on average"),
    "bytes_norm": RiskWording(_LENGTH, reads="lt"),
    "loc_norm": RiskWording(_LENGTH, reads="lt"),
    "class_count": RiskWording(_LENGTH, "files with {} class{es}"),
}
_OF_CODE: Final = {
    "languages": RiskWording(_KIND, "{} programming language{s}", least=_SOME),
    "binary_files": RiskWording(_KIND, "{} binary file{s}"),
    "has_http_import": RiskWording(_KIND, "changed files use a library for HTTP", ReasonSide.THERE),
    "has_db_import": RiskWording(_KIND, "changed files use a database", ReasonSide.THERE),
    "has_auth_import": RiskWording(_KIND, "changed files use a library for signing in", ReasonSide.THERE),
    "out_degree": RiskWording(_CODE, "one file imports {} module{s}"),
    "cyclomatic_complexity": RiskWording(_CODE, "a changed function of complexity {}", least=_SOME_LINES),
    "cyclomatic_complexity_sum": RiskWording(_CODE, reads="cyclomatic_complexity"),
    "cyclomatic_complexity_delta": RiskWording(_CODE, "complexity of functions up by {}", least=_SOME_LINES),
    "try_except_count": RiskWording(_CODE, "{} try statement{s} in changed functions"),
    "try_except_count_delta": RiskWording(_CODE, "{} try statement{s} more"),
    "async_def_count": RiskWording(_CODE, "{} changed function{s} run asynchronously"),
    "async_def_count_delta": RiskWording(_CODE, "{} asynchronous function{s} more"),
    "sql_query_count": RiskWording(_CODE, "{} SQL quer{ies} in changed functions"),
    "sql_query_count_delta": RiskWording(_CODE, "{} SQL quer{ies} more"),
    "route_count": RiskWording(_CODE, "{} web route{s} in changed functions"),
    "route_count_delta": RiskWording(_CODE, "{} web route{s} more"),
    "jwt_usage_count": RiskWording(_CODE, "{} use{s} of web tokens in changed functions"),
    "jwt_usage_count_delta": RiskWording(_CODE, "{} use{s} of web tokens more"),
    "any_type_count": RiskWording(_TYPES, "{} annotation{s} of any type in changed functions"),
    "any_type_count_delta": RiskWording(_TYPES, "{} annotation{s} of any type more"),
    "type_coverage_ratio": RiskWording(
        _TYPES, "{} of the types written down in changed functions", ReasonSide.UNDER, say_share
    ),
    "critical_findings": RiskWording(_FAULTS, "{} critical finding{s} of scanners", ReasonSide.THERE),
    "high_findings": RiskWording(_FAULTS, "{} major finding{s} of scanners", ReasonSide.THERE),
    "medium_findings": RiskWording(_FAULTS, "{} minor finding{s} of scanners", ReasonSide.THERE),
    "unique_cwe_count": RiskWording(_FAULTS, "{} sort{s} of weakness found by scanners", ReasonSide.THERE),
    "has_hardcoded_secret": RiskWording(_FAULTS, "scanners take a text in it for a secret", ReasonSide.THERE),
    "has_weak_crypto": RiskWording(_FAULTS, "scanners find weak cryptography", ReasonSide.THERE),
    "findings_preserved": RiskWording(_FAULTS, "{} earlier finding{s} of scanners stay in its files"),
}
_OF_HISTORY: Final = {
    "ndev": RiskWording(_PAST, "{} author{s} of these files before", where=adds_code_alone),
    "nuc": RiskWording(_PAST, reads="commits_90d"),
    "commits_90d": RiskWording(_PAST, "{} change{s} of one file in the 90 days before", where=adds_code_alone),
    "days_active_in_range": RiskWording(_PAST, "one file changed on {} of the 90 days before", where=adds_code_alone),
    "age": RiskWording(_AGE, "files last changed {} day{s} before, on average", least=_OLD),
    "earlier_bugs": RiskWording(_BUGS, reads="earlier_bugs_most"),
    "earlier_bugs_most": RiskWording(
        _BUGS, "{} earlier change{s} of one file {were} fixed later", where=adds_code_alone
    ),
    "places_past": RiskWording(_BUGS, reads="earlier_bugs_most"),
    "exp": RiskWording(_AUTHOR, "author has {} earlier change{s}", ReasonSide.UNDER, most=_NEW),
    "rexp": RiskWording(_AUTHOR, reads="exp"),
    "sexp": RiskWording(
        _AUTHOR,
        "author has {} earlier change{s} in this top folder",
        ReasonSide.UNDER,
        most=_NEW,
        where=has_one_top_folder,
    ),
    "author_days_away": RiskWording(_AUTHOR, "author's last change was {} days before", ReasonSide.THERE, least=_AWAY),
    "fix": RiskWording(_FIX, "its subject speaks of a fix or a bug", ReasonSide.THERE),
    "found_faults": RiskWording(_FIX, "it mends a fault that its message names", ReasonSide.THERE),
    "message_words": RiskWording(_MESSAGE, "{} word{s} in the message", ReasonSide.UNDER),
    "reviews": RiskWording(_REVIEW, "{} review line{s} in the message", ReasonSide.UNDER),
    "days_waited": RiskWording(_WAIT, "written {} days before it was committed", ReasonSide.THERE, least=_WAITED),
}
_OF_WORK: Final = {
    "agent_blind_edit_rate": RiskWording(_READING, "{} of edits unread", form=say_share, least=_SHARE),
    "session_blind_edit_rate": RiskWording(_READING, "{} of the session's edits unread", form=say_share, least=_SHARE),
    "agent_read_efficiency": RiskWording(
        _READING, "no read before the first edit of this change", ReasonSide.MISSING, least=_ANY
    ),
    "partial_batch_read": RiskWording(_READING, "{} of lists read in part", form=say_share, least=_SHARE),
    "agent_duplicate_impl_rate": RiskWording(
        _SEARCH, "{} of new definitions were there before", form=say_share, least=_SHARE
    ),
    "searches_before_edit": RiskWording(
        _SEARCH, "no search before the first edit of this change", ReasonSide.MISSING, least=_ANY
    ),
    "failed_edit_rate": RiskWording(_CALLS, "{} of edits failed", form=say_share, least=_SHARE),
    "failed_call_rate": RiskWording(_CALLS, "{} of calls failed", form=say_share, least=_SHARE),
    "retry_rate": RiskWording(_RETRIES, "{} of calls repeat one that failed", form=say_share, least=_SHARE),
    "failed_retry_rate": RiskWording(_RETRIES, "{} of retries failed again", form=say_share, least=_SHARE),
    "churn_rate": RiskWording(_REWORK, "{} of lines written were taken out again", form=say_share, least=_SHARE),
    "reedit_rate": RiskWording(_REWORK, "{} of edits change lines written just before", form=say_share, least=_SHARE),
    "refusals_per_prompt": RiskWording(_PERSON, "{} refused calls a prompt", form=say_number, least=_SHARE),
    "interrupts_per_prompt": RiskWording(_PERSON, "{} interrupts a prompt", form=say_number, least=_SHARE),
    "person_changed_rate": RiskWording(_PERSON, "{} of edits changed by a person", form=say_share, least=_SHARE),
    "human_lines_rate": RiskWording(
        "lines of no log", "{} of added lines in no agent's log", form=say_share, least=_SHARE
    ),
    "tests_share": RiskWording(_TESTS, "no line of tests added", ReasonSide.MISSING, least=_ANY, where=adds_some_code),
    "tests_after_edit": RiskWording(_TESTS, "no test after the last edit", ReasonSide.MISSING),
    "last_tests_green": RiskWording(_TESTS, "the last tests were red", ReasonSide.MISSING),
    "red_tests_rate": RiskWording(_TESTS, "{} of test runs red", form=say_share, least=_SHARE),
    "hidden_status_rate": RiskWording(
        _TESTS, "{} of test runs with a hidden exit status", form=say_share, least=_SHARE
    ),
    "ast_fails": RiskWording(_TESTS, "red tests of the session named {} of its files", form=say_share, least=_SHARE),
    "untested_files": RiskWording(
        _TESTS, "no test run of the session named {} of its files", form=say_share, least=_SHARE
    ),
    "edits_after_compaction": RiskWording("compaction", "{} of edits after a compaction", form=say_share, least=_SHARE),
    "subagent_lines_rate": RiskWording("subagents", "{} of lines by subagents", form=say_share, least=_SHARE),
    "prompt_words": RiskWording("prompt", "{} word{s} in the longest prompt", ReasonSide.UNDER),
    "planned": RiskWording("plan", "no plan before the first edit", ReasonSide.MISSING),
    "touches": RiskWording(_AGENTS, "{} earlier edits by agents a file", form=say_number, least=_SHARE),
    "failures": RiskWording(
        _AGENTS, "about {} of agents' earlier edits of one file failed", form=say_share, least=_SHARE
    ),
    "rca_fails": RiskWording(
        _AGENTS, "about {} of agents' earlier edits of one file were corrected or taken back", form=say_share
    ),
}
WORDINGS: Final[Mapping[str, RiskWording]] = MappingProxyType(_OF_SIZE | _OF_CODE | _OF_HISTORY | _OF_WORK)
"""By column."""


_MOST_REASONS: Final = 3
"""Reasons of one answer: a person reads no more (protocol of the risk figures, 2026-11-23)."""
_LEAST_PUSH: Final = 0.05
"""Log-odds below which a push is not worth a word: a twentieth of the odds (guess, 2026-11-23)."""
_APART: Final = 1.5
"""Times the usual from which on the difference is told (guess, 2026-11-23)."""
_NOT_FAR: Final = 100.0
"""Times the usual from which on the multiple says nothing more (guess, 2026-11-23)."""
_ONE: Final = {"s": "", "es": "", "ies": "y", "were": "was"}
_MANY: Final = {"s": "s", "es": "es", "ies": "ies", "were": "were"}


def choose_reasons(
    row: ChangeRow, columns: Sequence[RiskColumn], pushes: Mapping[str, float], usual: Callable[[str], float]
) -> tuple[RiskReason, ...]:
    """Return why the model says more than usual of a change, the strongest reason first.

    ``usual`` returns what a column mostly is in this repository, NaN where that is not known.
    """
    values = {column.name: value for column, value in zip(columns, row.values, strict=True)}
    topics: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, push in pushes.items():
        if name in WORDINGS:
            topics[WORDINGS[name].topic][name] = push
    found = [one for some in topics.values() if (one := _sum_up(some, values, usual)) is not None]
    return tuple(sorted(found, key=lambda one: (-one.push, one.column))[:_MOST_REASONS])


def _sum_up(
    pushes: Mapping[str, float], values: Mapping[str, float], usual: Callable[[str], float]
) -> RiskReason | None:
    """Return what columns of one topic say together, in the words of the strongest; None where that is no reason."""
    whole = math.fsum(pushes.values())
    if whole < _LEAST_PUSH:
        return None
    for name, push in sorted(pushes.items(), key=lambda one: -one[1]):
        said = WORDINGS[name].reads or name
        if push > 0 and pushes.get(said, 0.0) >= 0 and (words := _say(said, values, usual)):
            return RiskReason(words=words, column=name, push=round(whole, 4))
    return None


def _say(name: str, values: Mapping[str, float], usual: Callable[[str], float]) -> str:
    """Return a column's words; empty where its number is not known, or no reason."""
    wording, value = WORDINGS[name], values.get(name, math.nan)
    if math.isnan(value) or value > wording.most or not wording.where(values):
        return ""
    if wording.side in {ReasonSide.THERE, ReasonSide.MISSING}:
        return _phrase(wording, value) if (value >= wording.least) == (wording.side is ReasonSide.THERE) else ""
    middle = usual(name)
    return _phrase(wording, value) + _compare(value, middle, wording.form) if _is_apart(value, middle, wording) else ""


def _is_apart(value: float, usual: float, wording: RiskWording) -> bool:
    """Tell whether a number is far from the usual, on the side on which it is a reason; without a usual, above 0."""
    if wording.side is ReasonSide.UNDER:
        return value * _APART <= usual and wording.form(value) != wording.form(usual)
    return value >= wording.least and not value < _APART * usual


def _phrase(wording: RiskWording, value: float) -> str:
    number = wording.form(value)
    return wording.words.format(number, **(_ONE if number == "1" else _MANY))


def _compare(value: float, usual: float, form: Callable[[float], str] = say_count) -> str:
    """Return by how much a number is over or under the usual.

    >>> _compare(420, 100), _compare(3, 48), _compare(90_000, 12), _compare(7, 0)
    (', 4.2x the usual', ' (usual: 48)', ' (usual: 12)', ' (usual: 0)')
    """
    if math.isnan(usual):
        return ""
    if _APART * usual <= value < _NOT_FAR * usual:
        return f", {value / usual:.2g}x the usual"
    return f" (usual: {form(usual)})"


def measure_usual(rows: Sequence[ChangeRow], place: int) -> float:
    """Return the middle of a column's known values; NaN where none is known."""
    known = [value for row in rows if not math.isnan(value := row.values[place])]
    return median(known) if known else math.nan


# One sentence that says how likely a change is to be fixed later, and why.
#
# A probability is said only where a model speaks. Where none is better than the number of lines added, the change is
# large or small and no more is claimed; where too little is known, that is said.

_LARGE: Final = 0.9
"""Share of a repository's changes that a large change exceeds: the top tenth (guess, 2026-11-23, as in the figures)."""
_HALF: Final = 0.5
"""Share that a small change does not reach: the middle, by definition."""
_SMALL: Final = 0.05
"""Share below which a digit more is told (guess, 2026-11-23)."""
SIZE_COLUMN: Final = "size"


def phrase_risk(answer: RiskAnswer) -> str:
    """Return the sentence, without a full stop."""
    if answer.too_little:
        return f"{_phrase_size(answer)}; no risk can be told: {answer.too_little}"
    if answer.model == SIZE_COLUMN or answer.probability is None:
        return _phrase_size_alone(answer)
    if answer.lent is not None:
        return _add_reasons(_phrase_lent(answer.probability, answer.lent), answer)
    known = [f"base {answer.base:.2f}"] if answer.base is not None else []
    if answer.like is not None:
        known.append(f"{answer.like[0]:,} of {answer.like[1]:,} like changes were fixed later")
    head = f"risk {answer.probability:.2f}" + (f" ({'; '.join(known)})" if known else "")
    return _add_reasons(head, answer)


def _phrase_lent(probability: float, lent: LentShare) -> str:
    """Return what other histories tell; their shares differ, so the range of them stands beside the risk."""
    return (
        f"risk {probability:.2f} by a model of {lent.histories} public histories ({100 * lent.low:.0f} to"
        f" {100 * lent.high:.0f} % of like changes there were fixed later)"
    )


def _add_reasons(head: str, answer: RiskAnswer) -> str:
    why = "; ".join(one.words for one in answer.reasons)
    return f"{head}: {why}" if why else head


def _phrase_size_alone(answer: RiskAnswer) -> str:
    """Return what the size alone tells, with what became of changes of like size."""
    if answer.documents:
        return _phrase_documents(answer)
    share = answer.larger_than
    name = "change" if share is None else "large change" if share >= _LARGE else _name_smaller(share)
    said = f"{name}: {_phrase_size(answer)}"
    if answer.like is None or not answer.like[1]:
        return said
    return f"{said}; of {answer.like[1]:,} of like size {_phrase_share(*answer.like)} were fixed later"


def _phrase_documents(answer: RiskAnswer) -> str:
    """Return what became of changes of documents: that they are long says little of them."""
    said = f"documents alone: {answer.added:,} {'line' if answer.added == 1 else 'lines'} added"
    if answer.like is None:
        return f"{said}; too few such changes are known to tell how many are fixed later"
    return f"{said}; of {answer.like[1]:,} such changes of like size {_phrase_share(*answer.like)} were fixed later"


def _phrase_share(hits: int, of: int) -> str:
    """Return a share with its interval, in percent.

    >>> _phrase_share(50, 180), _phrase_share(1, 300)
    ('28 % (22-35)', '0.3 % (0.1-1.9)')
    """
    rate = wilson(hits, of)
    digits = 0 if rate.estimate >= _SMALL else 1
    return f"{100 * rate.estimate:.{digits}f} % ({100 * rate.low:.{digits}f}-{100 * rate.high:.{digits}f})"


def _name_smaller(share: float) -> str:
    return "small change" if share < _HALF else "change over the usual size"


def _phrase_size(answer: RiskAnswer) -> str:
    lines = f"{answer.added:,} {'line' if answer.added == 1 else 'lines'} added"
    if answer.larger_than is None or round(100 * answer.larger_than) == 0:
        return lines
    return f"{lines}, more than in {min(99, round(100 * answer.larger_than))} % of this repository's changes"


def phrase_measure(answer: RiskAnswer) -> str:
    """Return the risk in short, or the size where that alone answers."""
    if answer.model == SIZE_COLUMN or answer.probability is None:
        return f"{answer.added:,} lines"
    return f"risk {answer.probability:.2f}"
