"""archive.reads.scopes: what is stored around a scope in which nothing is."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from twiceshy.archive.reads.scopes import has_sessions, read_surroundings
from twiceshy.base.values import Scope

if TYPE_CHECKING:
    from tests.archive.reads.conftest import Archive


@pytest.fixture
def three(archive: "Archive") -> "Archive":
    """Two projects, the second used last, and two agents, the first used most."""
    shop, api = archive.project("web-shop"), archive.project("api")
    archive.session(shop, "01", "2026-11-01")
    archive.session(shop, "02", "2026-11-03")
    archive.session(api, "03", "2026-11-12", agent="codex")
    return archive


def test_an_empty_store_has_nothing_around(archive: "Archive") -> None:
    """No names and no days."""
    found = read_surroundings(archive.connection, Scope(project="x"))

    assert not has_sessions(archive.connection, Scope())
    assert (found.projects, found.agents, found.first_at, found.knows_project) == ([], [], None, False)


def test_names_are_the_newest_and_the_most_used_first(three: "Archive") -> None:
    """Whatever was asked for."""
    found = read_surroundings(three.connection, Scope(project="typo"))

    assert (found.projects, found.agents) == (["api", "web-shop"], ["claude-code", "codex"])
    assert (found.knows_project, found.knows_agent) == (False, True)


def test_days_are_of_the_project_and_agent_that_were_asked_for(three: "Archive") -> None:
    """Without the time that nothing fits."""
    found = read_surroundings(three.connection, Scope(project="shop", since=datetime(2026, 11, 10, tzinfo=UTC)))

    assert found.first_at == datetime(2026, 11, 1, 14, tzinfo=UTC)
    assert found.last_at == datetime(2026, 11, 3, 15, tzinfo=UTC)
