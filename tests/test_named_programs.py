"""Nobody but the door starts git, and behind it no program runs that a repository's settings name.

All verbs, one setting after the other: `python -m benchmarks named_programs --each` (seven minutes).
"""

import ast
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.hostile_attempts import Scene
from benchmarks.named_programs import PLACES, list_marks, run_control, set_places
from tests.house.graph import list_sources, name_of

from twiceshy.base.errors import SourceError
from twiceshy.base.git_door import COMMANDS, guard_words, override_programs
from twiceshy.logs.git_lines import read_dirty_files
from twiceshy.logs.git_program import ask_git
from twiceshy_git.memory_repository.transfer import RefUpdate, push_refs

SOURCES = list_sources()
STARTS_PROGRAMS = {
    "twiceshy_fleet/cluster/spark_session.py": "Java, to ask its version",
    "twiceshy_data/contribute/ssh_signatures.py": "ssh-keygen",
    "recipes/look/lesson_demo.py": "our own hook",
    "twiceshy_git/message_recipes/writer_contests.py": "what a person named in this call",
    "recipes/setup/hook_folder.py": "our own hook",
    "base/git_door.py": "git",
    "run/child.py": "what a person runs; ps",
    "run/outputs.py": "cat",
    "score/scanner_process.py": "the pinned scanner",
    "base/spread.py": "ourselves",
    "archive/guard.py": "mount",
    "doors/gate/brief.py": "ourselves",
    "doors/gate/learn_start.py": "ourselves",
    "base/toolbox.py": "tools, to ask their version; pip",
}
"""Every module that starts a process, with what it starts."""
SYSTEMS = ("os", "posix", "system")
STARTERS = {"Popen", "run", "call", "check_call", "check_output", "getoutput", "getstatusoutput"}


def started(path: Path) -> Iterator[ast.Call]:
    """Yield the calls of a source that start a process."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            name = node.func.attr
            by_system = owner in SYSTEMS and name.startswith(("exec", "spawn", "posix_spawn", "system", "popen"))
            if by_system or (owner == "subprocess" and name in STARTERS):
                yield node


def test_who_starts_processes_is_listed() -> None:
    """A module that starts one is a line above, and git is started by one."""
    found = {name_of(path) for path in SOURCES if any(started(path))}

    assert found == set(STARTS_PROGRAMS)


def test_nobody_else_looks_for_git() -> None:
    """Neither by its name nor through a shell; `init` looks whether it is there."""
    looking = {"find_program", "on_path", "which"} | STARTERS
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in looking
        and any(isinstance(one, ast.Constant) and one.value == "git" for part in node.args for one in ast.walk(part))
    ]

    assert {one.partition(":")[0] for one in found} == {"base/git_door.py", "recipes/setup/hook_install.py"}


def test_every_question_to_a_repository_is_a_known_command() -> None:
    """Each call in the sources begins with a command of the door's list, as far as it is written out."""
    asked = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_bytes())):
            name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in ("ask_git", "stream_git") and len(node.args) > 1:
                first = node.args[1]
                if isinstance(first, ast.Constant):
                    asked.append(first.value)

    assert len(asked) > 30
    assert set(asked) <= set(COMMANDS)


@pytest.mark.parametrize(
    "words", [["commit"], ["cat-file", "--filters", "HEAD:a"], ["log", "--show-signature"], ["diff", "--ext-diff"]]
)
def test_what_could_run_a_program_is_refused(words: list[str]) -> None:
    """An unknown command is, and an option that switches drivers on."""
    with pytest.raises(ValueError, match="could run"):
        guard_words(words)


def test_a_file_may_have_any_name() -> None:
    """What stands behind the two dashes is no option."""
    assert guard_words(["ls-files", "--", "--filters"]) == ["ls-files", "--", "--filters"]


