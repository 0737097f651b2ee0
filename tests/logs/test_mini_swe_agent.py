"""mini-swe-agent's trajectories: the document contract, and what is particular to this agent."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE
from tests.logs.document_contract import DocumentContract

from twiceshy.logs.readers import READERS
from twiceshy.records.events import (
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

READER = READERS["mini-swe-agent"]


def says(text: str, **inner: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 30, "completion_tokens": 4, "prompt_tokens_details": {"cached_tokens": 10}}
    response = {"model": "a/model", "created": 1772442001, "usage": usage, "choices": [{"message": inner}]}
    return {"role": "assistant", "content": text, "extra": {"response": response}}


def returns(code: int, text: str) -> dict[str, Any]:
    return {"role": "user", "content": f"<returncode>{code}</returncode>\n<output>\n{text}\n</output>"}


def trajectory(*messages: dict[str, Any], instance: str | None = "shop__shop-1") -> bytes:
    head = [{"role": "system", "content": "You are helpful."}, {"role": "user", "content": "Fix total."}]
    info = {"exit_status": "Submitted", "mini_version": "1.15.0", "config": {"environment": {"cwd": "/testbed"}}}
    document: dict[str, Any] = {"info": info, "messages": [*head, *messages], "trajectory_format": "mini-swe-agent-1"}
    if instance:
        document["instance_id"] = instance
    return json.dumps(document, indent=2).encode()


def events_of(data: bytes, folder: Path) -> list[RawEvent]:
    path = folder / "a.traj.json"
    path.write_bytes(data)
    return READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE).events


class TestMiniSweAgent(DocumentContract):
    reader = READER
    file_name = "a.traj.json"

    def document(self, steps: int) -> bytes:
        step = [says("THOUGHT: look.\n\n```bash\nls\n```"), returns(0, "a.py")]
        return trajectory(*(step * steps))


OUTPUTS: list[Any] = [
    pytest.param(returns(0, "ok"), ("ok", None, 0), id="success"),
    pytest.param(returns(2, "no"), ("no", Failure.ERROR, 2), id="exit code"),
    pytest.param({"role": "user", "content": "The last command timed out"}, (..., Failure.ERROR, None), id="timed out"),
    pytest.param({"role": "user", "content": "diff --git a b"}, ("diff --git a b", None, None), id="handed in"),
]


@pytest.mark.parametrize(("answer", "expected"), OUTPUTS)
def test_an_output_tells_its_status(answer: dict[str, Any], expected: Any, tmp_path: Path) -> None:
    """The return code, as the agent was told."""
    events = events_of(trajectory(says("```bash\nx\n```"), answer), tmp_path)
    [result] = [event for event in events if isinstance(event, ToolResult)]

    assert expected[1:] == (result.failure, result.exit_code)
    assert expected[0] in (..., result.text)


def test_a_malformed_answer_runs_nothing(tmp_path: Path) -> None:
    """Two blocks are refused; the complaint is the client's."""
    complaint = {"role": "user", "content": "Please always provide EXACTLY ONE action in triple backticks"}
    events = events_of(trajectory(says("```bash\na\n```\n```bash\nb\n```"), complaint), tmp_path)

    assert [event for event in events if isinstance(event, ToolCall)] == []
    assert [event.kind for event in events if isinstance(event, Prompt)] == [PromptKind.SDK, PromptKind.META]


def test_calls_of_later_versions_are_read(tmp_path: Path) -> None:
    """They state their actions and answer in messages of the role tool."""
    message = says("Look.") | {"tool_calls": []}
    message["extra"]["actions"] = [{"command": "ls", "tool_call_id": "t1"}]
    answer = {
        "role": "tool",
        "tool_call_id": "t1",
        "content": "a.py",
        "extra": {"returncode": 1, "timestamp": 1772442003.5},
    }
    events = events_of(trajectory(message, answer), tmp_path)

    assert [event.command for event in events if isinstance(event, ToolCall)] == ["ls"]
    assert [(event.exit_code, event.failure) for event in events if isinstance(event, ToolResult)] == [
        (1, Failure.ERROR)
    ]


