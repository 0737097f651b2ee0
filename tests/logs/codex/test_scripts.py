"""Calls inside a script: those that stand in it, and what each gave back."""

from pathlib import Path
from typing import Any

import pytest
from tests.logs.codex_builders import Rollout, a_rollout
from tests.logs.contract import SALT, WHOLE, read_all, settled

from twiceshy.logs.codex.calls import ScriptCall, list_calls, list_inner_calls, split_output
from twiceshy.logs.readers import READERS
from twiceshy.records.events import Action, Edit, Failure, ToolCall, ToolResult
from twiceshy.records.ingest import Cursor

READER = READERS["codex"]
HEAD = "Script completed\nWall time 0.5 seconds\nOutput:\n"
NO_CALLS = [
    pytest.param("", id="nothing"),
    pytest.param("text(1 + 1)", id="no tools"),
    pytest.param("const s = \"tools.exec_command({cmd: 'no'})\";", id="in a text"),
    pytest.param("// tools.exec_command({cmd: 'no'})\n/* tools.x({}) */", id="in comments"),
    pytest.param("mytools.exec_command({cmd: 'no'}); a.tools.exec_command({cmd: 'no'})", id="another object's"),
    pytest.param("tools.exec_command", id="not called"),
    pytest.param("'never ends tools.exec_command({cmd: 1})", id="a text without an end"),
]
CALLS: list[Any] = [
    pytest.param(
        "tools.exec_command({cmd: 'ls', workdir: \"/w\"})", "exec_command", {"cmd": "ls", "workdir": "/w"}, id="quotes"
    ),
    pytest.param(
        'tools[\'exec_command\']({"cmd":"a \\"b\\"\\n\\u0041\\x42"})',
        "exec_command",
        {"cmd": 'a "b"\nAB'},
        id="escapes",
    ),
    pytest.param("tools.exec_command({cmd: `ls\n-l`})", "exec_command", {"cmd": "ls\n-l"}, id="backticks"),
    pytest.param("tools.exec_command({cmd: `ls ${x}`, n: 1})", "exec_command", {}, id="computed"),
    pytest.param(
        "const c = 'git diff'; tools.exec_command({cmd: c})", "exec_command", {"cmd": "git diff"}, id="a name"
    ),
    pytest.param(
        "tools.exec_command({cmd: c + 'x', o: {cmd: 'inner'}})", "exec_command", {}, id="another object's field"
    ),
    pytest.param("tools.apply_patch('*** Begin Patch')", "apply_patch", {"input": "*** Begin Patch"}, id="one text"),
    pytest.param("tools.web__run({search_query: [{q: 'x'}]})", "web__run", {}, id="lists"),
    pytest.param("tools.exec_command({", "exec_command", {}, id="cut off"),
]


@pytest.mark.parametrize("script", NO_CALLS)
def test_no_call_is_made_up(script: str) -> None:
    """Texts, comments and other objects call no tool."""
    assert list_calls(script) == []


@pytest.mark.parametrize(("script", "tool", "given"), CALLS)
def test_a_written_call_is_read(script: str, tool: str, given: Any) -> None:
    """Arguments that are written out are known, computed ones are not."""
    assert list_calls(script) == [ScriptCall(tool, given)]


def test_parallel_uses_are_calls() -> None:
    """Their names have the group of tools before them."""
    given = {"tool_uses": [{"recipient_name": "functions.exec_command", "parameters": {"cmd": "ls"}}, 5]}

    assert list_inner_calls("multi_tool_use.parallel", given) == [ScriptCall("exec_command", {"cmd": "ls"})]
    assert list_inner_calls("multi_tool_use.parallel", {}) == []
    assert list_inner_calls("exec_command", {"input": "tools.x({})"}) == ()


def parts(*texts: str) -> list[dict[str, str]]:
    return [{"type": "input_text", "text": text} for text in (HEAD, *texts)]


