"""What sessions did as rows for other programs: chats, single acts, sessions in short, and their subagents.

A row begins with the keys of the first collector's record, in its order, so that scripts made for it go on working.
One session is held in memory at a time.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.reads.ratings import read_ratings_of_session
from twiceshy.archive.reads.session_logs import list_uids, read_sessions, read_whole_sessions
from twiceshy.archive.reads.sessions import read_outcomes
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope
from twiceshy.judgement.chats.agent_runs import build_orchestration
from twiceshy.judgement.chats.split_chats import build_actions, build_chats, split_session, summarize_session
from twiceshy.records import ids
from twiceshy.records.chats import AgentBatch, AgentRun, ChatTokens, StoredAction, StoredChat, WholeSession
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowColumn, RowOrigin, list_columns
from twiceshy.records.outcomes import Rating, Ratings
from twiceshy_data.rows.judged_stories import COLUMNS as OUTCOME_COLUMNS
from twiceshy_data.rows.judged_stories import SessionVerdict, read_verdict, tell_chats, tell_session

OUTCOME_TYPES: Final = dict(OUTCOME_COLUMNS)
_CHAT: Final = list_columns(
    id=ColumnType.TEXT,
    timestamp=ColumnType.TIME,
    session_id=ColumnType.TEXT,
    query=ColumnType.TEXT,
    response=ColumnType.TEXT,
    files_referenced=ColumnType.TEXTS,
    files_modified=ColumnType.TEXTS,
    tools_used=ColumnType.TEXTS,
    query_tokens=ColumnType.INTEGER,
    response_tokens=ColumnType.INTEGER,
    user_feedback=ColumnType.JSON,
    tool_outputs=ColumnType.JSON,
    duration_seconds=ColumnType.REAL,
    resulted_in_commit=ColumnType.BOOLEAN,
    related_commit=ColumnType.TEXT,
    prompt_kind=ColumnType.TEXT,
    model=ColumnType.TEXT,
    calls=ColumnType.INTEGER,
    failures=ColumnType.INTEGER,
    refusals=ColumnType.INTEGER,
    interrupted=ColumnType.BOOLEAN,
    agents=ColumnType.INTEGER,
    tokens=ColumnType.JSON,
    project=ColumnType.TEXT,
    rating=ColumnType.INTEGER,
    rated_by=ColumnType.TEXT,
    **OUTCOME_TYPES,
)
_ACTION: Final = list_columns(
    id=ColumnType.TEXT,
    timestamp=ColumnType.TIME,
    session_id=ColumnType.TEXT,
    action_type=ColumnType.TEXT,
    target=ColumnType.TEXT,
    context=ColumnType.JSON,
    success=ColumnType.BOOLEAN,
    result_summary=ColumnType.TEXT,
    project=ColumnType.TEXT,
)
_SESSION: Final = list_columns(
    session_id=ColumnType.TEXT,
    timestamp=ColumnType.TIME,
    duration_seconds=ColumnType.REAL,
    exchanges=ColumnType.INTEGER,
    queries=ColumnType.TEXTS,
    tools_used=ColumnType.JSON,
    files_referenced=ColumnType.TEXTS,
    files_modified=ColumnType.TEXTS,
    started_at=ColumnType.TIME,
    ended_at=ColumnType.TIME,
    agent=ColumnType.TEXT,
    model=ColumnType.TEXT,
    branch=ColumnType.TEXT,
    title=ColumnType.TEXT,
    chat_ids=ColumnType.TEXTS,
    calls=ColumnType.INTEGER,
    failures=ColumnType.INTEGER,
    refusals=ColumnType.INTEGER,
    interrupts=ColumnType.INTEGER,
    agents=ColumnType.INTEGER,
    tokens=ColumnType.JSON,
    outcomes=ColumnType.JSON,
    project=ColumnType.TEXT,
    rating=ColumnType.INTEGER,
    rated_by=ColumnType.TEXT,
    **OUTCOME_TYPES,
)
_ORCHESTRATION: Final = list_columns(
    session_id=ColumnType.TEXT,
    extracted_at=ColumnType.TIME,
    total_sub_agents=ColumnType.INTEGER,
    batch_count=ColumnType.INTEGER,
    models_used=ColumnType.TEXTS,
    total_tools_used=ColumnType.INTEGER,
    unique_tools=ColumnType.TEXTS,
    total_duration_ms=ColumnType.INTEGER,
    success_rate=ColumnType.REAL,
    batches=ColumnType.JSON,
    agents=ColumnType.JSON,
    project=ColumnType.TEXT,
)
_Values = tuple[ExportValue, ...]
_Dated = tuple[datetime | None, _Values]
"""A row's columns, and when what it tells began."""