def acts(command: str, native: str = "t1") -> dict[str, Any]:
    """An answer of version 2."""
    return {
        "role": "assistant",
        "content": "Look.",
        "extra": {"actions": [{"command": command, "tool_call_id": native}]},
    }


def gives(code: int, output: str, native: str = "t1", raised: str = "") -> dict[str, Any]:
    """What version 2 notes of an action; the message to the model is JSON."""
    shown = json.dumps({"returncode": code, "output": output, "exception_info": raised})
    extra = {"raw_output": output, "returncode": code, "exception_info": raised, "timestamp": 1772442003.5}
    return {"role": "tool", "tool_call_id": native, "content": shown, "extra": extra}


NOT_RUN = "action was not executed"
INTERRUPT = {"interrupt_type": "UserInterruption"}
REJECTION = {"interrupt_type": "UserRejection"}
NOTED: list[Any] = [
    pytest.param([gives(0, "a.py\n")], ("a.py\n", None, 0), id="success"),
    pytest.param([gives(0, "")], ("", None, 0), id="no output"),
    pytest.param(
        [gives(-1, "", raised=NOT_RUN), {"role": "exit", "content": "diff", "extra": {}}],
        (..., None, None),
        id="handed in",
    ),
    pytest.param([gives(1, "no")], ("no", Failure.ERROR, 1), id="exit code"),
    pytest.param([gives(-1, "half", raised="timed out")], ("half\ntimed out", Failure.ERROR, -1), id="raised"),
    pytest.param(
        [gives(-1, "", raised=NOT_RUN), {"role": "user", "content": "Interrupted by user: stop", "extra": INTERRUPT}],
        (..., Failure.INTERRUPTED, None),
        id="interrupted",
    ),
    pytest.param(
        [gives(-1, "", raised=NOT_RUN), {"role": "user", "content": "Commands not executed. no", "extra": REJECTION}],
        (..., Failure.REJECTED, None),
        id="rejected",
    ),
]


@pytest.mark.parametrize(("answers", "expected"), NOTED)
def test_version_2_notes_a_result_beside_the_message(answers: Any, expected: Any, tmp_path: Path) -> None:
    """The command's own output, without the JSON around it; what was not run has no status."""
    events = events_of(trajectory(acts("ls"), *answers), tmp_path)
    [result] = [event for event in events if isinstance(event, ToolResult)]

    assert expected[1:] == (result.failure, result.exit_code)
    assert expected[0] in (..., result.text)


WORDS: list[Any] = [
    pytest.param("Interrupted by user: Temporary interruption caught.", PromptKind.META, None, id="no words"),
    pytest.param("Commands not executed. Switching to human mode", PromptKind.META, None, id="mode"),
    pytest.param("Interrupted by user: not that file", PromptKind.TYPED, "not that file", id="interrupt"),
    pytest.param(
        "Commands not executed. The user rejected your commands with the following message: use make",
        PromptKind.TYPED,
        "use make",
        id="rejection",
    ),
    pytest.param("The user added a new task: and docs", PromptKind.TYPED, "and docs", id="task"),
]


@pytest.mark.parametrize(("text", "kind", "said"), WORDS)
def test_a_persons_words_are_told_from_the_clients(
    text: str, kind: PromptKind, said: str | None, tmp_path: Path
) -> None:
    """The client puts its own sentence before them."""
    message = {"role": "user", "content": text, "extra": {"interrupt_type": "UserInterruption"}}
    events = events_of(trajectory(acts("ls"), gives(0, "a"), message), tmp_path)
    last = [event for event in events if isinstance(event, Prompt)][-1]

    assert (kind, said or text) == (last.kind, last.text)


