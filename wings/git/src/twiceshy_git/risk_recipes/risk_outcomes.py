"""What became of the changes that came after those that the model in use learned from?

They are a forecast that time has judged, as far as it has: a young change may still be fixed.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.authorship import find_sessions
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.base.errors import TwiceshyError
from twiceshy.base.values import Scope
from twiceshy.logs.projects import find_project
from twiceshy.records.change_risk import RiskOutcomes, RiskTable
from twiceshy.records.figures import RiskiestWork
from twiceshy_git.predict.risk.groups.agent_work import HAS_LOG
from twiceshy_git.predict.risk.risk_bands import (
    FEWEST,
    LoggedChange,
    compare_habits,
    divide_into_bands,
    rank_by_risk,
    sum_up_riskiest,
    take_top,
)
from twiceshy_git.predict.risk.risk_recipe import look_back
from twiceshy_git.risk_recipes.known_changes import read_known_table
from twiceshy_git.risk_recipes.tell_risk import has_risk_model, prepare_answers

_MOST_SHOWN: Final = 10
"""Changes of the top tenth that are named (guess, 2026-11-23)."""
_MOST_REPORTED: Final = 3
"""The same in a report, where they share the first screen with others (guess, 2026-11-23)."""


def measure_risk_outcomes(config: Config, repo: Path, now: datetime, since: datetime | None = None) -> RiskOutcomes:
    """Return what became of changes by their risk; with ``since`` of newer ones only.

    Raises:
        NotFound: the repository has no commit yet.
        SourceError: ``repo`` is in no git repository.
        ToolMissing: there is no git.
    """
    table = read_known_table(config, repo)
    tell = prepare_answers(config, repo, table, now)
    first = max(tell.learned_until, since.timestamp() if since else 0.0)
    answers = [tell.answer(row) for row in table.rows if row.at > first]
    ranked = rank_by_risk(answers)
    bands = divide_into_bands(ranked)
    top = take_top(ranked)[:_MOST_SHOWN] if bands else []
    logged = list(_list_logged(config, repo, table, now))
    return RiskOutcomes(
        model=tell.model.kind,
        since=first,
        changes=len(answers),
        fixed=sum(one.became is not None for one in answers),
        bands=bands,
        riskiest=tuple(top),
        too_little="" if bands else tell.too_little or f"{len(ranked)} changes came after those; {FEWEST} are needed",
        logged=len(logged),
        logged_fixed=sum(one.bad for one in logged),
        habits=compare_habits(logged),
    )


def read_riskiest_work(config: Config, repo: Path, scope: Scope, now: datetime) -> RiskiestWork | None:
    """Return the riskiest changes of a report's time in this repository, and what became of them.

    None where nobody trained a model here, where the report is of something else or of one agent, and where nothing
    can be said: a report is never kept back by it.
    """
    try:
        if scope.agent is not None or not _is_here(repo, scope.project) or not has_risk_model(config, repo):
            return None
        table = read_known_table(config, repo)
        tell = prepare_answers(config, repo, table, now)
        first = max(tell.learned_until, scope.since.timestamp() if scope.since else 0.0)
        last = scope.until.timestamp() if scope.until else now.timestamp()
        answers = [tell.answer(row) for row in table.rows if first < row.at <= last]
        return sum_up_riskiest(answers, datetime.fromtimestamp(first, UTC) if first else None, _MOST_REPORTED)
    except (TwiceshyError, OSError):
        return None


def _is_here(repo: Path, project: str | None) -> bool:
    """Tell whether the project that is asked for, or any, is that of this repository."""
    if project is None:
        return True
    here = find_project(repo.resolve())
    return project == here.identity or project.casefold() in here.name.casefold()


def _list_logged(config: Config, repo: Path, table: RiskTable, now: datetime) -> Iterator[LoggedChange]:
    """Yield the changes with code and an agent's log that are old enough to be found out."""
    sessions = _find_sessions(config, repo)
    names = [one.name for one in table.columns]
    known = look_back(table, now.timestamp())
    for row, bad in zip(known.rows, known.bad, strict=True):
        values = dict(zip(names, row.values, strict=True))
        if values.get(HAS_LOG) == 1 and values.get("nf_code", 0.0) > 0:
            yield LoggedChange(values, bad, sessions.get(row.id, row.id))


def _find_sessions(config: Config, repo: Path) -> Mapping[str, bytes]:
    """Return the session of each linked commit: of several the one with most of its lines."""
    most: dict[str, tuple[int, bytes]] = {}
    if has_store(config.home):
        with Store.open(config.home, readonly=True) as store:
            for session in find_sessions(store.connection, find_project(repo.resolve()).identity):
                for link in links_of_session(store, session):
                    one = (link.lines_shared, session)
                    most[link.commit_hash] = max(one, most.get(link.commit_hash, one))
    return {commit: session for commit, (_, session) in most.items()}
