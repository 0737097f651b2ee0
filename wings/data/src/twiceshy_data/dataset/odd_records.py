"""Which records are not as such records are? Each kind with the ids of the newest."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from twiceshy.records import ids
from twiceshy.records.exports import Split
from twiceshy.records.quality import ChatFacts, HistoryFacts, QualityAnomaly, QualityLevel, QualityLine
from twiceshy.stats.intervals import measure_share
from twiceshy_data.dataset.quality_lines import LEAST_WORDS, is_good

# What do the usual parts of a history hold, and does one of them know what another is measured on?

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


_SHOWN: Final = 5
"""Ids of each kind that are told (guess, 2026-11-23)."""
_FEW: Final = 0.01
"""Share up to which copies hardly change what is learned (guess, 2026-11-23)."""
_HALF: Final = 0.5
"""Share of a text that placeholders take, from which on it says too little, by definition in the report."""
_AHEAD: Final = timedelta(days=1)
"""How far a clock may be ahead: no two zones are farther apart (by definition)."""
_COMMIT_DIGITS: Final = 12
"""Of a hash as it is shown (guess, 2026-11-23: no repository has two such commits)."""


def list_anomalies(facts: HistoryFacts, now: datetime) -> list[QualityAnomaly]:
    """Return what is odd, the worst first; nothing of a kind that is not there."""
    order = list(QualityLevel)
    found = [
        one for one in (*_list_odd_chats(facts.chats), *_list_odd_sessions(facts, now), _find_leaks(facts)) if one.count
    ]
    return sorted(found, key=lambda one: (-order.index(one.level), -one.count))


def _list_odd_chats(chats: Sequence[ChatFacts]) -> Iterator[QualityAnomaly]:
    lost = [one for one in chats if one.prompt_bytes is None or one.answer_bytes is None]
    yield _tell_chats("texts-missing", QualityLevel.PROBLEM, "long texts are missing from the store", lost)
    copies = _find_copies(chats)
    level = QualityLevel.WARNING if len(copies) > _FEW * len(chats) else QualityLevel.NOTE
    yield _tell_chats("chats-twice", level, "another session has the same prompt at the same time", copies)
    silent = [one for one in chats if not one.answers and not one.calls]
    yield _tell_chats("chats-without-answer", QualityLevel.NOTE, "no word and no call followed the prompt", silent)
    hidden = [one for one in chats if one.redacted > _HALF]
    yield _tell_chats("chats-redacted", QualityLevel.NOTE, "placeholders take more than half of a text", hidden)


def _find_copies(chats: Sequence[ChatFacts]) -> list[ChatFacts]:
    """Return the chats that an earlier one has already: the same prompt, at the same time."""
    seen, copies = set[tuple[str, bytes]](), list[ChatFacts]()
    for one in chats:
        if one.at is not None:
            entry = (one.at, one.prompt)
            if entry in seen:
                copies.append(one)
            seen.add(entry)
    return copies


def _tell_chats(kind: str, level: QualityLevel, words: str, chats: Sequence[ChatFacts]) -> QualityAnomaly:
    return _tell(kind, level, words, [ids.shorten(ids.CHAT, one.uid) for one in chats])


def _list_odd_sessions(facts: HistoryFacts, now: datetime) -> Iterator[QualityAnomaly]:
    sessions = facts.sessions
    ahead = [one.uid for one in sessions if one.first_at is not None and one.first_at > now + _AHEAD]
    yield _tell_sessions("sessions-in-the-future", QualityLevel.PROBLEM, "they began later than now", ahead)
    turned = [one.uid for one in sessions if one.first_at and one.last_at and one.last_at < one.first_at]
    yield _tell_sessions("sessions-backwards", QualityLevel.PROBLEM, "they ended before they began", turned)
    timeless = [one.uid for one in sessions if one.first_at is None]
    yield _tell_sessions("sessions-without-time", QualityLevel.WARNING, "no log says when; no split has them", timeless)
    bare = [one.uid for one in sessions if not one.chats and one.calls]
    yield _tell_sessions("sessions-without-chat", QualityLevel.NOTE, "calls without a prompt that began them", bare)
    empty = [one.hash[:_COMMIT_DIGITS] for one in facts.commits if not one.files and not one.merge]
    yield _tell("commits-without-files", QualityLevel.NOTE, "commits that change no file and merge nothing", empty)


def _find_leaks(facts: HistoryFacts) -> QualityAnomaly:
    """Return the sessions that belong together and lie in two parts of the data; there should never be any."""
    leaks = {group for group, parts in gather_heaps(facts).items() if len(parts) > 1}
    parted = [uid for uid in facts.splits if facts.groups.get(uid) in leaks]
    return _tell_sessions("groups-parted", QualityLevel.PROBLEM, "a cut parts what belongs together", parted)


def _tell_sessions(kind: str, level: QualityLevel, words: str, uids: Sequence[bytes]) -> QualityAnomaly:
    return _tell(kind, level, words, [ids.shorten(ids.SESSION, uid) for uid in uids])


def _tell(kind: str, level: QualityLevel, words: str, names: Sequence[str]) -> QualityAnomaly:
    return QualityAnomaly(kind=kind, level=level, words=words, count=len(names), ids=list(reversed(names[-_SHOWN:])))
