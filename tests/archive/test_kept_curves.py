"""Curves that are kept."""

from pathlib import Path

import pytest

from twiceshy.archive import atomic_files
from twiceshy.archive.kept_curves import keep_curve
from twiceshy.base.errors import StoreUnwritable
from twiceshy.records.milestones import CurvePoint, Gain, LearningCurve

CURVE = LearningCurve(
    name="files",
    measure="MRR",
    judged=44,
    groups=44,
    points=(CurvePoint(0.5, 10, 0.2), CurvePoint(1.0, 20, 0.3)),
    last_quarter=Gain(0.1, 0.0, 0.2),
    doubling=None,
    best_baseline="bm25",
    lead=Gain(0.1, 0.0, 0.2),
)


@pytest.mark.parametrize("curve", [CURVE, None])
def test_a_curve_is_measured_once_for_a_state(tmp_path: Path, curve: LearningCurve | None) -> None:
    """None, too; another state and a damaged file are measured anew."""
    asked: list[str] = []

    def measure() -> LearningCurve | None:
        asked.append("once more")
        return curve

    path = tmp_path / "a.curve"
    assert [keep_curve(path, "1 head", measure) for _ in range(2)] == [curve, curve]
    assert len(asked) == 1
    assert keep_curve(path, "1 later", measure) == curve
    path.write_bytes(b"1 later\n[{")
    assert keep_curve(path, "1 later", measure) == curve
    assert len(asked) == 3


def test_a_file_that_cannot_be_written_costs_time_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer is the same."""

    def fail(*_: object) -> None:
        raise StoreUnwritable("the disk is full")

    monkeypatch.setattr(atomic_files, "write", fail)
    assert keep_curve(tmp_path / "a.curve", "1 head", lambda: CURVE) == CURVE
