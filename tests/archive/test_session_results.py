"""archive.session_results: what is stored of a session's outcomes, and what is left out."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twiceshy.archive.session_results import decode_result, encode_result
from twiceshy.records.outcomes import Answer, Correction, Outcome, Rollback, SessionResult, Task

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
SESSION = b"16 bytes of uid."


def task(number: int = 1, **more: Any) -> Task:
    values: dict[str, Any] = {"prompt": bytes([number]) * 16, "description": "", "started_at": NOON, "files": ()}
    return Task(**values | {"ended_at": NOON + timedelta(seconds=90), "calls": 3, "edits": 2} | more)


def again(**parts: Any) -> SessionResult:
    """What comes back of a result."""
    return decode_result(SESSION, encode_result(SessionResult(session=SESSION, **parts)))


def test_a_session_without_work_has_nothing() -> None:
    """Nor does it take more than a few bytes."""
    empty = SessionResult(session=SESSION)
    assert encode_result(empty) == b'{"n":0}'
    assert again() == empty


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(answer=Answer.YES, confidence=0.8, why="tests-summary", proof=("aa", "bb")),
        Outcome(answer=Answer.NO, confidence=0.25, why="git-revert"),
        Outcome(answer=Answer.NO, confidence=0.9, why="spoke-without-correcting"),
        Outcome(answer=Answer.UNKNOWN),
    ],
)
@pytest.mark.parametrize("name", ["completed", "corrected", "rejected", "rolled_back", "tests", "survived"])
def test_every_outcome_comes_back(name: str, outcome: Outcome) -> None:
    """With its answer, confidence, evidence and proof."""
    changed: dict[str, Any] = {name: outcome}
    (found,) = again(tasks=(replace(task(), **changed),)).tasks

    assert getattr(found, name) == outcome


def test_what_a_person_said_of_the_session_comes_back() -> None:
    """Beside what its tasks came to."""
    said = Outcome(answer=Answer.NO, confidence=1.0, why="rated-bad", proof=("ab",))

    assert again(rated=said).rated == said


def test_the_usual_no_takes_one_letter() -> None:
    """Its words are the same in every session; its proof is the whole session."""
    usual = Outcome(answer=Answer.NO, confidence=0.95, why="none-refused")
    value = encode_result(SessionResult(session=SESSION, tasks=(task(rejected=usual),)))

    assert json.loads(value)["tasks"][0][9:] == ["", "", "n"]
    assert decode_result(SESSION, value).tasks[0].rejected == usual


def test_a_task_comes_back_without_its_words() -> None:
    """Numbers, times to the second, first pass and survival; descriptions and names of files stay out."""
    whole = task(first_pass=Answer.NO, survival=0.12345, regeneration_cycles=4)
    (found,) = again(tasks=(task(2, description="make it", files=("a.py",)),)).tasks
    assert (found.description, found.files, found.first_pass, found.survival) == ("", (), Answer.UNKNOWN, None)
    assert (found.prompt, found.calls, found.edits, found.regeneration_cycles) == (b"\2" * 16, 3, 2, 0)
    assert (found.started_at, found.ended_at) == (NOON, NOON + timedelta(seconds=90))

    (found,) = again(tasks=(whole,)).tasks
    assert (found.first_pass, found.survival, found.regeneration_cycles) == (Answer.NO, 0.123, 4)
    (found,) = again(tasks=(task(first_pass=Answer.YES, started_at=None),)).tasks
    assert (found.first_pass, found.started_at, found.ended_at) == (Answer.YES, None, None)
    (found,) = again(tasks=(task(ended_at=None),)).tasks
    assert found.ended_at == found.started_at == NOON


def test_of_a_long_session_the_last_tasks_are_kept() -> None:
    """And how many there were."""
    value = encode_result(SessionResult(session=SESSION, tasks=tuple(task(number) for number in range(50))))

    kept = [one.prompt[0] for one in decode_result(SESSION, value).tasks]
    assert json.loads(value)["n"] == 50
    assert kept == list(range(50 - len(kept), 50))
    assert 0 < len(kept) < 50


def test_corrections_and_rollbacks_come_back() -> None:
    """The last ones, each with the first of its calls."""
    calls = tuple(bytes([n]) * 16 for n in range(5))
    corrections = tuple(
        Correction(
            prompt=bytes([n]) * 16, why="words", confidence=0.777, calls=calls[:n], words=("still red",) * (n % 2)
        )
        for n in range(40)
    )
    rollbacks = tuple(
        Rollback(by=bytes([n]) * 16, why="git-restore", calls=calls, confidence=0.5, whole=bool(n % 2))
        for n in range(40)
    )

    found = again(corrections=corrections, rollbacks=rollbacks)

    assert found.corrections[-1].prompt == corrections[-1].prompt
    assert [one.words for one in found.corrections[-2:]] == [(), ("still red",)]
    assert (found.corrections[0].why, found.corrections[0].confidence) == ("words", 0.78)
    assert found.corrections[-1].calls == calls[: len(found.corrections[-1].calls)] != ()
    assert [one.by for one in found.rollbacks] == [one.by for one in rollbacks[-len(found.rollbacks) :]]
    assert len(found.rollbacks) < len(found.corrections) < 40
    assert [one.whole for one in found.rollbacks] == [one.whole for one in rollbacks[-len(found.rollbacks) :]]
    assert (found.rollbacks[0].why, found.rollbacks[0].confidence, found.rollbacks[0].calls) == (
        "git-restore",
        0.5,
        calls[:2],
    )
    assert again(corrections=corrections[1:2]).corrections[0].calls == calls[:1]


def test_proofs_are_cut_to_what_names_an_event() -> None:
    """A uid in hex is kept whole; two proofs are enough to show."""
    uid = "ab" * 16
    outcome = Outcome(answer=Answer.YES, confidence=0.5, why="summary", proof=(uid + "cd", "x", "y"))

    assert again(tasks=(task(tests=outcome),)).tasks[0].tests.proof == (uid, "x")
