"""The state of one read: the session, time and rank of the current record, and what later records refer back to.

Everything kept here is bounded, and what is needed from before the cursor is looked up in the file again (``recall``),
so that reading a file in pieces gives the events of reading it whole, without a word of the log in the cursor.
"""

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from twiceshy.capture.edits import LARGEST_TEXT
from twiceshy.capture.timestamps import parse_time
from twiceshy.facts.history.path_keys import make_absolute, make_relative, path_key
from twiceshy.records.events import Mark, MarkKind, Prompt, PromptKind, RawEvent, Session, Stamp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

AGENT = "claude-code"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
_SEMVER = re.compile(r"\d+\.\d+\.\d+(?:[-+].*)?").fullmatch
GENUINE_ID = 20  # characters from which an id made by the API cannot repeat by chance; fixtures use `toolu_01`, `msg_1`
RANK_BITS = 22
_RANK_MASK = (1 << RANK_BITS) - 1
_KNOWN_TEXT_BYTES = 8 << 20  # characters of file texts that later edits are rebuilt from
_KNOWN_CALLS = 2_000
KNOWN_PARENTS = 20_000

Record = dict[str, Any]


class Tokens(NamedTuple):
    """The tokens of one message, from the last of its records that states the most output."""

    output: int
    usage: Record
    model: object
    session: bytes
    at: "datetime | None"
    rank_ms: int
    run: bytes | None


class SessionState:
    """What this read saw of one session."""

    __slots__ = (
        "branch",
        "cwd",
        "entrypoint",
        "first",
        "last",
        "native_id",
        "real",
        "root",
        "title",
        "title_rank",
        "uid",
        "used",
        "version",
    )

    def __init__(self, native_id: str) -> None:
        self.native_id = native_id
        self.uid = blake2b(f"session\0{AGENT}\0{native_id}".encode("utf-8", "replace"), digest_size=16).digest()
        self.cwd: str | None = None
        self.root = ""
        """The folder it started in, as ``facts.location.absolute`` spells it."""
        self.branch: str | None = None
        self.version: str | None = None
        self.entrypoint: str | None = None
        self.title: str | None = None
        self.title_rank = 0
        self.first: datetime | None = None
        self.last: datetime | None = None
        self.real: bool | None = None
        """None until a record of the dialogue was seen."""
        self.used = False

    def event(self) -> Session[str]:
        """Return the session as far as it is known by now."""
        return Session(
            uid=self.uid,
            agent=AGENT,
            native_id=self.native_id,
            cwd=self.root or None,
            project=f"folder:{self.root}",
            branch=self.branch,
            version=self.version,
            entrypoint=self.entrypoint,
            title=self.title,
            first_at=self.first,
            last_at=self.last,
            real=self.real is not False,
        )


