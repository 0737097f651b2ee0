"""Find what is known of each project, and keep what a brief says of it: how things are done, and what goes wrong."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from twiceshy.advice.brief_troubles import NEWEST_SESSIONS, keep_troubles
from twiceshy.advice.brief_words import say_poor_approach
from twiceshy.archive.db import Store
from twiceshy.archive.kept_facts import KeptProject, keep_facts
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads.judged_work import read_fates_in_scope
from twiceshy.archive.stored_attempts import read_attempts
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.insights.kinds.find_insights import find_insights
from twiceshy.insights.kinds.project_history import ProjectHistory, group_by_project
from twiceshy.insights.project_facts.all_facts import find_project_facts
from twiceshy.insights.project_facts.called_commands import list_uses
from twiceshy.judgement.outcomes.judged_work import JudgedWork
from twiceshy.judgement.outcomes.tallies import tally_approaches
from twiceshy.judgement.recipes.stored_judgements import read_judgements
from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.effects import Observation
from twiceshy.records.insights import Insight
from twiceshy.records.kept_knowledge import KeptFact, KeptTrouble
from twiceshy.records.project_facts import ProjectFact


def find_facts(store: Store, scope: Scope) -> list[ProjectFact]:
    """Return the facts of each project in scope, the project with most sessions first."""
    sessions = list(read_attempts(store.connection, scope))
    insights = find_insights(group_by_project(sessions), _price_nothing)
    return find_project_facts(sessions, read_fates_in_scope(store.connection, scope), insights)


def keep_project_facts(config: Config) -> int:
    """Keep for briefs what is known of each project; return how many facts and troubles that are."""
    with Store.open(config.home) as store:
        sessions = list(read_attempts(store.connection, Scope()))
        seen = read_observations(store, Scope())
        kept = find_kept(sessions, read_judgements(store, Scope()), seen)
        with store.begin_writing() as connection:
            keep_facts(connection, kept)
    return sum(len(one.facts) + len(one.troubles) for one in kept)


def find_kept(
    sessions: Iterable[SessionAttempts], judged: JudgedWork, seen: Iterable[Observation] = ()
) -> list[KeptProject]:
    """Return what a brief says of each project of these sessions; the others may be of further sessions too."""
    by_session: dict[bytes, list[Observation]] = {}
    for one in seen:
        by_session.setdefault(one.session, []).append(one)
    return [_find_of_project(history, judged, by_session) for history in group_by_project(sessions, judged)]


def _find_of_project(
    history: ProjectHistory, judged: JudgedWork, seen: Mapping[bytes, Sequence[Observation]]
) -> KeptProject:
    """Return what a brief says of one project."""
    insights = find_insights([history], _price_nothing)
    facts = find_project_facts(history.sessions, judged.fates, insights)
    newest = history.sessions[-NEWEST_SESSIONS:]
    used = Counter(key for key, _ in {(use.form.key, use.session) for use in list_uses(newest) if use.began})
    return KeptProject(
        history.identity,
        history.name,
        tuple(_shorten(fact, used[fact.key], len(newest)) for fact in facts),
        _keep_troubles(insights, history),
        tuple(_say_poor(one for session in history.sessions for one in seen.get(session.session, ()))),
    )


def _keep_troubles(insights: Sequence[Insight], history: ProjectHistory) -> tuple[KeptTrouble, ...]:
    """Return what a brief says of the insights of a project."""
    wanted = {case.uid for one in insights for case in one.cases}
    cases = {call.uid: call for _, call in history.walk() if call.uid in wanted}
    return keep_troubles(insights, history.sessions, cases)


def _say_poor(seen: Iterable[Observation]) -> Iterator[str]:
    """Yield sentences on approaches that mostly go badly."""
    return filter(None, map(say_poor_approach, tally_approaches(seen, place=lambda _: None)))


def _price_nothing(_session: bytes, _begin: float, _end: float) -> None:
    """Return that no cost is known: a brief does not say it."""


def _shorten(fact: ProjectFact, recent: int, recent_of: int) -> KeptFact:
    """Return what a brief needs of a fact."""
    return KeptFact(
        kind=fact.kind,
        says=fact.says,
        command=fact.command,
        folder=fact.folder,
        n=fact.n,
        runs=fact.runs,
        green=fact.green,
        red=fact.red,
        part=fact.part,
        median_s=fact.median_s,
        recent=recent,
        recent_of=recent_of,
    )
