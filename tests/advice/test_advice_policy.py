"""How loud a rule may be: silence first, a warning by evidence, a block only by the whole policy."""

from dataclasses import replace

import pytest

from twiceshy.advice import policy
from twiceshy.base.values import Scrubbed
from twiceshy.records.rules import Level, Precision, Rule, RuleKind, TrialSummary

GOOD = Precision(kind=RuleKind.COMMAND, warnings=10, right=9)
BAD = Precision(kind=RuleKind.COMMAND, warnings=10, right=4)
SHORT = Precision(kind=RuleKind.COMMAND, warnings=4, right=0)


def tried(n: int, wrong: int, sessions: int = 6, *, same_error: int | None = None, **others: int) -> TrialSummary:
    return TrialSummary(
        n=n,
        wrong=wrong,
        sessions=sessions,
        wrong_sessions=min(sessions, wrong),
        same_error=wrong if same_error is None else same_error,
        others=others.get("others", 0),
        others_wrong=others.get("others_wrong", 0),
    )


LEVELS = [
    ("never tried", tried(0, 0), GOOD, Level.SILENT),
    ("too few calls", tried(2, 2), GOOD, Level.SILENT),
    ("too few sessions", tried(9, 9, 1), GOOD, Level.SILENT),
    ("half of them work", tried(20, 10), GOOD, Level.SILENT),
    ("another error each time", tried(9, 9, same_error=3), GOOD, Level.SILENT),
    ("a kind that was mostly wrong", tried(9, 9), BAD, Level.SILENT),
    ("a kind with no record, few calls", tried(3, 3), None, Level.SILENT),
    ("a kind with a short record, and its own proof", tried(9, 9), SHORT, Level.WARN),
    ("most fail", tried(9, 7), GOOD, Level.WARN),
    ("all fail, but too few to block", tried(40, 40), GOOD, Level.WARN),
    ("all of very many fail", tried(80, 80), GOOD, Level.BLOCK),
    ("all of very many, in few sessions", tried(80, 80, 4), GOOD, Level.WARN),
    ("one of very many worked", tried(200, 199), GOOD, Level.WARN),
    ("all of very many, in a kind without a record", tried(80, 80), None, Level.WARN),
]


@pytest.mark.parametrize(("found", "record", "level"), [row[1:] for row in LEVELS], ids=[row[0] for row in LEVELS])
def test_a_command_is_as_loud_as_its_evidence(found: TrialSummary, record: Precision | None, level: Level) -> None:
    """Each condition alone keeps it quiet."""
    assert policy.choose_level(RuleKind.COMMAND, found, record, "command not found") is level


@pytest.mark.parametrize("error", ["", "tests failed", "does not compile", "lint or format"])
def test_a_failure_that_work_may_mend_never_blocks(error: str) -> None:
    """Only one that says that the call itself cannot work."""
    assert policy.choose_level(RuleKind.COMMAND, tried(80, 80), GOOD, error) is Level.WARN


def test_a_habit_never_blocks_and_must_do_worse_than_its_absence() -> None:
    """An unread file is compared with read ones."""
    worse = tried(80, 80, others=31, others_wrong=3)
    same = tried(9, 7, others=9, others_wrong=7)
    assert policy.choose_level(RuleKind.FILE_UNREAD, worse, GOOD, "command not found") is Level.WARN
    assert policy.choose_level(RuleKind.FILE_UNREAD, same, GOOD) is Level.SILENT
    assert policy.choose_level(RuleKind.FILE_UNREAD, tried(9, 7), GOOD) is Level.SILENT


def test_confidence_grows_with_evidence_and_not_with_count_alone() -> None:
    """The probability that more than half go wrong."""
    assert policy.compute_confidence(tried(0, 0)) == pytest.approx(0.5)
    assert policy.compute_confidence(tried(3, 3)) < policy.compute_confidence(tried(9, 9))
    assert policy.compute_confidence(tried(1000, 500)) == pytest.approx(0.5)


@pytest.mark.parametrize(("right", "known", "most"), [(0, 0, 2), (19, 19, 2), (9, 20, 2), (10, 20, 5)])
def test_the_budget_grows_only_by_measured_precision(right: int, known: int, most: int) -> None:
    """Two until at least half of twenty were right."""
    assert policy.choose_budget(right, known) == most


def test_what_refused_wrongly_warns() -> None:
    """And nothing else changes."""
    block = Rule(
        id=b"r",
        kind=RuleKind.COMMAND,
        key=b"c",
        condition="",
        level=Level.BLOCK,
        confidence=1.0,
        words=Scrubbed("it failed"),
        tried=tried(90, 90),
    )
    other = replace(block, id=b"o")
    assert policy.soften_refusals([block, other], {b"r"}) == [replace(block, level=Level.WARN), other]
