"""At which level a rule may speak: silent, a warning, a block. It keeps agents from needless interruptions.

A warning needs evidence of its own and a kind of rule that was mostly right in replay. A block must meet all of a
stricter policy, and in practice very rarely does: a command that always failed may work tomorrow, so only failures that
say that the command itself cannot work ever block.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from twiceshy.records.rules import Level, Precision, Rule, RuleKind, TrialSummary
from twiceshy.stats.intervals import incomplete_beta, wilson

WARN_FROM = 0.75
"""Confidence from which a rule warns; from ``_BLOCK_FROM`` on it may block: same as ``lessons.seed_api``."""
_BLOCK_FROM = 0.95
"""Confidence from which a rule may block: same as ``lessons.seed_api``."""
FEWEST_CALLS, FEWEST_SESSIONS = 3, 2
"""Matched calls, and sessions in which one went wrong, below which nothing is said (guess, 2026-11-21)."""
_FEWEST_TO_BLOCK = 5
"""Sessions in which the command failed, below which it is never blocked (guess, 2026-11-21)."""
_LEAST_SAME_ERROR = 0.5
"""Share of a command's failures that must be the same error: otherwise its result is news each time (guess,
2026-11-21)."""
_LEAST_PRECISION = 0.5
"""Share of a kind's warnings that must have been right in replay (guess, 2026-11-21): the half that is promised."""
_FEWEST_REPLAYED = 5
"""Warnings in replay below which a kind has no record yet (guess, 2026-11-21): only rules with their own proof speak
then."""
BUDGET, _BUDGET_WHEN_PRECISE = 2, 5
"""Warnings a session, before and after the measured precision is ``_LEAST_PRECISION`` over ``_FEWEST_MEASURED`` of
them (the second is a guess)."""
_FEWEST_MEASURED = 20
"""Warnings with a known end, below which the budget stays small (guess, 2026-11-21)."""
_WIDER_KINDS = frozenset(
    {RuleKind.HEAD_HERE, RuleKind.PROGRAM_HERE, RuleKind.OPTION, RuleKind.WRITTEN_NAME, RuleKind.FILE_KIND}
)
"""Kinds about a class of calls in one project: their rate must be above a half with some certainty."""
_LEAST_BOUND, _BOUND_LEVEL = 0.5, 0.8
"""Lower bound of such a rate, and of which two-sided interval: as the plain baseline of ``advice.replay``."""
_LEAST_NAMED_SHARE = 0.6
"""Share of calls with a name that must have failed with an error about it: one case may do, as what is not there is
mostly not there the next time (guess of 2026-11-22)."""
_MOST_QUIET = 2
"""Newest sessions in a row without a failure from which a rule of a project is silent: what was wrong was mended
(guess of 2026-11-22)."""
WIDTH = {
    RuleKind.COMMAND: 0,
    RuleKind.NAMED: 1,
    RuleKind.OPTION: 2,
    RuleKind.HEAD_HERE: 3,
    RuleKind.PROGRAM_HERE: 4,
    RuleKind.HEAD: 5,
}
"""Kinds about classes of commands, the narrower first: one that mostly works keeps the rules of wider ones quiet."""
EVERYWHERE = frozenset({RuleKind.HEAD, RuleKind.UNREAD_EDIT, RuleKind.RETRY_EDIT, RuleKind.RERUN})
"""Kinds that speak in every project."""
_FEWEST_PROJECTS = 2
"""Projects in which such a thing went wrong: one project's trouble is no news to another (defined: a rule never crosses
projects without evidence from two)."""
TELLING_FIRST = (
    RuleKind.HEAD_HERE,
    RuleKind.NAMED,
    RuleKind.OPTION,
    RuleKind.PROGRAM_HERE,
    RuleKind.HEAD,
    RuleKind.COMMAND,
)
"""Of rules about one mistake that are equally sure, the one whose id stands for all."""
_MOST_WRONG_TO_ALLOW = 0.25
"""Share of a narrow class's calls that went wrong at most, for wider rules to keep quiet (guess of 2026-11-22)."""
DETERMINISTIC = frozenset({RuleKind.COMMAND, RuleKind.PATH})
_CANNOT_WORK = frozenset({"command not found", "wrong arguments", "no such file"})
"""Kinds of error that say that the call itself is wrong, whatever the state of the work."""
_SAME_ERROR_KINDS = frozenset(
    {RuleKind.COMMAND, RuleKind.HEAD, RuleKind.HEAD_HERE, RuleKind.PROGRAM_HERE, RuleKind.OPTION}
)
"""Kinds whose failures must be of one sort."""
_HABIT_KINDS = frozenset({RuleKind.FILE_UNREAD, RuleKind.UNREAD_EDIT, RuleKind.RETRY_EDIT, RuleKind.RERUN})
"""Kinds that are about a habit: it must do worse than its absence."""


