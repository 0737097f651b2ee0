"""Scoring recorded work: what each edit brought in, edit by edit, over the stored texts before and after.

Sessions are scanned side by side in workers that only read; one writer keeps what they found in short transactions.
Killed at any moment, or out of its budget, it goes on from there. The numbers are made of that in a second pass, which
is cheap and goes over all sessions, as a file's past is not that of one session.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from twiceshy.config import Config
from twiceshy.errors import StoreBusy
from twiceshy.flows import score_summary, scored, survival
from twiceshy.flows.left_behind import with_left_behind
from twiceshy.flows.scanning import Answer, Scanners, text_of
from twiceshy.flows.written_files import Texts, with_written
from twiceshy.outcomes.evidence import Evidence, evidence
from twiceshy.outcomes.rollbacks import NOT_TAKEN_BACK
from twiceshy.records.scores import Finding, Introduced, Layer
from twiceshy.records.text import Scrubbed
from twiceshy.score import aggregate, risk
from twiceshy.score.compare import compare
from twiceshy.score.learned_weights import Case, learned
from twiceshy.score.moved import settled
from twiceshy.spread import Failed, Lost, spread
from twiceshy.store import derived, session_executions
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.lock import held
from twiceshy.store.reads import edits as reads
from twiceshy.store.reads import judged as kept_reads
from twiceshy.store.reads import stories
from twiceshy.store.reads.edits import StoredEdit
from twiceshy.store.scans import KIND as SCAN
from twiceshy.store.scans import VERSION as SCAN_VERSION
from twiceshy.store.scans import Asked

VERSION = 6
"""Of how edits are compared and judged; rules have their own."""
EDITS_AT_ONCE = 60
"""Edits an item: enough that starting the engine does not count, few enough that a kill costs little (guess)."""
WORTH_WORKERS = 200
"""Edits; with fewer, starting workers costs more than it saves (guess)."""
AT_MOST_S = 60.0
"""CPU seconds when it is a step of something else (guess)."""
ALIVE = 0.5
"""Share of an edit's committed lines below which a later fix replaced it. Guess of 2026-11-21."""
DAY_S = 86_400.0


class Done(NamedTuple):
    """What one run did."""

    sessions: int
    """Scanned now."""
    left: int
    """Sessions that are yet to be scanned, as the budget was spent or a worker was lost."""
    edits: int
    """Scanned now."""


def score_stored(
    config: Config, *, processes: int | None = None, budget_s: float | None = None,
    pause: Callable[[], None] = lambda: None,
) -> Done:  # fmt: skip
    """What was scored; what is unchanged since is left as it is.

    ``budget_s`` are CPU seconds, of scanners' programs too; when they are spent, the rest is left for the next run.

    Raises:
        StoreBusy: another run is scoring.
        StoreError: the store cannot be used.
    """
    started = spent()
    with Store.open(config.home) as store, held(config.home, "score"):
        counts = reads.counts(store.connection)
        scanners = Scanners(config)
        hashes = inputs(store, counts, scanners.version)
        stale = store.stale(scored.KIND, hashes, VERSION)
        work = sum(counts[uid] for uid in stale)
        processes = (config.processes if processes is None else processes) if work >= WORTH_WORKERS else 1
        done = edits = 0
        items = within(batches(stale, counts), budget_s, started)
        for answer in spread(found_in, items, setup=partial(Place, config), processes=processes):
            pause()
            if isinstance(answer, Failed):
                raise answer.error
            if isinstance(answer, Lost):
                continue
            put(store, answer, hashes)
            done += len(answer.sessions)
            edits += answer.edits
        number(store, scanners.version)
    return Done(sessions=done, left=len(stale) - done, edits=edits)


def score_some(config: Config) -> Done | None:
    """The same as a step of something else, within ``AT_MOST_S``; None where another run is scoring.

    Raises:
        StoreError: the store cannot be used.
    """
    try:
        return score_stored(config, budget_s=AT_MOST_S)
    except StoreBusy:
        return None


def inputs(store: Store, sessions: Iterable[bytes], version: str) -> dict[bytes, bytes]:
    """For each session what its findings depend on: its log, what became of its commits, rules and engines."""
    known = stories.inputs(store.connection)
    fates = kept_reads.marks(store.connection, survival.KIND)
    return {uid: known.get(uid, b"") + fates.get(uid, b"") + version.encode() for uid in sessions}


