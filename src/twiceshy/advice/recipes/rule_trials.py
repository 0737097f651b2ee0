"""Store for each session which rules its calls would have met, and how that went (trials), as ``derived``."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b

from twiceshy.advice import project_rules
from twiceshy.advice import trials as finding
from twiceshy.advice.attempts import measure_costs
from twiceshy.advice.project_rules import NamedFailure, NamedForm, collect_forms, find_named_failures, find_named_trials
from twiceshy.advice.trials import TrialContext, fate_of, find_trials, tally_trials
from twiceshy.archive import call_fates, stored_attempts
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import judgements as marks_of
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.reads import stories
from twiceshy.commands.keys.gate_keys import shorten_folder
from twiceshy.commands.telling.telling_line import says_cannot_work
from twiceshy.judgement.outcomes import corrections
from twiceshy.judgement.outcomes.evidence import find_call_fates, gather_evidence
from twiceshy.judgement.outcomes.session_changes import join_output
from twiceshy.judgement.recipes import later_corrections
from twiceshy.logs import behaviour_counts
from twiceshy.logs.behaviour_counts import flag_edits
from twiceshy.logs.readers import traits_of
from twiceshy.records.codec import Codec
from twiceshy.records.outcomes import CallFates
from twiceshy.records.rules import Fate, TrialTally
from twiceshy.records.stories import Moment, Step, Story

KIND = "trials"
_NAMED = "named-failures"
"""Kind of ``derived``: names that errors complained of, and the calls in whose texts they stand."""
_NAMED_TRIALS = "named-trials"
"""Kind of ``derived``: how calls went whose text holds such a name. The names of a project change seldom, and only then
its sessions are searched again."""
VERSION = 10_000 * (finding.VERSION + project_rules.VERSION) + 100 * corrections.VERSION + behaviour_counts.VERSION
_AT_ONCE = 20
"""Sessions a transaction (guess of 2026-11-21)."""
_TALLIES = Codec(list[TrialTally], digits=2)
_NAMED_FORM = Codec(list[NamedFailure])


def update_trials(store: Store, pause: Callable[[], None] = lambda: None) -> list[bytes]:
    """Store the trials of sessions that are new or changed, and return those sessions."""
    fates = marks_of.hash_values(store.connection, call_fates.KIND)
    checked = marks_of.hash_values(store.connection, stored_attempts.KIND)
    hashes = {
        uid: known + fates.get(uid, b"") + checked.get(uid, b"")
        for uid, known in stories.hash_inputs(store.connection).items()
    }
    stale = store.find_stale(KIND, hashes, VERSION)
    for start in range(0, len(stale), _AT_ONCE):
        pause()
        some = stale[start : start + _AT_ONCE]
        told = list(stories.read_stories(store, some))
        tries = {story.session: encode_tallies(_count_trials(store, story)) for story in told}
        named = [
            DerivedValue(one.session, hashes[one.session], _NAMED_FORM.encode(list(find_named_failures(one.moments))))
            for one in told
            if one.real
        ]
        store.put_derived(_NAMED, named, VERSION)  # first, as trials tell a run after a kill that all is there
        store.put_derived(KIND, [DerivedValue(uid, hashes[uid], tries.get(uid, b"[]")) for uid in some], VERSION)
    return stale


def _count_trials(store: Store, story: Story) -> list[TrialTally]:
    """Count a session's trials; a log that imitates an agent has none."""
    if not story.real:
        return []
    steps, known = collect_evidence(store, story)
    calls = [step.uid for step in steps if step.kind == "call"]
    minutes = measure_costs(steps, {step.uid: fate_of(step, known) for step in steps if step.kind == "call"})
    places = {uid: number for number, uid in enumerate(calls)}
    return tally_trials(find_trials(steps, known, store.salt), places, minutes)


def read_named_failures(store: Store, session: bytes) -> list[NamedFailure]:
    """Return the names that a session's errors complained of."""
    value = store.get_derived(_NAMED, session)
    return [] if value is None else _NAMED_FORM.decode(value.value)


def _find_answered(store: Store, session: bytes) -> frozenset[bytes]:
    """Return the calls whose failure is an answer: what checks said, but for what cannot work at all."""
    value = store.get_derived(stored_attempts.KIND, session)
    if value is None:
        return frozenset()
    return frozenset(
        one.uid
        for one in stored_attempts.ATTEMPTS.decode(value.value).attempts
        if any(not check.green for check in one.checks) and not says_cannot_work(one.message)
    )


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
        project=story.project,
        answered=_find_answered(store, story.session),
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


def update_named_trials(store: Store, pause: Callable[[], None] = lambda: None) -> dict[str, list[NamedForm]]:
    """Store the trials of sessions that are new or whose project's names changed; return the names by project."""
    projects = {uid: spot.project for uid, spot in marks_of.read_folders(store.connection).items()}
    known = [
        (projects.get(one.session, ""), read_named_failures(store, one.session))
        for one in reads.read_sessions_in_order(store.connection)
    ]
    forms = collect_forms(known, store.salt)
    digests = {project: _digest_names(some) for project, some in forms.items()}
    hashes = {
        uid: seen + digests[project]
        for uid, seen in stories.hash_inputs(store.connection).items()
        if (project := projects.get(uid, "")) in digests
    }
    stale = store.find_stale(_NAMED_TRIALS, hashes, VERSION)
    for start in range(0, len(stale), _AT_ONCE):
        pause()
        values = [
            DerivedValue(
                story.session,
                hashes[story.session],
                _search_names(store, story.session, story.moments, forms[story.project]),
            )
            for story in stories.read_stories(store, stale[start : start + _AT_ONCE])
            if story.real
        ]
        store.put_derived(_NAMED_TRIALS, values, VERSION)
    return forms


def _search_names(store: Store, session: bytes, moments: Sequence[Moment], forms: Sequence[NamedForm]) -> bytes:
    """Return the trials of one session, encoded."""
    found = find_named_trials(moments, read_named_failures(store, session), forms)
    places = {uid: n for n, uid in enumerate(one.step.uid for one in moments if one.step.kind == "call")}
    return encode_tallies(tally_trials(found, places))


def _digest_names(forms: Sequence[NamedForm]) -> bytes:
    return blake2b(b"".join(sorted(form.key for form in forms)), digest_size=8).digest()


def read_named_trials(store: Store, session: bytes, forms: Mapping[bytes, NamedForm]) -> list[TrialTally]:
    """Return a session's trials of the names that are looked for now."""
    value = store.get_derived(_NAMED_TRIALS, session)
    return [] if value is None else [one for one in decode_tallies(value.value) if one.key in forms]
