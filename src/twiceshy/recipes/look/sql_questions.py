"""Answer a user's own query in SQL."""

from twiceshy.archive import query, schema
from twiceshy.archive.db import Store
from twiceshy.archive.query import QueryResult
from twiceshy.base.config import Config


def ask(config: Config, sql: str, *, limit: int, timeout_s: float) -> QueryResult:
    """Return the first ``limit`` rows of a SELECT; 0 means all, and as ``timeout_s`` for ever.

    Raises:
        UsageError: it is not understood, would do more than read, or takes longer.
        NotFound: nothing is stored.
    """
    with Store.open(config.home, readonly=True) as store:
        return query.ask(store, sql, limit, timeout_s)


def render_schema_page() -> str:
    """Return every table and column, as Markdown."""
    return schema.render_schema()
