"""The brief's hook: once a session, off by a switch, held back by lot, silent on every fault, and never late."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.lessons.builders import a_lesson

from twiceshy.advice.recipes import brief_notes, name_event
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.values import Scrubbed
from twiceshy.doors.brief import brief_hook
from twiceshy.doors.brief.brief_hook import render_brief
from twiceshy.logs.spool import read
from twiceshy.records.lessons import LessonState
from twiceshy.records.rules import RuleKind

TASK = "the coroutine was never awaited, fix it"
SESSION = "s1"


@pytest.fixture
def config(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A store with one lesson that a person promoted, nothing held back."""
    monkeypatch.setenv("TWICESHY_ADVICE_HELD_BACK_PERCENT", "0")
    config = load({}, os.environ, scratch_home)
    lesson = a_lesson(state=LessonState.PROMOTED, observations=12, sessions=5, scope="user", bad=Scrubbed("get()"))
    with Store.open(config.home) as store:
        store.salt  # noqa: B018  # makes it
        with store.begin_writing() as connection:
            writing.add(connection, lesson, imported=True)
            writing.review(connection, writing.id_of(lesson), lesson.last_seen, state=LessonState.PROMOTED)  # type: ignore[arg-type]  # it has one
    (config.home / "spool").mkdir()
    (config.home / "hooks").mkdir()
    (config.home / "hooks" / "failures").touch()
    return config


def heard(
    config: Config, event: str = "UserPromptSubmit", session: str = SESSION, agent: str = "claude-code", **given: str
) -> str:
    """The words that the agent got; empty for silence."""
    values = {"cwd": str(Path.cwd()), "prompt": TASK} | given
    said = brief_hook.speak(config, Path(values["cwd"]), (agent, event, session), dict(values))
    return json.loads(said)["hookSpecificOutput"]["additionalContext"] if said else ""


def spooled(config: Config, session: str = SESSION) -> list[dict[str, str]]:
    text = (config.home / "spool" / f"{session}.jsonl").read_text(encoding="ascii")
    return [json.loads(line) for line in text.split("\n") if line]


def test_a_prompt_gets_what_fits_once(config: Config) -> None:
    """The second time there is silence, and the spool has an id and no word."""
    assert "Seen 12 times in 5 sessions of 1 project: a coroutine was never awaited\n  bad   `get()`" in heard(config)
    assert heard(config) == ""
    notes = spooled(config)
    assert [note["g"] for note in notes] == [brief_hook.RULE.hex(), "00000000000000aa"]
    assert {(note["v"], note["l"], note["e"]) for note in notes} == {("s", "inform", "UserPromptSubmit")}
    folded = read(config.home / "spool" / f"{SESSION}.jsonl")
    assert [one.category for one in folded.advice] == [RuleKind.BRIEF, RuleKind.TOLD]


def test_a_start_gets_the_standing_ones_and_the_prompt_not_again(config: Config) -> None:
    """What was told at the start is not told at the prompt."""
    assert "never awaited" in heard(config, "SessionStart", source="startup")
    assert heard(config, "SessionStart", source="startup") == ""
    assert heard(config) == ""


@pytest.mark.parametrize("source", ["compact", "resume", "fork"])
def test_a_dialogue_that_goes_on_is_told_nothing_again(config: Config, source: str) -> None:
    """Neither then nor at the next prompt: its brief stands in it."""
    assert heard(config, "SessionStart", source=source) == ""
    assert heard(config) == ""


def test_what_fits_nothing_is_silent_and_after_three_prompts_not_looked_for(config: Config) -> None:
    """A session of small talk costs little."""
    for _ in range(3):
        assert not brief_notes.is_done(config, SESSION, "UserPromptSubmit")
        assert heard(config, prompt="good morning") == ""
    assert brief_notes.is_done(config, SESSION, "UserPromptSubmit")
    assert heard(config) == ""


