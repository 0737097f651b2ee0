"""A cloned repository can do nothing but be read: three of the benchmark's attempts, drawn from a seed.

All sixty take twenty minutes: `python -m benchmarks hostile_clone`. The forms themselves are tried in process by
`test_foreign_files.py` and the tests of each room; this says that the verbs hold together.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks.hostile_attempts import ATTEMPTS

from twiceshy.doors.cli.verbs import list_verbs

ROOT = Path(__file__).parents[1]


def test_there_are_sixty_attempts_of_many_kinds() -> None:
    """Each with a name of its own."""
    assert len({(one.kind, one.name) for one in ATTEMPTS}) == len(ATTEMPTS) == 60
    assert len({one.kind for one in ATTEMPTS}) >= 12


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform != "linux", reason="the benchmark forks, and reads /proc")
def test_a_drawn_part_of_the_attempts_has_no_effect_outside() -> None:
    """No verb hangs, grows, shows or changes what is not the clone's."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "hostile_clone", "--part", "20", "--quick"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "0 of 3 attempts had an effect outside" in done.stdout, done.stdout
    assert " 0 effects without" in done.stdout, done.stdout


def test_every_verb_that_reads_a_project_is_tried() -> None:
    """Or stands here, with what it reads instead."""
    from benchmarks.hostile_clone import VERBS as TRIED  # noqa: PLC0415  # it needs `fork`

    store_only = {
        "sessions",
        "dashboard",
        "show",
        "search",
        "history",
        "effects",
        "sql",
        "runs",
        "feedback",
        "export",
        "quality",
        "mute",
        "replay",
        "judge",
    }
    store_only |= {
        "serve",
        "sync",
        "fleet",
        "remove",
        "config",
        "tools",
        "demo",
        "features",
        "train",
        "evaluate",
        "models",
        "milestones",
        "redact",
        "audit",
        "forget",
        "cleanup",
        "bundle",
    }
    assert {words[0] for words in TRIED.values()} | store_only | {"mcp"} == {verb.name for verb in list_verbs().verbs}