def test_messages_of_the_second_api_are_read(tmp_path: Path) -> None:
    """They have types where others have roles."""
    output = [
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]},
        {"type": "message", "content": [{"type": "output_text", "text": "I look."}]},
        {"type": "function_call", "call_id": "c1", "name": "bash", "arguments": '{"command": "ls"}'},
    ]
    usage = {"input_tokens": 30, "output_tokens": 4, "input_tokens_details": {"cached_tokens": 10}}
    extra = {"actions": [{"command": "ls", "tool_call_id": "c1"}], "timestamp": 1772442003.5}
    answer = {"object": "response", "model": "a/model", "output": output, "usage": usage, "extra": extra}
    result = {
        "type": "function_call_output",
        "call_id": "c1",
        "output": "{}",
        "extra": {"raw_output": "a", "returncode": 0},
    }
    events = events_of(trajectory(answer, result), tmp_path)

    assert [(event.text, event.thinking) for event in events if isinstance(event, Reply)] == [
        ("hm", True),
        ("I look.", False),
    ]
    assert [(event.text, event.exit_code) for event in events if isinstance(event, ToolResult)] == [("a", 0)]
    assert [(u.model, u.input, u.cache_read, u.output) for u in events if isinstance(u, Usage)] == [
        ("a/model", 20, 10, 4)
    ]


def test_messages_alone_are_a_trajectory_of_the_first_versions(tmp_path: Path) -> None:
    """Under their own name only: a list of messages is nobody's elsewhere."""
    data = json.dumps([{"role": "system", "content": "x"}, says("```bash\nls\n```"), returns(0, "a")]).encode()

    assert [event.command for event in events_of(data, tmp_path) if isinstance(event, ToolCall)] == ["ls"]
    assert READER.recognises(tmp_path / "a.traj.json", data)
    assert not READER.recognises(tmp_path / "a.json", data)


def test_a_trajectory_with_a_long_submission_is_recognised_by_its_name(tmp_path: Path) -> None:
    """Nothing of the run stands in what is looked at; another file that begins so is nobody's."""
    head = b'{\n  "info": {\n    "exit_status": "Submitted",\n    "submission": "' + b"x" * 70_000

    assert READER.recognises(tmp_path / "a.traj.json", head[:65_536])
    assert not READER.recognises(tmp_path / "a.json", head[:65_536])


def test_a_run_belongs_to_the_repository_of_its_instance(tmp_path: Path) -> None:
    """Every benchmark's container has the same folder."""
    sessions = [
        event
        for instance in ("shop__web-shop-12", None)
        for event in events_of(trajectory(instance=instance), tmp_path)
        if isinstance(event, Session)
    ]

    assert [event.project for event in sessions] == ["remote:github.com/shop/web-shop", "folder:/testbed"]


@pytest.mark.parametrize(("instance", "kind"), [("x-1", PromptKind.SDK), (None, PromptKind.TYPED)])
def test_a_benchmarks_task_is_not_a_persons(instance: str | None, kind: PromptKind, tmp_path: Path) -> None:
    """Runs of a batch name their instance."""
    assert [kind] == [
        event.kind for event in events_of(trajectory(instance=instance), tmp_path) if isinstance(event, Prompt)
    ]


@pytest.mark.parametrize(
    ("place", "cost"),
    [(("response", "usage"), 0.5), ((), 0.5), (("response",), None)],
    ids=["API", "client", "elsewhere"],
)
def test_a_message_says_what_it_cost(place: tuple[str, ...], cost: float | None, tmp_path: Path) -> None:
    """As the API billed it, else as the client computed it."""
    message = says("done")
    into = message["extra"]
    for key in place:
        into = into[key]
    into["cost"] = 0.5

    assert [u.cost for u in events_of(trajectory(message), tmp_path) if isinstance(u, Usage)] == [cost]


def test_thinking_tokens_and_ending_are_kept(tmp_path: Path) -> None:
    """What the API told, and how the run ended."""
    events = events_of(trajectory(says("```bash\nls\n```", reasoning="hm"), returns(0, "")), tmp_path)

    assert [event.text for event in events if isinstance(event, Reply) and event.thinking] == ["hm"]
    assert [(u.model, u.input, u.cache_read, u.output) for u in events if isinstance(u, Usage)] == [
        ("a/model", 20, 10, 4)
    ]
    assert [(event.kind, event.text) for event in events if isinstance(event, Mark)] == [(MarkKind.NOTICE, "")]
    assert [event.cwd for event in events if isinstance(event, Session)] == ["/testbed"]