class _Told(NamedTuple):
    """A session, and what was judged of it."""

    log: WholeSession
    outcomes: dict[str, str]
    verdict: SessionVerdict
    ratings: Ratings


class RowNoun(NamedTuple):
    """One kind of rows that a session holds."""

    columns: Sequence[RowColumn]
    list: Callable[[_Told], Iterator[_Dated]]
    whole: bool = False
    """It needs whole texts; else their beginnings do."""
    texts: tuple[str, ...] = ()
    """As ``RowSource.texts``."""
    judged: bool = False
    """Its rows say whether the work was good."""


def read_session_rows(store: Store, scope: Scope, noun: RowNoun) -> Iterator[ExportRow]:
    """Yield the rows of the sessions in scope, the oldest session first.

    Sessions that visibly no agent wrote, and those in which nothing was said or done, are left out.
    """
    read = read_whole_sessions if noun.whole else read_sessions
    for log in read(store, list_uids(store.connection, scope)):
        if log.real and (log.calls or log.prompts):
            yield from _read_rows(store, log, noun)


def _read_rows(store: Store, log: WholeSession, noun: RowNoun) -> Iterator[ExportRow]:
    ratings = read_ratings_of_session(store.connection, log.uid)
    chats = [span.prompt.uid for span in split_session(log)] if noun.judged else ()
    told = _Told(log, read_outcomes(store.connection, log.uid), read_verdict(store, log.uid, chats), ratings)
    for at, values in noun.list(told):
        yield ExportRow(
            id=ids.shorten(ids.SESSION, log.uid),
            values={column.name: value for column, value in zip(noun.columns, values, strict=True)},
            origin=RowOrigin(log.project, log.uid, at or log.first_at or log.last_at),
        )


def _list_chats(told: _Told) -> Iterator[_Dated]:
    spans = split_session(told.log)
    for one, outcome in zip(build_chats(told.log), tell_chats(told.verdict, spans), strict=True):
        yield one.timestamp, (*_list_chat_values(one, told.log, told.ratings.of(ids.CHAT, one.uid)), *outcome)


def _list_chat_values(one: StoredChat, log: WholeSession, said: Rating | None) -> _Values:
    """Return a chat's columns; what the log does not tell is None."""
    return (
        _name(ids.CHAT, one.uid),
        format_time(one.timestamp),
        _name(ids.SESSION, log.uid),
        one.query,
        "\n\n".join(one.response),
        one.files_referenced,
        one.files_modified,
        one.tools_used,
        None if one.tokens is None else one.tokens.input + one.tokens.cache_write + one.tokens.cache_read,
        None if one.tokens is None else one.tokens.output,
        None if said is None else {"rating": said.word.value, "timestamp": format_time(said.at)},
        [{"tool": done.tool, "success": done.success, "text": done.text} for done in one.tool_outputs],
        one.duration_seconds,
        one.resulted_in_commit,
        next(iter(one.commits), None),
        one.prompt_kind,
        one.model,
        one.calls,
        one.failures,
        one.refusals,
        one.interrupted,
        one.agents,
        _list_tokens(one.tokens),
        log.project_name,
        *_list_rating(said),
    )


def _list_rating(said: Rating | None) -> tuple[int | None, str | None]:
    """Return how good a person called it, and who; their words are their own and stay here."""
    return (None, None) if said is None else (said.value, said.rated_by.value)


