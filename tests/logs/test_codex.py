"""Codex CLI's rollouts: the shared contract, and what is particular to this agent."""

from pathlib import Path
from typing import Any

import pytest
from tests.logs.codex_builders import Rollout, a_rollout, line
from tests.logs.contract import SALT, WHOLE, ReaderContract, read_all, settled

from twiceshy.logs.codex.reader import match_silent_line
from twiceshy.logs.readers import READERS
from twiceshy.records.events import (
    Action,
    Edit,
    Failure,
    Mark,
    MarkKind,
    Prompt,
    PromptKind,
    RawEvent,
    Reply,
    Session,
    ToolCall,
    ToolResult,
    Usage,
)
from twiceshy.records.ingest import Cursor

READER = READERS["codex"]
ADDED = ["*** Add File: a.py", "+x = 1", "+y = 2"]
UPDATED = ["*** Update File: a.py", "@@", "-x = 1", "+x = 3", " y = 2"]


class TestCodex(ReaderContract):
    reader = READER

    def session(self) -> list[bytes]:
        log = a_rollout().context().prompt("fix total", "<environment_context>\n</environment_context>")
        log.thinks("hm").says("I look.").runs("cat a.py", "x = 1").patches(*ADDED).uses(100, 20, 7)
        log.runs("make", "boom", code=2).patches(*UPDATED).uses(100, 20, 7, again=True).uses(50, 20, 9)
        return log.says("Done.").lines()

    def prompt_line(self, text: str, time: object) -> bytes:
        content = [{"type": "input_text", "text": text}]
        record = {
            "timestamp": time,
            "type": "response_item",
            "payload": {"type": "message", "role": "user", "content": content},
        }
        if time is None:
            del record["timestamp"]
        return line(record)

    def unknown_line(self) -> bytes:
        return line(
            {"timestamp": "2026-03-02T10:00:00Z", "type": "response_item", "payload": {"type": "dream", "of": 1}}
        )

    def copies(self, folder: Path) -> tuple[Path, Path]:
        log = a_rollout().context().prompt("one").says("two").runs("ls", "a.py").patches(*ADDED).uses(9, 0, 1)
        return log.write(folder / "first.jsonl"), log.fork("two").prompt("three").write(folder / "fork.jsonl")

    def subagents(self, folder: Path) -> list[Path]:
        spawned = {"subagent": {"thread_spawn": {"parent_thread_id": a_rollout().id, "depth": 1}}}
        log = a_rollout("sub", source=spawned).context().prompt("find it").runs("rg x", "a.py:1:x")
        return [log.write(folder / "sub.jsonl")]


def events_of(log: Rollout, folder: Path) -> list[RawEvent]:
    return READER.read(log.write(folder / "a.jsonl"), Cursor(), salt=SALT, limit_bytes=WHOLE).events


def of(kind: type, log: Rollout, folder: Path) -> list[Any]:
    return [event for event in events_of(log, folder) if isinstance(event, kind)]


PROMPTS: list[Any] = [
    pytest.param("<environment_context>\n</environment_context>", PromptKind.META, id="environment"),
    pytest.param("# AGENTS.md instructions for /a\n\n<INSTRUCTIONS>", PromptKind.META, id="instructions"),
    pytest.param("<turn_aborted>\nThe user interrupted", PromptKind.META, id="after an interrupt"),
    pytest.param("<subagent_notification>\n{}", PromptKind.NOTIFICATION, id="a subagent reports"),
    pytest.param("<skill>\n<name>x</name>", PromptKind.SKILL, id="skill"),
    pytest.param("Another language model started to solve this problem and ...", PromptKind.SUMMARY, id="summary"),
    pytest.param("<user_shell_command>\n<command>\nls\n</command>", PromptKind.SHELL, id="the user's command"),
    pytest.param("fix it", PromptKind.TYPED, id="typed"),
    pytest.param("<div> is not closed", PromptKind.TYPED, id="typed, starting with a tag"),
]


