"""Rows that a trainer of models takes as they are: dialogues under the names that trainers know.

``dpo`` has ``prompt``, ``chosen`` and ``rejected``; ``sft`` has ``prompt`` and ``completion``; ``chat`` has
``messages``. What is known of a row stands in ``meta``, which trainers leave alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.calls import read_inputs
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.archive.reads.session_logs import read_whole_sessions
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope
from twiceshy.lessons.code_examples import name_language
from twiceshy.records import ids
from twiceshy.records.chats import WholeSession
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowOrigin, list_columns
from twiceshy.records.outcomes import Ratings
from twiceshy_data.dataset.answered_tasks import AnsweredTask, find_answered_tasks
from twiceshy_data.dataset.dialogues import LearnedPart, find_dialogues
from twiceshy_data.dataset.good_work import weigh_work
from twiceshy_data.dataset.training_texts import write_message
from twiceshy_data.rows.judged_stories import read_judged_stories, read_working_sessions
from twiceshy_data.rows.preference_rows import list_facts, make_row, read_pairs, write_prompt

_KNOWN: Final = {
    "meta": ColumnType.JSON,
    "confidence": ColumnType.REAL,
    "agent": ColumnType.TEXT,
    "model": ColumnType.TEXT,
    "language": ColumnType.TEXT,
    "weight": ColumnType.REAL,
}
"""Behind the dialogues; by what stands outside of ``meta`` rows can be filtered."""
_MESSAGES: Final = ColumnType.MESSAGES
DPO: Final = list_columns(prompt=_MESSAGES, chosen=_MESSAGES, rejected=_MESSAGES, **_KNOWN)
SFT: Final = list_columns(prompt=_MESSAGES, completion=_MESSAGES, **_KNOWN)
CHAT: Final = list_columns(messages=_MESSAGES, **_KNOWN)
_LEAST_CONFIDENCE: Final = 0.85
"""Chance of being good from which on work is taken (guess, 2026-11-23)."""


def read_dpo_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the pairs of the sessions in scope, the oldest session first."""
    for pair in read_pairs(store, scope):
        yield make_row(
            pair,
            {
                "prompt": [write_message("user", write_prompt(pair))],
                "chosen": [write_message("assistant", pair.part.right)],
                "rejected": [write_message("assistant", pair.part.wrong)],
                **_spread(list_facts(pair)),
            },
        )


def _spread(facts: dict[str, ExportValue]) -> dict[str, ExportValue]:
    """Return what is known of a row as its columns: some of it stands in columns of its own too."""
    return {"meta": facts} | {name: facts.get(name) for name in _KNOWN if name != "meta"}


def read_sft_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the tasks that were done well from the first word on, the oldest session first."""
    said = read_ratings(store.connection)
    for judged in read_judged_stories(store, scope):
        for one in find_answered_tasks(judged, store.body):
            weight = weigh_work(said.of_chats(one.chats, one.teller.session))
            if weight is not None and one.confidence >= _LEAST_CONFIDENCE:
                values: dict[str, ExportValue] = {
                    "prompt": _write_requests(one),
                    "completion": [write_message("assistant", one.answer)],
                    **_spread({**_list_answer_facts(one), "weight": weight}),
                }
                session = one.teller.session
                origin = RowOrigin(one.teller.project, session, one.at)
                yield ExportRow(ids.shorten(ids.SESSION, session), values, origin)


def _write_requests(one: AnsweredTask) -> list[Mapping[str, str]]:
    """Return the request, after what was said just before it."""
    before = zip(("user", "assistant"), one.before or (), strict=False)
    return [*(write_message(role, text) for role, text in before), write_message("user", one.asked)]


def _list_answer_facts(one: AnsweredTask) -> dict[str, ExportValue]:
    languages = {language: None for path in one.paths if (language := name_language(path))}
    return {
        "id": f"{ids.CHAT}-{one.prompt.hex()}",
        "timestamp": format_time(one.at),
        "session_id": f"{ids.SESSION}-{one.teller.session.hex()}",
        "evidence": one.evidence,
        "confidence": one.confidence,
        "paths": one.paths,
        "language": next(iter(languages)) if len(languages) == 1 else None,
        "agent": one.teller.agent,
        "model": one.teller.model or None,
        "project": one.teller.project_name,
    }


def read_chat_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the parts of sessions whose work was good to the end, the oldest session first."""
    said = read_ratings(store.connection)
    for uid, result in read_working_sessions(store, scope):
        for log in read_whole_sessions(store, [uid]):
            parts = find_dialogues(log, result, read_inputs(store, uid)) if log.real else ()
            yield from _make_chat_rows(log, parts, said)


def _make_chat_rows(log: WholeSession, parts: Iterable[LearnedPart], said: Ratings) -> Iterator[ExportRow]:
    for part in parts:
        weight = weigh_work(said.of_chats([one.uid for one in part.prompts], log.uid))
        if weight is not None and part.confidence >= _LEAST_CONFIDENCE:
            yield _make_chat_row(log, part, weight)


def _make_chat_row(log: WholeSession, part: LearnedPart, weight: float) -> ExportRow:
    first = part.prompts[0]
    meta: dict[str, ExportValue] = {
        "id": f"{ids.CHAT}-{first.uid.hex()}",
        "timestamp": format_time(first.at),
        "session_id": f"{ids.SESSION}-{log.uid.hex()}",
        "prompts": len(part.prompts),
        "from_the_beginning": first.rank == min(one.rank for one in log.prompts if one.run is None),
        "evidence": part.evidence,
        "confidence": part.confidence,
        "weight": weight,
        "agent": log.agent,
        "model": next((one.model for one in log.replies if one.model), None),
        "project": log.project_name,
    }
    origin = RowOrigin(log.project, log.uid, first.at)
    return ExportRow(ids.shorten(ids.SESSION, log.uid), {"messages": part.messages, **_spread(meta)}, origin)
