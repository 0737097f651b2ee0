"""Score recorded work: what each edit introduced, edit by edit, from the stored texts before and after.

Sessions are scanned side by side in workers that only read; one writer stores their results in short transactions.
If it is killed or runs out of its budget, the next run continues from there. The numbers come from a second pass,
which is cheap and covers all sessions, because a file's past is not that of one session.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from twiceshy.archive import commit_fates, derived_values, scored_edits, session_results
from twiceshy.archive import scans as stored_scans
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.reads import edits as reads
from twiceshy.archive.reads import judgements as kept_reads
from twiceshy.archive.reads import stories
from twiceshy.archive.scans import KIND as SCAN
from twiceshy.archive.scans import VERSION as SCAN_VERSION
from twiceshy.archive.scans import make_entry, read_task_scan
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreBusy, TwiceshyError
from twiceshy.base.spread import FailedItem, LostItem, spread
from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.edit_outcomes import EditOutcomes
from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.records.findings import EditWithScore, ScannedEdit, ScanRequest, StoredEdit, TaskScan
from twiceshy.score import aggregate, risk, score_summary
from twiceshy.score.aggregate import list_diffs
from twiceshy.score.edit_findings import ScanAnswer, compare_edit, drop_moved_code, list_scanned_texts
from twiceshy.score.recipes import stored_summary
from twiceshy.score.recipes.run_scanners import Scanners, text_of
from twiceshy.score.recipes.written_files import TextsByBody, add_written_files
from twiceshy.score.refactor import add_missed_users
from twiceshy.score.task_guards import add_lost_guards

# Answers about tasks that the store keeps: read where they are good, found and noted where not.


class KeptAnswers:
    """The answers of one version of the rules; the store is only read."""

    def __init__(self, store: Store, version: str) -> None:
        self.store = store
        self.version = version
        self.new = list[DerivedValue]()
        """What was found anew, for whoever writes."""

    def find_once(self, key: bytes, find: Callable[[], TaskScan]) -> TaskScan:
        """Return the answer that is kept under the key, or find it."""
        kept = read_task_scan(self.store.connection, key, self.version)
        if kept is not None:
            return kept
        found = find()
        self.new.append(make_entry(key, found, self.version))
        return found


VERSION = 7
"""Of how edits are compared and judged; rules have their own."""
EDITS_AT_ONCE = 250
"""Edits an item: enough that starting the engines does not count (.3 s an item against 2 s in all for so many edits),
few enough that a kill costs little (measured, 2026-11-22)."""
WORTH_WORKERS = 200
"""Edits; with fewer, starting workers costs more than it saves (guess, 2026-11-21)."""
AT_MOST_S = 60.0
"""CPU seconds when it is a step of something else (guess, 2026-11-21)."""
_DAY_S = 86_400.0
"""Seconds of a day (unit)."""


class ScoringResult(NamedTuple):
    """The counts of one scoring run."""

    sessions: int
    """Scanned now."""
    left: int
    """Sessions that are yet to be scanned, as the budget was spent or a worker was lost."""
    edits: int
    """Scanned now."""


def score_stored(
    config: Config,
    *,
    processes: int | None = None,
    budget_s: float | None = None,
    pause: Callable[[], None] = lambda: None,
) -> ScoringResult:
    """Score the sessions that are new or changed, leaving the rest as it is; return what was done.

    ``budget_s`` are CPU seconds, including those of the scanners' programs; when they are spent, the rest is left
    for the next run.

    Raises:
        StoreBusy: another run is scoring.
        StoreError: the store cannot be used.
    """
    started = _cpu_seconds()
    with Store.open(config.home) as store, hold_lock(config.home, "score"):
        counts = reads.count_edits(store.connection)
        scanners = Scanners(config)
        hashes = hash_inputs(store, counts, scanners.version)
        faults = StepFaults(store, "score", f"{VERSION} {scanners.version}")
        stale = faults.select(store.find_stale(scored_edits.KIND, hashes, VERSION), hashes)
        work = sum(counts[uid] for uid in stale)
        processes = (config.processes if processes is None else processes) if work >= WORTH_WORKERS else 1
        done = edits = 0
        items = _take_within_budget(_split_into_batches(stale, counts), budget_s, started)
        for answer in spread(_scan_sessions, items, setup=partial(_ScoreWorker, config), processes=processes):
            pause()
            if isinstance(answer, LostItem):
                continue
            for found in _scan_again(config, answer, hashes, faults) if isinstance(answer, FailedItem) else [answer]:
                _store_scans(store, found, hashes)
                done += len(found.sessions)
                edits += found.edits
        with faults.guard(b"scores", "scores of all sessions"):
            _compute_scores(store, scanners.version)
    return ScoringResult(sessions=done, left=len(stale) - done, edits=edits)


def _scan_again(
    config: Config, answer: FailedItem[list[bytes]], hashes: Mapping[bytes, bytes], faults: StepFaults
) -> Iterator["_ScannedSessions"]:
    """Yield what is found in the sessions of a batch that failed, each alone, without those at which our code fails.

    Raises:
        TwiceshyError: the batch failed for something that concerns all.
    """
    if isinstance(answer.error, TwiceshyError):
        raise answer.error
    place = _ScoreWorker(config)
    for session in answer.item:
        with faults.guard(session, given=hashes[session]):
            yield _scan_sessions(place, [session])


def score_some(config: Config) -> ScoringResult | None:
    """Score as a step of something else, within ``AT_MOST_S`` CPU seconds; None if another run is scoring.

    Raises:
        StoreError: the store cannot be used.
    """
    try:
        return score_stored(config, budget_s=AT_MOST_S)
    except StoreBusy:
        return None


def hash_inputs(store: Store, sessions: Iterable[bytes], version: str) -> dict[bytes, bytes]:
    """Return what each session's findings depend on: its log, its commits' survival, rules and engines."""
    known = stories.hash_inputs(store.connection)
    fates = kept_reads.hash_values(store.connection, commit_fates.KIND)
    return {uid: known.get(uid, b"") + fates.get(uid, b"") + version.encode() for uid in sessions}


def _cpu_seconds() -> float:
    """Return the CPU seconds of this process and of children that have ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _take_within_budget(items: Iterable[list[bytes]], budget_s: float | None, started: float) -> Iterator[list[bytes]]:
    """Yield the items as long as there is budget.

    Workers are children that have not ended, so the wall clock counts too.
    """
    clock = time.monotonic()
    for item in items:
        if budget_s is not None and max(_cpu_seconds() - started, time.monotonic() - clock) >= budget_s:
            return
        yield item


