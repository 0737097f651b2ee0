"""Show insights with every case that they count: what the report counted, and nothing else."""

from dataclasses import replace

from twiceshy.archive.db import Store
from twiceshy.archive.reads.case_lines import read_case_lines
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.recipes.look.insights import choose_scope, read_insights
from twiceshy.records.insights import Insight, InsightKind, InsightList, InsightStory


def show_insight(config: Config, name: str, scope: Scope) -> InsightStory:
    """Return the insight whose id begins so, as the report of that scope counts it.

    One that is not in the scope's time is looked for in everything that is stored.

    Raises:
        NotFound: no insight, or more than one, has that id.
    """
    start = name.strip().lower()
    with Store.open(config.home, readonly=True) as store:
        listed = read_insights(store, config, choose_scope(config, scope))
        found = [insight for insight in listed.insights if insight.id.startswith(start)]
        if not found:
            listed = read_insights(store, config, replace(scope, since=None, until=None))
            found = [insight for insight in listed.insights if insight.id.startswith(start)]
        if len(found) != 1:
            raise NotFound(_describe_miss(name, found))
        return _tell(store, found[0], listed)


def list_hidden_failures(config: Config, scope: Scope) -> tuple[InsightStory, ...]:
    """Return each insight of failures that were reported as success, with every case.

    Raises:
        NotFound: nothing was ever stored here.
    """
    with Store.open(config.home, readonly=True) as store:
        listed = read_insights(store, config, choose_scope(config, scope))
        hidden = [insight for insight in listed.insights if insight.kind is InsightKind.HIDDEN_FAILURE]
        return tuple(_tell(store, insight, listed) for insight in hidden)


def _tell(store: Store, insight: Insight, listed: InsightList) -> InsightStory:
    cases = read_case_lines(store.connection, insight.cases)
    return InsightStory(insight=insight, whole=listed.repeated, cases=cases)


def _describe_miss(name: str, found: list[Insight]) -> str:
    if found:
        return f"{name} is not unique: {', '.join(one.id for one in found)}. Type more of it."
    return f"no insight has an id that begins with {name}. See `twiceshy report insights`."
