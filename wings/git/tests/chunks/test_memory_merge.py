"""Clones that add, pack, merge and forget, and are killed meanwhile, know the exact union: a drawn part.

All of it, twenty clones and a thousand operations: `python -m benchmarks memory_merge`.
"""

import sys
from pathlib import Path

import pytest
from benchmarks.memory_merge import try_merges


@pytest.mark.skipif(sys.platform != "linux", reason="the benchmark forks, and kills what it started")
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_drawn_part_of_the_merges_is_exact(tmp_path: Path) -> None:
    """No record is lost, none comes back, nothing conflicts."""
    found = try_merges(tmp_path, clones=3, operations=24, seed=5)

    assert (found.wrong, found.conflicts, found.apart, found.damaged) == (0, 0, 0, 0)
    assert found.records > 10
    assert found.forgotten > 1
