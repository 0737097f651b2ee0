"""Each starting pattern hits what its tool prints when a run will fail, and nothing that it prints otherwise."""

import pytest

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.run import starting_patterns
from twiceshy.run.matchers import Matcher
from twiceshy.run.starting_patterns import STARTING_PATTERNS, ToolPatterns

TOOLS = [pytest.param(tool, id=tool.name) for tool in STARTING_PATTERNS]


def hit(tool: ToolPatterns, line: str) -> list[str]:
    """The tool's patterns that hit the line."""
    matchers = [Matcher(Watch("match", pattern), RunPlan()) for pattern in starting_patterns.patterns_of(tool)]
    return [matcher.watch.regex for matcher in matchers if matcher.find(line.encode())]


@pytest.mark.parametrize("tool", TOOLS)
def test_hits_and_misses(tool: ToolPatterns) -> None:
    """As written beside the patterns."""
    assert [line for line in tool.hits if not hit(tool, line)] == []
    assert [(line, found) for line in tool.misses if (found := hit(tool, line))] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_no_tool_takes_a_line_that_its_siblings_print_on_success(tool: ToolPatterns) -> None:
    """What runs under ``npm`` or ``make`` may be another tool of the table."""
    family = [starting_patterns.BY_NAME[name] for name in tool.also]

    assert [line for one in family for line in one.misses if hit(tool, line)] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_it_is_proven(tool: ToolPatterns) -> None:
    """A tool without a source, or with a pattern that no line shows, is a guess."""
    shown = {pattern for line in tool.hits for pattern in hit(tool, line)}

    assert tool.source
    assert len(tool.misses) >= 3
    assert len(shown & set(tool.patterns)) >= min(len(tool.patterns), 2)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("pytest", "pytest"),
        ("python -m unittest", "unittest"),
        ("npm run build", "npm"),
        ("mvnw test", "maven"),
        ("gradlew build", "gradle"),
        ("docker compose build", "docker build"),
        ("docker ps", ""),
        ("go generate", ""),
        ("makefile", ""),
    ],
)
def test_a_command_is_known_by_its_head(head: str, name: str) -> None:
    """By whole words."""
    found = starting_patterns.find_tool(head)

    assert (found.name if found else "") == name
