"""Search the archive for words."""

from collections.abc import Sequence

from twiceshy.archive import migrate, query
from twiceshy.archive.db import Store
from twiceshy.archive.query import QueryResult
from twiceshy.archive.reads import search
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.views import SearchResult


def find_words(
    config: Config, arguments: Sequence[str], scope: Scope, *, kind: str | None, limit: int, raw: bool
) -> SearchResult:
    """Return the places where the words occur, best first.

    Each argument is a word or a phrase, and all must be present. With ``raw`` the arguments are one query in
    FTS5's own syntax. A ``*`` at the end of a word matches any ending.

    Raises:
        UsageError: a raw query is not FTS5's syntax.
    """
    query = " ".join(arguments) if raw else " ".join(_quote(argument) for argument in arguments)
    with Store.open(config.home, readonly=True) as store:
        hits, more = search.search(store.connection, query, kind=kind, scope=scope, limit=limit)
    words = [word.strip('"*()') for argument in arguments for word in argument.split()]
    return SearchResult(words=[word for word in words if word], hits=hits, more=more)


def _quote(argument: str) -> str:
    """Return the argument as an FTS5 string, in which no character has a meaning of its own.

    >>> _quote('say "no" AND go*')
    '"say ""no"" AND go"*'
    """
    prefix = "*" if argument.endswith("*") else ""
    text = argument.rstrip("*").replace('"', '""').replace("\0", " ")
    return f'"{text}"{prefix}'


# Answer a user's own query in SQL.


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
    return migrate.render_schema()