def spent() -> float:
    """CPU seconds of this process and of children that ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def within(items: Iterable[list[bytes]], budget_s: float | None, started: float) -> Iterator[list[bytes]]:
    """The items, as long as there is budget. Workers are children that have not ended: with them, the clock counts."""
    clock = time.monotonic()
    for item in items:
        if budget_s is not None and max(spent() - started, time.monotonic() - clock) >= budget_s:
            return
        yield item


def batches(sessions: Sequence[bytes], counts: Mapping[bytes, int]) -> Iterator[list[bytes]]:
    """Sessions of some ``EDITS_AT_ONCE`` edits together; a longer one alone."""
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


class Place:
    """A worker's own scanners, made once."""

    def __init__(self, config: Config) -> None:
        """Scanners as the settings say."""
        self.home = config.home
        self.scanners = Scanners(config)


class Found(NamedTuple):
    """What a worker found."""

    sessions: dict[bytes, bytes]
    """Packed, see ``scored``."""
    scans: list[Derived]
    edits: int
    """In all of them."""


def found_in(place: Place, sessions: list[bytes]) -> Found:
    """The sessions' edits with what they brought in; a session that is gone by now is left out."""
    with Store.open(place.home, readonly=True) as store:
        texts_of = Texts(partial(text_of, store))
        edits = edits_of(store, sessions, texts_of, place.scanners.scrubber.text)
        asked = place.scanners.stored(
            store, (one for some in edits.values() for edit in some for one in texts(edit)), texts_of
        )
        found = {}
        for story in stories.stories(store, list(edits)):
            fate = survival.fate_of_session(store, story.session)
            facts = evidence(story, survival=fate.calls if fate else {})
            fixed_s = max((one.days for one in fate.undone), default=0.0) * DAY_S if fate else 0.0
            own = list(introduced(edits[story.session], asked.answers, Became(facts, fixed_s)))
            own = with_left_behind(own, edits[story.session], texts_of, place.scanners.scrubber.text)
            found[story.session] = scored.packed(own)
        return Found(found, asked.new, sum(map(len, edits.values())))


def edits_of(
    store: Store, sessions: Sequence[bytes], texts_of: Texts, say: Callable[[str], Scrubbed]
) -> dict[bytes, list[StoredEdit]]:
    """All edits of the sessions, by tools and by commands; a session without any has none."""
    by_tools = reads.edits(store.connection, sessions)
    return {uid: with_written(store, uid, by_tools.get(uid, []), texts_of, say) for uid in sessions}


def texts(edit: StoredEdit) -> Iterator[Asked]:
    """The texts before and after, as far as there are any; nothing where one of them is not known.

    A file that was made has no text before, and one that was removed none after.
    """
    if edit.before is None and not edit.created:
        return
    for body, absent in ((edit.before, edit.created), (edit.after, edit.deleted)):
        if body is not None and not absent:
            yield Asked("", edit.path, body, edit.partial)


class Became:
    """What became of a session's edits."""

    def __init__(self, facts: Evidence, fixed_s: float) -> None:
        """Of what a session's log and its commits prove; ``fixed_s`` after its end its commits were mended."""
        self.facts = facts
        story = facts.story
        self.end = story.last_at.timestamp() if story.last_at else 0.0
        self.fixed_at = self.end + fixed_s if fixed_s else 0.0
        self.places = {
            moment.step.uid: index for index, moment in enumerate(story.moments) if moment.step.kind == "call"
        }
        self.starts = [group.start for group in facts.groups]
        self.spoke = facts.people[-1] if facts.people else -1

    def task(self, call: bytes) -> int:
        """Which task the call belongs to; 0 where none is known."""
        place = self.places.get(call, 0)
        return max(0, sum(start <= place for start in self.starts) - 1)

    def of(self, call: bytes) -> tuple[bool | None, float]:
        """Whether it was corrected, taken back or mended, and when that was known."""
        whens = [self.time(self.facts.places.get(one.prompt)) for one in self.facts.corrections_of.get(call, ())]
        whens += [
            self.time(self.facts.told.at.get(one.by))
            for one in self.facts.rollbacks_of.get(call, ())
            if not one.why.endswith(NOT_TAKEN_BACK)
        ]
        if self.fixed_at and self.facts.survival.get(call, 1.0) < ALIVE:
            whens.append(self.fixed_at)
        if whens:
            return True, min(whens)
        return (False if self.places.get(call, 0) < self.spoke else None), self.end

    def time(self, index: int | None) -> float:
        """Of a moment; the session's end where that is not known."""
        at = self.facts.story.moments[index].step.at if index is not None else None
        return at if at is not None else self.end


def introduced(edits: Sequence[StoredEdit], answers: Mapping[Asked, Answer], became: Became) -> Iterator[scored.Edit]:
    """Each edit of a session with what it brought in, tasks settled."""
    alone = []
    for edit in edits:
        change, layers = changed(edit, answers)
        bad, known_at = became.of(edit.call)
        alone.append(
            scored.Edit(
                call=edit.call, path=edit.path, path_key=edit.path_key, lines=edit.lines,
                task=became.task(edit.call), at=edit.at, bad=bad, known_at=known_at, layers=layers, change=change,
            )
        )  # fmt: skip
    for _, group in groupby(alone, key=attrgetter("task")):
        some = list(group)
        for one, change in zip(some, settled([one.change for one in some]), strict=True):
            yield one._replace(change=change)


