"""What every test has, of the core and of each wing: a home of its own; a PostgreSQL and a cluster where it asks."""

pytest_plugins = ["tests.everywhere", "tests.postgres", "tests.spark"]