def _split_into_batches(sessions: Sequence[bytes], counts: Mapping[bytes, int]) -> Iterator[list[bytes]]:
    """Yield batches of sessions with about ``EDITS_AT_ONCE`` edits together; a longer session is alone."""
    some: list[bytes] = []
    size = 0
    for uid in sessions:
        if some and size + counts[uid] > EDITS_AT_ONCE:
            yield some
            some, size = [], 0
        some.append(uid)
        size += counts[uid]
    if some:
        yield some


class _ScoreWorker:
    """A worker's own scanners, created once."""

    def __init__(self, config: Config) -> None:
        """Create the scanners that the settings ask for."""
        self.home = config.home
        self.scanners = Scanners(config)


class _ScannedSessions(NamedTuple):
    """What a worker found."""

    sessions: dict[bytes, bytes]
    """Packed, see ``scored``."""
    scans: list[DerivedValue]
    tasks: list[DerivedValue]
    """Answers about whole tasks."""
    edits: int
    """In all of them."""


def _scan_sessions(place: _ScoreWorker, sessions: list[bytes]) -> _ScannedSessions:
    """Scan the sessions' edits for what they introduced; a session that is gone by now is left out."""
    with Store.open(place.home, readonly=True) as store:
        texts_of = TextsByBody(partial(text_of, store))
        edits = edits_of(store, sessions, texts_of, place.scanners.scrubber.text)
        asked = place.scanners.scan_stored(
            store, (one for some in edits.values() for edit in some for one in list_scanned_texts(edit)), texts_of
        )
        kept = KeptAnswers(store, place.scanners.version)
        found = {}
        for story in stories.read_stories(store, list(edits)):
            fate = commit_fates.fate_of_session(store, story.session)
            facts = gather_evidence(story, checked=(), survival=fate.calls if fate else {})
            fixed_s = max((one.days for one in fate.undone), default=0.0) * _DAY_S if fate else 0.0
            own = list(compare_edits(edits[story.session], asked.answers, EditOutcomes(facts, fixed_s)))
            say = place.scanners.scrubber.text
            own = add_missed_users(own, edits[story.session], texts_of, say, kept.find_once)
            own = add_lost_guards(own, edits[story.session], texts_of, say, kept.find_once)
            found[story.session] = scored_edits.encode_edits(own)
        return _ScannedSessions(found, asked.new, kept.new, sum(map(len, edits.values())))


