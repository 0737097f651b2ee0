"""The two databases over which every test of a server's store runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import open_team_store


@pytest.fixture(scope="session")
def postgresql_store(shared_team_database: str) -> Iterator[TeamStore]:
    """One store on PostgreSQL for all tests, each of which makes its own teams."""
    found = open_team_store(shared_team_database)
    yield found
    found.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TeamStore]:
    """An open store over either database."""
    if request.param == "postgresql":
        yield request.getfixturevalue("postgresql_store")
        return
    found = open_team_store(str(tmp_path / "team.db"))
    yield found
    found.close()
