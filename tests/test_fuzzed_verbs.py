"""A seeded part of what `python -m benchmarks fuzz_verbs` and `kill_rounds` run: no verb ends with a bug of ours."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted and limits set as Linux does")


@pytest.fixture(scope="module")
def stage(sealed_home: object) -> Iterator[Any]:
    """One small store for all; the process is no longer a home for orphans afterwards."""
    import ctypes  # noqa: PLC0415  # Linux only

    from benchmarks.fuzz_verbs import SUBREAPER, open_stage  # noqa: PLC0415  # Linux only

    try:
        with open_stage() as made:
            yield made
    finally:
        ctypes.CDLL(None).prctl(SUBREAPER, 0, 0, 0, 0)


def test_no_fault_from_outside_is_a_bug(stage: Any) -> None:
    """Damaged stores, odd environments, failing system calls and missing libraries: named, or done without."""
    from benchmarks.fuzz_verbs import find_place  # noqa: PLC0415  # as above

    runs = [stage.run(number, 7, None) for number in range(20)]

    assert [f"{run.number} {run.words} {run.faults}: {find_place(run)}" for run in runs if run.is_broken] == []
    assert len({kind for run in runs for kind in run.kinds}) >= 6
    assert sum(run.code == 0 for run in runs) >= 7


def test_the_fuzz_would_see_a_bug(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a whole store a verb that raises what nothing outside explains is counted."""
    from benchmarks import fuzz_verbs  # noqa: PLC0415  # as above
    from benchmarks.fuzz_faults import Fault  # noqa: PLC0415  # as above

    monkeypatch.setattr(fuzz_verbs, "FAULTS", (Fault("none", _break_report),))
    monkeypatch.setattr(fuzz_verbs, "CALLS", ("report",))

    run = stage.run(0, 7, None)

    assert (run.code, run.is_broken) == (3, True), run.said


def _break_report(_: object, __: object) -> str:
    from twiceshy.archive.db import Store  # noqa: PLC0415  # in the child

    def fail(*_: object, **__: object) -> None:
        raise KeyError("ours")

    Store.open = fail  # type: ignore[method-assign,assignment]  # in the child only
    return "a bug"


@pytest.mark.parametrize("name", ["ingest", "upgrade", "run", "hook"])
def test_a_killed_step_loses_and_doubles_nothing(name: str, stage: Any) -> None:
    """Killed at any moment and done again: as if it had run once."""
    from benchmarks.kill_rounds import KillStage, repeat_all  # noqa: PLC0415  # as above

    (found,) = repeat_all(KillStage(stage), 3, 7, name)

    assert (found.lost, found.doubled, found.failed) == (0, 0, 0)
