"""What do the usual parts of a history hold, and does one of them know what another is measured on?"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from twiceshy.records.exports import Split
from twiceshy.records.quality import ChatFacts, HistoryFacts, QualityLine
from twiceshy.stats.intervals import measure_share
from twiceshy.wings.data.dataset.quality_lines import LEAST_WORDS, is_good

_PURPOSES: Final = {Split.TRAIN: "to learn from", Split.VALIDATION: "to choose by", Split.TEST: "to test on"}


def list_split_lines(facts: HistoryFacts) -> list[QualityLine]:
    """Return what each part has, and how much of the last one the first one has seen; one of nothing is left out."""
    lines = [*_list_parts(facts), *_list_known(facts)]
    return [line for line in lines if line.rate.n]


def _list_parts(facts: HistoryFacts) -> Iterator[QualityLine]:
    """Yield how many sessions each part has, and how many of its tasks are known to be good."""
    counts = Counter(facts.splits.values())
    for split, purpose in _PURPOSES.items():
        yield _line(f"sessions {purpose}", counts[split], len(facts.splits))
    for split, purpose in _PURPOSES.items():
        results = [result for uid, result in facts.results.items() if facts.splits.get(uid) is split]
        tasks = [task for result in results for task in result.tasks if task.edits]
        yield _line(f"tasks {purpose}, known good", sum(map(is_good, tasks)), len(tasks))


def _list_known(facts: HistoryFacts) -> Iterator[QualityLine]:
    """Yield how much of what is tested on stands among what is learned from."""
    learned, tested = (_choose_asked(facts, split) for split in (Split.TRAIN, Split.TEST))
    wordings = {one.wording for one in learned}
    repeated = sum(one.wording in wordings for one in tested)
    yield _line("tested prompts that begin as a learned one", repeated, len(tested))
    seen, files = (_gather_files(facts, split) for split in (Split.TRAIN, Split.TEST))
    yield _line("tested files that are learned too", len(files & seen), len(files))
    heaps = gather_heaps(facts)
    parted = sum(len(splits) > 1 for splits in heaps.values())
    yield _line("groups on both sides of a cut", parted, len(heaps))


def _choose_asked(facts: HistoryFacts, split: Split) -> Sequence[ChatFacts]:
    """Return the part's chats whose prompts say what is asked for."""
    return [one for one in facts.chats if facts.splits.get(one.session) is split and one.words >= LEAST_WORDS]


def _gather_files(facts: HistoryFacts, split: Split) -> set[bytes]:
    return {key for uid, keys in facts.edited.items() if facts.splits.get(uid) is split for key in keys}


def gather_heaps(facts: HistoryFacts) -> dict[bytes, set[Split]]:
    """Return the parts of each group of sessions that belong together: one, where nothing leaks."""
    found = defaultdict[bytes, set[Split]](set)
    for uid, split in facts.splits.items():
        if uid in facts.groups:
            found[facts.groups[uid]].add(split)
    return dict(found)


def _line(name: str, hits: int, n: int) -> QualityLine:
    return QualityLine("splits", name, measure_share(hits, n))
