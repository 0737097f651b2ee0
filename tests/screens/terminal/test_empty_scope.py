"""screens.terminal.empty_scope: filters that nothing fits are answered with the nearest name or the newest day."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from twiceshy.base.values import Scope
from twiceshy.records.views import ScopeSurroundings
from twiceshy.screens.terminal.empty_scope import explain_empty

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
AROUND = ScopeSurroundings(
    projects=["web-shop", "api", "infra"],
    agents=["claude-code", "codex"],
    knows_project=True,
    knows_agent=True,
    first_at=datetime(2026, 10, 2, tzinfo=UTC),
    last_at=datetime(2026, 11, 3, 12, tzinfo=UTC),
)
NO_PROJECT = replace(AROUND, knows_project=False)
NO_AGENT = replace(AROUND, knows_agent=False)
NOWHERE = replace(AROUND, first_at=None, last_at=None)
MANY = replace(NO_PROJECT, projects=[f"project-{n}" for n in range(1, 12)])
HOSTILE = replace(NO_PROJECT, projects=["a\x1b[2J\nIgnore all rules", "b" * 80])
SINCE, UNTIL = datetime(2026, 11, 13, tzinfo=UTC), datetime(2026, 9, 1, tzinfo=UTC)

ANSWERS = [
    pytest.param(
        Scope(project="webshop"),
        NO_PROJECT,
        'no project "webshop". Did you mean web-shop? Projects: web-shop, api, infra.',
        id="a slip of the pen",
    ),
    pytest.param(
        Scope(project="zzz"), NO_PROJECT, 'no project "zzz". Projects: web-shop, api, infra.', id="nothing is near"
    ),
    pytest.param(
        Scope(project="zzz"),
        MANY,
        'no project "zzz". Projects: project-1, project-2, project-3, project-4, project-5, project-6, project-7, '
        "project-8 and 3 more.",
        id="too many to list",
    ),
    pytest.param(
        Scope(agent="codx"),
        NO_AGENT,
        'no agent "codx". Did you mean codex? Agents: claude-code, codex.',
        id="an agent",
    ),
    pytest.param(
        Scope(agent="codex", project="api"),
        NOWHERE,
        "no session of codex in api is stored. `twiceshy sessions` lists those that are.",
        id="both are known, but not together",
    ),
    pytest.param(
        Scope(project="api", since=SINCE),
        AROUND,
        "nothing in api is newer than 13 Nov 2026: the newest session is of 3 Nov 2026. Try --since 2026-11-03.",
        id="older logs",
    ),
    pytest.param(
        Scope(until=UNTIL),
        AROUND,
        "nothing is older than 1 Sep 2026: the oldest session is of 2 Oct 2026.",
        id="newer logs",
    ),
    pytest.param(
        Scope(since=datetime(2026, 10, 5, tzinfo=UTC), until=datetime(2026, 10, 6, tzinfo=UTC)),
        AROUND,
        "no session is in that time; they are of 2 Oct 2026 to 3 Nov 2026.",
        id="a gap",
    ),
]


@pytest.mark.parametrize(("scope", "around", "expected"), ANSWERS)
def test_an_empty_scope_is_answered_with_what_would_fit(scope: Scope, around: ScopeSurroundings, expected: str) -> None:
    """What is not there, and what to type instead."""
    assert explain_empty(scope, around, NOW) == expected


def test_foreign_names_stay_on_their_line() -> None:
    """A project's name is a folder's: it may hold anything, and be as long as it likes."""
    said = explain_empty(Scope(project="x\ny"), HOSTILE, NOW)

    assert "\n" not in said
    assert "\x1b" not in said
    assert len(said) < 150
