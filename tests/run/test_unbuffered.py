"""Whether a command holds its output back: which runs can be compared, and what its environment gets."""

import pytest

from twiceshy.facts.stats.durations import AUTO
from twiceshy.records.executions import PastRun
from twiceshy.records.runs import Choice, RunPlan, Watch
from twiceshy.run.learned_limits import learn_limits
from twiceshy.run.unbuffered import find_kind

KINDS = [
    ({}, "none"),
    ({"timeout_s": 9.0, "json": True, "log": "all.log"}, "none"),
    ({"watches": (Watch("match", "FAIL"),)}, "environment"),
    ({"idle_timeout_s": 9.0}, "environment"),
    ({"idle_timeout_s": AUTO}, "environment"),
    ({"choices": (Choice("idle_timeout_s", "", "none", ""),)}, "environment"),
    ({"choices": (Choice("timeout_s", "", "none", ""),)}, "none"),
    ({"first_output_timeout_s": 9.0}, "environment"),
    ({"max_repeat": 3}, "environment"),
    ({"auto_match": True}, "environment"),
    ({"idle_timeout_s": 9.0, "buffered": True}, "none"),
    ({"idle_timeout_s": 9.0, "pty": True}, "pty"),
    ({"idle_timeout_s": 9.0, "command": ()}, "none"),
]


@pytest.mark.parametrize(("asked", "kind"), KINDS)
def test_a_run_is_of_one_kind(asked: dict[str, object], kind: str) -> None:
    """Only where it matters when a line comes is the environment changed; a pipe's writer runs without us."""
    plan = RunPlan()
    for name, value in ({"command": ("make",)} | asked).items():
        setattr(plan, name, value)

    assert find_kind(plan) == kind


def past_run(number: int, silence_s: float, unbuffered: str) -> PastRun:
    return PastRun(
        uid=number.to_bytes(16, "big"),
        origin="run",
        at=f"2026-09-01T12:00:{number:02}Z",
        command_hash=b"make",
        place_hash=b"make here",
        runtime_s=30.0,
        runtime_cut=False,
        silence_s=silence_s,
        unbuffered=unbuffered,
    )


def test_limits_on_silence_are_learned_from_runs_of_one_kind() -> None:
    """A command that holds its output back is silent for all of its time, which says nothing of one that does not."""
    kinds = [(30.0, "none"), (4.0, "environment"), (1.0, "pty")]
    past = [past_run(number, *kinds[number % 3]) for number in range(30)]
    learned = {one.kind: one.value_s for one in learn_limits(past, (), "here")}

    assert learned["idle_timeout_s:none"] > 30 > learned["idle_timeout_s"] > 4 > learned["idle_timeout_s:pty"]
    assert {"usual_s", "timeout_s"} <= set(learned)