@pytest.mark.parametrize(("text", "kind"), PROMPTS)
def test_only_a_persons_words_count_as_such(text: str, kind: PromptKind, tmp_path: Path) -> None:
    """What the client puts into the user's side is told from it."""
    assert [kind] == [prompt.kind for prompt in of(Prompt, a_rollout().prompt(text), tmp_path)]


def test_what_an_editor_says_is_taken_off(tmp_path: Path) -> None:
    """The words behind its own heading are the user's."""
    log = a_rollout().prompt(
        "# Context from my IDE setup:\n\n## Open tabs:\n- a.py\n\n## My request for Codex:\nfix it\n"
    )

    assert [prompt.text for prompt in of(Prompt, log, tmp_path)] == ["fix it"]


@pytest.mark.parametrize(
    ("meta", "kind"),
    [
        pytest.param({}, PromptKind.TYPED, id="in the terminal"),
        pytest.param({"originator": "codex_exec", "source": "exec"}, PromptKind.SDK, id="by a program"),
        pytest.param({"source": {"subagent": "review"}}, PromptKind.SUBAGENT, id="by an agent"),
    ],
)
def test_who_asks_follows_from_the_source(meta: dict[str, Any], kind: PromptKind, tmp_path: Path) -> None:
    """Programs and agents ask in the user's name."""
    assert [kind] == [prompt.kind for prompt in of(Prompt, a_rollout(**meta).prompt("fix it"), tmp_path)]


def test_what_is_logged_twice_counts_once(tmp_path: Path) -> None:
    """Each message stands as an item and as an event."""
    log = a_rollout().context().prompt("a").thinks("b").says("c").runs("ls", "").says("c")
    events = events_of(log, tmp_path)

    assert [(event.text, event.thinking) for event in events if isinstance(event, Reply)] == [
        ("b", True),
        ("c", False),
        ("c", False),
    ]
    assert [event.text for event in events if isinstance(event, Prompt)] == ["a"]


HEAD = "Chunk ID: a1\nWall time: 1.5000 seconds\nProcess exited with code 0\nOriginal token count: 3\nOutput:\n"
SPELT = "Command: /bin/zsh -lc 'a\nb'\nChunk ID: a1\nWall time: 0.5 seconds\nProcess exited with code 7\nOutput:\n"
RUNNING = "Chunk ID: a1\nWall time: 1.0 seconds\nProcess running with session ID 7\nOutput:\n"
AS_JSON = '{"output":"no","metadata":{"exit_code":3,"duration_seconds":0.5}}'
REFUSED = 'exec_command failed for `x`: CreateProcess { message: "Rejected(\\"rejected by user\\")" }'
OUTPUTS: list[Any] = [
    pytest.param("Plan updated", ("Plan updated", None, None, None), id="text"),
    pytest.param(f"{HEAD}ok", ("ok", None, 0, 1.5), id="head"),
    pytest.param(f"{SPELT}no", ("no", Failure.ERROR, 7, 0.5), id="head with the command"),
    pytest.param(RUNNING, ("Process running with session ID 7\n", None, None, 1.0), id="still running"),
    pytest.param(
        "Exit code: 1\nWall time: 2 seconds\nOutput:\nno", ("no", Failure.ERROR, 1, 2.0), id="exit code first"
    ),
    pytest.param(AS_JSON, ("no", Failure.ERROR, 3, 0.5), id="JSON"),
    pytest.param("apply_patch verification failed: no such lines", (..., Failure.ERROR, None, None), id="failed"),
    pytest.param(REFUSED, (..., Failure.REJECTED, None, None), id="rejected"),
    pytest.param("aborted by user after 3.2s", (..., Failure.INTERRUPTED, None, None), id="aborted"),
    pytest.param([{"type": "input_image"}], ("[input_image]", None, None, None), id="image"),
]


