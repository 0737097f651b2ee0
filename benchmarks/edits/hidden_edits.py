"""Read the edits of stored sessions as questions, each with what was known when it was made."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from benchmarks.edits.edit_question import (
    NEW_FILE,
    NOT_KNOWN,
    TASK_CHARACTERS,
    EditQuestion,
    HiddenEdit,
    PlacedEdit,
    cut_earlier,
    find_reason,
    place_edit,
)
from twiceshy.archive.db import Store
from twiceshy.archive.reads.edits import read_edits
from twiceshy.archive.reads.session_logs import list_uids, read_sessions
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records import ids
from twiceshy.records.chats import WholeSession
from twiceshy.records.findings import StoredEdit


def read_hidden_edits(store: Store, scope: Scope) -> Iterator[HiddenEdit]:
    """Yield the edits of real sessions in scope, session by session; deleted files are no edits."""
    for log in read_sessions(store, list_uids(store.connection, scope)):
        edits = read_edits(store.connection, [log.uid]).get(log.uid, []) if log.real else []
        bodies = {body for one in edits for body in (one.before, one.after) if body is not None}
        texts = store.read_bodies(sorted(bodies)) if bodies else {}
        yield from _read_session(log, [one for one in edits if not one.deleted], texts)


def _read_session(
    log: WholeSession, edits: Sequence[StoredEdit], texts: Mapping[bytes, Scrubbed]
) -> Iterator[HiddenEdit]:
    runs = {call.uid: call.run for call in log.calls}
    earlier: list[PlacedEdit] = []
    latest: float | None = None
    for one in edits:
        at = one.at if latest is None or one.at is None else max(latest, one.at)
        latest = latest if at is None else at
        placed, reason = _place(one, texts)
        question = EditQuestion(
            id=one.uid.hex(),
            project=log.project,
            session=f"{ids.SESSION}-{log.uid.hex()}",
            task=_find_task(log, one.rank, runs.get(one.call)),
            path=one.path,
            before=placed.before,
            old=placed.old,
            after=placed.after,
            earlier=cut_earlier(earlier),
        )
        yield HiddenEdit(question, placed, latest, reason)
        if placed.old or placed.new:
            earlier.append(placed)


def _place(one: StoredEdit, texts: Mapping[bytes, Scrubbed]) -> tuple[PlacedEdit, str]:
    """Return the edit's lines, and why it is not asked about."""
    before = None if one.before is None else texts.get(one.before)
    after = None if one.after is None else texts.get(one.after)
    placed = place_edit(one.path, before or "", after or "")
    if one.created or (before == "" and not one.partial):
        return placed, NEW_FILE
    if before is None or after is None:
        return placed, NOT_KNOWN
    return placed, find_reason(placed)


def _find_task(log: WholeSession, rank: int, run: bytes | None) -> str:
    """Return the words before the edit of a person, or of the agent that handed the work on; the newest last.

    Only the end where they are long: a "yes" alone is no task.
    """
    prompts = log.prompts[: bisect_left(log.prompts, rank, key=lambda one: one.rank)]
    of_run = [one for one in prompts if run is not None and one.run == run]
    of_person = [one for one in prompts if one.run is None and one.human]
    found = of_run or of_person or prompts
    return "\n\n".join(one.text[:TASK_CHARACTERS] for one in found)[-TASK_CHARACTERS:]
