"""The tables of a team's server hold what the table of kinds says, as long as no release has them."""

import pytest
from wings.team.tests.store import make_tables

from twiceshy_team.store.row_statements import Database


@pytest.mark.parametrize("database", list(make_tables.TEAM))
def test_the_migration_is_as_it_is_made(database: Database) -> None:
    """A field that was added since: `python -m wings.team.tests.store.make_tables`, or a step of its own later."""
    path = make_tables.MIGRATIONS / database / "0001-rows.sql"

    assert path.read_text() == make_tables.write_text(database)