class ReadState:
    """Takes records one by one and collects their events."""

    def __init__(self, salt: bytes, fallback_id: str) -> None:
        self.salt = salt
        self.fallback_id = fallback_id
        self.events: list[RawEvent] = []
        self.sessions: dict[str, SessionState] = {}
        self.session: SessionState = SessionState("")  # replaced by the first record
        self.rank_ms = 0
        self.rank_count = 0
        self.at: datetime | None = None
        self.seed = b""
        """What the uids of the current record's events start from."""
        self.run: bytes | None = None
        self.inline_run: str = ""
        """Hex of the subagent run that inline sidechain records (no ``agentId``) belong to."""
        self.unknown: dict[str, int] = {}
        self.usages: dict[str, Tokens] = {}
        self.calls: dict[bytes, tuple[str, Record]] = {}
        self.texts: dict[str, str] = {}
        self.texts_size = 0
        self.prompt_of: dict[str, str] = {}
        """Parent's uuid -> uuid of the first human prompt below it."""
        self.queued: set[bytes] = set()
        self.recall: Callable[[ReadState, bytes], None] | None = None
        """Has another reading take the records before the cursor whose lines hold these bytes."""
        self._asked: set[bytes] = set()
        self._places: dict[tuple[str, str], tuple[str, bytes]] = {}

    def open(self, record: Record) -> None:
        """Make this record the current one: its session, time and place in the order."""
        native_id = record.get("sessionId")
        session = self.session
        if native_id != session.native_id or type(native_id) is not str:
            session = self.session = self._session_of(native_id)
        timestamp = record.get("timestamp")
        self.set_time(timestamp)
        if session.cwd is None or session.version is None:
            self._note_envelope(session, record)
        self.set_identity(record)
        if record.get("isSidechain") or "agentId" in record:
            self.run = self._run_of(record)
        else:
            self.run = None

    def _session_of(self, native_id: object) -> SessionState:
        name = native_id if isinstance(native_id, str) and native_id else self.session.native_id or self.fallback_id
        session = self.sessions.get(name)
        if session is None:
            session = self.sessions[name] = SessionState(name)
        return session

    def set_time(self, timestamp: object) -> None:
        """Make this the current record's time."""
        found = parse_time(timestamp) if timestamp is not None else None
        if found is None:
            self.at = None
            return
        self.at = found.at
        self.rank_ms = max(self.rank_ms, found.ms)

    def note_use(self) -> None:
        """Count the current record to its session, as it gave something."""
        session, at = self.session, self.at
        session.used = True
        if at is not None:
            if session.first is None or at < session.first:
                session.first = at
            if session.last is None or at > session.last:
                session.last = at

    def _note_envelope(self, session: SessionState, record: Record) -> None:
        if session.cwd is None and isinstance(cwd := record.get("cwd"), str) and cwd:
            session.cwd = cwd
            session.root = make_absolute(cwd, "")
        for name, key in (("version", "version"), ("branch", "gitBranch"), ("entrypoint", "entrypoint")):
            value = record.get(key)
            if getattr(session, name) is None and isinstance(value, str) and value:
                setattr(session, name, value)

    def set_identity(self, record: Record) -> None:
        """Derive the next events' uids from the record's uuid; one not genuine counts in its session only."""
        uuid = record.get("uuid")
        if type(uuid) is str and _UUID(uuid):
            self.seed = uuid.encode()
        elif uuid is not None:
            self.seed = self.session.uid + repr(uuid).encode("utf-8", "replace")
        else:
            self.seed = self.session.uid + orjson.dumps(record, option=orjson.OPT_SORT_KEYS)

    def judge(self, record: Record) -> None:
        """Note whether a record of the dialogue looks as the agent itself writes it."""
        session = self.session
        if not session.real:
            uuid, version = record.get("uuid"), record.get("version")
            session.real = bool(isinstance(uuid, str) and _UUID(uuid) and isinstance(version, str) and _SEMVER(version))

    def _run_of(self, record: Record) -> bytes | None:
        agent = record.get("agentId")
        if isinstance(agent, str) and agent:
            return self.run_id(agent)
        if record.get("parentUuid") is None or not self.inline_run:
            self.inline_run = self.run_id(self.seed.hex()).hex()
        return bytes.fromhex(self.inline_run)

    def run_id(self, name: str) -> bytes:
        """Return the 8 bytes of a subagent's run."""
        return blake2b(self.session.uid + name.encode("utf-8", "replace"), digest_size=8).digest()

    def stamp(self, part: str | int) -> Stamp:
        """Return the stamp of the next event of the current record; ``part`` tells its events apart."""
        self.rank_count = count = self.rank_count + 1
        return Stamp(
            uid=blake2b(b"%b\0%b" % (self.seed, str(part).encode()), digest_size=16).digest(),
            session=self.session.uid,
            at=self.at,
            rank=self.rank_ms << RANK_BITS | count & _RANK_MASK,
            agent_run=self.run,
        )

    def stamp_with(self, uid: bytes) -> Stamp:
        """Return the next stamp in the order, with this uid."""
        self.rank_count = count = self.rank_count + 1
        return Stamp(
            uid=uid,
            session=self.session.uid,
            at=self.at,
            rank=self.rank_ms << RANK_BITS | count & _RANK_MASK,
            agent_run=self.run,
        )

    def make_uid(self, kind: str, *parts: str) -> bytes:
        """Return a uid from content, within the session."""
        content = "\0".join((kind, *parts)).encode("utf-8", "replace")
        return blake2b(self.session.uid + content, digest_size=16).digest()

    def call_id(self, native: object) -> bytes:
        """Return the 16 bytes of a tool call: global for ids that the API made, else within the session."""
        text = native if type(native) is str else repr(native)
        if text.startswith("toolu_") and len(text) >= GENUINE_ID + 6:
            return blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        return self.make_uid("call", text)

    def mark(self, kind: MarkKind, name: str, text: str, part: str | int = "mark") -> None:
        """Add a mark of the current record."""
        self.events.append(Mark(stamp=self.stamp(part), kind=kind, name=name, text=text))

    def mark_with(self, uid: bytes, kind: MarkKind, name: str, text: str) -> None:
        """Add a mark that repeats under one uid."""
        self.events.append(Mark(stamp=self.stamp_with(uid), kind=kind, name=name, text=text))

    def keep_unknown(self, name: str, content: object) -> None:
        """Keep what this version does not know, as it is."""
        self.unknown[name] = self.unknown.get(name, 0) + 1
        self.mark(MarkKind.UNKNOWN, name, to_json(content), f"unknown {name}")

    def place(self, path: str, cwd: object) -> tuple[str, bytes]:
        """Return the path of a file as it is shown, and its key."""
        folder = cwd if isinstance(cwd, str) else ""
        key = (path, folder)
        found = self._places.get(key)
        if found is None:
            if len(self._places) > _KNOWN_CALLS:
                self._places.clear()
            whole = make_absolute(path, folder or self.session.root)
            found = self._places[key] = (make_relative(whole, self.session.root), path_key(whole, self.salt))
        return found

    def remember_call(self, call: bytes, tool: str, given: Record) -> None:
        """Keep a call's input for its result."""
        if len(self.calls) >= _KNOWN_CALLS:
            del self.calls[next(iter(self.calls))]
        self.calls[call] = (tool, given)

    def remember_text(self, path: str, text: str) -> None:
        """Keep a file's whole text for later edits of it."""
        self.texts_size -= len(self.texts.pop(path, ""))
        if len(text) <= LARGEST_TEXT:
            self.texts[path] = text
            self.texts_size += len(text)
            while self.texts_size > _KNOWN_TEXT_BYTES:
                oldest = next(iter(self.texts))
                self.texts_size -= len(self.texts.pop(oldest))

    def forget_text(self, path: str) -> None:
        """Forget the file's text, as it is no longer certain."""
        self.texts_size -= len(self.texts.pop(path, ""))

    def look_back(self, words: str) -> bool:
        """Learn calls, texts and prompts from earlier lines with these words; False if there are none to ask."""
        needle = orjson.dumps(words)[1:-1]
        if self.recall is None or needle in self._asked:
            return False
        self._asked.add(needle)
        before = ReadState(self.salt, self.fallback_id)
        self.recall(before, needle)
        for call, known in before.calls.items():
            self.calls.setdefault(call, known)
        for path, text in before.texts.items():
            if path not in self.texts:
                self.remember_text(path, text)
        for parent, prompt in before.prompt_of.items():
            self.prompt_of.setdefault(parent, prompt)
        self.queued |= before.queued
        return True

    def prompt(self, kind: PromptKind, text: str, images: int, uid: bytes | None = None, part: int | str = "p") -> None:
        """Add a prompt."""
        stamp = self.stamp(part) if uid is None else self.stamp_with(uid)
        self.events.append(Prompt(stamp=stamp, kind=kind, text=text, images=images))


def to_json(content: object) -> str:
    """Return JSON without blanks."""
    return orjson.dumps(content).decode()


def cap_text(text: str) -> str:
    """Return the text, or its beginning and end with a line that says how much was left out."""
    if len(text) <= LARGEST_TEXT:
        return text
    half = LARGEST_TEXT // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters left out]\n{text[-half:]}"