def edits_of(
    store: Store, sessions: Sequence[bytes], texts_of: TextsByBody, say: Callable[[str], Scrubbed]
) -> dict[bytes, list[StoredEdit]]:
    """Return all edits of the sessions, by tools and by commands; an empty list for a session without any."""
    by_tools = reads.read_edits(store.connection, sessions)
    return {uid: add_written_files(store, uid, by_tools.get(uid, []), texts_of, say) for uid in sessions}


def compare_edits(
    edits: Sequence[StoredEdit], answers: Mapping[ScanRequest, ScanAnswer], became: EditOutcomes
) -> Iterator[ScannedEdit]:
    """Yield each edit of a session with what it introduced, settled within each task."""
    alone = []
    for edit in edits:
        change, layers = compare_edit(edit, answers)
        bad, known_at = became.find_outcome(edit.call)
        alone.append(
            ScannedEdit(
                call=edit.call,
                path=edit.path,
                path_key=edit.path_key,
                lines=edit.lines,
                task=became.task(edit.call),
                at=edit.at,
                bad=bad,
                known_at=known_at,
                layers=layers,
                change=change,
            )
        )
    for _, group in groupby(alone, key=attrgetter("task")):
        some = list(group)
        for one, change in zip(some, drop_moved_code([one.change for one in some]), strict=True):
            yield one._replace(change=change)


def _store_scans(store: Store, found: _ScannedSessions, hashes: Mapping[bytes, bytes]) -> None:
    """Store the scans and the sessions' edits in one transaction."""
    with store.begin_writing() as connection:
        derived_values.put(connection, SCAN, found.scans, SCAN_VERSION)
        derived_values.put(connection, stored_scans.TASK_KIND, found.tasks, stored_scans.VERSION)
        entries = [DerivedValue(uid, hashes[uid], value) for uid, value in found.sessions.items()]
        derived_values.put(connection, scored_edits.KIND, entries, VERSION)


def _compute_scores(store: Store, version: str) -> None:
    """Compute the scores of everything that was found, and store those that are new or changed.

    Nothing is done if nothing new was found.
    """
    label = f"{VERSION}.{aggregate.VERSION}.{risk.VERSION}+{version}"
    mark = kept_reads.hash_kind(store.connection, scored_edits.KIND) + label.encode()
    if not store.find_stale(stored_summary.KIND, {stored_summary.EVERYTHING: mark}, stored_summary.VERSION):
        return
    whole = kept_reads.read_session_values(store.connection, kept_reads.EVERYTHING, scored_edits.KIND)
    sessions = [(one, scored_edits.decode_edits(one.value)) for one in whole]
    projects = kept_reads.read_project_identities(store.connection)
    pasts = iter(
        risk.compute_risks(
            [
                risk.PastChange(
                    edit.path_key, one.session, projects[one.session], _start_time(one, edits), edit.bad, edit.known_at
                )
                for one, edits in sessions
                for edit in edits
            ]
        )
    )
    entries, rows, numbered = [], [], []
    for one, edits in sessions:
        scores = [
            aggregate.aggregate(edit.change, aggregate.ChangeContext(edit.layers, next(pasts)), version=label)
            for edit in edits
        ]
        value = scored_edits.encode_scores(scores)
        entries.append(DerivedValue(one.session, blake2b(value, digest_size=8).digest(), value))
        rows.append(session_results.Risk(one.session, *list_diffs(map(EditWithScore, edits, scores))))
        numbered.append((one.session, projects[one.session], list(map(EditWithScore, edits, scores))))
    hashes = {one.key: one.input_hash for one in entries}
    new = set(store.find_stale(scored_edits.SCORE, hashes, VERSION))
    with store.begin_writing() as connection:
        derived_values.put(connection, scored_edits.SCORE, [one for one in entries if one.key in new], VERSION)
        session_results.put_risks(connection, rows)
        summary = stored_summary.to_derived(mark, score_summary.summarize_scores(numbered))
        derived_values.put(connection, stored_summary.KIND, [summary], stored_summary.VERSION)


def _start_time(one: kept_reads.SessionValue, edits: Sequence[ScannedEdit]) -> float:
    """Return when the session began, in seconds: what is known of its files' past is known from then on."""
    return one.at.timestamp() if one.at else min((edit.at for edit in edits if edit.at is not None), default=0.0)