SILENT: list[Any] = [
    pytest.param(HEAD + "ok", None, 2, id="words of two calls"),
    pytest.param("Script running with cell ID 3\nWall time 9 seconds\nOutput:\n", None, 1, id="still running"),
    pytest.param("ok", None, 1, id="no head"),
    pytest.param(HEAD, parts('{"output": "a", "exit_code": 1}'), 2, id="one result of two"),
]


@pytest.mark.parametrize(("text", "output", "count"), SILENT)
def test_what_a_script_does_not_say_is_unknown(text: str, output: Any, count: int) -> None:
    """No result is given to a call that it may not belong to."""
    assert split_output(text, output, count) == [None] * count


FOUND: list[Any] = [
    pytest.param(HEAD + "ok\n", None, [("ok", None, None)], id="one call's words"),
    pytest.param(
        HEAD.replace("completed", "failed") + "no", None, [("no", None, Failure.ERROR)], id="a script that failed"
    ),
    pytest.param(
        "",
        parts('{"chunk_id": "a", "output": "x", "exit_code": 0}', '{"output": "y", "exit_code": 2}'),
        [("x", 0, None), ("y", 2, Failure.ERROR)],
        id="a part each",
    ),
    pytest.param(
        "", parts('[{"status": "fulfilled", "value": {"output": "x", "exit_code": 0}}]'), [("x", 0, None)], id="settled"
    ),
]


@pytest.mark.parametrize(("text", "output", "results"), FOUND)
def test_a_printed_result_is_its_calls(text: str, output: Any, results: Any) -> None:
    """In the order of the calls, with their exit status."""
    found = split_output(text, output, len(results))

    assert [(one.text, one.exit_code, one.failure) for one in found if one] == results


def a_script(script: str, output: Any) -> Rollout:
    log = a_rollout().context().prompt("go")
    log.item(type="custom_tool_call", name="exec", call_id="call_" + "s" * 24, input=script)
    return log.item(type="custom_tool_call_output", call_id="call_" + "s" * 24, output=output)


def of(kind: type, log: Rollout, folder: Path) -> list[Any]:
    path = log.write(folder / "rollout-a.jsonl")
    whole = READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events
    assert settled(read_all(READER, path)) == settled(read_all(READER, path, limit=1))
    return [event for event in whole if isinstance(event, kind)]


def test_calls_inside_a_script_are_runs_of_their_own(tmp_path: Path) -> None:
    """Beside the script's own call; so too where the read goes on in between."""
    script = "const [a, b] = await Promise.all([tools.exec_command({cmd: 'make'}), tools.exec_command({cmd: 'ls'})]);"
    log = a_script(script, parts('{"output": "no", "exit_code": 2}', '{"output": "a", "exit_code": 0}'))
    calls, results = of(ToolCall, log, tmp_path), of(ToolResult, log, tmp_path)

    assert [(call.tool, call.action, call.command) for call in calls] == [
        ("exec", Action.OTHER, None),
        ("exec_command", Action.RUN, "make"),
        ("exec_command", Action.RUN, "ls"),
    ]
    assert [(one.exit_code, one.failure) for one in results] == [(None, None), (2, Failure.ERROR), (0, None)]
    assert [one.call for one in results] == [call.call for call in calls]


def test_a_patch_inside_a_script_is_an_edit_once(tmp_path: Path) -> None:
    """Of the script's text, or where the log states it, of that."""
    script = "tools.apply_patch('*** Begin Patch\\n*** Add File: b.py\\n+x\\n*** End Patch')"
    [edit] = of(Edit, a_script(script, parts("{}")), tmp_path)
    log = a_rollout().context().prompt("go")
    log.item(type="custom_tool_call", name="exec", call_id="call_" + "s" * 24, input=script)
    changes = {"/home/dev/shop/b.py": {"type": "add", "content": "x\n"}}
    log.event("patch_apply_end", call_id="exec-1", success=True, changes=changes)
    log.item(type="custom_tool_call_output", call_id="call_" + "s" * 24, output=parts("{}"))
    [stated] = of(Edit, log, tmp_path)

    assert (edit.path, edit.added) == (stated.path, stated.added) == ("b.py", 1)
