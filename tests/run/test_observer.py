"""What a run consumes: how many cores at once, and how long it waited for disks, where that is known."""

from pathlib import Path

import pytest

from twiceshy.records.runs import RunPlan
from twiceshy.run.observer import Observer, measure_io_wait
from twiceshy.run.verdicts import Judge
from twiceshy.run.wrapper import Run


@pytest.fixture
def observer(monkeypatch: pytest.MonkeyPatch) -> Observer:
    """The observer of a run that has not begun, at the second 0."""
    monkeypatch.setattr("twiceshy.run.wrapper.Signals", lambda *_, **__: None)
    one = Observer(Run(RunPlan(), Judge(RunPlan())))
    one.looked_at = 0.0
    return one


def test_the_busiest_second_counts(observer: Observer) -> None:
    """Over all processes; a new one spent all it has since the last look, one that left spends no more."""
    observer.note_spent({7: (50, 0)}, 1.0)
    observer.note_spent({7: (150, 0), 8: (150, 0)}, 2.0)
    observer.note_spent({8: (170, 0)}, 4.0)

    assert observer.cores_peak == 2.5


def test_waits_for_disks_add_up(observer: Observer) -> None:
    """A number that another process got later is not counted backwards."""
    observer.note_spent({7: (0, 30), 8: (0, 10)}, 1.0)
    observer.note_spent({7: (0, 45), 8: (0, 2)}, 2.0)

    assert observer.io_ticks == 55


KNOWN = [
    pytest.param("1\n", 0, 0.0, id="counted, and none"),
    pytest.param("1\n", 150, 1.5, id="counted"),
    pytest.param("0\n", 0, None, id="not counted"),
    pytest.param(None, 0, None, id="a kernel that does not say"),
    pytest.param(None, 25, 0.25, id="a kernel that does not say, but counted"),
]


@pytest.mark.parametrize(("switch", "ticks", "wanted"), KNOWN)
def test_what_the_kernel_does_not_count_is_unknown(
    tmp_path: Path, switch: str | None, ticks: int, wanted: float | None
) -> None:
    """Never 0."""
    path = tmp_path / "task_delayacct"
    if switch is not None:
        path.write_text(switch)

    assert measure_io_wait(ticks, str(path)) == wanted
