"""Passed of four: the score that TheAuditor's own checker (2.0.4rc1) gives a session, for people who compare with it.

Beside ``check`` and never mixed with it, since its rules are weaker and stricter at once: a command counts when its
text holds the words, failed or not; a new file needs a read; a failed read is a read; ``query_before_edit`` always
passes; calls of MultiEdit and NotebookEdit do not exist. Only the main dialogue is looked at, as subagents have logs of
their own there. A message's calls are told by their times: the log's own borders are not kept.
"""

from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.records.behaviour import Step

UNSEEN = frozenset({"MultiEdit", "NotebookEdit"})


class PassedOfFour(NamedTuple):
    """The four checks."""

    blueprint_first: bool
    query_before_edit: bool
    no_blind_reads: bool
    complete_batch_reads: bool

    @property
    def score(self) -> float:
        """Passed checks / 4."""
        return sum(self) / len(self)


def passed_of_four(steps: Iterable[Step]) -> PassedOfFour:
    """The checks of one session; one without any call passes them all, as there."""
    calls = [step for step in steps if step.kind == "call" and step.run is None and step.name not in UNSEEN]
    return PassedOfFour(
        blueprint_first=_blueprint_first(calls),
        query_before_edit=True,
        no_blind_reads=_no_blind_reads(calls),
        complete_batch_reads=_complete_batch_reads(calls),
    )


def _changes(step: Step) -> bool:
    return step.action in {"edit", "write"}


def _blueprint_first(calls: list[Step]) -> bool:
    for step in calls:
        if step.action == "run" and any(words in (step.text or "") for words in ("aud blueprint", "aud full")):
            return True
        if _changes(step):
            return False
    return True


def _no_blind_reads(calls: list[Step]) -> bool:
    seen: set[str] = set()
    for step in calls:
        if step.action == "read" and step.path:
            seen.add(step.path)
        elif _changes(step) and any(path not in seen for path in ((step.path,) if step.path else step.edited)):
            return False
    return True


def _complete_batch_reads(calls: list[Step]) -> bool:
    """Whether after reads at once, of which some failed and some did not, no edit or command was the next thing."""
    batch: list[Step] = []
    first: float | None = None
    for step in calls:
        joins = step.at is not None and first is not None and step.at < first
        if not joins:
            partial = len({bool(read.failure) for read in batch}) > 1
            if partial and (_changes(step) or step.action == "run"):
                return False
            batch, first = [], None
        if step.action == "read":
            batch.append(step)
        if step.done_at is not None:
            first = step.done_at if first is None else min(first, step.done_at)
    return True
