"""The first collector's score of data quality, to the digit.

It is kept under its own name for people who know it. It rewards a large project (50 files are the most it counts) and
five tools, whatever the texts are worth: nothing stored at all scores 30.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from twiceshy.records.milestones import Amounts, SeedMilestone
from twiceshy.records.quality import LengthRange, SeedScore

_SHOWN_TOOLS: Final = 8
"""Tools that it names, by definition in its report."""
_FULL_TOOLS: Final = 5
"""Tools from which its tool score is 100, by definition in its report."""
_FULL_FILES: Final = 50
"""Files likewise, by definition in its report."""


class SeedChat(NamedTuple):
    """A chat as the score sees it."""

    entry: tuple[str, str]
    """Its time, and a key of its query: one that is there twice is a duplicate."""
    complete: bool
    """All eight fields that it requires are there and of their type."""
    rated: bool
    query_length: int
    response_length: int
    empty: bool
    """The response says nothing."""
    tools: Iterable[str]


class SeedCommit(NamedTuple):
    """A commit as the score sees it."""

    entry: tuple[str, str]
    """Its time, and a key of its message."""
    checked: bool
    """It has a CI result."""
    files: int
    session: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedHistory:
    """All that is scored."""

    chats: Sequence[SeedChat]
    commits: Sequence[SeedCommit]
    sessions: int
    empty_sessions: int
    """Sessions without chats."""
    files: int
    """Different files that chats name and commits change."""


def score_as_seed(history: SeedHistory) -> SeedScore:
    """Return the score with its parts, as the first collector computes them."""
    chats, commits = history.chats, history.commits
    named = len({one.session for one in commits if one.session})
    shares = (
        _percent(sum(one.complete for one in chats), len(chats)),
        _percent(sum(one.checked for one in commits), len(commits)),
        _percent(named, history.sessions),
        _percent(sum(one.rated for one in chats), len(chats)),
    )
    entries = Counter([one.entry for one in commits] + [one.entry for one in chats])
    anomalies = {
        "empty_responses": sum(one.empty for one in chats),
        "zero_file_commits": sum(not one.files for one in commits),
        "empty_sessions": history.empty_sessions,
        "potential_duplicates": sum(entries.values()) - len(entries),
    }
    tools = Counter(tool for one in chats for tool in one.tools)
    completeness = shares[0] * 0.4 + shares[1] * 0.2 + shares[2] * 0.3 + shares[3] * 0.1
    entry_count = len(chats) + len(commits) + history.sessions
    low_anomaly = max(0, 100 - (sum(anomalies.values()) / max(1, entry_count)) * 200)
    diversity = (min(100, (len(tools) / _FULL_TOOLS) * 100) + min(100, (history.files / _FULL_FILES) * 100)) / 2
    return SeedScore(
        score=int(completeness * 0.4 + low_anomaly * 0.3 + diversity * 0.3),
        completeness=completeness,
        low_anomaly=low_anomaly,
        diversity=diversity,
        chats_complete_pct=shares[0],
        commits_with_ci_pct=shares[1],
        sessions_with_commits_pct=shares[2],
        chats_with_feedback_pct=shares[3],
        anomalies=anomalies,
        files=history.files,
        tools=dict(tools.most_common(_SHOWN_TOOLS)),
        tool_count=len(tools),
        query_length=_measure_lengths([one.query_length for one in chats]),
        response_length=_measure_lengths([one.response_length for one in chats]),
    )


def _percent(part: int, whole: int) -> float:
    return (part / max(1, whole)) * 100


def _measure_lengths(lengths: Sequence[int]) -> LengthRange:
    if not lengths:
        return LengthRange(0, 0.0, 0)
    return LengthRange(min(lengths), sum(lengths) / len(lengths), max(lengths))


# How far is a project by the first collector's own counts?
#
# The counts are that collector's guesses and decide nothing here: file ranking helps from some tens of commits on. They
# stand beside what was measured so that people who know them find them.

MILESTONES: Final[Sequence[tuple[str, Amounts]]] = (
    ("File Prediction", Amounts(500, 100, 200)),
    ("Commit Messages", Amounts(2000, 500, 1000)),
    ("Code Suggestions", Amounts(5000, 2000, 5000)),
)
"""Names and counts of the first collector's description, read 2026-11-23."""


def count_progress(have: Amounts) -> tuple[SeedMilestone, ...]:
    """Return each milestone with how far it is: the least of its three counts.

    >>> [one.percent for one in count_progress(Amounts(commits=509, sessions=50, chats=22))]
    [11, 2, 0]
    """
    return tuple(
        SeedMilestone(name, needs, min(min(100, 100 * got // need) for got, need in zip(have, needs, strict=True)))
        for name, needs in MILESTONES
    )
