"""Was the work of a chat, an edit or a session good or bad, how sure is that, and since when is it known?

Good is what ended green or accepted without a setback, or the last work of a task that ended so. Bad is what was
corrected, refused or rolled back. All else is unknown, and unknown is never good; red checks alone prove nothing,
for they are often red about what was there before.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from twiceshy.records.outcomes import Answer, CallFates, Correction, Outcome, SessionResult, Task
from twiceshy_data.dataset.good_work import find_clean_proof, find_proof

GOOD: Final = "good"
BAD: Final = "bad"


class WorkOutcome(NamedTuple):
    """What became of a piece of work."""

    outcome: str
    """``GOOD`` or ``BAD``."""
    why: str
    """Slug of the evidence, as ``records.outcomes.Outcome.why``."""
    confidence: float
    proof: tuple[str, ...]
    """Hex of the events' uids, or hashes of commits."""


class ChatWork(NamedTuple):
    """What a chat did, as far as its outcome goes by it."""

    place: int
    """Its number in the session."""
    calls: Collection[bytes]
    """Uids of its calls."""
    changes: Collection[bytes]
    """Of these, those that changed files."""
    refused: Sequence[bytes] = ()
    """Of these, those that a person refused."""


class WorkJudgement(NamedTuple):
    """What is known of a session's work."""

    result: SessionResult
    fates: CallFates
    starts: Sequence[tuple[int, Task]]
    """Each task with the number of the chat that it begins with, in order."""


def judge_chat(chat: ChatWork, work: WorkJudgement, last_change: int | None) -> WorkOutcome | None:
    """Return what became of a chat's work; None where nothing tells.

    ``last_change`` is the number of the last chat of its task that changed files.
    """
    task = next((task for start, task in reversed(work.starts) if start <= chat.place), None)
    if bad := _find_harm(chat, work, task):
        return bad
    if task is None or not chat.calls:
        return None
    clean = find_clean_proof(task)
    if clean is not None:
        return _say(GOOD, clean)
    if chat.place != last_change:
        return None
    proof = find_proof(task)
    return None if proof is None else _say(GOOD, proof)


def _find_harm(chat: ChatWork, work: WorkJudgement, task: Task | None) -> WorkOutcome | None:
    """Return why a chat's work is bad; None where nothing of it was refused, corrected or rolled back."""
    if chat.refused and task is not None and task.rejected.answer is Answer.YES:
        proof = tuple(call.hex() for call in chat.refused[:2])
        return WorkOutcome(BAD, task.rejected.why, task.rejected.confidence, proof)
    for change in chat.changes:
        if change in work.fates.corrected and (found := _find_correction(change, work)) is not None:
            return WorkOutcome(BAD, found.why, found.confidence, (found.prompt.hex(),))
        if change in work.fates.rolled_back:
            return _find_rollback(change, work, task)
    return None


def _find_correction(change: bytes, work: WorkJudgement) -> Correction | None:
    """Return the correction of a change: of those stored with few calls, the least sure one that may be it."""
    some = [one for one in work.result.corrections if change in one.calls] or work.result.corrections
    return min(some, key=lambda one: one.confidence, default=None)


def _find_rollback(change: bytes, work: WorkJudgement, task: Task | None) -> WorkOutcome | None:
    some = [one for one in work.result.rollbacks if change in one.calls]
    if some:
        return WorkOutcome(BAD, some[0].why, some[0].confidence, (some[0].by.hex(),))
    return _say(BAD, task.rolled_back) if task is not None and task.rolled_back.answer is Answer.YES else None


def judge_edit(change: bytes, task: Task | None, work: WorkJudgement, *, last: bool) -> WorkOutcome | None:
    """Return what became of one change; ``last`` where none of the same file came after it in its task."""
    chat = ChatWork(0, (change,), (change,))
    if bad := _find_harm(chat, work, task):
        return bad
    if task is None or not last:
        return None
    proof = find_proof(task)
    return None if proof is None else _say(GOOD, proof)


def judge_whole(result: SessionResult) -> WorkOutcome | None:
    """Return what became of a session's work: bad where any task's was, good where every task's is known to be."""
    tasks = [task for task in result.tasks if task.edits]
    bad = [one for task in tasks for one in _list_setbacks(task)]
    if bad:
        return _say(BAD, max(bad, key=lambda one: one.confidence))
    proofs = [find_clean_proof(task) for task in tasks]
    known = [proof for proof in proofs if proof is not None]
    if not known or len(known) < len(proofs):
        return None
    least = min(known, key=lambda one: one.confidence)
    return WorkOutcome(GOOD, least.why, least.confidence, tuple(name for proof in known for name in proof.proof))


def _list_setbacks(task: Task) -> Iterator[Outcome]:
    """List what speaks against a task's work."""
    return (one for one in (task.corrected, task.rejected, task.rolled_back) if one.answer is Answer.YES)


def _say(outcome: str, proof: Outcome) -> WorkOutcome:
    return WorkOutcome(outcome, proof.why, proof.confidence, proof.proof)
