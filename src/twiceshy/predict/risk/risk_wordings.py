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


class Side(Enum):
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


class Wording(NamedTuple):
    """How one column is said."""

    topic: str
    """Columns of one topic are weighed together and said once."""
    words: str = ""
    """With ``{}`` for the number; ``{s}``, ``{es}``, ``{ies}`` and ``{were}`` are in the form of many but for 1."""
    side: Side = Side.OVER
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
    "la": Wording(SIZE, "{} line{s} added", least=_SOME_LINES),
    "ld": Wording(SIZE, "{} line{s} deleted", least=_SOME_LINES),
    "nf": Wording(SIZE, "{} file{s}", least=_SOME),
    "nd": Wording(SIZE, "{} folder{s}", least=_SOME),
    "ns": Wording(SIZE, "{} top folder{s}", least=_SOME),
    "entropy": Wording(SIZE, reads="nf"),
    "new_files": Wording(SIZE, "{} new file{s}", least=_SOME),
    "la_code": Wording(SIZE, "{} line{s} of code added", least=_SOME_LINES),
    "la_tests": Wording(SIZE, reads="la"),
    "la_config": Wording(SIZE, reads="la"),
    "ld_code": Wording(SIZE, "{} line{s} of code deleted", least=_SOME_LINES),
    "nf_code": Wording(SIZE, "{} code file{s}", least=_SOME),
    "largest_code": Wording(SIZE, "{} line{s} added to one code file", least=_SOME_LINES),
    "function_count": Wording(SIZE, "{} function{s} changed", least=_SOME),
    "functions_added": Wording(SIZE, "{} function{s} added", least=_SOME),
    "functions_removed": Wording(SIZE, "{} function{s} removed", least=_SOME),
    "class_count_delta": Wording(SIZE, "{} class{es} added", least=_SOME),
    "call_count": Wording(SIZE, reads="function_count"),
    "call_count_delta": Wording(SIZE, reads="la_code"),
    "code_files_read": Wording(SIZE, reads="nf_code"),
    "lt": Wording(_LENGTH, "files of {} line{s} before, on average"),
    "bytes_norm": Wording(_LENGTH, reads="lt"),
    "loc_norm": Wording(_LENGTH, reads="lt"),
    "class_count": Wording(_LENGTH, "files with {} class{es}"),
}
_OF_CODE: Final = {
    "languages": Wording(_KIND, "{} programming language{s}", least=_SOME),
    "binary_files": Wording(_KIND, "{} binary file{s}"),
    "has_http_import": Wording(_KIND, "changed files use a library for HTTP", Side.THERE),
    "has_db_import": Wording(_KIND, "changed files use a database", Side.THERE),
    "has_auth_import": Wording(_KIND, "changed files use a library for signing in", Side.THERE),
    "out_degree": Wording(_CODE, "one file imports {} module{s}"),
    "cyclomatic_complexity": Wording(_CODE, "a changed function of complexity {}", least=_SOME_LINES),
    "cyclomatic_complexity_sum": Wording(_CODE, reads="cyclomatic_complexity"),
    "cyclomatic_complexity_delta": Wording(_CODE, "complexity of functions up by {}", least=_SOME_LINES),
    "try_except_count": Wording(_CODE, "{} try statement{s} in changed functions"),
    "try_except_count_delta": Wording(_CODE, "{} try statement{s} more"),
    "async_def_count": Wording(_CODE, "{} changed function{s} run asynchronously"),
    "async_def_count_delta": Wording(_CODE, "{} asynchronous function{s} more"),
    "sql_query_count": Wording(_CODE, "{} SQL quer{ies} in changed functions"),
    "sql_query_count_delta": Wording(_CODE, "{} SQL quer{ies} more"),
    "route_count": Wording(_CODE, "{} web route{s} in changed functions"),
    "route_count_delta": Wording(_CODE, "{} web route{s} more"),
    "jwt_usage_count": Wording(_CODE, "{} use{s} of web tokens in changed functions"),
    "jwt_usage_count_delta": Wording(_CODE, "{} use{s} of web tokens more"),
    "any_type_count": Wording(_TYPES, "{} annotation{s} of any type in changed functions"),
    "any_type_count_delta": Wording(_TYPES, "{} annotation{s} of any type more"),
    "type_coverage_ratio": Wording(_TYPES, "{} of the types written down in changed functions", Side.UNDER, say_share),
    "critical_findings": Wording(_FAULTS, "{} critical finding{s} of scanners", Side.THERE),
    "high_findings": Wording(_FAULTS, "{} major finding{s} of scanners", Side.THERE),
    "medium_findings": Wording(_FAULTS, "{} minor finding{s} of scanners", Side.THERE),
    "unique_cwe_count": Wording(_FAULTS, "{} sort{s} of weakness found by scanners", Side.THERE),
    "has_hardcoded_secret": Wording(_FAULTS, "scanners take a text in it for a secret", Side.THERE),
    "has_weak_crypto": Wording(_FAULTS, "scanners find weak cryptography", Side.THERE),
    "findings_preserved": Wording(_FAULTS, "{} earlier finding{s} of scanners stay in its files"),
}
_OF_HISTORY: Final = {
    "ndev": Wording(_PAST, "{} author{s} of these files before", where=adds_code_alone),
    "nuc": Wording(_PAST, reads="commits_90d"),
    "commits_90d": Wording(_PAST, "{} change{s} of one file in the 90 days before", where=adds_code_alone),
    "days_active_in_range": Wording(_PAST, "one file changed on {} of the 90 days before", where=adds_code_alone),
    "age": Wording(_AGE, "files last changed {} day{s} before, on average", least=_OLD),
    "earlier_bugs": Wording(_BUGS, reads="earlier_bugs_most"),
    "earlier_bugs_most": Wording(_BUGS, "{} earlier change{s} of one file {were} fixed later", where=adds_code_alone),
    "places_past": Wording(_BUGS, reads="earlier_bugs_most"),
    "exp": Wording(_AUTHOR, "author has {} earlier change{s}", Side.UNDER, most=_NEW),
    "rexp": Wording(_AUTHOR, reads="exp"),
    "sexp": Wording(
        _AUTHOR, "author has {} earlier change{s} in this top folder", Side.UNDER, most=_NEW, where=has_one_top_folder
    ),
    "author_days_away": Wording(_AUTHOR, "author's last change was {} days before", Side.THERE, least=_AWAY),
    "fix": Wording(_FIX, "its subject speaks of a fix or a bug", Side.THERE),
    "found_faults": Wording(_FIX, "it mends a fault that its message names", Side.THERE),
    "message_words": Wording(_MESSAGE, "{} word{s} in the message", Side.UNDER),
    "reviews": Wording(_REVIEW, "{} review line{s} in the message", Side.UNDER),
    "days_waited": Wording(_WAIT, "written {} days before it was committed", Side.THERE, least=_WAITED),
}
_OF_WORK: Final = {
    "agent_blind_edit_rate": Wording(_READING, "{} of edits unread", form=say_share, least=_SHARE),
    "session_blind_edit_rate": Wording(_READING, "{} of the session's edits unread", form=say_share, least=_SHARE),
    "agent_read_efficiency": Wording(
        _READING, "no read before the first edit of this change", Side.MISSING, least=_ANY
    ),
    "partial_batch_read": Wording(_READING, "{} of lists read in part", form=say_share, least=_SHARE),
    "agent_duplicate_impl_rate": Wording(
        _SEARCH, "{} of new definitions were there before", form=say_share, least=_SHARE
    ),
    "searches_before_edit": Wording(
        _SEARCH, "no search before the first edit of this change", Side.MISSING, least=_ANY
    ),
    "failed_edit_rate": Wording(_CALLS, "{} of edits failed", form=say_share, least=_SHARE),
    "failed_call_rate": Wording(_CALLS, "{} of calls failed", form=say_share, least=_SHARE),
    "retry_rate": Wording(_RETRIES, "{} of calls repeat one that failed", form=say_share, least=_SHARE),
    "failed_retry_rate": Wording(_RETRIES, "{} of retries failed again", form=say_share, least=_SHARE),
    "churn_rate": Wording(_REWORK, "{} of lines written were taken out again", form=say_share, least=_SHARE),
    "reedit_rate": Wording(_REWORK, "{} of edits change lines written just before", form=say_share, least=_SHARE),
    "refusals_per_prompt": Wording(_PERSON, "{} refused calls a prompt", form=say_number, least=_SHARE),
    "interrupts_per_prompt": Wording(_PERSON, "{} interrupts a prompt", form=say_number, least=_SHARE),
    "person_changed_rate": Wording(_PERSON, "{} of edits changed by a person", form=say_share, least=_SHARE),
    "human_lines_rate": Wording("lines of no log", "{} of added lines in no agent's log", form=say_share, least=_SHARE),
    "tests_share": Wording(_TESTS, "no line of tests added", Side.MISSING, least=_ANY, where=adds_some_code),
    "tests_after_edit": Wording(_TESTS, "no test after the last edit", Side.MISSING),
    "last_tests_green": Wording(_TESTS, "the last tests were red", Side.MISSING),
    "red_tests_rate": Wording(_TESTS, "{} of test runs red", form=say_share, least=_SHARE),
    "hidden_status_rate": Wording(_TESTS, "{} of test runs with a hidden exit status", form=say_share, least=_SHARE),
    "ast_fails": Wording(_TESTS, "red tests of the session named {} of its files", form=say_share, least=_SHARE),
    "untested_files": Wording(_TESTS, "no test run of the session named {} of its files", form=say_share, least=_SHARE),
    "edits_after_compaction": Wording("compaction", "{} of edits after a compaction", form=say_share, least=_SHARE),
    "subagent_lines_rate": Wording("subagents", "{} of lines by subagents", form=say_share, least=_SHARE),
    "prompt_words": Wording("prompt", "{} word{s} in the longest prompt", Side.UNDER),
    "planned": Wording("plan", "no plan before the first edit", Side.MISSING),
    "touches": Wording(_AGENTS, "{} earlier edits by agents a file", form=say_number, least=_SHARE),
    "failures": Wording(_AGENTS, "about {} of agents' earlier edits of one file failed", form=say_share, least=_SHARE),
    "rca_fails": Wording(
        _AGENTS, "about {} of agents' earlier edits of one file were corrected or taken back", form=say_share
    ),
}
WORDINGS: Final[Mapping[str, Wording]] = MappingProxyType(_OF_SIZE | _OF_CODE | _OF_HISTORY | _OF_WORK)
"""By column."""
