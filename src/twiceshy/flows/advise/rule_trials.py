"""Store for each session which rules its calls would have met, and how that went (trials), as ``derived``."""

from collections.abc import Callable, Iterator, Sequence

from twiceshy.advice import trials as finding
from twiceshy.advice.trials import TrialContext, fate_of, find_trials, tally_trials
from twiceshy.capture.readers import traits_of
from twiceshy.facts.keys.gate_keys import shorten_folder
from twiceshy.flows.judge import later_corrections
from twiceshy.outcomes import behaviour_counts, corrections
from twiceshy.outcomes.behaviour_counts import flag_edits
from twiceshy.outcomes.evidence import find_call_fates, gather_evidence
from twiceshy.outcomes.session_changes import join_output
from twiceshy.records.codec import Codec
from twiceshy.records.outcomes import CallFates
from twiceshy.records.rules import Fate, TrialTally
from twiceshy.records.stories import Step, Story
from twiceshy.store import call_fates
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.reads import judgements as marks_of
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads import stories

KIND = "trials"
VERSION = 10_000 * finding.VERSION + 100 * corrections.VERSION + behaviour_counts.VERSION
_AT_ONCE = 20
"""Sessions a transaction (guess of 2026-11-21)."""
_TALLIES = Codec(list[TrialTally])


def update_trials(store: Store, pause: Callable[[], None] = lambda: None) -> list[bytes]:
    """Store the trials of sessions that are new or changed, and return those sessions."""
    fates = marks_of.hash_values(store.connection, call_fates.KIND)
    hashes = {uid: known + fates.get(uid, b"") for uid, known in stories.hash_inputs(store.connection).items()}
    stale = store.find_stale(KIND, hashes, VERSION)
    for start in range(0, len(stale), _AT_ONCE):
        pause()
        some = stale[start : start + _AT_ONCE]
        told = list(stories.read_stories(store, some))
        tries = {story.session: encode_tallies(_count_trials(store, story)) for story in told}
        store.put_derived(KIND, [DerivedValue(uid, hashes[uid], tries.get(uid, b"[]")) for uid in some], VERSION)
    return stale


def _count_trials(store: Store, story: Story) -> list[TrialTally]:
    """Count a session's trials; a log that imitates an agent has none."""
    if not story.real:
        return []
    return tally_trials(find_trials(*collect_evidence(store, story), store.salt))


def find_fates(store: Store, story: Story) -> dict[bytes, Fate]:
    """Return the fate of each of a session's calls."""
    steps, known = collect_evidence(store, story)
    return {step.uid: fate_of(step, known) for step in steps if step.kind == "call"}


def collect_evidence(store: Store, story: Story) -> tuple[list[Step], TrialContext]:
    """Return a session's steps, and the facts that decide about trials of them."""
    fates = call_fates.read_call_fates(store, story.session) or _judge_calls(store, story)
    steps = [moment.step for moment in join_output(story.moments) if moment.step.kind != "reply"]
    sight = flag_edits(steps)
    return steps, TrialContext(
        agent=story.agent,
        folder=shorten_folder(story.cwd or ""),
        blind=sight.blind,
        retries=sight.unread_retry,
        paths=reads.read_path_keys(store.connection, story.session),
        corrected=fates.corrected,
        taken_back=fates.rolled_back,
        refuses_unread=traits_of(story.agent).refuses_unread,
    )


def _judge_calls(store: Store, story: Story) -> CallFates:
    """Return the fates of a session's calls where it was not judged yet."""
    known = (*corrections.find_corrections(story), *later_corrections.read_later_corrections(store, story.session))
    return find_call_fates(gather_evidence(story, corrections=known, checked=()))


def encode_tallies(found: Sequence[TrialTally]) -> bytes:
    """Encode the tallies; a call that is the first one is not written twice."""
    return _TALLIES.encode([one if one.call != one.first else one._replace(call=b"") for one in found])


def decode_tallies(value: bytes) -> Iterator[TrialTally]:
    """Yield the tallies that ``encode_tallies`` wrote."""
    for one in _TALLIES.decode(value):
        yield one if one.call else one._replace(call=one.first)


def read_trials(store: Store) -> Iterator[tuple[reads.DatedSession, list[TrialTally]]]:
    """Yield each real session with its trials, oldest first, leaving out sessions not processed yet."""
    for stored in reads.read_sessions_in_order(store.connection):
        value = store.get_derived(KIND, stored.session)
        if value is not None:
            yield stored, list(decode_tallies(value.value))
