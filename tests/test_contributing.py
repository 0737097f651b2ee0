"""CONTRIBUTING.md names what is there, and its diffs apply to this checkout."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from twiceshy.doors.cli.verbs import list_verbs

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
DIFFS = sorted((ROOT / "docs" / "contributing").glob("*.diff"))
INVENTED_VERBS = {"projects"}
"""What the walk-through of a verb adds."""


@pytest.mark.skipif(not (ROOT / ".git").exists() or shutil.which("git") is None, reason="no git checkout")
@pytest.mark.parametrize("diff", DIFFS, ids=lambda path: path.stem)
def test_a_diff_applies(diff: Path) -> None:
    """Where code that it touches has moved, the diff is made anew."""
    command = ["git", "-C", str(ROOT), "apply", "--check", str(diff)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_every_diff_is_explained() -> None:
    """None lies about unseen."""
    assert re.findall(r"\]\(docs/contributing/([\w-]+)\.diff\)", PAGE) == [
        "reader",
        "redaction-rule",
        "correction-sign",
        "verb",
    ]
    assert len(DIFFS) == 4


def test_every_path_exists() -> None:
    """Links, and paths in backquotes."""
    paths = re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE)
    paths += re.findall(r"(?<!`)`((?:src|tests|docs|changes|benchmarks)/[\w./-]*)`(?!`)", PAGE)
    paths += re.findall(r"git apply (\S+\.diff)", PAGE) + re.findall(r"pytest (tests/[\w/]+)", PAGE)

    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_make_target_exists() -> None:
    """As the Makefile has it."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z]+)", PAGE))

    assert {"test", "check", "docs", "release", "mutants", "alone"} <= named
    assert named - targets == set()


def test_every_command_exists() -> None:
    """Verbs and benchmarks."""
    verbs = {name for verb in list_verbs().verbs for name in (verb.name, *verb.aliases)}
    benchmarks = re.findall(r"python -m benchmarks (\w+)", PAGE)

    assert set(re.findall(r"`twiceshy ([a-z]+)", PAGE)) - verbs <= INVENTED_VERBS
    assert [name for name in benchmarks if not (ROOT / "benchmarks" / f"{name}.py").exists()] == []


def test_what_is_shown_stands_in_the_diffs() -> None:
    """Each line of a code block was copied from the diff, if perhaps indented otherwise."""
    added = {line[1:].strip() for diff in DIFFS for line in diff.read_text(encoding="utf-8").split("\n")}
    shown = [line.strip() for block in re.findall(r"```\w+\n(.*?)```", PAGE, re.DOTALL) for line in block.split("\n")]

    assert [line for line in shown if line not in {"", "...", *added}] == []
