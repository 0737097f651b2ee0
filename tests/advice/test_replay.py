"""Replay: a rule knows earlier sessions only, speaks once a session, and is counted by its first call's end."""

from datetime import UTC, datetime, timedelta

from twiceshy.advice.replay import ReplayAsLive, ReplaySession, replay
from twiceshy.advice.rule_drafts import TrialCounts, draft_rules, make_rule_id
from twiceshy.commands.keys import gate_keys
from twiceshy.records.rules import Level, RuleKind, TrialTally

START = datetime(2026, 9, 1, tzinfo=UTC)
SALT = b"s" * 32
KEY = gate_keys.key_of_command("npm test", "work/shop", SALT)
ERROR = b"8 bytes!"


def tally(*, wrong: bool, key: bytes = KEY, number: int = 0) -> TrialTally:
    call = bytes([number]) * 16
    return TrialTally(RuleKind.COMMAND, key, True, 1, int(wrong), wrong, call, call, {ERROR: 1} if wrong else {})


def sessions(*ends: bool) -> list[ReplaySession]:
    return [ReplaySession(START + timedelta(days=day), 10, [tally(wrong=wrong)]) for day, wrong in enumerate(ends)]


def test_nothing_is_known_before_it_happened() -> None:
    """Three failures teach; the fourth to sixth would have been warned of."""
    found, _ = replay(sessions(*[True] * 6))

    (kind,) = found.kinds
    assert (kind.warnings, kind.right) == (3, 3)
    assert (found.sessions, found.calls, found.matched) == (6, 60, 3)


def test_what_works_in_the_end_counts_against_it() -> None:
    """A warning before a call that worked is wrong."""
    found, _ = replay(sessions(True, True, True, False))

    assert [(kind.warnings, kind.right) for kind in found.kinds] == [(1, 0)]


def test_a_kind_that_is_mostly_wrong_falls_silent() -> None:
    """Commands that fail three times and then never again: once that is the kind's record, none of them is said."""
    fickle = []
    for number in range(30):
        key = gate_keys.key_of_command(f"make {number}", "work/shop", SALT)
        for day, wrong in enumerate([*[True] * 3, *[False] * 3]):
            fickle.append(ReplaySession(START + timedelta(days=10 * number + day), 1, [tally(wrong=wrong, key=key)]))
    found, _ = replay(fickle)

    (kind,) = found.kinds
    assert (kind.warnings >= 30, kind.right) == (True, 0)
    assert found.warnings <= 5


def test_two_rules_at_one_call_are_one_warning_and_two_a_session_the_most() -> None:
    """As the gate does it."""
    many = [gate_keys.key_of_command(f"make {number}", "work/shop", SALT) for number in range(4)]
    same = [
        ReplaySession(START + timedelta(days=day), 9, [tally(wrong=True, key=key, number=7) for key in many])
        for day in range(12)
    ]
    apart = [
        ReplaySession(
            START + timedelta(days=day), 9, [tally(wrong=True, key=key, number=at) for at, key in enumerate(many)]
        )
        for day in range(12)
    ]
    one, _ = replay(same)
    two, _ = replay(apart)

    assert two.warnings == 2 * one.warnings > 0


def test_a_block_that_was_wrong_is_counted() -> None:
    """And bounded from above; no other error than that of a call that cannot work blocks."""
    ends = [True] * 90 + [False]
    found, _ = replay(sessions(*ends), ReplayAsLive(lambda _: "command not found"))
    quiet, _ = replay(sessions(*ends), ReplayAsLive(lambda _: "tests failed"))

    assert (found.blocks > 5, found.false_blocks, quiet.blocks) == (True, 1, 0)
    assert found.false_block_bound is not None
    assert 1 / found.matched < found.false_block_bound < 0.1


def test_every_call_of_a_session_is_refused() -> None:
    """Three calls of the refused command, one of which would have worked: three refusals, one of them false."""
    before = sessions(*[True] * 90)
    three = tally(wrong=True)._replace(n=3, wrong=2)
    known, _ = replay(before, ReplayAsLive(lambda _: "command not found"))
    found, _ = replay(
        [*before, ReplaySession(START + timedelta(days=99), 3, [three])], ReplayAsLive(lambda _: "command not found")
    )

    assert (found.blocks - known.blocks, found.false_blocks - known.false_blocks) == (3, 1)


def test_only_what_can_be_refused_is_matched() -> None:
    """Other kinds are looked at too and never refuse: they would make the share of false refusals look small."""
    heads = [
        ReplaySession(one.at, 10, [one.tallies[0]._replace(kind=RuleKind.HEAD, key=KEY)])
        for one in sessions(*[True] * 6)
    ]
    both = [
        ReplaySession(one.at, 10, [*one.tallies, *other.tallies])
        for one, other in zip(sessions(*[True] * 6), heads, strict=True)
    ]

    assert [replay(some)[0].matched for some in (heads, both)] == [0, 3]
    assert [replay(some)[0].looked_at for some in (heads, both)] == [0, 6]


def test_rules_that_nobody_knew_yet_are_counted_and_say_nothing() -> None:
    """As soon as one is known all that went before is its evidence."""
    early = [ReplaySession(one.at, 10, [], one.tallies) for one in sessions(*[True] * 6)]
    found, counts = replay(early)
    then, _ = replay([*early, *sessions(True)])

    assert (found.kinds, counts.summarize((RuleKind.COMMAND, KEY)).n) == ((), 6)
    assert [(kind.warnings, kind.right) for kind in then.kinds] == [(1, 1)]


def test_the_last_month_is_that_of_the_stored_sessions() -> None:
    """Its calls and warnings alone."""
    found, _ = replay([*sessions(*[True] * 6), ReplaySession(START + timedelta(days=40), 5, [])])

    assert (found.month_warnings, found.month_calls) == (0, 5)
    assert replay([])[0].since is None


def test_a_rules_id_is_the_same_whenever_it_is_made_and_muted_ones_stay_silent() -> None:
    """Muting is by id."""
    counts = TrialCounts()
    for session in sessions(*[True] * 12):
        counts.add(session.tallies)
    (draft,) = draft_rules(counts, {}, {})
    (muted,) = draft_rules(counts, {}, {}, {draft.id})

    assert draft.id == make_rule_id(RuleKind.COMMAND, KEY)
    assert (draft.level, muted.level) == (Level.WARN, Level.SILENT)
