"""The server driven by the protocol's official client: every tool, faults, four clients at once, and no writes."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client
from mcp_types import CallToolResult, TextContent
from tests.archive.conftest import Log, stored
from tests.lessons.builders import SEEN, a_lesson
from tests.recipes.sample_store import fill_with_sample
from tests.shortcuts import put_compiled_rules

from twiceshy.advice.recipes.kept_project_facts import find_facts
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store
from twiceshy.archive.reads.ratings import find_rating, read_ratings
from twiceshy.archive.rules_file import GateRule
from twiceshy.base.config import Config, load
from twiceshy.base.values import Project, Scope, Scrubbed
from twiceshy.commands.keys.gate_keys import key_of_head
from twiceshy.doors.mcp import server
from twiceshy.doors.mcp.tools import TOOLS
from twiceshy.logs.history import project_here
from twiceshy.records.lessons import LessonKind, LessonState, Trigger
from twiceshy.records.outcomes import RatedBy, Ratings

NAMES = {tool.name for tool in TOOLS}
LESSON = "l-00000000000000aa"
DIFF = """\
--- /dev/null
+++ b/run.py
@@ -0,0 +1,3 @@
+import subprocess
+def go(name):
+    return subprocess.run("ls " + name, shell=True)
"""


@pytest.fixture
def config(scratch_home: Path) -> Config:
    """A store with a session, a mistake, a lesson on a tool, and a rule for the gate."""
    config = load({}, os.environ, scratch_home)
    lessons = [
        a_lesson(id=LESSON, observations=12, sessions=5, scope="user", bad=Scrubbed("get()  # obey me")),
        a_lesson(
            id="l-00000000000000bb",
            slug="bash_flag",
            kind=LessonKind.USAGE,
            subject="mytool",
            scope="user",
            description=Scrubbed('mytool refuses "--frce"'),
            observations=4,
            sessions=3,
            trigger=Trigger(parameter="command", common_mistakes=("--frce",)),
        ),
    ]
    with Store.open(config.home) as store:
        stored(store, Log("one").opened().prompt("please").call("a", "ls").result("a", "x").edit("a", "a = 1", "a = 2"))
        key = key_of_head("git push", store.salt)
        with store.begin_writing() as connection:
            for lesson in lessons:
                writing.add(connection, lesson, imported=True)
                writing.review(connection, writing.id_of(lesson), lesson.last_seen, state=LessonState.PROMOTED)  # type: ignore[arg-type]  # it has one
    rules_file.write(
        config.home, [GateRule(key, "00" * 8, "warn", 0.9, "rerun", "", "`git push` failed 7 of 9 times")], ""
    )
    return config


@pytest.fixture
def sample(tmp_path: Path) -> Config:
    """A store with the sample project's history."""
    return fill_with_sample(tmp_path)


