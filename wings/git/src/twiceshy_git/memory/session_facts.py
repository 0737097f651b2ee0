"""Sessions, their chats, acts and agents as facts of a project's memory; ``stated_sessions`` reads them back.

A session's own fact is light: what it did in numbers and names of files, no word that anybody said. Prompts and whole
chats are facts only where the user shares them. Files outside the project are counted, never named.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, cast

from twiceshy.base.values import Scrubbed, Text
from twiceshy.records import ids
from twiceshy.records.chats import (
    AgentBatch,
    Chat,
    ChatTokens,
    Orchestration,
    SessionSummary,
    StoredAction,
    StoredChat,
    StoredSummary,
    ToolOutput,
)
from twiceshy.records.codec import DamagedValue, read_value
from twiceshy.records.memory import Code, MemoryRecord, MemoryValue
from twiceshy_git.memory.envelope import format_time, parse_time

SESSION: Final = "session"
ORCHESTRATION: Final = "orchestration"
CHAT: Final = "chat"
ACTION: Final = "action"
_Fields = dict[str, MemoryValue]


def encode_session(one: StoredSummary) -> MemoryRecord | None:
    """Return the fact of a session without what anybody said; None where its log has no time."""
    at = one.ended_at or one.started_at
    if at is None:
        return None
    fields: _Fields = {
        "session_id": Code(one.uid.hex()),
        "agent": Code(one.agent),
        "exchanges": one.exchanges,
        "chat_ids": [name_chat(uid) for uid in one.chat_uids],
        "tools_used": {str(tool): count for tool, count in one.tools_used.items()},
        "calls": one.calls,
        "failures": one.failures,
        "refusals": one.refusals,
        "interrupts": one.interrupts,
        "agents": one.agents,
        "outcomes": {name: Code(answer) for name, answer in one.outcomes.items()},
    }
    if one.started_at is not None and one.ended_at is not None:
        fields |= {"started_at": Code(format_time(one.started_at)), "ended_at": Code(format_time(one.ended_at))}
        fields["duration_seconds"] = (one.ended_at - one.started_at).total_seconds()
    fields |= _encode_files(one.files_referenced, one.files_modified)
    fields |= _encode_known({"model": one.model, "branch": one.branch})
    fields |= _encode_tokens(one.tokens)
    return MemoryRecord(type=SESSION, at=at, fields=fields)


def add_words(fact: MemoryRecord, one: StoredSummary) -> MemoryRecord:
    """Return the fact of a session with its title and the beginnings of its prompts."""
    words = _encode_known({"title": one.title})
    return MemoryRecord(type=fact.type, at=fact.at, fields={**fact.fields, **words, "queries": list(one.queries)})


def name_chat(uid: bytes) -> Code:
    """Return a chat's whole id."""
    return Code(f"{ids.CHAT}-{uid.hex()}")


def encode_orchestration(one: Orchestration, summary: StoredSummary) -> MemoryRecord | None:
    """Return the fact of a session's agents without their words; None where it sent none off, or has no time."""
    at = summary.ended_at or summary.started_at
    if at is None or not one.agents:
        return None
    fields: _Fields = {
        "session_id": Code(summary.uid.hex()),
        "total_sub_agents": len(one.agents),
        "batch_count": len(one.batches),
        "models_used": list(one.models_used),
        "total_tools_used": one.total_tools_used or 0,
        "unique_tools": list(one.unique_tools),
        "batches": [_encode_batch(batch) for batch in one.batches],
    }
    if one.total_duration_ms is not None:
        fields["total_duration_ms"] = one.total_duration_ms
    if one.success_rate is not None:
        fields["success_rate"] = one.success_rate
    return MemoryRecord(type=ORCHESTRATION, at=at, fields=fields)


def _encode_batch(batch: AgentBatch) -> _Fields:
    fields: _Fields = {
        "execution_type": Code(batch.execution_type),
        "agent_count": batch.agent_count,
        "agent_ids": [Code(one) for one in batch.agent_ids],
    }
    if batch.duration_ms is not None:
        fields["duration_ms"] = batch.duration_ms
    if batch.all_succeeded is not None:
        fields["all_succeeded"] = batch.all_succeeded
    return fields


