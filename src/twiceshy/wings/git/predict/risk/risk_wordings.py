"""How is each column said, and on which side of the usual is its number a reason?

A wording is here only if a reviewer can look at it or do something about it. Columns without an order (the language),
that nobody can act on (the weekday, the hour, what words a message has) or that judge a person are not said. Columns
whose own number says nothing to a reader are said by another one of the same topic.
"""

import math
from collections.abc import Callable, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, NamedTuple

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
