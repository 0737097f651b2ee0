"""List the newest sessions."""

from twiceshy.config import Config
from twiceshy.records.values import Scope
from twiceshy.records.views import SessionList
from twiceshy.store.db import Store
from twiceshy.store.reads import sessions


def list_sessions(config: Config, scope: Scope, *, limit: int) -> SessionList:
    """Return the newest sessions in scope."""
    with Store.open(config.home, readonly=True) as store:
        return sessions.list_sessions(store.connection, scope, limit)
