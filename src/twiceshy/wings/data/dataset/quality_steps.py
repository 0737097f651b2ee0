"""What would make more of a history? A step for each thing that is wrong and that a command helps against."""

from collections.abc import Iterator, Sequence
from typing import Final

from twiceshy.records.quality import HistoryFacts, QualityAnomaly, QualityLevel, QualityStep
from twiceshy.wings.data.dataset.quality_lines import find_examples, is_bad, is_good, list_tasks

_ENOUGH: Final = 30
"""Records from which on a share says something (by convention of the report's other figures)."""
_FEW_CHATS: Final = 200
"""Good chats below which training is not worth it, by definition of the export for training."""
_UNKNOWN: Final = 0.5
"""Share of the tasks of which nothing is known, from which on rating some pays (guess, 2026-11-23)."""
_UNJUDGED: Final = 0.1
"""Share of the sessions without a judgement from which on it is missed: `learn` judges the newest when it is due
(guess, 2026-11-23)."""
_UNREAD: Final = 0.01
"""Share of lines that could not be read, from which on a reader is missing (guess, 2026-11-23)."""


def list_steps(facts: HistoryFacts, anomalies: Sequence[QualityAnomaly]) -> list[QualityStep]:
    """Return what to do, the worst first."""
    order = list(QualityLevel)
    steps = [*_list_store_steps(facts, anomalies), *_list_label_steps(facts), *_list_link_steps(facts)]
    return sorted(steps, key=lambda one: -order.index(one.level))


def _list_store_steps(facts: HistoryFacts, anomalies: Sequence[QualityAnomaly]) -> Iterator[QualityStep]:
    """Yield what is wrong with the store itself."""
    if not facts.sessions:
        yield _step(QualityLevel.PROBLEM, "No session is stored, so there is nothing to learn from.", "twiceshy ingest")
    if any(one.kind == "texts-missing" for one in anomalies):
        yield _step(QualityLevel.PROBLEM, "Long texts are missing from the store.", "twiceshy doctor")
    lines = facts.log_lines
    if lines.unread and lines.unread >= _UNREAD * lines.lines:
        yield _step(
            QualityLevel.WARNING,
            f"{lines.unread:,} of {lines.lines:,} lines of logs could not be read.",
            "twiceshy doctor",
        )


def _list_label_steps(facts: HistoryFacts) -> Iterator[QualityStep]:
    """Yield what is wrong with the labels."""
    waiting = len(facts.sessions) - len(facts.results)
    if waiting > _UNJUDGED * len(facts.sessions):
        words = (
            f"Of {len(facts.sessions):,} stored sessions {waiting:,} were never judged, so their rows have no label."
        )
        yield _step(QualityLevel.WARNING, words, "twiceshy judge")
    tasks = list_tasks(facts)
    good, bad = sum(map(is_good, tasks)), sum(map(is_bad, tasks))
    unknown = len(tasks) - good - bad
    if len(tasks) >= _ENOUGH and unknown > _UNKNOWN * len(tasks):
        yield _step(
            QualityLevel.WARNING,
            f"Of {unknown:,} of {len(tasks):,} tasks nobody knows whether they went well: rate those you remember.",
            "twiceshy feedback --list",
        )


def _list_link_steps(facts: HistoryFacts) -> Iterator[QualityStep]:
    """Yield what is missing around the sessions."""
    edits = facts.edits.whole + facts.edits.fragments
    if edits and not facts.commits:
        yield _step(
            QualityLevel.WARNING,
            f"No commit is stored, so nobody knows what became of {edits:,} edits; run this in each repository.",
            "twiceshy backfill --all",
        )
    elif len(facts.commits) >= _ENOUGH and not any(one.checked for one in facts.commits):
        yield _step(
            QualityLevel.NOTE,
            f"CI has said nothing of {len(facts.commits):,} commits; a job of it can tell how they went.",
            "twiceshy ci set --from-env",
        )
    usable = len(find_examples(facts))
    if facts.sessions and usable < _FEW_CHATS:
        words = f"Training needs about {_FEW_CHATS} chats known to be good, and {usable:,} are there."
        yield _step(QualityLevel.NOTE, f"{words} Until then lessons do more.", "twiceshy lessons")


def _step(level: QualityLevel, words: str, command: str) -> QualityStep:
    return QualityStep(level=level, words=words, command=command)
