"""`init`, `remove`, `learn` and doctor's options from outside."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.doors.gate.calling import tool
from tests.logs.builders import a_session

from twiceshy.doors.cli.main import main

SECRET = "sk-ant-api03-PLANTED0123456789abcdefPLANTED"


@pytest.fixture
def claude(scratch_home: Path) -> Path:
    folder = scratch_home / ".claude"
    (folder / "projects" / "p").mkdir(parents=True)
    (folder / "settings.json").write_text('{\n  "model": "large" // mine\n}\n')
    return folder


def test_one_command_installs_reads_and_reports(claude: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The change is shown as a diff; the logs there are get read; a second call changes nothing."""
    log = a_session().prompt("x").runs("ls", "a.py")
    log.write(claude / "projects" / "p" / "log.jsonl")
    assert main(["init", "--yes", "--diff"]) == 0

    out = capsys.readouterr().out
    assert '-  "model": "large" // mine' in out
    assert '+  "model": "large", // mine' in out
    assert "Hooks are installed in 1 file." in out
    assert "No advice yet" in out
    before = (claude / "settings.json").read_bytes()
    assert main(["init", "--yes", "--no-backfill"]) == 0
    assert "has the hooks already" in capsys.readouterr().out
    assert (claude / "settings.json").read_bytes() == before
    assert main(["remove", "--yes"]) == 0
    assert (claude / "settings.json").read_text() == '{\n  "model": "large" // mine\n}\n'
    assert "What was recorded stays" in capsys.readouterr().out


def test_nothing_is_changed_unasked(
    claude: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a terminal, with another word than yes, with --dry-run, without an agent."""
    before = (claude / "settings.json").read_bytes()
    assert main(["init"]) == 2
    assert main(["remove", "--purge"]) == 2
    assert "no terminal to ask at" in capsys.readouterr().err
    assert main(["init", "--dry-run"]) == 0
    assert main(["init", "--dry-run", "--json"]) == 0
    assert main(["remove", "--dry-run", "--json"]) == 0
    terminal = io.StringIO("no\n" * 2)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    assert main(["init"]) == 0
    assert "Nothing was changed." in capsys.readouterr().out

    assert (claude / "settings.json").read_bytes() == before
    assert not (claude.parent / ".twiceshy" / "hooks").exists()


def test_a_yes_at_the_terminal_is_enough(
    claude: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """For installing and for removing."""
    terminal = io.StringIO("y\nyes\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)

    assert main(["init", "--no-backfill"]) == 0
    assert main(["remove", "--purge"]) == 0
    assert "The data folder is deleted." in capsys.readouterr().out
    assert not (claude.parent / ".twiceshy").exists()


def test_a_machine_without_agents(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Says so, and what to do."""
    assert main(["init", "--yes"]) == 0
    assert "No agent's folder was found" in capsys.readouterr().out
    assert main(["remove", "--yes"]) == 0
    assert "No hooks of this data folder are installed." in capsys.readouterr().out


def test_a_file_that_is_left_alone_fails_the_command(claude: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the text to put in, for the eye and as JSON."""
    (claude / "settings.json").chmod(0o444)
    assert main(["init", "--yes", "--no-backfill"]) == 1
    assert "stays as it is: it is read-only. To install the hooks, put this into it:" in capsys.readouterr().out
    assert main(["init", "--yes", "--no-backfill", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["plan"]["refusals"][0]["reason"] == "it is read-only"


def test_a_plugin_is_written(claude: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Instead of a change of settings."""
    assert main(["init", "--plugin", str(tmp_path / "plugin")]) == 0

    assert "Use the plugin or the settings, not both." in capsys.readouterr().out
    assert (tmp_path / "plugin" / "hooks" / "hooks.json").exists()


def test_a_live_sessions_secrets_are_nowhere(claude: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A session through every installed hook, with secrets in all that a person or tool may write, then `learn`."""
    assert main(["init", "--yes", "--no-backfill"]) == 0
    hooks = json.loads((claude / "settings.json").read_text().replace(" // mine", ""))["hooks"]
    event = tool("Bash", session="s1", command=f"{SECRET}=1 curl -u {SECRET}", file_path=f"/home/{SECRET}/x")
    event |= {"prompt": SECRET, "tool_response": {"stdout": SECRET}, "error": SECRET, "cwd": f"/srv/{SECRET}"}
    environment = {"PATH": os.environ["PATH"], "TWICESHY_HOOK_LEARNS": "0"}
    for name, groups in hooks.items():
        handler = groups[0]["hooks"][0]
        given = json.dumps(event | {"hook_event_name": name, "last_assistant_message": SECRET}).encode()
        command = [handler["command"], *handler["args"]]
        done = subprocess.run(command, input=given, capture_output=True, env=environment, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert main(["learn"]) == 0
    assert f"{len(hooks)} from spool" in capsys.readouterr().out

    files = [path for path in (claude.parent / ".twiceshy").rglob("*") if path.is_file()]
    assert [path for path in files if SECRET.encode() in path.read_bytes() or SECRET in path.name] == []
    assert main(["sql", "SELECT count(*) FROM exposure"]) == 0
    assert str(len(hooks)) in capsys.readouterr().out


def test_doctor_tries_and_mends(claude: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a hook answers, and a broken installation made whole."""
    assert main(["doctor", "--repair"]) == 0
    assert "there is nothing to repair" in capsys.readouterr().out
    assert main(["doctor", "--simulate", "PreToolUse"]) == 30
    assert main(["init", "--yes", "--no-backfill"]) == 0
    assert main(["doctor", "--simulate", "Dream"]) == 30
    capsys.readouterr()
    assert main(["doctor", "--simulate", "PreToolUse"]) == 0
    assert "printed  nothing, so the agent goes on" in capsys.readouterr().out

    (claude.parent / ".twiceshy" / "hooks" / "hook.py").unlink()
    assert main(["doctor"]) == 1
    assert main(["doctor", "--simulate", "PreToolUse", "--json"]) == 1
    assert '"written": ""' in capsys.readouterr().out
    assert main(["doctor", "--repair", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["healthy"]


def test_learning_says_what_was_not_done(
    claude: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And fails then; switched off, it does nothing."""
    monkeypatch.setenv("TWICESHY_LEARN_CPU_BUDGET_S", "1")
    assert main(["learn", "--json"]) == 0
    from twiceshy.recipes.learn import learn_all  # noqa: PLC0415  # only here

    monkeypatch.setattr(
        learn_all,
        "run_steps",
        lambda *_: learn_all.StepResults({"spool": 2, "retention": 3}, ["logs: no space left"], spent=True),
    )
    assert main(["learn"]) == 1
    out = capsys.readouterr().out
    assert "new: 2 from spool." in out
    assert "Removed 3 command runs older than 90 days or beyond 100 MB; what limits and patterns learned" in out
    assert "It is not complete. logs: no space left" in out
    assert "the next run goes on" in out
    monkeypatch.setenv("TWICESHY_ENABLED", "0")
    assert main(["learn"]) == 0
    assert "switched off" in capsys.readouterr().err
