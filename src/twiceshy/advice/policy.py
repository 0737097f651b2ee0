"""How loud a rule may be: silent, a warning, a block. Everything that keeps an agent from being disturbed for nothing.

A warning needs evidence of its own and a kind of rule that was mostly right in replay. A block needs the whole of a
stricter policy, and in practice very rarely gets it: a command that always failed may work tomorrow, so only failures
that say that the command itself cannot work ever block.
"""

from twiceshy.facts.stats import wilson
from twiceshy.facts.student import incomplete_beta
from twiceshy.records.rules import Level, Precision, RuleKind, Tried

WARNS = 0.75
"""Confidence from which a rule warns; from ``BLOCKS`` on it may block. As the lessons' own scale."""
BLOCKS = 0.95
FEWEST_CALLS, FEWEST_SESSIONS = 3, 2
"""Matched calls, and sessions in which one went wrong, below which nothing is said (guess of 21 November 2026)."""
FEWEST_TO_BLOCK = 5
"""Sessions."""
SAME_ERROR = 0.5
"""Share of a command's failures that must be the same error: otherwise its result is news each time (guess)."""
PRECISE = 0.5
"""Share of a kind's warnings that must have been right in replay."""
FEWEST_REPLAYED = 5
"""Warnings in replay below which a kind has no record yet (guess): only rules with their own proof speak then."""
BUDGET, BUDGET_WHEN_PRECISE = 2, 5
"""Warnings a session, before and after the measured precision is ``PRECISE`` over ``FEWEST_MEASURED`` of them (the
second is a guess)."""
FEWEST_MEASURED = 20
HELD_BACK = 0.15
"""Share of sessions in which a rule is held back, by a hash of both."""
DETERMINISTIC = frozenset({RuleKind.COMMAND, RuleKind.PATH})
CANNOT_WORK = frozenset({"command not found", "wrong arguments", "no such file"})
"""Kinds of error that say that the call itself is wrong, whatever the state of the work."""
SAME = frozenset({RuleKind.COMMAND, RuleKind.HEAD})
"""Kinds whose failures must be of one sort."""
COMPARED = frozenset({RuleKind.FILE_UNREAD, RuleKind.UNREAD_EDIT, RuleKind.RETRY_EDIT, RuleKind.RERUN})
"""Kinds that are about a habit: it must do worse than its absence."""


CODEX_EARLY = [0, 142]


def confidence(tried: Tried) -> float:
    """Probability that more than half of the matched calls go wrong, with Jeffreys' prior.

    >>> round(confidence(Tried(n=9, wrong=7)), 2), round(confidence(Tried(n=3, wrong=3)), 2)
    (0.95, 0.97)
    >>> round(confidence(Tried(n=100, wrong=50)), 2)
    0.5
    """
    return 1 - incomplete_beta(0.5, tried.wrong + 0.5, tried.n - tried.wrong + 0.5)


def supported(kind: RuleKind, tried: Tried) -> bool:
    """Whether there is enough to say anything."""
    if tried.n < FEWEST_CALLS or tried.wrong_sessions < FEWEST_SESSIONS:
        return False
    if kind in SAME and tried.same_error < SAME_ERROR * tried.wrong:
        return False
    if kind is RuleKind.LESSON and not tried.others:
        return tried.wrong == tried.n  # no call that worked would have been called wrong
    if kind in COMPARED or kind is RuleKind.LESSON:
        return tried.others > 0 and tried.wrong * tried.others > tried.others_wrong * tried.n
    return True


def active(record: Precision | None, tried: Tried) -> bool:
    """Whether the kind may speak: by its replay, or, where that is too short to tell, by the rule's own lower bound."""
    if record is None or record.warnings < FEWEST_REPLAYED:
        return wilson(tried.wrong, tried.n).low >= PRECISE
    return record.right >= PRECISE * record.warnings


def may_block(kind: RuleKind, tried: Tried, error: str) -> bool:
    """The whole policy of a block but for the confidence; ``error`` is the kind of the most frequent failure."""
    return (
        kind in DETERMINISTIC
        and error in CANNOT_WORK
        and tried.sessions >= FEWEST_TO_BLOCK
        and tried.same_error == tried.n
        and wilson(tried.wrong, tried.n).low >= BLOCKS
    )


def level(kind: RuleKind, tried: Tried, record: Precision | None, error: str = "") -> Level:
    """How loud a rule of these trials is."""
    sure = confidence(tried)
    if not supported(kind, tried) or sure < WARNS or not active(record, tried):
        return Level.SILENT
    proved = record is not None and record.warnings >= FEWEST_REPLAYED
    return Level.BLOCK if proved and sure >= BLOCKS and may_block(kind, tried, error) else Level.WARN


def budget(right: int, known: int) -> int:
    """Warnings a session, by how many of those given so far turned out right."""
    return BUDGET_WHEN_PRECISE if known >= FEWEST_MEASURED and right >= PRECISE * known else BUDGET


def codex_takes_early(version: str | None) -> bool:
    """Whether a version of Codex CLI takes words before a call; an older one voids an answer that has them.

    Seen to arrive in 0.142.0 and 0.169.0; 0.125.0 calls the hook failed.

    >>> codex_takes_early("0.169.0"), codex_takes_early("0.125.0"), codex_takes_early("soon"), codex_takes_early(None)
    (True, False, False, False)
    """
    numbers = (version or "").split(".")[:2]
    return all(number.isdecimal() for number in numbers) and [int(number) for number in numbers] >= CODEX_EARLY