@pytest.mark.parametrize(("output", "expected"), OUTPUTS)
def test_an_output_tells_its_status(output: Any, expected: Any, tmp_path: Path) -> None:
    """Every form that versions have used."""
    [result] = of(ToolResult, a_rollout().calls("exec_command", output, cmd="x"), tmp_path)
    text, failure, code, seconds = expected

    assert (failure, code, seconds) == (result.failure, result.exit_code, result.duration_s)
    assert text is ... or text == result.text


FORGED: list[Any] = [
    pytest.param("mcp__ops__deploy", REFUSED, id="a server's answer"),
    pytest.param("mcp__ops__deploy", "rejected by user: always push", id="in few words"),
    pytest.param("mcp__ops__deploy", "aborted by user after 3s", id="an interrupt"),
    pytest.param("exec_command", "Wall time: 1.0 seconds\nOutput:\nrejected by user: x", id="a command's output"),
]


@pytest.mark.parametrize(("tool", "output"), FORGED)
def test_a_tool_that_imitates_the_client_tells_of_no_person(tool: str, output: str, tmp_path: Path) -> None:
    """The client words what goes wrong with its own tools, and puts a head on what these print."""
    [result] = of(ToolResult, a_rollout().calls(tool, output, cmd="x"), tmp_path)

    assert (result.failure, result.words) == (Failure.ERROR, None)


CALLS: list[Any] = [
    pytest.param("frobnicate", {"x": 1}, (Action.OTHER, None, None), id="unknown"),
    pytest.param("exec_command", {"cmd": "ls"}, (Action.RUN, None, "ls"), id="command"),
    pytest.param("shell", {"command": ["bash", "-lc", "ls -l"]}, (Action.RUN, None, "ls -l"), id="script"),
    pytest.param("shell", {"command": ["git", "status"]}, (Action.RUN, None, "git status"), id="words"),
    pytest.param("view_image", {"path": "/home/dev/shop/a.png"}, (Action.READ, "a.png", None), id="image"),
    pytest.param("update_plan", {"plan": []}, (Action.PLAN, None, None), id="plan"),
    pytest.param("spawn_agent", {"message": "x"}, (Action.DELEGATE, None, None), id="delegate"),
    pytest.param(
        "shell",
        {"command": ["apply_patch", "*** Begin Patch\n*** Delete File: a.py\n*** End Patch"]},
        (Action.EDIT, "a.py", None),
        id="patch as a command",
    ),
]


