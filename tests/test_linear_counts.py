"""What is read and learned costs four times as much where there is four times as much: a part of the benchmark.

Calls of functions are counted, not seconds, so that a busy machine changes nothing. All seven counts, in CPU seconds:
`python -m benchmarks linear_counts`.
"""

import cProfile
import pstats
from pathlib import Path

import pytest
from benchmarks.linear_counts import COUNTS, Logs

from twiceshy.doors.cli.main import main
from twiceshy.logs.log_files import EarlierPart

LEAST, FEW = 15, 100


def count_calls(home: Path, monkeypatch: pytest.MonkeyPatch, name: str, many: int) -> int:
    """Return the calls of functions that it takes to read such a log and to learn from it."""
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(home / "claude"))
    monkeypatch.setenv("TWICESHY_HOME", str(home / "data"))
    monkeypatch.setenv("TWICESHY_INGEST_PROCESSES", "1")
    COUNTS[name].make(Logs(home / "claude"), many)
    profile = cProfile.Profile()
    for words in (["ingest"], ["learn"]):
        assert profile.runcall(main, words) == 0
    return int(pstats.Stats(profile).total_calls)  # type: ignore[attr-defined]  # not in the stubs


@pytest.mark.parametrize("name", ["prompts", "calls"])
def test_four_times_as_many_cost_at_most_five_times_as_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Each of the further ones costs no more than a quarter more than each of the first."""
    count_calls(tmp_path / "first", monkeypatch, name, LEAST)  # it makes what is made once
    least, few, many = (
        count_calls(tmp_path / str(number), monkeypatch, name, number) for number in (LEAST, FEW, 4 * FEW)
    )

    assert (many - few) / (3 * FEW) <= 5 / 4 * (few - least) / (FEW - LEAST)


def test_earlier_lines_are_searched_for_ids_once(tmp_path: Path) -> None:
    """However many are asked for; what is no whole id, such as a file's name, is found as a part of a line."""
    path, many = tmp_path / "log.jsonl", 2_000
    path.write_text("".join(f'{{"id":"{number:032x}","file":"/a/f{number}.py"}}\n' for number in range(many)))
    earlier = EarlierPart(path, path.stat().st_size)
    profile = cProfile.Profile()

    def ask() -> list[int]:
        asked = [f"{number:032x}".encode() for number in range(0, 2 * many, 2)]
        return [len(list(earlier.lines_with(needle))) for needle in asked]

    found = profile.runcall(ask)
    searches = [row for key, row in pstats.Stats(profile).stats.items() if "'find' of 'bytes'" in key[2]]  # type: ignore[attr-defined]

    assert found == [1] * (many // 2) + [0] * (many // 2)
    assert sum(row[0] for row in searches) == many // 2
    assert [line[-12:] for line in earlier.lines_with(b"f77.py")] == [b'"/a/f77.py"}']
