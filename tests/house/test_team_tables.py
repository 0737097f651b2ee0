"""The tables of a team's server hold what the table of kinds says, as long as no release has them."""

import pytest
from tests.store.team import make_tables

from twiceshy.store.team.row_tables import Database


@pytest.mark.parametrize("database", list(make_tables.TEAM))
def test_the_migration_is_as_it_is_made(database: Database) -> None:
    """A field that was added since: `python -m tests.store.team.make_tables`, or a step of its own after a release."""
    path = make_tables.MIGRATIONS / database / "0001-rows.sql"

    assert path.read_text() == make_tables.write_text(database)
