"""Lines of a commit's message by which tools say that they took part."""

from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Scrubbed
from twiceshy.judgement.outcomes.commit_copies import is_signed, list_tool_lines, names_unknown_work
from twiceshy.records.commits import Commit, StoredCommit

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def commit(body: str, **trailers: str) -> StoredCommit:
    """Return a commit with that body; its trailers are given as git finds them."""
    return Commit(
        hash="1" * 40,
        parents=(),
        author=b"a" * 8,
        authored_at=NOW,
        authored_offset_min=0,
        committed_at=NOW,
        subject=Scrubbed("Mend it"),
        trailers=tuple((Scrubbed(name.replace("_", "-")), Scrubbed(value)) for name, value in trailers.items()),
        body=Scrubbed(body),
    )


@pytest.mark.parametrize(
    "body",
    [
        "Why it broke: a comma.",
        "Fixes: #7\n\nIt was made by hand.",
        "Generated files are left out.\nCo-ordinates are kept.",
        "The cursor: moved by one.",
        "",
    ],
)
def test_what_people_write_is_no_tools_line(body: str) -> None:
    """Fixes, reasons and words that begin alike."""
    assert not is_signed(commit(body))


@pytest.mark.parametrize(
    "line",
    [
        "Co-Authored-By: Claude Opus 4.5 <noreply@anthropic.com>",
        "🤖 Generated with [Claude Code](https://claude.com/claude-code)",
        "Entire-Checkpoint: 0e2d11c70b4f",
        "* Co-authored-by: Copilot <175728472+Copilot@users.noreply.github.com>",
        "Made-with: Cursor",
        "Authored by Codex 5.2 xhigh.",
    ],
)
def test_a_tools_line_is_read_wherever_it_stands(line: str) -> None:
    """In the middle of a message too, where git finds no trailer."""
    assert is_signed(commit(f"It broke.\n\n{line}\n\n(#12) And so it goes on.\n"))


def test_a_trailer_is_told_once() -> None:
    """Where the last paragraph has it."""
    line = "Entire-Checkpoint: 0e2d11c70b4f"

    assert list_tool_lines(commit(line, Entire_Checkpoint="0e2d11c70b4f")) == (("Entire-Checkpoint", "0e2d11c70b4f"),)


@pytest.mark.parametrize(
    ("body", "agents", "unknown"),
    [
        ("It broke.", [], False),
        ("Co-authored-by: Ann <ann@example.org>", [], False),
        ("Co-Authored-By: Claude <noreply@anthropic.com>", ["claude-code"], False),
        ("Co-Authored-By: Claude <noreply@anthropic.com>", ["codex"], True),
        ("Co-Authored-By: Claude <noreply@anthropic.com>", [], True),
        ("Entire-Checkpoint: 0e2d11c70b4f\n\nmore", ["claude-code"], True),
        ("Entire-Agent: Claude Code", ["claude-code"], False),
    ],
)
def test_work_of_a_tool_that_is_not_here_is_unknown(body: str, agents: list[str], *, unknown: bool) -> None:
    """And whatever a checkpoint holds."""
    assert names_unknown_work(commit(body), agents) is unknown
