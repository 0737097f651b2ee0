"""What became of a session's work as short JSON, and back: what `derived` keeps of kind ``results``.

Answers are lists, and what is unknown is left out, so that an ordinary session takes a few hundred bytes. Descriptions
are not kept: the prompt's uid leads to them.
"""

import json
from datetime import UTC, datetime

from twiceshy.records.outcomes import UNKNOWN, Answer, Correction, Outcome, Rollback, SessionResult, Task

KIND = "results"
OUTCOMES = ("completed", "corrected", "rejected", "rolled_back", "tests", "survived")
MOST_TASKS = 30
"""Of a longer session the last ones are kept, and how many there were (guess: more is a log of many days)."""
MOST_PROOFS = 2
MOST_CALLS = 2
MOST_ROLLBACKS = 12
LONGEST_PROOF = 32
Row = list[object]


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


def _task(task: Task) -> Row:
    """Prompt, calls, edits, files, start, seconds, cycles, first pass, survival, then the outcomes; ends are cut."""
    began = int(task.started_at.timestamp()) if task.started_at else 0
    took = int((task.ended_at - task.started_at).total_seconds()) if task.started_at and task.ended_at else 0
    row: Row = [task.prompt.hex(), task.calls, task.edits, len(task.files), began, took, task.regeneration_cycles]
    row += [SHORT[task.first_pass], "" if task.survival is None else round(task.survival, 3)]
    row += [_short(name, getattr(task, name)) for name in OUTCOMES]
    while row[-1] == "":
        row.pop()
    return row


SHORT = {Answer.YES: "y", Answer.NO: "n", Answer.UNKNOWN: ""}
DEFAULTS = {
    "corrected": Outcome(answer=Answer.NO, confidence=0.9, why="spoke-without-correcting"),
    "rejected": Outcome(answer=Answer.NO, confidence=0.95, why="none-refused"),
    "rolled_back": Outcome(answer=Answer.NO, confidence=0.9, why="nothing-taken-back"),
}
"""The usual no, which needs no words and has no proof but the whole session."""


def _short(name: str, outcome: Outcome) -> object:
    """Empty where it is unknown, ``n`` for the usual no, else answer, confidence, why and proofs."""
    if outcome.answer is Answer.UNKNOWN:
        return ""
    if name in DEFAULTS and outcome.answer is Answer.NO and outcome.why == DEFAULTS[name].why:
        return "n"
    proofs = [proof[:LONGEST_PROOF] for proof in outcome.proof[:MOST_PROOFS]]
    return [SHORT[outcome.answer], round(outcome.confidence, 2), outcome.why, *proofs]


def _task_of(row: Row) -> Task:
    prompt, calls, edits, _, began, took, cycles, first, survival, *rest = row + [""] * (9 + len(OUTCOMES) - len(row))
    outcomes = {name: _outcome(name, one) for name, one in zip(OUTCOMES, rest, strict=True)}
    return Task(
        prompt=bytes.fromhex(str(prompt)),
        description="",
        started_at=_time(int(str(began))) if began else None,
        ended_at=_time(int(str(began)) + int(str(took))) if began else None,
        calls=int(str(calls)),
        edits=int(str(edits)),
        files=(),
        survival=None if survival == "" else float(str(survival)),
        first_pass=_answer(str(first)),
        regeneration_cycles=int(str(cycles or 0)),
        **outcomes,
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
