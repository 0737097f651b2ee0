"""What became of a session's work as short JSON, and back: what `derived` keeps of kind ``results``.

Names are cut to what a reader of the code can still guess, answers are lists, and what is unknown is left out, so that
an ordinary session takes a few hundred bytes. Descriptions are not kept: the prompt's uid leads to them.
"""

import json
from datetime import UTC, datetime

from twiceshy.records.outcomes import UNKNOWN, Answer, Correction, Outcome, Rollback, SessionResult, Task

KIND = "results"
OUTCOMES = ("completed", "corrected", "rejected", "rolled_back", "tests", "survived")
MOST_TASKS = 40
"""Of a longer session the last ones are kept, and how many there were (guess: more is a log of many days)."""
MOST_PROOFS = 2
MOST_CALLS = 3
MOST_ROLLBACKS = 20
LONGEST_PROOF = 32


def packed(result: SessionResult) -> bytes:
    """The result as JSON."""
    value: dict[str, object] = {"n": len(result.tasks)}
    if result.tasks:
        value["tasks"] = [_task(task) for task in result.tasks[-MOST_TASKS:]]
    if result.corrections:
        value["corrections"] = [
            [one.prompt.hex(), one.why, round(one.confidence, 2), [call.hex() for call in one.calls[:MOST_CALLS]]]
            for one in result.corrections[-MOST_TASKS:]
        ]
    if result.rollbacks:
        value["rollbacks"] = [
            [one.by.hex(), one.why, round(one.confidence, 2), int(one.whole), len(one.calls)]
            + [call.hex() for call in one.calls[:MOST_CALLS]]
            for one in result.rollbacks[-MOST_ROLLBACKS:]
        ]
    return json.dumps(value, separators=(",", ":")).encode()


def unpacked(session: bytes, value: bytes) -> SessionResult:
    """The result that ``packed`` wrote, without descriptions, times and names of files."""
    row = json.loads(value)
    return SessionResult(
        session=session,
        tasks=tuple(_task_of(task) for task in row.get("tasks", ())),
        corrections=tuple(
            Correction(prompt=bytes.fromhex(prompt), why=why, confidence=sure, calls=tuple(map(bytes.fromhex, calls)))
            for prompt, why, sure, calls in row.get("corrections", ())
        ),
        rollbacks=tuple(
            Rollback(
                by=bytes.fromhex(by),
                why=why,
                confidence=sure,
                whole=bool(whole),
                calls=tuple(map(bytes.fromhex, calls)),
            )
            for by, why, sure, whole, _, *calls in row.get("rollbacks", ())
        ),
    )


def _task(task: Task) -> dict[str, object]:
    value: dict[str, object] = {"prompt": task.prompt.hex(), "calls": task.calls}
    if task.started_at and task.ended_at:
        value["at"] = [int(task.started_at.timestamp()), int(task.ended_at.timestamp())]
    if task.edits:
        value["edits"] = [task.edits, len(task.files)]
    for name in OUTCOMES:
        outcome: Outcome = getattr(task, name)
        if outcome.answer is not Answer.UNKNOWN and not _said_by_default(name, outcome):
            value[name] = [
                outcome.answer.value[0],
                round(outcome.confidence, 2),
                outcome.why,
                *(proof[:LONGEST_PROOF] for proof in outcome.proof[:MOST_PROOFS]),
            ]
        elif outcome.answer is not Answer.UNKNOWN:
            value[name] = "n"
    if task.survival is not None:
        value["survival"] = round(task.survival, 3)
    if task.first_pass is not Answer.UNKNOWN:
        value["first"] = task.first_pass.value[0]
    if task.regeneration_cycles:
        value["cycles"] = task.regeneration_cycles
    return value


DEFAULTS = {
    "rejected": Outcome(answer=Answer.NO, confidence=0.95, why="none-refused"),
    "rolled_back": Outcome(answer=Answer.NO, confidence=0.9, why="nothing-taken-back"),
}
"""The usual no, which needs no words."""


def _said_by_default(name: str, outcome: Outcome) -> bool:
    return name in DEFAULTS and outcome.answer is Answer.NO and outcome.why == DEFAULTS[name].why


def _task_of(row: dict[str, object]) -> Task:
    at = row.get("at")
    edits = row.get("edits")
    return Task(
        prompt=bytes.fromhex(str(row["prompt"])),
        description="",
        started_at=_time(at[0]) if isinstance(at, list) else None,
        ended_at=_time(at[1]) if isinstance(at, list) else None,
        calls=int(str(row["calls"])),
        edits=int(edits[0]) if isinstance(edits, list) else 0,
        files=(),
        survival=float(str(row["survival"])) if "survival" in row else None,
        first_pass=_answer(str(row.get("first", ""))),
        regeneration_cycles=int(str(row.get("cycles", 0))),
        **{name: _outcome(name, row[name]) for name in OUTCOMES if name in row},
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _answer(letter: str) -> Answer:
    return {"y": Answer.YES, "n": Answer.NO}.get(letter, Answer.UNKNOWN)


def _outcome(name: str, row: object) -> Outcome:
    if row == "n":
        return DEFAULTS[name]
    if not isinstance(row, list):
        return UNKNOWN
    letter, sure, why, *proof = row
    return Outcome(answer=_answer(letter), confidence=float(sure), why=why, proof=tuple(proof))
