"""commands.testlog leaves: what each tool's output says, and above all what does not speak of it."""

import pytest
from tests.commands.testlog.samples import HITS, MISSES, Hit

from twiceshy.commands.testlog import read_verdicts
from twiceshy.commands.testlog.all_parsers import PARSERS, TASK_PARSERS
from twiceshy.commands.testlog.output_parser import OutputParser


@pytest.mark.parametrize(
    ("tool", "command", "output"), [(r[0], *r[2:]) for r in MISSES], ids=[f"{r[0]}: {r[1]}" for r in MISSES]
)
def test_a_tool_that_did_not_speak_gets_no_verdict(tool: str, command: str | None, output: str) -> None:
    """Prose, pages, sources, searches and cut summaries give no verdict of that tool."""
    assert [one for one in read_verdicts(command, output) if one.tool == tool] == []


@pytest.mark.parametrize("hit", HITS, ids=[f"{hit.tool}: {hit.id}" for hit in HITS])
def test_a_tools_word_is_read(hit: Hit) -> None:
    """Colour, counts, source and first problem are those that the output tells."""
    found = [one for one in read_verdicts(hit.command, hit.output) if one.tool == hit.tool]

    assert [(hit.green, hit.counts, hit.by)] == [(one.green, (one.passed, one.failed), one.by) for one in found]
    if hit.problem:
        first = found[0].problems[0]
        assert hit.problem == (first.file, first.line, first.test, first.code)


@pytest.mark.parametrize("leaf", PARSERS + TASK_PARSERS, ids=lambda leaf: leaf.tool)
def test_every_leaf_has_hits_and_misses(leaf: OutputParser) -> None:
    """No tool is read that no sample speaks for, nor one without a trap."""
    tool = leaf.tool

    assert any(hit.tool == tool for hit in HITS)
    assert any(row[0] == tool for row in MISSES)


@pytest.mark.parametrize(
    "hit", [hit for hit in HITS if hit.green], ids=[f"{hit.tool}: {hit.id}" for hit in HITS if hit.green]
)
def test_a_green_verdict_has_no_problems(hit: Hit) -> None:
    """Problems are of red runs."""
    assert [one.problems for one in read_verdicts(hit.command, hit.output) if one.tool == hit.tool] == [()]