def test_too_many_programs_are_refused() -> None:
    """They would not fit into an environment."""
    with pytest.raises(SourceError, match="programs"):
        override_programs(f"filter.{number}.clean" for number in range(3_000))


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A clone with all forty settings, whose files were touched."""
    made = Scene(tmp_path / "clone", tmp_path / "good", tmp_path / "outside", threading.Event())
    (made.project / "src").mkdir(parents=True)
    made.outside.mkdir()
    (made.project / "CLAUDE.md").write_text("one\n")
    (made.project / "src" / "app.py").write_text("x = 1\n")
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"]):
        subprocess.run(["git", "-C", str(made.project), *words], check=True)
    set_places(made, PLACES)
    return made


def test_git_itself_runs_what_the_settings_name(scene: Scene) -> None:
    """So the clone is as hostile as it looks."""
    assert {"filter/filter-x-process", "core/core-fsmonitor", "submodule"} <= run_control(scene)


def test_no_command_runs_what_the_settings_name(scene: Scene) -> None:
    """Not one of the door's, in the forms that look at most."""
    forms = {
        "blame": ["src/app.py"],
        "cat-file": ["-p", "HEAD:CLAUDE.md"],
        "check-attr": ["-a", "CLAUDE.md"],
        "config": ["--list"],
        "diff": ["HEAD"],
        "diff-tree": ["-p", "--root", "HEAD"],
        "for-each-ref": [],
        "grep": ["one"],
        "log": ["-p"],
        "ls-files": ["-m", "-o"],
        "ls-tree": ["HEAD"],
        "merge-base": ["HEAD", "HEAD"],
        "remote": ["-v"],
        "rev-list": ["HEAD"],
        "rev-parse": ["--git-path", "hooks"],
        "show-ref": [],
        "status": ["--porcelain"],
        "symbolic-ref": ["HEAD"],
    }
    assert forms.keys() == COMMANDS.keys()
    said = {word: ask_git(scene.project, word, *rest, accept=(0, 1)) for word, rest in forms.items()}

    assert list_marks(scene) == set()
    assert " M src/app.py" in said["status"]
    assert "+# touched" in said["diff"]
    assert "# touched" in said["blame"]


def test_a_remote_that_came_with_the_clone_runs_no_hook(scene: Scene) -> None:
    """A folder of this machine takes the memory and runs nothing of its own."""
    bare = scene.project / "vendor.git"
    head = ask_git(scene.project, "rev-parse", "HEAD").strip()
    push_refs(scene.project / ".git", str(bare), [RefUpdate("refs/twiceshy/memory/0000000000000000/000001", head, "")])

    assert ask_git(bare, "for-each-ref", "--format=%(objectname)").strip() == head
    assert list_marks(scene) == set()


def test_an_honest_status_needs_no_filter(tmp_path: Path) -> None:
    """Ends of lines are git's own work, and what git-lfs stores is a hash that we compute."""
    run = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*run, "init", "-q"], check=True)
    sums = "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"  # SHA-256 of "1\n"
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sums}\nsize 2\n"
    (tmp_path / ".gitattributes").write_text("*.bin filter=lfs -text\n*.txt text eol=crlf\n*.box filter=box\n")
    for name in ("same.bin", "other.bin"):
        (tmp_path / name).write_text(pointer)
    for name in ("same.txt", "other.txt", "touched.box"):
        (tmp_path / name).write_bytes(b"one\r\n")
    subprocess.run([*run, "add", "-A"], check=True, capture_output=True)
    subprocess.run([*run, "commit", "-qm", "one"], check=True)
    (tmp_path / "same.bin").write_text("1\n")
    (tmp_path / "other.bin").write_text("2\n")
    os.utime(tmp_path / "same.txt", (1, 1))
    (tmp_path / "other.txt").write_bytes(b"two\r\n")
    (tmp_path / "touched.box").write_bytes(b"plain\n")

    assert set(read_dirty_files(tmp_path) or ()) == {"other.bin", "other.txt", "touched.box"}
