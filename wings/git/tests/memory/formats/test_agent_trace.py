"""Agent Trace: read as tolerantly as it is written, written as its schema asks."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from twiceshy.base.errors import SourceError
from twiceshy.records.authorship import CommitAttribution, FileAttribution, LineSpan, LineWriter, WriterKind
from twiceshy_git.memory.formats.agent_trace import format_trace, make_trace, parse_trace, read_attribution

AT = datetime(2026, 11, 23, tzinfo=UTC)
CURSOR: LineWriter[str] = LineWriter(
    kind=WriterKind.AGENT, agent="cursor", native_id="be6c", model="anthropic/claude-opus-4-8"
)
HUMAN: LineWriter[str] = LineWriter(kind=WriterKind.HUMAN)
MIXED: LineWriter[str] = LineWriter(kind=WriterKind.MIXED)


def build(**more: Any) -> bytes:
    """Return a trace as Cursor's hook writes it."""
    ranges = [{"start_line": 1, "end_line": 3}, {"start_line": 5, "end_line": 5, "contributor": {"type": "mixed"}}]
    conversations = [
        {"contributor": {"type": "ai", "model_id": "anthropic/claude-opus-4-8"}, "ranges": ranges},
        {"contributor": {"type": "human"}, "ranges": [{"start_line": 9, "end_line": 9}]},
    ]
    trace = {
        "version": "0.1.0",
        "vcs": {"type": "git", "revision": "77aa"},
        "tool": {"name": "cursor"},
        "files": [{"path": "src\\a.ts", "conversations": conversations}],
        "metadata": {"conversation_id": "be6c"},
    }
    return json.dumps(trace | more).encode()


def test_a_trace_says_who_wrote_which_lines() -> None:
    """A range's own contributor goes before its conversation's."""
    assert read_attribution(parse_trace(build())) == CommitAttribution(
        commit_hash="77aa",
        files=(
            FileAttribution(
                path="src/a.ts", spans=(LineSpan(1, 3, CURSOR), LineSpan(5, 5, MIXED), LineSpan(9, 9, HUMAN))
            ),
        ),
        source="agent-trace",
    )


def test_what_is_known_comes_back_from_a_trace_of_ours() -> None:
    """Agent and session stand below our own key; the id follows from what it says."""
    writer: LineWriter[str] = LineWriter(
        kind=WriterKind.AGENT, agent="claude-code", native_id="conv", model="claude-opus-4-5"
    )
    found = CommitAttribution(
        commit_hash="77aa",
        files=(
            FileAttribution(path="a.py", spans=(LineSpan(1, 2, writer), LineSpan(3, 3, HUMAN), LineSpan(4, 4, writer))),
        ),
        source="agent-trace",
    )
    trace = make_trace(found, AT, "1.0")

    assert trace is not None
    assert read_attribution(parse_trace(format_trace(trace).encode())) == found
    assert trace == make_trace(found, AT, "1.0")
    assert str(UUID(trace["id"])) == trace["id"]
    assert [one["contributor"] for one in trace["files"][0]["conversations"]] == [
        {"type": "ai", "model_id": "anthropic/claude-opus-4-5"},
        {"type": "human"},
    ]
    assert {"version", "id", "timestamp", "files", "vcs"} <= trace.keys()


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"torn {", build(vcs=None), build(vcs={"type": "jj", "revision": "a"}), build(vcs={"type": "git"})],
)
def test_what_names_no_commit_is_refused(text: bytes) -> None:
    """Its lines belong nowhere."""
    with pytest.raises(SourceError):
        read_attribution(parse_trace(text))


@pytest.mark.parametrize("files", [None, [7], [{"path": 7}], [{"path": "a", "conversations": [{"ranges": [{}]}]}]])
def test_odd_shapes_say_nothing(files: object) -> None:
    """They are passed over, and nothing is written of them."""
    found = read_attribution(parse_trace(build(files=files)))

    assert found.files == ()
    assert make_trace(found, AT, "1.0") is None