def using(config: Config, act: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client in this process gives."""

    async def session() -> Any:
        async with Client(server.make_server(lambda: config)) as client:
            return await act(client)

    return asyncio.run(session())


def call(config: Config, name: str, **given: object) -> dict[str, Any]:
    """A tool's answer; its text says the same as its object."""
    found: CallToolResult = using(config, lambda client: client.call_tool(name, given))
    assert not found.is_error, found.content
    (content,) = found.content
    assert isinstance(content, TextContent)
    assert json.loads(content.text) == found.structured_content
    assert len(content.text) < 6_000
    return dict(found.structured_content)


def fault(config: Config, name: str, **given: object) -> str:
    """What a call that gives no answer says."""
    found: CallToolResult = using(config, lambda client: client.call_tool(name, given))
    assert found.is_error
    (content,) = found.content
    assert isinstance(content, TextContent)
    return content.text


def test_the_tools_are_offered_with_their_schemas(config: Config) -> None:
    """Only one of them says that it writes."""
    found = using(config, lambda client: client.list_tools()).tools

    assert {tool.name for tool in found} == NAMES
    assert [tool.name for tool in found if not tool.annotations.read_only_hint] == ["record_feedback"]
    assert all(tool.input_schema["additionalProperties"] is False for tool in found)


def test_lessons_are_found(config: Config) -> None:
    """With their counts; what does not fit is empty."""
    found = call(config, "query_lessons", text="a coroutine was never awaited")

    assert found["lessons"][0]["id"] == LESSON
    assert found["lessons"][0]["words"].startswith("Seen 12 times in 5 sessions")
    assert found["compared_by"] in {"letters", "meaning"}
    assert call(config, "query_lessons", text="zzz qqq", limit=1)["lessons"] == []


def test_the_nearest_lesson_comes_first(config: Config) -> None:
    """Whichever of two was stored first; a limit keeps the nearest."""
    other = a_lesson(
        id="l-00000000000000cc",
        slug="python_async_twice",
        scope="user",
        description=Scrubbed("one coroutine object was awaited twice"),
        root_cause=Scrubbed("the object of an async call was kept and awaited again"),
    )
    with Store.open(config.home) as store, store.begin_writing() as connection:
        writing.add(connection, other, imported=True)
        writing.review(connection, writing.id_of(other), SEEN, state=LessonState.PROMOTED)
    never, twice = "a coroutine was never awaited", "one coroutine object was awaited twice"

    found = [[one["id"] for one in call(config, "query_lessons", text=text)["lessons"][:2]] for text in (never, twice)]
    (nearest,) = call(config, "query_lessons", text=twice, limit=1)["lessons"]

    assert found == [[LESSON, other.id], [other.id, LESSON]]
    assert nearest["id"] == other.id


def test_a_call_is_checked_by_rules_and_lessons(config: Config) -> None:
    """A condition that nobody said holds is told, and does not count."""
    pushed = {"tool": "Bash", "input": {"command": "git push origin main"}, "folder": "/home/ann/web-shop"}

    asked = call(config, "check_call", **pushed)
    told = call(config, "check_call", **pushed, conditions=["rerun"])
    wrong = call(config, "check_call", tool="Bash", input={"command": "mytool --frce x"})

    assert (asked["advice"], told["advice"]) == ("allow", "warn")
    assert asked["known"][0]["words"] == "`git push` failed 7 of 9 times"
    assert "just failed" in asked["known"][0]["holds_if"]
    assert wrong["known"][0]["id"] == "l-00000000000000bb"
    assert 'This call has "--frce".' in wrong["known"][0]["words"]
    assert wrong["advice"] in {"inform", "warn"}
    assert call(config, "check_call", tool="Bash", input={"command": "mytool --force x"})["advice"] == "allow"


def test_a_diff_is_scored(config: Config) -> None:
    """With the fault that it brings in; nothing is written."""
    found = call(config, "score_diff", diff=DIFF, folder=str(Path.cwd()))

    assert found["score"] > 0
    assert found["findings"][0]["path"] == "run.py"
    assert not (Path.cwd() / "run.py").exists()


def test_a_file_has_its_history(config: Config) -> None:
    """One that is not known is a fault that says so."""
    found = call(config, "file_history", path="src/shop.py")

    assert (found["edits"], found["file"]) == (1, "src/shop.py")
    assert "nowhere.py" in fault(config, "file_history", path="nowhere.py")


def test_a_task_has_its_brief_and_a_command_its_limits(config: Config) -> None:
    """Empty where nothing is known."""
    found = call(config, "brief_for_task", task="fix: coroutine was never awaited", folder=str(Path.cwd()))

    assert found["lessons"] == [LESSON]
    assert len(found["words"].encode()) <= 2_048
    assert call(config, "brief_for_task", task="good morning", files=["a.py"])["words"] == ""
    assert call(config, "suggest_limits", command="go test ./...") == {
        "command": "go test ./...",
        "usual_s": None,
        "usual": "",
        "limits": [],
    }


def test_insights_of_the_project_are_listed(sample: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """With counts and remedies, what saves most first, and without what only tells them apart in the store."""
    with Store.open(sample.home, readonly=True) as store:
        project = find_facts(store, Scope())[0]
    here = Project(identity=project.project_identity, name=project.project)
    monkeypatch.setattr(project_here, "find_stored_project", lambda *_: here)

    found = call(sample, "list_insights", folder=str(Path.cwd()), limit=2)

    assert 0 < len(found["insights"]) <= 2 <= found["insights_in_all"]
    first = found["insights"][0]
    assert (first["project"], first["id"][:2]) == (project.project, "i-")
    assert str(first["sessions"]) in first["words"]
    assert "key" not in first
    assert {"cost_usd", "most_usd"} <= first.keys()


def test_where_the_money_and_time_of_the_project_went(sample: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was paid for adds up to the total; names of files and commands stand in quotes."""
    with Store.open(sample.home, readonly=True) as store:
        project = find_facts(store, Scope())[0]
    here = Project(identity=project.project_identity, name=project.project)
    monkeypatch.setattr(project_here, "find_stored_project", lambda *_: here)

    found = call(sample, "account", folder=str(Path.cwd()))

    assert found["total_usd"] > 0
    assert sum(one["usd"] for one in found["paid_for"]) == pytest.approx(found["total_usd"], abs=0.03)
    assert found["causes"][0]["usd"] >= found["causes"][-1]["usd"]
    assert all(not one["most_of_it"] or one["most_of_it"].startswith('"') for one in found["causes"])
    assert any(one["name"] == "model" and one["seconds"] > 0 for one in found["times"])


def test_feedback_is_the_only_thing_that_writes(config: Config) -> None:
    """A muted lesson is found no more; what an agent may not say is refused."""
    assert call(config, "record_feedback", id=LESSON, verdict="mute") == {"noted": LESSON, "verdict": "mute"}
    assert LESSON not in [one["id"] for one in call(config, "query_lessons", text="coroutine never awaited")["lessons"]]
    assert "measured" in fault(config, "record_feedback", id=LESSON, verdict="right")
    assert "cannot be muted" in fault(config, "record_feedback", id="r-00", verdict="mute")
    assert "r-00" in fault(config, "record_feedback", id="r-00", verdict="wrong")


def test_an_agents_rating_is_kept_apart(config: Config) -> None:
    """It is stored as an agent's word, and nothing reads it as a person's."""
    assert call(config, "record_feedback", id=LESSON, verdict="good") == {"noted": LESSON[:10], "verdict": "good"}
    assert call(config, "record_feedback", id=LESSON, verdict="bad")["verdict"] == "bad"
    with Store.open(config.home, readonly=True) as store:
        assert read_ratings(store.connection) == Ratings()
        assert find_rating(store.connection, "l", bytes.fromhex(LESSON[2:]), RatedBy.AGENT).value == 1  # type: ignore[union-attr]  # it is there


def test_reading_tools_leave_the_store_as_it_was(config: Config) -> None:
    """Byte for byte."""
    Store.open(config.home).close()  # whatever opening settles is settled
    before = (config.home / "twiceshy.db").read_bytes()

    test_lessons_are_found(config)
    test_a_call_is_checked_by_rules_and_lessons(config)
    test_a_file_has_its_history(config)
    test_a_task_has_its_brief_and_a_command_its_limits(config)

    assert (config.home / "twiceshy.db").read_bytes() == before


FAULTS = [
    ("query_lessons", {}, "needs text"),
    ("query_lessons", {"text": 3}, "of type string"),
    ("query_lessons", {"text": "x", "limit": 99}, "from 1 to 20"),
    ("query_lessons", {"text": "x", "limit": True}, "of type integer"),
    ("query_lessons", {"text": "x" * 200_000}, "longer than"),
    ("query_lessons", {"text": "x", "odd": 1}, "has no argument 'odd'"),
    ("check_call", {"tool": "Bash", "input": {}, "conditions": ["no"]}, "one of unread"),
    ("brief_for_task", {"task": "x", "files": [3]}, "of type string"),
    ("brief_for_task", {"task": "x", "folder": "here"}, "absolute"),
    ("score_diff", {"diff": "no diff"}, "twiceshy: "),
    ("nothing", {}, "there is no tool"),
]


@pytest.mark.parametrize(("name", "given", "said"), FAULTS)
def test_a_wrong_call_is_told_in_a_sentence(config: Config, name: str, given: dict[str, object], said: str) -> None:
    """And the server goes on."""
    assert said in fault(config, name, **given)


def broken(_: Config, given: dict[str, Any]) -> dict[str, Any]:
    return dict(given["secret"])


def test_our_own_bug_ends_one_call(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its message, which may quote a log; switched off, every call says so."""
    monkeypatch.setitem(server.BY_NAME, "query_lessons", TOOLS[0]._replace(answer=broken))

    said = fault(config, "query_lessons", text="x")

    assert "KeyError" in said
    assert "secret" not in said
    monkeypatch.setenv("TWICESHY_ENABLED", "0")
    assert "switched off" in fault(load({}, os.environ, Path.cwd()), "suggest_limits", command="x")


def test_four_clients_at_once(config: Config) -> None:
    """Each with a server program of its own over pipes; all get what they asked for."""
    put_compiled_rules(config.home)
    env = {name: value for name, value in os.environ.items() if name.startswith(("TWICESHY", "XDG", "HOME"))}
    program = StdioServerParameters(command=sys.executable, args=["-m", "twiceshy", "mcp"], env=env, cwd=Path.cwd())

    async def client(number: int) -> list[Any]:
        async with Client(stdio_client(program)) as one:
            asked = [
                one.call_tool("query_lessons", {"text": "coroutine never awaited"}),
                one.call_tool("suggest_limits", {"command": f"make x{number}"}),
            ]
            return [answer.structured_content for answer in await asyncio.gather(*asked)]

    async def all_of_them() -> list[Any]:
        return list(await asyncio.gather(*map(client, range(4))))

    for number, (lessons, limits) in enumerate(asyncio.run(all_of_them())):
        assert lessons["lessons"][0]["id"] == LESSON
        assert limits["command"] == f"make x{number}"


HALVES = [
    pytest.param("plain", "plain", id="nothing"),
    pytest.param(r"\u0041 \\ \"", r"\u0041 \\ \"", id="other escapes"),
    pytest.param(r"\ud83d\ude00", r"\ud83d\ude00", id="a whole pair"),
    pytest.param(r"\\ud800", r"\\ud800", id="a backslash, then letters"),
    pytest.param(r"a\ud800b", r"a\ufffdb", id="a first half"),
    pytest.param(r"\uDE00\uD83D", r"\ufffd\ufffd", id="halves the wrong way round"),
    pytest.param(r"\ud83d\ud83d\ude00", r"\ufffd\ud83d\ude00", id="a half before a pair"),
]


@pytest.mark.parametrize(("line", "mended"), HALVES)
def test_half_characters_are_replaced(line: str, mended: str) -> None:
    """And nothing else is touched."""
    assert server.mend_halves(line) == mended


def lone(_: Config, given: dict[str, Any]) -> dict[str, Any]:
    return {"said": "\ud800", "heard": given["text"]}


def test_half_a_character_in_an_answer_is_replaced(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be written as UTF-8, and the server would end."""
    monkeypatch.setitem(server.BY_NAME, "query_lessons", TOOLS[0]._replace(answer=lone))

    assert call(config, "query_lessons", text="ä") == {"said": "?", "heard": "ä"}


def test_a_call_with_half_a_character_is_answered(config: Config) -> None:
    """Through the pipes, as the client's line is dropped before any tool sees it."""
    env = {name: value for name, value in os.environ.items() if name.startswith(("TWICESHY", "XDG", "HOME"))}
    hello = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    lines = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {
            "jsonrpc": "2.0",
            "id": 2,
            "method": "tools/call",
            "params": {"name": "suggest_limits", "arguments": {"command": "make \ud800"}},
        },
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "twiceshy", "mcp"], env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("".join(json.dumps(line) + "\n" for line in lines).encode())
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.stdin.close()
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[1]["result"]["structuredContent"]["command"] == "make \ufffd"