def _list_actions(told: _Told) -> Iterator[_Dated]:
    chats = {ids.shorten(ids.CHAT, span.prompt.uid): span.prompt.uid for span in split_session(told.log)}
    for one in build_actions(told.log):
        yield one.timestamp, _list_action_values(one, told.log, None if one.chat is None else chats[one.chat])


def _list_action_values(one: StoredAction, log: WholeSession, chat: bytes | None) -> _Values:
    return (
        one.id,
        format_time(one.timestamp),
        _name(ids.SESSION, log.uid),
        one.action_type,
        one.target,
        {"tool": one.tool, "chat_id": None if chat is None else _name(ids.CHAT, chat), "agent_id": one.agent_id},
        one.success,
        one.result_summary,
        log.project_name,
    )


def _sum_session(told: _Told) -> Iterator[_Dated]:
    one = summarize_session(told.log, told.outcomes)
    values: _Values = (
        _name(ids.SESSION, one.uid),
        format_time(one.ended_at or one.started_at),
        one.duration_seconds,
        one.exchanges,
        one.queries,
        {str(tool): count for tool, count in one.tools_used.items()},
        one.files_referenced,
        one.files_modified,
        format_time(one.started_at),
        format_time(one.ended_at),
        one.agent,
        one.model,
        one.branch,
        one.title,
        [_name(ids.CHAT, uid) for uid in one.chat_uids],
        one.calls,
        one.failures,
        one.refusals,
        one.interrupts,
        one.agents,
        _list_tokens(one.tokens),
        one.outcomes,
        one.project_name,
        *_list_rating(told.ratings.of(ids.SESSION, one.uid)),
        *tell_session(told.verdict),
    )
    yield one.started_at, values


def _sum_agents(told: _Told) -> Iterator[_Dated]:
    """Yield one row where the session sent off an agent; else none."""
    one = build_orchestration(told.log)
    if not one.agents:
        return
    values: _Values = (
        _name(ids.SESSION, told.log.uid),
        format_time(told.log.last_at or told.log.first_at),
        len(one.agents),
        len(one.batches),
        one.models_used,
        one.total_tools_used,
        one.unique_tools,
        one.total_duration_ms,
        one.success_rate,
        [_list_batch(batch) for batch in one.batches],
        [_list_agent(agent) for agent in one.agents],
        told.log.project_name,
    )
    yield one.agents[0].started_at, values


def _list_batch(one: AgentBatch) -> dict[str, ExportValue]:
    return {
        "execution_type": one.execution_type,
        "agent_count": one.agent_count,
        "duration_ms": one.duration_ms,
        "all_succeeded": one.all_succeeded,
        "agent_ids": one.agent_ids,
    }


def _list_agent(one: AgentRun) -> dict[str, ExportValue]:
    return {
        "agent_id": one.agent_id,
        "parent_id": one.parent_id,
        "kind": one.kind,
        "task": one.task,
        "model": one.model,
        "started_at": format_time(one.started_at),
        "completed_at": format_time(one.completed_at),
        "duration_ms": one.duration_ms,
        "tools_used": one.tools_used,
        "tool_count": one.tool_count,
        "thinking_blocks": one.thinking_blocks,
        "has_error": one.has_error,
        "error_summary": one.error_summary,
        "output_preview": one.output_preview,
    }


def _list_tokens(tokens: ChatTokens | None) -> dict[str, ExportValue] | None:
    return None if tokens is None else tokens._asdict()


def _name(kind: str, uid: bytes) -> str:
    """Return the whole id: rows of other kinds name it too."""
    return f"{kind}-{uid.hex()}"


NOUNS: Final = {
    "chats": RowNoun(_CHAT, _list_chats, whole=True, texts=("query", "response"), judged=True),
    "actions": RowNoun(_ACTION, _list_actions),
    "sessions": RowNoun(_SESSION, _sum_session, texts=("queries",), judged=True),
    "orchestration": RowNoun(_ORCHESTRATION, _sum_agents),
}