def test_a_lot_holds_it_back_in_a_session_as_a_whole(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noted so, and nothing is said; the same session draws the same lot."""
    monkeypatch.setenv("TWICESHY_ADVICE_HELD_BACK_PERCENT", "15")
    share = load({}, os.environ, Path.cwd())

    drawn = [brief_hook.is_held_out(share, f"s{number}") for number in range(2_000)]

    assert 0.12 < sum(drawn) / len(drawn) < 0.18
    held = f"s{drawn.index(True)}"
    assert heard(share, "SessionStart", held, source="startup") == ""
    assert [note["v"] for note in spooled(share, held)] == ["h", "h"]
    assert brief_notes.is_done(share, held, "SessionStart")


SWITCHES = ["TWICESHY_ENABLED", "TWICESHY_BRIEF_ENABLED", "TWICESHY_LESSONS_ENABLED", "TWICESHY_ADVICE_ENABLED"]


@pytest.mark.parametrize("switch", SWITCHES)
def test_one_switch_silences_it(config: Config, monkeypatch: pytest.MonkeyPatch, switch: str) -> None:
    """Whichever it is."""
    monkeypatch.setenv(switch, "0")
    monkeypatch.setattr(brief_hook, "speak", lambda *_: "a word")
    said: list[bytes] = []
    monkeypatch.setattr(os, "write", lambda _, data: said.append(data))
    given = json.dumps({"cwd": str(Path.cwd()), "prompt": TASK}).encode()

    brief_hook.answer(str(config.home), ("claude-code", "UserPromptSubmit", SESSION), given)
    assert said == []
    monkeypatch.delenv(switch)
    brief_hook.answer(str(config.home), ("claude-code", "UserPromptSubmit", SESSION), given)
    assert said == [b"a word"]


def test_no_store_is_silence(scratch_home: Path) -> None:
    """Nothing was ever learned here."""
    config = load({}, os.environ, scratch_home)

    assert heard(config, "SessionStart", source="startup") == ""
    assert heard(config) == ""


def test_a_damaged_store_is_silence(config: Config) -> None:
    """`doctor` says what is wrong with it."""
    (config.home / "twiceshy.db").write_bytes(b"no database" * 1_000)

    assert heard(config) == ""


def called(config: Config, given: str, *, at: float | None = None, agent: str = "claude-code") -> str:
    """What the started program printed."""
    ms = str(int(1000 * (time.time() + 60 if at is None else at)))
    words = [
        sys.executable,
        "-I",
        "-m",
        "twiceshy.doors.brief",
        str(config.home),
        agent,
        "UserPromptSubmit",
        SESSION,
    ]
    done = subprocess.run([*words, ms], input=given, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_the_program_answers(config: Config) -> None:
    """As the recording hook starts it; a session's own folder decides the project."""
    found = called(config, json.dumps({"cwd": str(Path.cwd()), "prompt": TASK}))

    assert "never awaited" in json.loads(found)["hookSpecificOutput"]["additionalContext"]


@pytest.mark.parametrize("given", ["", "[]", "{", '{"cwd": 3, "prompt": []}', '{"prompt": null}'])
def test_what_is_no_event_is_silence(config: Config, given: str) -> None:
    """With status 0; the fault's kind is noted, and none of its words."""
    assert called(config, given) == ""
    notes = (config.home / "hooks" / "failures").read_text(encoding="ascii")
    assert all(len(line.split(" ")) == 3 for line in notes.split("\n") if line)


def test_too_late_is_silence(config: Config) -> None:
    """When the second is over before it could begin."""
    assert called(config, json.dumps({"prompt": TASK}), at=time.time() - 2) == ""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timer")
def test_the_clock_ends_it(config: Config) -> None:
    """A second after the hook began nothing is said any more, whatever it waits for: here for its own input."""
    words = [sys.executable, "-I", "-m", "twiceshy.doors.brief", str(config.home), "codex", "UserPromptSubmit", "s2"]
    child = subprocess.Popen(
        [*words, str(int(1000 * (time.time() - 0.6)))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )

    assert child.wait(timeout=20) == 0
    assert child.communicate() == (b"", b"")


# Each agent gets a brief in its own form: golden files that were compared with the agents' contracts.

GOLDEN = Path(__file__).parent / "golden"
WORDS = 'twiceshy, from the record of earlier sessions:\nSeen 12 times: "ä"\n  bad   f()'


@pytest.mark.parametrize("event", ["SessionStart", "UserPromptSubmit"])
@pytest.mark.parametrize("agent", ["claude-code", "codex", "gemini-cli"])
def test_the_form_is_the_agents_own(agent: str, event: str) -> None:
    """One JSON object on one line of ASCII with the words in it, as kept."""
    found = render_brief(name_event(agent, event), WORDS)

    assert found + "\n" == (GOLDEN / f"{agent}.{event}.json").read_text(encoding="ascii")
    assert json.loads(found)["hookSpecificOutput"]["additionalContext"] == WORDS
