"""Answer a user's own query in SQL."""

from twiceshy.config import Config
from twiceshy.store import query, schema
from twiceshy.store.db import Store
from twiceshy.store.query import QueryResult


def ask(config: Config, sql: str, *, limit: int) -> QueryResult:
    """Return the first ``limit`` rows of a SELECT; 0 means all.

    Raises:
        UsageError: it is not understood, or would do more than read.
        NotFound: nothing is stored.
    """
    with Store.open(config.home, readonly=True) as store:
        return query.ask(store, sql, limit)


def render_schema_page() -> str:
    """Return every table and column, as Markdown."""
    return schema.render_schema()
