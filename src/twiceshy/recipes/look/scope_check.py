"""Find out why nothing stored is in a scope."""

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads import scopes
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.views import ScopeSurroundings


def find_missed(config: Config, scope: Scope) -> ScopeSurroundings | None:
    """Return what is stored around a scope without sessions; None where it has some, or where nothing is stored."""
    if scope == Scope() or not has_store(config.home):
        return None
    with Store.open(config.home, readonly=True) as store:
        if scopes.has_sessions(store.connection, scope) or not scopes.has_sessions(store.connection, Scope()):
            return None
        return scopes.read_surroundings(store.connection, scope)
