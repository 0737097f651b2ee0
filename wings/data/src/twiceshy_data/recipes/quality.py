"""How good a history is to learn from: figures, what is odd, what to do, and the first collector's score beside it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.commits import list_commit_projects
from twiceshy.archive.reads.judged_work import read_results
from twiceshy.archive.reads.quality_facts import (
    count_log_lines,
    count_named_files,
    read_checked_commits,
    read_edit_counts,
    read_edited_files,
    read_joins,
    read_linked_commits,
    read_outlines,
    read_places,
)
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.split_chats import STARTERS
from twiceshy.records.quality import (
    ChatFacts,
    HistoryFacts,
    LineCounts,
    QualityAnomaly,
    QualityLevel,
    QualityReport,
    QualityStep,
    SessionFacts,
)
from twiceshy_data.dataset.history_time import list_drift, look_at_time
from twiceshy_data.dataset.odd_records import list_anomalies, list_split_lines
from twiceshy_data.dataset.outlined_chats import list_chats, look_at_session
from twiceshy_data.dataset.quality_lines import list_lengths, list_lines, list_steps
from twiceshy_data.dataset.seed_score import SeedChat, SeedCommit, SeedHistory, score_as_seed
from twiceshy_data.dataset.splits import join_groups
from twiceshy_data.recipes.split_rows import SplitWish, plan_splits

_STEPS: Final = 3
"""Steps that are told at most: more is done by nobody (by definition in the report)."""


def look_at_quality(config: Config, scope: Scope, now: datetime) -> QualityReport:
    """Look through what is stored in scope, and return how good it is to learn from.

    Raises:
        NotFound: nothing was ever stored.
    """
    with Store.open(config.home, readonly=True) as store:
        facts = _read_facts(config, store, scope)
    anomalies = list_anomalies(facts, now)
    steps = list_steps(facts, anomalies)
    return QualityReport(
        level=_find_worst(anomalies, steps),
        sessions=len(facts.sessions),
        chats=len(facts.chats),
        edits=facts.edits.whole + facts.edits.fragments,
        commits=len(facts.commits),
        lines=[*list_lines(facts), *list_split_lines(facts), *list_drift(facts.sessions)],
        time=look_at_time(facts.sessions),
        lengths=list_lengths(facts.chats),
        anomalies=anomalies,
        steps=steps[:_STEPS],
        seed_score=score_as_seed(_read_as_seed(facts)),
    )


def _read_facts(config: Config, store: Store, scope: Scope) -> HistoryFacts:
    chats, sessions = list[ChatFacts](), list[SessionFacts]()
    for outline in read_outlines(store, scope):
        own = list(list_chats(outline, STARTERS))
        chats += own
        sessions.append(look_at_session(outline, own))
    plan = plan_splits(store, SplitWish(scope), None)
    return HistoryFacts(
        sessions=sessions,
        chats=chats,
        results=read_results(store.connection, scope),
        commits=read_checked_commits(store.connection, scope),
        linked=read_linked_commits(store.connection, scope),
        committed=frozenset(list_commit_projects(store.connection, scope.project)),
        edits=read_edit_counts(store.connection, scope),
        edited=read_edited_files(store.connection, scope),
        excluded=_find_excluded(config, store, scope),
        splits={one.uid: plan.splits[one.uid] for one in sessions if one.uid in plan.splits},
        groups=join_groups(read_joins(store.connection)),
        named_files=count_named_files(store.connection, scope),
        rated=_find_rated(store, chats),
        log_lines=count_log_lines(store.connection) if scope == Scope() else LineCounts(0, 0, 0),
    )


def _find_excluded(config: Config, store: Store, scope: Scope) -> frozenset[bytes]:
    """Return the sessions that a setting keeps from every training."""
    if not config.contribute_exclude:
        return frozenset()
    from twiceshy_data.rows.row_exclusions import find_never_counted  # noqa: PLC0415  # rules take their time

    if (never := find_never_counted(config, store)) is None:
        return frozenset()
    return frozenset(
        one.uid
        for one in read_places(store.connection, scope)
        if never.has_project(one.name, [one.project]) or never.has_path(one.folder)
    )


def _find_rated(store: Store, chats: Sequence[ChatFacts]) -> frozenset[bytes]:
    """Return the chats of which, or of whose session, a person said how good they were."""
    ratings = read_ratings(store.connection)
    return frozenset(one.uid for one in chats if ratings.of_chat(one.uid, one.session) is not None)


def _find_worst(anomalies: Sequence[QualityAnomaly], steps: Sequence[QualityStep]) -> QualityLevel:
    order = list(QualityLevel)
    levels = [QualityLevel.FINE, *(one.level for one in anomalies), *(one.level for one in steps)]
    return max(levels, key=order.index)


def _read_as_seed(facts: HistoryFacts) -> SeedHistory:
    """Return the history as the first collector would have seen it: a chat of ours has all its fields."""
    session_of = {name: uid.hex() for uid, names in facts.linked.items() for name in names}
    return SeedHistory(
        chats=[
            SeedChat(
                entry=(one.at or "", one.prompt.hex()),
                complete=one.at is not None,
                rated=one.uid in facts.rated,
                query_length=one.prompt_bytes or 0,
                response_length=one.answer_bytes or 0,
                empty=not one.answers,
                tools=one.tools,
            )
            for one in facts.chats
        ],
        commits=[
            SeedCommit((one.at, one.message), one.checked, one.files, session_of.get(one.hash)) for one in facts.commits
        ],
        sessions=len(facts.sessions),
        empty_sessions=sum(not one.chats for one in facts.sessions),
        files=facts.named_files,
    )
