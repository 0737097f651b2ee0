"""doors.gate.owner: the agent's own process is noted when a turn begins, and nothing that merely ran beside it."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from tests.doors.gate.calling import CLEAN, Hooked, tool

from twiceshy.logs import spool

STAT = Path("/proc/self/stat")
pytestmark = pytest.mark.skipif(not STAT.exists(), reason="no /proc: the kernel does not say when a process started")
PROMPT = b'{"session_id": "s1", "cwd": "/home/ann/shop", "prompt": "please", "hook_event_name": "UserPromptSubmit"}'


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "data")


def test_a_call_notes_no_process(hooked: Hooked) -> None:
    """Only the beginning of a session and of a turn do: calls are many."""
    hooked.call("PreToolUse", tool("Bash", command="make"))
    assert "o" not in hooked.lines()[0]


def test_the_agent_is_the_process_that_called(hooked: Hooked) -> None:
    """Its id, when it started, and a key of when the machine did; the machine's own id is nowhere."""
    hooked.call("UserPromptSubmit", PROMPT)
    process, start, boot = hooked.lines()[0]["o"].split(".")
    assert int(process) == os.getpid()
    assert start == STAT.read_text().rpartition(")")[2].split()[19]
    assert boot not in Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", "")
    assert len(boot) == 16


def test_a_shell_between_is_passed_over(hooked: Hooked) -> None:
    """Agents that run hooks by a shell are found behind it: the shell ends with the hook."""
    line = f"{shlex.join(hooked.command('UserPromptSubmit'))}; true"
    subprocess.run(["sh", "-c", line], input=PROMPT, env=CLEAN, check=True, timeout=20)
    assert hooked.lines()[0]["o"].startswith(f"{os.getpid()}.")


def test_the_note_is_read_back(hooked: Hooked) -> None:
    """What the spool holds becomes part of the exposure; a note without it has none."""
    hooked.call("UserPromptSubmit", PROMPT)
    hooked.call("PreToolUse", tool("Bash", command="make"))
    [path] = spool.find_files(hooked.home)
    assert [one.owner for one in spool.read(path).exposures] == [hooked.lines()[0]["o"], None]
