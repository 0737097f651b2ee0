"""`config`, `doctor` and `ingest` from outside."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.logs.builders import a_session

from twiceshy.base.config import Config
from twiceshy.doors.cli.commands import ingest
from twiceshy.doors.cli.main import main
from twiceshy.recipes.setup import health
from twiceshy.records.ingest import FailedFile, IngestSummary, SkippedLine, UnclaimedFile, UnreadableLine
from twiceshy.records.upkeep import Check, CheckState, Health


def test_settings_are_listed_with_their_origins(
    scratch_home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every key, its value, and where that came from; without a word `config` lists."""
    monkeypatch.setenv("TWICESHY_PRIVACY_LEVEL", "strict")

    assert main(["config"]) == 0

    out = capsys.readouterr().out
    assert 'privacy.level             "strict"' in out
    assert "TWICESHY_PRIVACY_LEVEL" in out
    assert "telemetry.max_db_size_mb  100" in out
    assert main(["config", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["privacy.level"] == {
        "value": "strict",
        "origin": "TWICESHY_PRIVACY_LEVEL",
    }


def test_a_setting_is_written_and_read_back(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`set` says which file it wrote; `get` prints the value alone, for scripts."""
    assert main(["config", "set", "privacy.level", "strict"]) == 0
    assert capsys.readouterr().out == f'privacy.level = "strict" in {scratch_home}/.config/twiceshy/config.toml\n'
    assert main(["config", "get", "privacy.level"]) == 0
    assert capsys.readouterr().out == "strict\n"


def test_who_lets_something_leave_is_told_what(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Once there is a server to send to, at each setting that changes it; on stderr, so that scripts read the value."""
    told = {}
    for key, value in (
        ("telemetry.backend", "hybrid"),
        ("sync.url", "https://team.example.org"),
        ("sync.level", "anonymous"),
        ("telemetry.backend", "file"),
        ("telemetry.backend", "local"),
    ):
        assert main(["config", "set", key, value]) == 0
        told[key, value] = capsys.readouterr().err

    assert "nothing leaves yet" in told["telemetry.backend", "hybrid"]
    assert "no text, leave for https://team.example.org" in told["sync.url", "https://team.example.org"]
    assert "redacted words of commands, lessons and facts leave" in told["sync.level", "anonymous"]
    assert "files that you carry" in told["telemetry.backend", "file"]
    assert told["telemetry.backend", "local"] == ""


def test_a_projects_setting_goes_to_its_file(scratch_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``--project`` makes `.twiceshy/config.toml` where there is none above."""
    assert main(["config", "set", "--project", "report.since", "30d"]) == 0
    assert (scratch_home / ".twiceshy" / "config.toml").read_text() == '[report]\nsince = "30d"\n'
    assert main(["config", "set", "--project", "report.since", "7d", "--json"]) == 0
    assert '"7d"' in capsys.readouterr().out


def test_what_overrides_a_new_value_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody should wonder why a setting does nothing."""
    monkeypatch.setenv("TWICESHY_REPORT_SINCE", "1y")

    assert main(["config", "set", "report.since", "30d"]) == 0
    assert 'TWICESHY_REPORT_SINCE overrides it: here it is "1y".' in capsys.readouterr().err


WRONG = [
    (["config", "get"], "say `config list`, `config get KEY` or `config set KEY VALUE`."),
    (["config", "set", "enabled"], "say `config list`"),
    (["config", "list", "enabled"], "say `config list`"),
    (["config", "get", "privacy.lvl"], "unknown key 'privacy.lvl'; did you mean 'privacy.level'?"),
    (["config", "set", "privacy.level", "lax"], "config set: privacy.level cannot be 'lax'"),
    (["config", "set", "--project", "home", "/x"], "home is not for a project to set"),
    (["config", "drop"], "invalid choice: 'drop'"),
    (["ingest", "--processes", "many"], "--processes: ingest.processes cannot be 'many'"),
]


@pytest.mark.parametrize(("argv", "message"), WRONG, ids=[" ".join(row[0]) for row in WRONG])
def test_wrong_words_are_told(argv: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and what to say instead; nothing is written."""
    assert main(argv) == 2

    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


@pytest.mark.parametrize(("state", "code"), [(CheckState.OK, 0), (CheckState.NOTE, 0), (CheckState.PROBLEM, 1)])
def test_doctor_fails_only_for_problems(
    state: CheckState, code: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code tells a script, the words a person."""
    checks = [Check(name="store", state=state, words="first\nsecond " + "word " * 20, advice="do that")]
    monkeypatch.setattr(health, "check", lambda *_: Health(checks=checks))

    assert main(["doctor"]) == code

    lines = capsys.readouterr().out.split("\n")
    verdicts = {
        "ok": "No problem was found.",
        "note": "No problem was found. 1 note below says what is missing.",
        "problem": "Found 1 problem: store.",
    }
    assert lines[0] == verdicts[state]
    assert lines[2].split() == [{"ok": "ok", "note": "note", "problem": "PROBLEM"}[state], "store", "first"]
    assert max(map(len, lines)) <= 80
    assert " " * 22 + "-> do that" in lines
    assert main(["doctor", "--json"]) == code
    assert json.loads(capsys.readouterr().out)["healthy"] is (code == 0)


SUMMARY = IngestSummary(
    files_seen=2000,
    files_read=12,
    files_unchanged=1986,
    bytes_read=893_000_000,
    events={"prompt": 1200, "call": 41876, "session": 12, "edit": 0},
    duplicates=77,
    sessions_new=12,
    secrets={"email": 3, "aws-key": 40},
    skipped=[SkippedLine(name="~/a.jsonl", line=UnreadableLine(offset=70421, length=12, reason="bad-json"))] * 7,
    unknown={"hologram": 3},
    failed_files=[
        FailedFile(name="~/b\x1b.jsonl", reason="permission denied"),
        FailedFile(name="~/c.jsonl", reason="cannot read '~/c.jsonl': No such file or directory"),
    ],
    seconds=74.2,
    oldest_log=date(2026, 10, 25),
    deletion_after_days=30,
)
DRAWN = """\
Read 893 MB from 12 files in 1 min 14 s (1,986 unchanged).
Stored 43,088 events of 12 new sessions: 41,876 calls, 1,200 prompts.
Left out 77 events stored before (resumed and copied sessions).
Redacted 43 before storing: 40 aws-key, 3 email.
Skipped 7 unreadable lines:
  ~/a.jsonl at byte 70,421 (12 B): bad-json
  ~/a.jsonl at byte 70,421 (12 B): bad-json
  ~/a.jsonl at byte 70,421 (12 B): bad-json
  ~/a.jsonl at byte 70,421 (12 B): bad-json
  ~/a.jsonl at byte 70,421 (12 B): bad-json
  … and 2 more: twiceshy sql "SELECT * FROM skipped"
Could not read 2 places; the rest is read:
  ~/b\\x1b.jsonl: permission denied
  cannot read '~/c.jsonl': No such file or directory
Kept lines of types that this version does not know: 3 hologram.
The agent deletes logs after 30 days without use (the oldest: 25 Oct 2026); what is stored in /data stays.
Next: twiceshy report"""


def test_a_summary_is_in_numbers() -> None:
    """What was read, stored, passed over, redacted, skipped; what will vanish; what to do next."""
    assert ingest.render_summary(SUMMARY, Config(home=Path("/data"))) == DRAWN


def test_a_summary_of_nothing_says_so() -> None:
    """No logs, and nothing new, are not the same."""
    config = Config(home=Path("/data"))

    assert ingest.render_summary(IngestSummary(), config).startswith("No agent logs were found.")
    nobodys = [
        UnclaimedFile(path="/x/a.json", recognised="a JSON object with the key a, of no known agent", named=True),
        UnclaimedFile(
            path="/y/b.jsonl", recognised="JSON lines, the first with the key b, of no known agent", named=False
        ),
    ]
    assert ingest.render_summary(IngestSummary(unclaimed=nobodys), config) == (
        "Nothing was read.\n"
        "Did not read 1 file that you named:\n"
        "  /x/a.json: a JSON object with the key a, of no known agent\n"
        "Did not read 1 file that looks like a log:\n"
        "  /y/b.jsonl: JSON lines, the first with the key b, of no known agent\n"
        "Next: `twiceshy doctor` lists the agents that are known."
    )
    assert ingest.render_summary(IngestSummary(files_seen=1, files_unchanged=1), config) == (
        "Read 0 B from 0 files in 0.0 s (1 unchanged).\nNothing new to store.\nNext: twiceshy report"
    )


def test_a_path_where_nothing_can_be_read_ends_with_its_own_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A script sees it; JSON names the file; a log that was read before is no such case."""
    monkeypatch.setenv("TWICESHY_HOME", str(tmp_path / "home"))
    nobodys, log = tmp_path / "a.json", tmp_path / "b.jsonl"
    nobodys.write_text('{"a": 1}')
    a_session("x").prompt("x").write(log)

    assert main(["ingest", "--json", str(nobodys)]) == 20
    assert json.loads(capsys.readouterr().out)["unclaimed"] == [
        {
            "path": str(nobodys),
            "recognised": "a JSON object with the key a, of no known agent",
            "named": True,
            "place": "",
        }
    ]
    assert [main(["ingest", str(log), str(nobodys)]), main(["ingest", str(log)])] == [0, 0]
    assert main(["ingest", "--agent", "codex", "--json", str(log)]) == 20
    assert "a log of Claude Code, which is left out" in capsys.readouterr().out
    assert main(["ingest", "--agent", "codex", "--json", str(tmp_path)]) == 20
    assert main(["ingest", str(log.with_suffix(".gone"))]) == 2