def encode_chat(one: StoredChat, session: bytes) -> MemoryRecord | None:
    """Return the fact of a chat with all its words; None where its log has no time."""
    if one.timestamp is None:
        return None
    fields: _Fields = {
        "chat_id": name_chat(one.uid),
        "session_id": Code(session.hex()),
        "prompt_kind": Code(one.prompt_kind),
        "query": one.query,
        "response": list(one.response),
        "tools_used": list(one.tools_used),
        "tool_outputs": [
            {"tool": done.tool, "text": done.text, **({} if done.success is None else {"success": done.success})}
            for done in one.tool_outputs
        ],
        "calls": one.calls,
        "failures": one.failures,
        "refusals": one.refusals,
        "interrupted": one.interrupted,
        "agents": one.agents,
    }
    fields |= _encode_files(one.files_referenced, one.files_modified)
    fields |= _encode_known({"model": one.model})
    fields |= _encode_tokens(one.tokens)
    if one.duration_seconds is not None:
        fields["duration_seconds"] = one.duration_seconds
    return MemoryRecord(type=CHAT, at=one.timestamp, fields=fields)


def encode_action(one: StoredAction, session: bytes) -> MemoryRecord | None:
    """Return the fact of an act; None where its log has no time."""
    if one.timestamp is None:
        return None
    fields: _Fields = {
        "action_id": Code(one.id),
        "session_id": Code(session.hex()),
        "action_type": Code(one.action_type),
        "tool": one.tool,
        "target": one.target,
        "result_summary": one.result_summary,
    }
    if one.agent_id is not None:
        fields["agent_id"] = Code(one.agent_id)
    if one.success is not None:
        fields["success"] = one.success
    return MemoryRecord(type=ACTION, at=one.timestamp, fields=fields)


def _encode_known(texts: Mapping[str, Scrubbed | None]) -> _Fields:
    return {name: text for name, text in texts.items() if text}


def _encode_tokens(tokens: ChatTokens | None) -> _Fields:
    """Return the counts; that they are a lower bound only where they are."""
    if tokens is None:
        return {}
    counts = tokens._asdict()
    return {"tokens": counts if tokens.unended else {name: counts[name] for name in counts if name != "unended"}}


def _encode_files(referenced: Sequence[Scrubbed], modified: Sequence[Scrubbed]) -> _Fields:
    """Return the files of the project by name, and how many others there were."""
    fields: _Fields = {
        "files_referenced": list(list_inside(referenced)),
        "files_modified": list(list_inside(modified)),
    }
    outside = len({*referenced, *modified} - set(list_inside([*referenced, *modified])))
    return fields | ({"files_outside": outside} if outside else {})


_OUTSIDE = ("/", "\\", "~", "../", "..\\", "[")


def list_inside(paths: Iterable[Text]) -> Iterator[Text]:
    """Yield the paths that lie in the project; no absolute one of any system, nor one of a drive or a share."""
    return (path for path in paths if not path.startswith(_OUTSIDE) and ":" not in path[:3])


# What does a fact say of a session or a chat? What is missing or of another form is unknown.

_UID_BYTES: Final = 16
"""Of a session or a prompt, by definition in the store."""


def choose_newest(facts: Iterable[MemoryRecord]) -> list[MemoryRecord]:
    """Return of each session's facts of one type the newest, the oldest session first.

    A session that went on after it was written down has several; the last one holds all that the others do.
    """
    found: dict[tuple[str, str], MemoryRecord] = {}
    for one in facts:
        key = one.type, str(one.fields.get("session_id", ""))
        if key not in found or (found[key].at, len(found[key].fields)) <= (one.at, len(one.fields)):
            found[key] = one
    return sorted(found.values(), key=lambda one: (one.at, str(one.fields.get("session_id", ""))))


