"""Trials: of each session which rules its calls would have met, and how that went; kept as ``derived``."""

import json
from collections.abc import Callable, Iterator, Sequence

from twiceshy.advice import fixes as fixing
from twiceshy.advice import trials as finding
from twiceshy.advice.fixes import fixes
from twiceshy.advice.keys import place
from twiceshy.advice.trials import Seen, fate_of, tallied, trials
from twiceshy.flows import looking_back
from twiceshy.outcomes import behaviour, corrections
from twiceshy.outcomes.behaviour import edit_sight
from twiceshy.outcomes.evidence import evidence
from twiceshy.outcomes.rollbacks import NOT_TAKEN_BACK
from twiceshy.records.behaviour import Step
from twiceshy.records.rules import Fate, Fix, RuleKind, Tally
from twiceshy.records.story import Story
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.reads import judged as marks_of
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads import stories

KIND = "trials"
FIXES = "fixes"
"""Kind of ``derived``: tries to get over failed commands."""
VERSION = 10_000 * (finding.VERSION + fixing.VERSION) + 100 * corrections.VERSION + behaviour.VERSION
AT_ONCE = 20
Row = tuple[str, str, int, int, int, int, str, str, dict[str, int]]


def keep_trials(store: Store, pause: Callable[[], None] = lambda: None) -> list[bytes]:
    """The sessions that were looked at: new ones, and those that changed."""
    later = marks_of.marks(store.connection, looking_back.LATER)
    hashes = {uid: known + later.get(uid, b"") for uid, known in stories.inputs(store.connection).items()}
    stale = store.stale(KIND, hashes, VERSION)
    for start in range(0, len(stale), AT_ONCE):
        pause()
        some = stale[start : start + AT_ONCE]
        told = list(stories.stories(store, some))
        tries = {story.session: packed(of_story(store, story)) for story in told}
        ways = {story.session: packed_fixes(fixes_of(store, story)) for story in told}
        store.put_derived(KIND, [Derived(uid, hashes[uid], tries.get(uid, b"[]")) for uid in some], VERSION)
        store.put_derived(FIXES, [Derived(uid, hashes[uid], ways[uid]) for uid in some if uid in ways], VERSION)
    return stale


def of_story(store: Store, story: Story) -> list[Tally]:
    """A session's trials, counted; logs that imitate an agent try nothing."""
    if not story.real:
        return []
    return tallied(trials(*seen(store, story), store.salt))


def fates(store: Store, story: Story) -> dict[bytes, Fate]:
    """What became of each of a session's calls."""
    steps, known = seen(store, story)
    return {step.uid: fate_of(step, known) for step in steps if step.kind == "call"}


def seen(store: Store, story: Story) -> tuple[list[Step], Seen]:
    """A session's steps, and what decides about trials of them."""
    known = (*corrections.corrections(story), *looking_back.later(store, story.session))
    facts = evidence(story, corrections=known)
    steps = [moment.step for moment in facts.story.moments if moment.step.kind != "reply"]
    sight = edit_sight(steps)
    return steps, Seen(
        agent=story.agent,
        folder=place(story.cwd or ""),
        blind=sight.blind,
        retries=sight.unread_retry,
        paths=reads.path_keys(store.connection, story.session),
        corrected=frozenset(call for one in facts.corrections for call in one.calls),
        taken_back=frozenset(
            call for one in facts.told.rollbacks if not one.why.endswith(NOT_TAKEN_BACK) for call in one.calls
        ),
    )


def fixes_of(store: Store, story: Story) -> list[Fix]:
    """A session's tries to get over failed commands."""
    folder = place(story.cwd or "")
    return list(fixes(story.moments, folder, store.salt)) if story.real and folder else []


def packed_fixes(found: Sequence[Fix]) -> bytes:
    """The tries as JSON."""
    rows = [
        (one.failure.hex(), one.fix.hex(), int(one.worked), one.failed_call.hex(), one.fix_call.hex()) for one in found
    ]
    return json.dumps(rows, separators=(",", ":")).encode()


def kept_fixes(store: Store) -> dict[bytes, list[Fix]]:
    """Each real session's tries, oldest session first."""
    found = {}
    for stored in reads.in_order(store.connection):
        value = store.derived(FIXES, stored.session)
        if value is not None and value.value != b"[]":
            found[stored.session] = [
                Fix(
                    bytes.fromhex(failure), bytes.fromhex(fix), bool(worked), bytes.fromhex(failed), bytes.fromhex(call)
                )
                for failure, fix, worked, failed, call in json.loads(value.value)
            ]
    return found


def packed(found: Sequence[Tally]) -> bytes:
    """The tallies as JSON."""
    rows: list[Row] = [
        (
            one.kind.value,
            one.key.hex(),
            int(one.applies),
            one.n,
            one.wrong,
            int(one.first_wrong),
            one.first.hex(),
            one.call.hex() if one.call != one.first else "",
            {error.hex(): n for error, n in one.errors.items()},
        )
        for one in found
    ]
    return json.dumps(rows, separators=(",", ":")).encode()


def unpacked(value: bytes) -> Iterator[Tally]:
    """The tallies that ``packed`` wrote."""
    rows: list[Row] = json.loads(value)
    for kind, key, applies, n, wrong, first_wrong, first, call, errors in rows:
        yield Tally(
            kind=RuleKind(kind),
            key=bytes.fromhex(key),
            applies=bool(applies),
            n=n,
            wrong=wrong,
            first_wrong=bool(first_wrong),
            first=bytes.fromhex(first),
            call=bytes.fromhex(call or first),
            errors={bytes.fromhex(error): count for error, count in errors.items()},
        )


def kept(store: Store) -> Iterator[tuple[reads.Stored, list[Tally]]]:
    """Each real session with its trials, oldest first; those not looked at yet are left out."""
    for stored in reads.in_order(store.connection):
        value = store.derived(KIND, stored.session)
        if value is not None:
            yield stored, list(unpacked(value.value))
