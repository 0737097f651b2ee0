"""What one read of a log has gathered: its session, its events in order, and what later records refer back to.

Every leaf uses it. A leaf names the session, sets the time of the record at hand and adds events; identity, order,
places of files and memory limits are kept here, once. Everything remembered is bounded, and what is needed from before
the cursor is looked up in the file again (``recall``), so that reading a file in pieces gives the events of reading it
whole, without a word of the log in the cursor.
"""

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import orjson

from twiceshy.commands.keys.gate_keys import make_absolute, make_relative, path_key
from twiceshy.logs.call_ids import CallIds, is_placeholder
from twiceshy.logs.edits import LARGEST_TEXT, TextChange
from twiceshy.logs.harness_text import judge_turn
from twiceshy.logs.json_lines import parse_time, to_count, to_dollars, to_seconds, to_span, to_status
from twiceshy.logs.local_paths import spell_path
from twiceshy.logs.refusals import asks_person, judge_refusal
from twiceshy.logs.wide_text import drop_padding
from twiceshy.records.events import (
    Action,
    Edit,
    Failure,
    Mark,
    MarkKind,
    Prompt,
    PromptKind,
    RawEvent,
    Reply,
    Session,
    Stamp,
    ToolCall,
    ToolResult,
    Usage,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
RANK_BITS = 22
"""Bits of a rank below its milliseconds, which count the events of a read: by the definition of ``Stamp.rank``."""
_RANK_MASK = (1 << RANK_BITS) - 1
_KNOWN_TEXT_CHARS = 8 << 20  # characters of file texts that later edits are rebuilt from (guess, 2026-11-21)
_KNOWN_CALLS = 2_000  # calls whose inputs are kept for their results (guess, 2026-11-21)
Record = dict[str, Any]


class SessionState:
    """What a read saw of one session."""

    __slots__ = (
        "agent",
        "branch",
        "entrypoint",
        "first",
        "last",
        "native_id",
        "real",
        "repository",
        "root",
        "title",
        "uid",
        "used",
        "version",
    )

    def __init__(self, agent: str, native_id: str) -> None:
        self.agent = agent
        self.root = ""
        """The folder it started in, as ``gate_keys.make_absolute`` spells it."""
        self.branch: str | None = None
        self.version: str | None = None
        self.entrypoint: str | None = None
        self.title: str | None = None
        self.repository: str | None = None
        """``host/owner/name`` where the log says whose code it was; None where only the folder does."""
        self.real: bool | None = None
        """Whether the agent itself wrote it; None until a record says."""
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.used = False
        self.name(native_id)

    def name(self, native_id: str) -> None:
        """Give it the agent's own id."""
        self.native_id = native_id
        self.uid = make_session_uid(self.agent, native_id)

    def start_in(self, folder: object) -> None:
        """Note the folder that it started in, unless it is known."""
        if not self.root and isinstance(folder, str) and folder:
            self.root = make_absolute(folder, "")

    def note_use(self, at: "datetime | None") -> None:
        """Note that it gave something at this time."""
        self.used = True
        if at is not None:
            if self.first is None or at < self.first:
                self.first = at
            if self.last is None or at > self.last:
                self.last = at

    def event(self) -> Session[str]:
        """Return the session as far as it is known by now; without a folder, another log may tell its project."""
        place = f"folder:{self.root}" if self.root else "unknown"
        return Session(
            uid=self.uid,
            agent=self.agent,
            native_id=self.native_id,
            cwd=self.root or None,
            project=f"remote:{self.repository}" if self.repository else place,
            branch=self.branch,
            version=self.version,
            entrypoint=self.entrypoint,
            title=self.title,
            first_at=self.first,
            last_at=self.last,
            real=self.real is not False,
        )


class Journal:
    """Takes what a reader reads, as events of the session at hand."""

    call_prefix = ""
    """As ``AgentTraits.call_prefix``."""

    def __init__(self, agent: str, salt: bytes, native_id: str) -> None:
        self.agent = agent
        self.salt = salt
        self.events: list[RawEvent] = []
        self.unknown: dict[str, int] = {}
        self.fault = ""
        """Where our code failed at the last record that could not be read."""
        self.rank_ms = 0
        self.rank_count = 0
        self.at: datetime | None = None
        self.run: bytes | None = None
        """The subagent's run that the next events belong to."""
        self.model: str | None = None
        self.calls: dict[bytes, tuple[str, Record]] = {}
        self.call_ids = CallIds(self)
        self.asking: set[bytes] = set()
        """Calls that ask a person something or show a plan."""
        self.recall: Callable[[], None] | None = None
        """Takes the records before the cursor that change files, to learn what they say."""
        self.sessions: dict[str, SessionState] = {}
        """By the agent's own id; most files hold one."""
        self.session: SessionState
        self.switch_session(spell_path(native_id))  # often a file's name, which may be any bytes
        self.scope = self.session.uid
        """What uids count within: copies of a session share its."""
        self._texts: dict[str, str] = {}
        self._texts_size = 0
        self._gone: set[str] = set()
        """Files of which the text was known no longer."""
        self._places: dict[tuple[str, str, str], tuple[str, bytes]] = {}

    def switch_session(self, native_id: str) -> None:
        """Make the next events those of the session with this id; a file may name several, in turns."""
        found = self.sessions.get(native_id)
        if found is None:
            found = self.sessions[native_id] = SessionState(self.agent, native_id)
        self.session = found
        self.scope = found.uid

    def name_session(self, native_id: str) -> None:
        """Give the session at hand its id; uids of the next events count within it. A placeholder for ids is none."""
        if is_placeholder(native_id):
            return
        self.sessions[native_id] = self.sessions.pop(self.session.native_id)
        self.session.name(native_id)
        self.scope = self.session.uid

    def batch_events(self) -> list[RawEvent]:
        """Return the sessions that gave something, and the events."""
        return [*(session.event() for session in self.sessions.values() if session.used), *self.events]

    def set_time(self, value: object) -> None:
        """Make this the time of the record at hand."""
        found = parse_time(value) if value is not None else None
        self.at = found.at if found else None
        if found:
            self.rank_ms = max(self.rank_ms, found.ms)

    def uid(self, *parts: str) -> bytes:
        """Return 16 bytes from content, within the scope."""
        return blake2b(self.scope + "\0".join(parts).encode("utf-8", "replace"), digest_size=16).digest()

    def run_id(self, name: str) -> bytes:
        """Return the 8 bytes of a subagent's run."""
        return blake2b(self.session.uid + name.encode("utf-8", "replace"), digest_size=8).digest()

    def stamp(self, uid: bytes) -> Stamp:
        """Return the next place in the order, for the event with this uid."""
        session, at = self.session, self.at
        if at is not session.last or not session.used:
            session.note_use(at)
        self.rank_count = count = self.rank_count + 1
        return Stamp(
            uid=uid,
            session=session.uid,
            at=at,
            rank=self.rank_ms << RANK_BITS | count & _RANK_MASK,
            agent_run=self.run,
        )

    def prompt(self, uid: bytes, kind: PromptKind, text: str, images: int = 0) -> None:
        """Add a turn of the user's side; what its form shows to be a client's is kept as such."""
        kind, text = judge_turn(kind, text)
        if kind is PromptKind.TYPED:
            self.call_ids.stop_waiting()
        self.events.append(Prompt(stamp=self.stamp(uid), kind=kind, text=_cap_text(text), images=to_count(images)))

    def reply(self, uid: bytes, text: str, *, thinking: bool = False) -> None:
        """Add words of the model."""
        self.events.append(Reply(stamp=self.stamp(uid), text=_cap_text(text), model=self.model, thinking=thinking))

    def mark(self, uid: bytes, kind: MarkKind, name: str, text: str) -> None:
        """Add anything else."""
        self.events.append(Mark(stamp=self.stamp(uid), kind=kind, name=name, text=_cap_text(text)))

    def keep_unknown(self, name: str, content: object) -> None:
        """Keep what this version does not know, as it is."""
        self.unknown[name] = self.unknown.get(name, 0) + 1
        text = to_json(content)
        self.mark(self.uid("unknown", name, text), MarkKind.UNKNOWN, name, text)

    def call(  # noqa: PLR0913  # the fields of a call, by name
        self,
        call: bytes,
        tool: str,
        action: Action,
        given: Record,
        *,
        path: str | None = None,
        cwd: str = "",
        command: str | None = None,
        query: str | None = None,
        span: tuple[int, int] | None = None,
        timeout_s: float | None = None,
        background: bool = False,
        leave_out: tuple[str, ...] = (),
        uid: bytes | None = None,
    ) -> None:
        """Add a use of a tool; keys in ``leave_out`` are left out of its input where they exceed 2 KB."""
        shown, key = self.place(path, cwd) if path else (None, None)
        if asks_person(tool, action):
            self.asking.add(call)
        self.events.append(
            ToolCall(
                stamp=self.stamp(uid or blake2b(call + b"call", digest_size=16).digest()),
                call=call,
                tool=tool,
                action=action,
                input=_encode_input(given, leave_out),
                path=shown,
                path_key=key,
                command=command,
                query=query,
                span=to_span(span),
                timeout_s=to_seconds(timeout_s),
                background=background,
            )
        )

    def result(  # noqa: PLR0913  # as above
        self,
        call: bytes,
        text: str,
        *,
        failure: Failure | None = None,
        exit_code: int | None = None,
        duration_s: float | None = None,
        denial: str | None = None,
        words: str | None = None,
        commit: str | None = None,
        lines: tuple[int, int] | None = None,
        uid: bytes | None = None,
        words_uid: bytes | None = None,
    ) -> None:
        """Add what a call gave back; ``denial``, the client's sentence, and ``words`` only by the log's structure."""
        exit_code = to_status(exit_code)
        if exit_code is None:
            asking = call in self.asking
            failure, words = judge_refusal(text if asking else denial, failure, words, asking=asking)
        self.events.append(
            ToolResult(
                stamp=self.stamp(uid or blake2b(call + b"result", digest_size=16).digest()),
                call=call,
                text=_cap_text(drop_padding(text)),
                failure=failure,
                exit_code=exit_code,
                duration_s=to_seconds(duration_s),
                words=words,
                commit=commit,
                lines=to_span(lines),
            )
        )
        if words:
            kind = PromptKind.FEEDBACK if failure is Failure.DISMISSED else PromptKind.REJECTION
            self.prompt(words_uid or blake2b(call + b"words", digest_size=16).digest(), kind, words)

    def edit(  # as above
        self,
        call: bytes,
        path: str,
        change: TextChange,
        *,
        cwd: str = "",
        created: bool = False,
        deleted: bool = False,
        user_modified: bool = False,
        uid: bytes | None = None,
    ) -> None:
        """Add a changed file."""
        shown, key = self.place(path, cwd)
        self.events.append(
            Edit(
                stamp=self.stamp(uid or blake2b(call + b"edit" + key, digest_size=16).digest()),
                call=call,
                path=shown,
                path_key=key,
                before=change.before,
                after=change.after,
                partial=change.partial,
                created=created,
                deleted=deleted,
                added=change.added,
                removed=change.removed,
                added_hashes=change.added_hashes,
                removed_hashes=change.removed_hashes,
                user_modified=user_modified,
            )
        )

    def usage(
        self,
        uid: bytes,
        *,
        taken: int,
        output: int,
        cache_write: int = 0,
        cache_read: int = 0,
        model: str | None = None,
        cost: object = None,
    ) -> None:
        """Add the tokens of one message; ``cost``: the dollars that the log states."""
        self.events.append(
            Usage(
                stamp=self.stamp(uid),
                model=model or self.model or "?",
                input=to_count(taken),
                output=to_count(output),
                cache_write=to_count(cache_write),
                cache_read=to_count(cache_read),
                cost=to_dollars(cost),
            )
        )

    def place(self, path: str, cwd: str = "") -> tuple[str, bytes]:
        """Return the path of a file as it is shown, and its key."""
        root = self.session.root
        named = (path, cwd, root)
        found = self._places.get(named)
        if found is None:
            if len(self._places) > _KNOWN_CALLS:
                self._places.clear()
            whole = make_absolute(path, cwd or root)
            found = self._places[named] = (make_relative(whole, root), path_key(whole, self.salt))
        return found

    def resolve_path(self, path: str, cwd: str = "") -> str:
        """Return the file's absolute path."""
        return make_absolute(path, cwd or self.session.root)

    def remember_call(self, call: bytes, tool: str, given: Record) -> None:
        """Keep a call's input for its result."""
        if len(self.calls) >= _KNOWN_CALLS:
            del self.calls[next(iter(self.calls))]
        self.calls[call] = (tool, given)

    def find_call(self, call: bytes, native: str = "") -> tuple[str, Record] | None:
        """Return tool and input of a call, looked for before the cursor too; None if unknown."""
        if call not in self.calls:
            self.look_back(native)
        return self.calls.get(call)

    def text_of(self, path: str) -> str | None:
        """Return the file's whole text as earlier records left it, or None; ``path`` is absolute."""
        if path not in self._texts:
            self.look_back(path.replace("\\", "/").rpartition("/")[2])
        return self._texts.get(path)

    def remember_text(self, path: str, text: str | None) -> None:
        """Keep a file's whole text for later edits of it; None says that it is no longer certain."""
        self._texts_size -= len(self._texts.pop(path, ""))
        if text is None:
            self._gone.add(path)
        elif len(text) <= LARGEST_TEXT:
            self._texts[path] = text
            self._texts_size += len(text)
            while self._texts_size > _KNOWN_TEXT_CHARS:
                self._texts_size -= len(self._texts.pop(next(iter(self._texts))))

    def look_back(self, words: str) -> None:
        """Learn, once, what the part before the cursor says of calls and texts: of these words, for a start."""
        del words  # one look finds it all; where that is too much, a leaf looks for the words alone
        recall, self.recall = self.recall, None
        if recall is not None:
            recall()

    def learn_from(self, earlier: "Journal") -> None:
        """Take over what another journal knows of calls and texts, where nothing newer is known."""
        for call, known in earlier.calls.items():
            if call not in earlier.call_ids.made:  # of a part of the log, where counting says nothing
                self.calls.setdefault(call, known)
        for path, text in earlier._texts.items():  # noqa: SLF001  # another one of this class
            if path not in self._texts and path not in self._gone:
                self.remember_text(path, text)


def make_session_uid(agent: str, native_id: str) -> bytes:
    """Return the 16 bytes of a session, from the agent and its own id of it."""
    return blake2b(f"session\0{agent}\0{native_id}".encode("utf-8", "replace"), digest_size=16).digest()


def to_json(content: object) -> str:
    """Return JSON without blanks; what JSON cannot hold (integers beyond 64 bits) in Python's spelling."""
    try:
        return orjson.dumps(content).decode()
    except TypeError:
        return orjson.dumps(repr(content)).decode()


def _encode_input(given: Record, leave_out: tuple[str, ...]) -> str:
    """Return a call's input as JSON, without the large texts that an edit holds too."""
    if leave_out:
        given = {
            key: value
            for key, value in given.items()
            if not (key in leave_out and isinstance(value, str) and len(value) > _LARGE_CONTENT)
        }
    return to_json(given)


_LARGE_CONTENT = 2_048
"""Characters of a written file's content that stay in the call's input; the rest is in the edit (guess, 2026-11-21)."""


def _cap_text(text: str) -> str:
    """Return the text, or its beginning and end with a line that says how much was left out."""
    if len(text) <= LARGEST_TEXT:
        return text
    half = LARGEST_TEXT // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n{text[-half:]}"


def text_at(given: Record, *keys: str) -> str | None:
    """Return the first non-empty string at one of these keys; None where there is none."""
    for key in keys:
        value = given.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def join_texts(content: object) -> str:
    """Return a message's text, whether it stands there itself or in parts; parts without text count as empty."""
    if isinstance(content, list):
        texts = (text_at(part, "text") if isinstance(part, dict) else part for part in content)
        return "\n".join(text if isinstance(text, str) else "" for text in texts)
    return content if isinstance(content, str) else ""


def parse_input(arguments: object) -> Record:
    """Return a call's input as an object, whether logged as one, as JSON text or as anything else."""
    if isinstance(arguments, str):
        try:
            arguments = orjson.loads(arguments)
        except ValueError:
            return {"input": arguments}
    return arguments if isinstance(arguments, dict) else {} if arguments is None else {"input": arguments}