def read_session(fact: MemoryRecord) -> SessionSummary[str]:
    """Return what a fact says of a session; project and name are left empty.

    Raises:
        DamagedValue: it is not about a session.
    """
    read = _StatedFields(fact, SESSION)
    uid = read.uid("session_id", "")
    start, end = read.text("started_at"), read.text("ended_at")
    with read_value("session of memory"):
        return SessionSummary(
            session=ids.shorten(ids.SESSION, uid),
            uid=uid,
            agent=read.text("agent") or "",
            model=read.text("model"),
            project="",
            project_name="",
            branch=read.text("branch"),
            title=read.text("title"),
            started_at=parse_time(start) if start else None,
            ended_at=parse_time(end) if end else fact.at,
            exchanges=read.count("exchanges"),
            queries=read.texts("queries"),
            chat_uids=tuple(bytes.fromhex(one.partition("-")[2]) for one in read.texts("chat_ids")),
            tools_used=read.counts("tools_used"),
            files_referenced=read.texts("files_referenced"),
            files_modified=read.texts("files_modified"),
            calls=read.count("calls"),
            failures=read.count("failures"),
            refusals=read.count("refusals"),
            interrupts=read.count("interrupts"),
            agents=read.count("agents"),
            tokens=read.tokens(),
            outcomes={name: str(one) for name, one in read.mapping("outcomes").items()},
        )


def read_chat(fact: MemoryRecord) -> Chat[str]:
    """Return what a fact says of a chat.

    Raises:
        DamagedValue: it is not about a chat.
    """
    read = _StatedFields(fact, CHAT)
    uid = read.uid("chat_id", f"{ids.CHAT}-")
    seconds = fact.fields.get("duration_seconds")
    return Chat(
        id=ids.shorten(ids.CHAT, uid),
        uid=uid,
        session=ids.shorten(ids.SESSION, read.uid("session_id", "")),
        timestamp=fact.at,
        prompt_kind=read.text("prompt_kind") or "typed",
        human=(read.text("prompt_kind") or "typed") in _HUMAN,
        query=read.text("query") or "",
        response=read.texts("response"),
        model=read.text("model"),
        files_referenced=read.texts("files_referenced"),
        files_modified=read.texts("files_modified"),
        tools_used=read.texts("tools_used"),
        tool_outputs=tuple(
            ToolOutput(str(one.get("tool", "")), _read_truth(one.get("success")), str(one.get("text", "")))
            for one in read.mappings("tool_outputs")
        ),
        calls=read.count("calls"),
        failures=read.count("failures"),
        refusals=read.count("refusals"),
        interrupted=fact.fields.get("interrupted") is True,
        agents=read.count("agents"),
        tokens=read.tokens(),
        duration_seconds=float(seconds) if isinstance(seconds, int | float) else None,
    )


_HUMAN: Final = frozenset({"typed", "queued", "command", "rejection", "feedback"})
"""As ``records.events.HUMAN_KINDS``."""


def _read_truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


class _StatedFields:
    """A fact's fields, each as what it should be."""

    def __init__(self, fact: MemoryRecord, kind: str) -> None:
        """Take the fields of a fact.

        Raises:
            DamagedValue: it is of another type.
        """
        if fact.type != kind:
            raise DamagedValue(f"a {fact.type!r:.40} is no {kind}")
        self._fields = cast("Mapping[str, object]", fact.fields)

    def uid(self, name: str, prefix: str) -> bytes:
        """Return an id's bytes.

        Raises:
            DamagedValue: it is none.
        """
        with read_value(name):
            found = bytes.fromhex(str(self._fields[name]).removeprefix(prefix))
        if len(found) != _UID_BYTES:
            raise DamagedValue(f"a stored {name} has {len(found)} bytes")
        return found

    def text(self, name: str) -> str | None:
        value = self._fields.get(name)
        return value if isinstance(value, str) else None

    def texts(self, name: str) -> tuple[str, ...]:
        value = self._fields.get(name)
        return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()

    def count(self, name: str) -> int:
        value = self._fields.get(name)
        return max(value, 0) if isinstance(value, int) else 0

    def mapping(self, name: str) -> Mapping[str, object]:
        value = self._fields.get(name)
        return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}

    def mappings(self, name: str) -> tuple[Mapping[str, object], ...]:
        value = self._fields.get(name)
        return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()

    def counts(self, name: str) -> dict[str, int]:
        return {key: one for key, one in self.mapping(name).items() if isinstance(one, int)}

    def tokens(self) -> ChatTokens | None:
        found = self.counts("tokens")
        if not found:
            return None
        return ChatTokens(
            input=found.get("input", 0),
            output=found.get("output", 0),
            cache_write=found.get("cache_write", 0),
            cache_read=found.get("cache_read", 0),
            unended=bool(found.get("unended", 0)),
        )
