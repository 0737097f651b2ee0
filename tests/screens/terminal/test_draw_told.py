"""Whose the lines are of which other machines told."""

from twiceshy.base.values import Scrubbed
from twiceshy.records.authorship import BlamedSpan, LineWriter, WriterKind
from twiceshy.screens.terminal.draw_authorship import _render_told


def span(kind: WriterKind, agent: str = "") -> BlamedSpan:
    """Return one line."""
    writer: LineWriter[Scrubbed] = LineWriter(kind=kind, agent=agent)
    return BlamedSpan(first=1, last=1, commit_hash="", writer=writer, session="", chat="", why="", told_by="b")


def test_what_both_wrote_is_not_called_either_ones() -> None:
    """Neither with an agent's name nor without."""
    spans = [
        span(WriterKind.MIXED, "codex"),
        span(WriterKind.MIXED),
        span(WriterKind.AGENT, "codex"),
        span(WriterKind.HUMAN),
    ]

    assert {line.strip() for line in _render_told(spans)[2:]} == {
        "codex with people: 1 line",
        "an agent with people: 1 line",
        "codex: 1 line",
        "people: 1 line",
    }
