"""insights.project_facts.needed_first: failed without, worked with, and nothing else changed."""

import pytest
from tests.insights.project_facts.attempts import fail, run, session, touch

from twiceshy.insights.project_facts.needed_first import find_needed_first
from twiceshy.records.attempts import CallAttempt

MISSES = fail("bun run lint", "/usr/bin/bash: line 1: biome: command not found")
UNPROVED = [
    pytest.param((MISSES, run("bun install"), touch("a.ts"), run("bun run lint")), id="an edit in between"),
    pytest.param((MISSES, run("bun install")), id="never tried again"),
    pytest.param((MISSES, run("bun run lint")), id="no preparation"),
    pytest.param((MISSES, run("npm install left-pad"), run("bun run lint")), id="a package of its own"),
    pytest.param((fail("bun run lint", "2 errors"), run("bun install"), run("bun run lint")), id="nothing was missing"),
    pytest.param((MISSES, fail("bun install"), run("bun run lint")), id="the preparation failed"),
]


@pytest.mark.parametrize("attempts", UNPROVED)
def test_what_is_not_proved_is_not_said(attempts: tuple[CallAttempt, ...]) -> None:
    """Not in two sessions either."""
    assert list(find_needed_first([session(*attempts), session(*attempts, day=1)])) == []


def test_a_preparation_is_proved_by_two_sessions() -> None:
    """An install, or a build of the project's own."""
    lacks = fail("bun test", "error: Cannot find module '@shop/core'")
    once = session(MISSES, run("bun install"), run("bun run lint"))
    again = session(MISSES, run("bun install && bun run lint"), lacks, run("bun run build"), run("bun test"), day=1)
    third = session(lacks, run("bun run build"), run("bun test"), day=2)

    assert list(find_needed_first([once])) == []
    found = [(draft.say(draft), draft.n) for draft in find_needed_first([once, again, third])]
    assert found == [
        ("`bun install` comes first: `bun run lint` failed without it and worked after it.", 2),
        ("`bun run build` comes first: `bun test` failed without it and worked after it.", 2),
    ]