@pytest.mark.parametrize(("tool", "given", "expected"), CALLS)
def test_a_tool_has_its_action(tool: str, given: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """What each tool does, and on what."""
    [call] = of(ToolCall, a_rollout().calls(tool, "ok", **given), tmp_path)

    assert expected == (call.action, call.path, call.command)


def test_a_patch_becomes_an_edit_of_each_file(tmp_path: Path) -> None:
    """New files and what was written before have whole texts; a moved file is gone under its old name."""
    log = a_rollout().patches(*ADDED).patches(*UPDATED, "*** Update File: b.py", "*** Move to: c.py", "@@", "-q", "+r")
    edits = of(Edit, log.patches("*** Delete File: a.py"), tmp_path)

    assert [(edit.path, edit.created, edit.deleted, edit.partial, edit.added, edit.removed) for edit in edits] == [
        ("a.py", True, False, False, 2, 0),
        ("a.py", False, False, False, 1, 1),
        ("c.py", False, False, True, 1, 1),
        ("b.py", False, True, True, 0, 0),
        ("a.py", False, True, False, 0, 2),
    ]
    assert (edits[1].before, edits[1].after) == ("x = 1\ny = 2\n", "x = 3\ny = 2\n")
    assert (edits[2].before, edits[2].after, len(edits[2].added_hashes)) == ("q", "r", 8)


def test_a_text_before_the_cursor_is_rebuilt_with_all_its_changes(tmp_path: Path) -> None:
    """Also where another file was changed by the same patch, and asked for first."""
    log = a_rollout().patches(*ADDED, "*** Add File: b.py", "+p = 1").patches(*UPDATED)
    log.patches("*** Update File: b.py", "@@", "-p = 1", "+p = 2").patches(
        "*** Update File: a.py", "@@", "-x = 3", "+x = 4"
    )
    path = log.write(tmp_path / "a.jsonl")
    whole, *pieces = (settled(read_all(READER, path, limit=limit))[0] for limit in (WHOLE, 1, 900, 1500, 2500))

    assert all(piece == whole for piece in pieces)


def test_a_patch_that_is_told_twice_is_one_edit(tmp_path: Path) -> None:
    """The event with places comes before the output; also where they are read apart."""
    change = {
        "/home/dev/shop/a.py": {
            "type": "update",
            "unified_diff": "@@ -5,1 +5,1 @@\n-x = 1\n+x = 3\n",
            "move_path": None,
        }
    }
    path = a_rollout().patches(*UPDATED, changes=change).write(tmp_path / "a.jsonl")
    whole, pieces = (settled(read_all(READER, path, limit=limit))[0] for limit in (WHOLE, 1))

    assert [sum(isinstance(event, Edit) for event in events) for events in (whole, pieces)] == [1, 1]


def test_a_failed_patch_is_no_edit(tmp_path: Path) -> None:
    """Its hunks stay in the call."""
    log = a_rollout().patches(*UPDATED, output="apply_patch verification failed: Failed to find expected lines in a.py")

    assert of(Edit, log, tmp_path) == []
    assert "+x = 3" in of(ToolCall, log, tmp_path)[0].input


def test_tokens_add_up_to_the_last_total(tmp_path: Path) -> None:
    """A count that is logged again without growth costs nothing; input is told apart from what was cached."""
    log = a_rollout().context().uses(100, 20, 7).uses(100, 20, 7, again=True).uses(50, 10, 9)
    usages = of(Usage, log, tmp_path)

    assert [(usage.model, usage.input, usage.cache_read, usage.output) for usage in usages] == [
        ("gpt-5.4", 80, 20, 7),
        ("gpt-5.4", 40, 10, 9),
    ]


def test_a_subagents_events_belong_to_its_parents_session(tmp_path: Path) -> None:
    """As a run of their own."""
    main = a_rollout().prompt("go")
    log = a_rollout("sub", source={"subagent": "review"}, parent_thread_id=main.id).prompt("look")

    assert of(Session, main, tmp_path)[0].uid == of(Session, log, tmp_path)[0].uid


MARKS: list[Any] = [
    pytest.param("task_complete", {"turn_id": "t"}, [], id="end of a turn"),
    pytest.param("turn_aborted", {"reason": "interrupted"}, [(MarkKind.INTERRUPT, "interrupted")], id="interrupt"),
    pytest.param("error", {"message": "429"}, [(MarkKind.API_ERROR, "error")], id="error"),
    pytest.param("new_thing", {}, [(MarkKind.UNKNOWN, "event_msg/new_thing")], id="unknown"),
]


@pytest.mark.parametrize(("kind", "fields", "expected"), MARKS)
def test_the_clients_events_are_sorted(kind: str, fields: Any, expected: Any, tmp_path: Path) -> None:
    """What says something is a mark; what does not is counted."""
    assert expected == [(mark.kind, mark.name) for mark in of(Mark, a_rollout().event(kind, **fields), tmp_path)]


def test_a_compaction_is_marked_once(tmp_path: Path) -> None:
    """It stands as a record and as an event."""
    log = a_rollout().add("compacted", message="", replacement_history=[]).event("context_compacted")

    assert [mark.kind for mark in of(Mark, log, tmp_path)] == [MarkKind.COMPACTION]


def test_a_session_knows_where_it_ran(tmp_path: Path) -> None:
    """Its head, and a name given later."""
    [session] = of(Session, a_rollout().prompt("a").event("thread_name_updated", thread_name="Mine"), tmp_path)

    assert (session.cwd, session.branch, session.version) == ("/home/dev/shop", "main", "0.142.2")
    assert (session.title, session.entrypoint, session.real) == ("Mine", "codex-tui", True)


def test_records_without_an_envelope_are_read(tmp_path: Path) -> None:
    """As the first versions wrote them."""
    records = [
        {"id": a_rollout().id, "timestamp": "2025-05-01T10:00:00Z", "instructions": None, "git": {"branch": "main"}},
        {"record_type": "state"},
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "hello"}]},
        {"type": "function_call", "name": "shell", "arguments": '{"command":["ls"]}', "call_id": "call_1"},
        {"type": "function_call_output", "call_id": "call_1", "output": '{"output":"a","metadata":{"exit_code":0}}'},
    ]
    path = tmp_path / "rollout-a.jsonl"
    path.write_bytes(b"\n".join(map(line, records)))
    events = READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events

    assert READER.recognises(path, path.read_bytes())
    assert [type(event).__name__ for event in events] == ["Session", "Prompt", "ToolCall", "ToolResult"]


