"""TheAuditor score: the score that TheAuditor's own checker (2.0.4rc1) gives a session, for comparison.

Beside ``compliance`` and never mixed with it, since its rules are weaker and stricter at once: a command counts
when its text holds the words, failed or not; a new file needs a read; a failed read is a read;
``query_before_edit`` always passes; calls of MultiEdit and NotebookEdit do not exist. Only the main dialogue is
looked at, as subagents have logs of their own there. A message's calls are recognised by their times: the log's
own borders are not stored.
"""

from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.records.stories import Step

_UNSEEN = frozenset({"MultiEdit", "NotebookEdit"})


class TheAuditorChecks(NamedTuple):
    """The four checks."""

    blueprint_first: bool
    query_before_edit: bool
    no_blind_reads: bool
    complete_batch_reads: bool

    @property
    def score(self) -> float:
        """The share of the four checks that passed."""
        return sum(self) / len(self)


def check_like_theauditor(steps: Iterable[Step]) -> TheAuditorChecks:
    """Run the four checks of one session; one without any call passes them all, as there."""
    calls = [step for step in steps if step.kind == "call" and step.run is None and step.name not in _UNSEEN]
    return TheAuditorChecks(
        blueprint_first=_is_blueprint_first(calls),
        query_before_edit=True,
        no_blind_reads=_has_no_blind_reads(calls),
        complete_batch_reads=_has_complete_batch_reads(calls),
    )


def _is_edit(step: Step) -> bool:
    return step.action in {"edit", "write"}


def _is_blueprint_first(calls: list[Step]) -> bool:
    for step in calls:
        if step.action == "run" and any(words in (step.text or "") for words in ("aud blueprint", "aud full")):
            return True
        if _is_edit(step):
            return False
    return True


def _has_no_blind_reads(calls: list[Step]) -> bool:
    seen: set[str] = set()
    for step in calls:
        if step.action == "read" and step.path:
            seen.add(step.path)
        elif _is_edit(step) and any(path not in seen for path in ((step.path,) if step.path else step.edited)):
            return False
    return True


def _has_complete_batch_reads(calls: list[Step]) -> bool:
    """Tell whether no edit or command came right after reads at once of which only some failed."""
    batch: list[Step] = []
    first: float | None = None  # when the first of the batch's results came
    for step in calls:
        if step.at is None or first is None or step.at >= first:
            if _is_partial(batch) and (_is_edit(step) or step.action == "run"):
                return False
            batch, first = [], None
        if step.action == "read":
            batch.append(step)
        if step.done_at is not None:
            first = min(step.done_at, first or step.done_at)
    return True


def _is_partial(batch: list[Step]) -> bool:
    """Tell whether some of these reads failed and some did not."""
    return len({bool(read.failure) for read in batch}) > 1