def compute_confidence(tried: TrialSummary) -> float:
    """Return the probability that more than half of the matched calls go wrong, with Jeffreys' prior.

    >>> [round(compute_confidence(TrialSummary(n=n, wrong=wrong)), 2) for n, wrong in ((9, 7), (3, 3))]
    [0.95, 0.97]
    >>> round(compute_confidence(TrialSummary(n=100, wrong=50)), 2)
    0.5
    """
    return 1 - incomplete_beta(0.5, tried.wrong + 0.5, tried.n - tried.wrong + 0.5)


def has_enough_evidence(kind: RuleKind, tried: TrialSummary) -> bool:
    """Tell whether there is enough evidence to say anything."""
    if kind is RuleKind.NAMED:
        return tried.wrong_sessions > 0 and tried.wrong >= _LEAST_NAMED_SHARE * tried.n and not tried.quiet
    if not _has_enough_cases(kind, tried):
        return False
    if kind is RuleKind.LESSON and not tried.others:
        return tried.wrong == tried.n  # no call that worked would have been called wrong
    if kind in _HABIT_KINDS or kind is RuleKind.LESSON:
        return tried.others > 0 and tried.wrong * tried.others > tried.others_wrong * tried.n
    return True


def _has_enough_cases(kind: RuleKind, tried: TrialSummary) -> bool:
    """Tell whether enough went wrong, in enough places, mostly with one error."""
    ordered = kind is RuleKind.LESSON and tried.others > 0  # what has to come first is missing
    return (
        tried.n >= FEWEST_CALLS
        and tried.wrong_sessions >= FEWEST_SESSIONS
        and (kind not in EVERYWHERE or tried.wrong_projects >= _FEWEST_PROJECTS)
        and (kind not in _SAME_ERROR_KINDS or tried.same_error >= _LEAST_SAME_ERROR * tried.wrong)
        and (not (ordered or kind in _WIDER_KINDS) or _has_certain_rate(tried))
    )


def _has_certain_rate(tried: TrialSummary) -> bool:
    """Tell whether most of a class's calls go wrong, with some certainty, and still do."""
    return tried.quiet < _MOST_QUIET and wilson(tried.wrong, tried.n, _BOUND_LEVEL).low >= _LEAST_BOUND


def mostly_works(kind: RuleKind, tried: TrialSummary) -> bool:
    """Tell whether calls of a narrow class mostly work, so that a rule of a wider one says nothing of them."""
    enough = tried.n >= FEWEST_CALLS and tried.sessions >= FEWEST_SESSIONS
    return kind in WIDTH and enough and tried.wrong <= _MOST_WRONG_TO_ALLOW * tried.n


def _may_speak(record: Precision | None, tried: TrialSummary) -> bool:
    """Tell whether the kind may speak: by its replay or, where that is too short, by the rule's own lower bound."""
    if record is None or record.warnings < _FEWEST_REPLAYED:
        return wilson(tried.wrong, tried.n).low >= _LEAST_PRECISION
    return record.right >= _LEAST_PRECISION * record.warnings


def _may_block(kind: RuleKind, tried: TrialSummary, error: str) -> bool:
    """Tell whether all but the confidence allows a block; ``error`` is the kind of the most frequent failure."""
    return (
        kind in DETERMINISTIC
        and error in _CANNOT_WORK
        and tried.sessions >= _FEWEST_TO_BLOCK
        and tried.same_error == tried.n
        and wilson(tried.wrong, tried.n).low >= _BLOCK_FROM
    )


def choose_level(kind: RuleKind, tried: TrialSummary, record: Precision | None, error: str = "") -> Level:
    """Return the level of a rule with these trials."""
    sure = compute_confidence(tried)
    if not has_enough_evidence(kind, tried) or sure < WARN_FROM or not _may_speak(record, tried):
        return Level.SILENT
    proved = record is not None and record.warnings >= _FEWEST_REPLAYED
    return Level.BLOCK if proved and sure >= _BLOCK_FROM and _may_block(kind, tried, error) else Level.WARN


def choose_budget(right: int, known: int) -> int:
    """Return the warnings allowed in a session, by how many of those given so far turned out right."""
    return _BUDGET_WHEN_PRECISE if known >= _FEWEST_MEASURED and right >= _LEAST_PRECISION * known else BUDGET


def soften_refusals(rules: Iterable[Rule], demoted: Collection[bytes]) -> list[Rule]:
    """Return the rules; those that refused a call wrongly warn from then on."""
    return [replace(one, level=Level.WARN) if one.level is Level.BLOCK and one.id in demoted else one for one in rules]
