"""Each starting pattern hits what its tool prints when a run will fail, and nothing that it prints otherwise."""

import pytest

from twiceshy.records.runs import Plan, Watch
from twiceshy.run import starting
from twiceshy.run.matchers import Matcher
from twiceshy.run.starting import STARTING, Starting

TOOLS = [pytest.param(tool, id=tool.name) for tool in STARTING]


def hit(tool: Starting, line: str) -> list[str]:
    """The tool's patterns that hit the line."""
    matchers = [Matcher(Watch("match", pattern), Plan()) for pattern in starting.patterns_of(tool)]
    return [matcher.watch.regex for matcher in matchers if matcher.find(line.encode())]


@pytest.mark.parametrize("tool", TOOLS)
def test_hits_and_misses(tool: Starting) -> None:
    """As written beside the patterns."""
    assert [line for line in tool.hits if not hit(tool, line)] == []
    assert [(line, found) for line in tool.misses if (found := hit(tool, line))] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_no_tool_takes_a_line_that_its_siblings_print_on_success(tool: Starting) -> None:
    """What runs under ``npm`` or ``make`` may be another tool of the table."""
    family = [starting.BY_NAME[name] for name in tool.also]

    assert [line for one in family for line in one.misses if hit(tool, line)] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_it_is_proven(tool: Starting) -> None:
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
    found = starting.of_head(head)

    assert (found.name if found else "") == name
