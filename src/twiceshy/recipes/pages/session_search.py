"""Search what is stored here and what others told of it."""

from collections.abc import Sequence
from dataclasses import replace

from twiceshy.archive.db import Store
from twiceshy.archive.reads.scopes import read_surroundings
from twiceshy.base.config import Config
from twiceshy.base.plugins import find_answer
from twiceshy.base.values import Scope
from twiceshy.recipes.look.word_search import find_words
from twiceshy.records.questions import MEMORY
from twiceshy.records.views import ScopeSurroundings, SearchResult


def search_everything(
    config: Config, words: Sequence[str], scope: Scope, *, kind: str | None, limit: int
) -> SearchResult:
    """Return the places where all words stand, best first; those that others told where nothing else narrows it."""
    found = find_words(config, words, scope, kind=kind, limit=limit, raw=False)
    memory = find_answer(MEMORY) if kind is None and scope.agent is None else None
    if memory is not None and memory.has_told(config):
        return replace(found, told=memory.search_told(config, words, project=scope.project, limit=limit))
    return found


def read_filter_choices(config: Config) -> ScopeSurroundings:
    """Return the projects and agents that sessions are stored of, the newest used first."""
    with Store.open(config.home, readonly=True) as store:
        return read_surroundings(store.connection, Scope())
