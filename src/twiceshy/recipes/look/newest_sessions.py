"""List the newest sessions."""

from dataclasses import replace
from datetime import timedelta

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import scopes, sessions
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope
from twiceshy.recipes.look.session_costs import add_cost, read_session_costs
from twiceshy.records.views import ScopeSurroundings, SessionList


def list_sessions(config: Config, scope: Scope, *, limit: int, outcome: str = "", after: bytes = b"") -> SessionList:
    """Return the newest sessions in scope.

    ``outcome``: only those whose work became that; ``after``: only those behind the session with that uid.

    Raises:
        UsageError: there is no such outcome.
    """
    if outcome and outcome not in sessions.SESSION_OUTCOMES:
        raise UsageError(f"--outcome cannot be {outcome[:40]!r}; say {', '.join(sessions.SESSION_OUTCOMES)}.")
    with Store.open(config.home, readonly=True) as store:
        found = sessions.list_sessions(store.connection, scope, limit, outcome=outcome, after=after)
        costs = read_session_costs(store, config, _narrow(scope, found)).by_uid if found.sessions else {}
    return replace(found, sessions=[add_cost(line, costs.get(line.uid)) for line in found.sessions])


def _narrow(scope: Scope, found: SessionList) -> Scope:
    """Return a scope that has the listed sessions, and few others; a session costs the same under each."""
    ends = [line.last_at or line.first_at for line in found.sessions]
    begins = [line.first_at or line.last_at for line in found.sessions]
    known_ends, known_begins = [at for at in ends if at], [at for at in begins if at]
    if len(known_ends) < len(ends):
        return scope
    return replace(scope, since=min(known_ends), until=max(known_begins) + timedelta(seconds=1))


# Find out why nothing stored is in a scope.


def find_missed(config: Config, scope: Scope) -> ScopeSurroundings | None:
    """Return what is stored around a scope without sessions; None where it has some, or where nothing is stored."""
    if scope == Scope() or not has_store(config.home):
        return None
    with Store.open(config.home, readonly=True) as store:
        if scopes.has_sessions(store.connection, scope) or not scopes.has_sessions(store.connection, Scope()):
            return None
        return scopes.read_surroundings(store.connection, scope)
