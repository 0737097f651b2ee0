"""What does a fact say of a session or a chat? What is missing or of another form is unknown."""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from twiceshy.records import ids
from twiceshy.records.chats import Chat, ChatTokens, SessionSummary, ToolOutput
from twiceshy.records.codec import DamagedValue, read_value
from twiceshy.records.memory import MemoryRecord
from twiceshy.wings.git.memory.envelope import parse_time
from twiceshy.wings.git.memory.session_facts import CHAT, SESSION

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