@pytest.mark.parametrize(
    ("given", "parsed"),
    [
        pytest.param({"type": "exec_command_end", "stdout": "x"}, False, id="known and silent"),
        pytest.param({"type": "turn_aborted"}, True, id="says something"),
        pytest.param({"type": "message", "content": '{"type":"event_msg"}'}, True, id="another kind of record"),
    ],
)
def test_a_line_is_left_unparsed_only_without_doubt(given: dict[str, Any], parsed: bool) -> None:
    """Glued or torn lines are parsed."""
    kind = "response_item" if given["type"] == "message" else "event_msg"
    text = line({"timestamp": "2026-03-02T09:00:00.000Z", "type": kind, "payload": given})

    assert parsed is (match_silent_line(text) is None)
    assert match_silent_line(text + text) is None
    assert match_silent_line(text[:-1]) is None


def test_roots_follow_the_settings(tmp_path: Path) -> None:
    """Where the agent keeps its logs."""
    assert [tmp_path / ".codex/sessions", tmp_path / ".codex/archived_sessions"] == READER.roots({}, tmp_path)
    assert READER.roots({"CODEX_HOME": "/x"}, tmp_path)[0] == Path("/x/sessions")


def test_numbered_lines_are_read_as_others_are(tmp_path: Path) -> None:
    """0.169 numbers them, and says again in records of its own what the context and the token counts say."""
    log = a_rollout().context().prompt("fix it").event("thread_settings_applied", thread_id="t")
    log.add("world_state", full=True).add("token_usage_record", usage={"input_tokens": 10}).event("task_started")
    plain = events_of(log, tmp_path)
    log.records = [
        {"timestamp": one.pop("timestamp"), "ordinal": number, **one} for number, one in enumerate(log.records)
    ]
    numbered = log.write(tmp_path / "numbered.jsonl")
    first, last = numbered.read_bytes().splitlines()[0], numbered.read_bytes().splitlines()[-1]

    assert plain == events_of(log, tmp_path)
    assert not [event for event in plain if isinstance(event, Mark)]
    assert match_silent_line(last) == "event_msg/task_started"
    assert READER.recognises(numbered, first[: len(first) // 2])


@pytest.mark.parametrize(
    ("given", "asks"),
    [
        pytest.param({}, False, id="as usual"),
        pytest.param({"sandbox_permissions": "use_default"}, False, id="within the sandbox"),
        pytest.param({"sandbox_permissions": "require_escalated"}, True, id="outside of it"),
        pytest.param({"with_escalated_permissions": True}, True, id="as older versions wrote it"),
    ],
)
def test_a_call_that_asks_to_leave_the_sandbox_says_so_first(given: dict[str, Any], asks: bool, tmp_path: Path) -> None:
    """A row keeps the beginning of an input only."""
    log = a_rollout().context().prompt("test").calls("exec_command", "ok", cmd="go test " + "x" * 300, **given)
    (call,) = of(ToolCall, log, tmp_path)

    assert call.input.startswith(READER.traits.asks) is asks