def changed(edit: StoredEdit, answers: Mapping[Asked, Answer]) -> tuple[Introduced, frozenset[Layer]]:
    """What one edit did, and which layers looked at it before and after."""
    asked = [answers[one] for one in texts(edit)]
    if not asked:
        return Introduced(unknown=("all: no text",)), frozenset()
    has_before = edit.before is not None and not edit.created
    before, after = (asked[0] if has_before else None), (asked[-1] if not edit.deleted else None)
    both = [one for one in (before, after) if one is not None]
    silent = {name for one in both for name, scan in one.scans.items() if scan.unknown}
    return (
        compare(
            findings(before, silent), findings(after, silent), unknown=[why for one in both for why in one.unknown()]
        ),
        frozenset.intersection(*(frozenset(one.layers()) for one in both)),
    )


def findings(answer: Answer | None, silent: set[str]) -> list[Finding]:
    """What scanners said of a text, but for those that said nothing of the other one."""
    if answer is None:
        return []
    return [one for name, scan in answer.scans.items() if name not in silent for one in scan.findings]


def put(store: Store, found: Found, hashes: Mapping[bytes, bytes]) -> None:
    """Nothing; all of it is kept, or nothing."""
    with store.writing() as connection:
        derived.put(connection, SCAN, found.scans, SCAN_VERSION)
        entries = [Derived(uid, hashes[uid], value) for uid, value in found.sessions.items()]
        derived.put(connection, scored.KIND, entries, VERSION)


def number(store: Store, version: str) -> None:
    """Nothing; scores are made of all that was found, and kept where they are new or other than before.

    Where nothing was found anew, nothing is done.
    """
    label = f"{VERSION}.{aggregate.VERSION}.{risk.VERSION}+{version}"
    mark = kept_reads.mark(store.connection, scored.KIND) + label.encode()
    if not store.stale(score_summary.KIND, {score_summary.EVERYTHING: mark}, score_summary.VERSION):
        return
    whole = kept_reads.kept(store.connection, kept_reads.EVERYTHING, scored.KIND)
    sessions = [(one, scored.unpacked(one.value)) for one in whole]
    pasts = iter(
        risk.risks(
            [
                risk.Change(edit.path_key, one.project_name, began(one, edits), edit.bad, edit.known_at)
                for one, edits in sessions
                for edit in edits
            ]
        )
    )
    known = [[aggregate.Known(edit.layers, next(pasts)) for edit in edits] for _, edits in sessions]
    weights = learned(list(cases(sessions, known)))
    entries, rows, numbered = [], [], []
    for (one, edits), looked in zip(sessions, known, strict=True):
        scores = [
            aggregate.aggregate(edit.change, known, weights=weights.weights, version=label)
            for edit, known in zip(edits, looked, strict=True)
        ]
        value = scored.packed_scores(scores)
        entries.append(Derived(one.session, blake2b(value, digest_size=8).digest(), value))
        rows.append(scored.risk_of(one.session, scores))
        numbered.append((one.project_name, list(map(scored.Edited, edits, scores))))
    hashes = {one.key: one.input_hash for one in entries}
    new = set(store.stale(scored.SCORE, hashes, VERSION))
    with store.writing() as connection:
        derived.put(connection, scored.SCORE, [one for one in entries if one.key in new], VERSION)
        session_executions.put_risks(connection, rows)
        summary = score_summary.entry(mark, score_summary.summed(numbered, weights))
        derived.put(connection, score_summary.KIND, [summary], score_summary.VERSION)


def cases(
    sessions: Iterable[tuple[kept_reads.Kept, Sequence[scored.Edit]]], known: Iterable[Sequence[aggregate.Known]]
) -> Iterator[Case]:
    """What weights can be learned from: edits with a score of which it is known what became."""
    for (one, edits), looked in zip(sessions, known, strict=True):
        for edit, layers in zip(edits, looked, strict=True):
            if edit.bad is not None and layers.layers:
                made = aggregate.aggregate(edit.change, layers)
                parts = (made.taint, made.pattern, made.refactor, made.history)
                yield Case(one.session, began(one, edits), parts, edit.bad)


def began(one: kept_reads.Kept, edits: Sequence[scored.Edit]) -> float:
    """When the session began: what is known of its files' past is known from then on."""
    return one.at.timestamp() if one.at else min((edit.at for edit in edits if edit.at is not None), default=0.0)
