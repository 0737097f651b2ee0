"""Scan a share of a store's edits ahead of scoring, so that several workers prepare what one of them then scores.

Scanners' answers and those about whole tasks are kept by content. Whoever finds them in the store does not ask again:
what is scored is the same whether all of it, a part or nothing was scanned before. The store is only read.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Final, NamedTuple

from twiceshy.archive import scans, scored_edits
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedRow
from twiceshy.archive.reads import edits as reads
from twiceshy.archive.reads import stories
from twiceshy.archive.scans import KIND as SCAN
from twiceshy.archive.scans import VERSION as SCAN_VERSION
from twiceshy.base.config import Config
from twiceshy.judgement.outcomes.edit_outcomes import EditOutcomes
from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.records.findings import ScanRequest, TaskScan
from twiceshy.score.edit_findings import ScanAnswer, list_scanned_texts
from twiceshy.score.recipes.run_scanners import Scanners, text_of
from twiceshy.score.recipes.score_sessions import (
    EDITS_AT_ONCE,
    VERSION,
    KeptAnswers,
    compare_edits,
    edits_of,
    hash_inputs,
)
from twiceshy.score.recipes.written_files import TextsByBody
from twiceshy.score.refactor import FindOnce, add_missed_users
from twiceshy.score.task_guards import add_lost_guards

_LONG: Final = 4 * EDITS_AT_ONCE
"""Edits of a session from which on it is divided (guess, 2026-11-23): each share reads all of its edits."""


class ScanShare(NamedTuple):
    """Which part of the work one worker does."""

    number: int
    """From 0."""
    of: int

    def has(self, key: bytes) -> bool:
        """Tell whether this share answers for a key, which must be a hash."""
        return int.from_bytes(key[:8]) % self.of == self.number


class _SomeSessions(NamedTuple):
    sessions: list[bytes]
    share: ScanShare
    """Of their edits."""


def scan_share(config: Config, share: ScanShare, long: int = _LONG) -> Iterator[DerivedRow]:
    """Yield new answers for the share's part of what is to be scored; those that are stored are not asked for again.

    Raises:
        StoreError: the store cannot be used.
    """
    scanners = Scanners(config)
    with Store.open(config.home, readonly=True) as store:
        counts = reads.count_edits(store.connection)
        stale = store.find_stale(scored_edits.KIND, hash_inputs(store, counts, scanners.version), VERSION)
        for some in [*_divide(stale, counts, long)][share.number :: share.of]:
            yield from _scan_some(store, scanners, some)


def _divide(sessions: Sequence[bytes], counts: Mapping[bytes, int], long: int) -> Iterator[_SomeSessions]:
    """Yield short sessions together, and each long one several times, for one part of its edits each."""
    some: list[bytes] = []
    for one in sessions:
        if counts[one] > long:
            parts = -(-counts[one] // long)
            yield from (_SomeSessions([one], ScanShare(number, parts)) for number in range(parts))
            continue
        if some and sum(counts[other] for other in some) + counts[one] > EDITS_AT_ONCE:
            yield _SomeSessions(some, ScanShare(0, 1))
            some = []
        some.append(one)
    if some:
        yield _SomeSessions(some, ScanShare(0, 1))


def _scan_some(store: Store, scanners: Scanners, some: _SomeSessions) -> Iterator[DerivedRow]:
    """Yield the new answers about a part of some sessions' edits."""
    texts_of, say = TextsByBody(partial(text_of, store)), scanners.scrubber.text
    edits = edits_of(store, some.sessions, texts_of, say)
    texts = chain.from_iterable(map(list_scanned_texts, chain.from_iterable(edits.values())))
    asked = scanners.scan_stored(store, (one for one in texts if some.share.has(one.key())), texts_of)
    yield from (DerivedRow(SCAN, SCAN_VERSION, one) for one in asked.new)
    kept = KeptAnswers(store, scanners.version)
    find_once = _answer_share(kept.find_once, some.share)
    unasked = defaultdict[ScanRequest, ScanAnswer](lambda: ScanAnswer({}))
    for story in stories.read_stories(store, list(edits)):
        own = edits[story.session]
        compared = list(compare_edits(own, unasked, EditOutcomes(gather_evidence(story, checked=()), 0.0)))
        add_missed_users(compared, own, texts_of, say, find_once)
        add_lost_guards(compared, own, texts_of, say, find_once)
    yield from (DerivedRow(scans.TASK_KIND, scans.VERSION, one) for one in kept.new)


def _answer_share(find_once: FindOnce, share: ScanShare) -> FindOnce:
    """Return what finds the answers of a share, and of the others says nothing."""
    return lambda key, find: find_once(key, find) if share.has(key) else TaskScan()
