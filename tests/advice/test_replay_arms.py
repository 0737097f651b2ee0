"""advice.replay_arms: what a few lines without learning would have said in the same sessions."""

from twiceshy.advice.replay import LAST_FAILURE, PLAIN, STATIC, ReplayArms
from twiceshy.records.rules import RuleKind, TrialTally


def tally(*, failed: bool, key: bytes = b"H1", kind: RuleKind = RuleKind.HEAD_HERE, at: int = 0) -> TrialTally:
    call = bytes([at]) * 16
    return TrialTally(kind, key, True, 1, 0, False, call, call, {}, at=at, failed=int(failed), first_failed=failed)


def said(name: str, *sessions: list[TrialTally]) -> tuple[int, int, int]:
    arms = ReplayArms()
    for some in sessions:
        arms.compare_session(some)
        arms.learn_session(some)
    (arm,) = [one for one in arms.conclude() if one.name == name]
    return arm.warnings, arm.right, arm.failed


def test_the_plain_way_needs_three_failures_in_two_sessions() -> None:
    """And is right where the call failed, were it with red tests only."""
    bad, good = [tally(failed=True)], [tally(failed=False)]
    assert said(PLAIN, bad, bad, bad) == (0, 0, 0)
    assert said(PLAIN, bad, bad, bad, bad, good) == (2, 0, 1)


def test_the_plain_way_asks_the_narrowest_class_that_is_known() -> None:
    """Its program fails, this subcommand of it works."""
    other = [[tally(failed=True, key=b"H2"), tally(failed=True, key=b"W", kind=RuleKind.PROGRAM_HERE)]] * 9
    works = [[tally(failed=False), tally(failed=False, key=b"W", kind=RuleKind.PROGRAM_HERE)]] * 4
    assert said(PLAIN, *other, *works)[0] == 9 - 3 + 3  # until the subcommand has three calls
    unknown = [tally(failed=True, key=b"H3"), tally(failed=True, key=b"W", kind=RuleKind.PROGRAM_HERE)]
    assert said(PLAIN, *other, unknown) == (7, 0, 7)


def test_others_warn_of_any_failure() -> None:
    """Of the five worst heads, and of what failed in its last session."""
    bad, good = [tally(failed=True)], [tally(failed=False)]
    assert said(STATIC, bad, good, good) == (2, 0, 0)
    assert said(LAST_FAILURE, bad, good, good) == (1, 0, 0)
