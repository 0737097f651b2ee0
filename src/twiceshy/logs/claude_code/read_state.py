"""The state of one read: what Claude Code's records refer back to, beside what the journal of every agent holds.

A record has an id of its own, so that the uids of its events come from it: copies of a session share them.
"""

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

from twiceshy.logs.call_ids import GENUINE_ID, is_placeholder
from twiceshy.logs.journal import RANK_BITS, UUID, Journal, Record, SessionState, to_json
from twiceshy.logs.json_lines import to_count, to_dollars
from twiceshy.records.events import MarkKind, RawEvent, Stamp, Usage

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

AGENT: Final = "claude-code"
CALL_PREFIX: Final = "toolu_"
_SEMVER = re.compile(r"\d+\.\d+\.\d+(?:[-+].*)?").fullmatch
_KNOWN_PARENTS = 20_000
"""Prompts whose parents are remembered: with more, a rewind to the oldest is not seen (guess, 2026-11-21)."""


class Tokens(NamedTuple):
    """The tokens of one message, from the last of its records that states the most output."""

    output: int
    usage: Record
    cost: object
    ended: bool
    """A record said why the message ended: until then its output is counted while it is written."""
    model: str | None
    session: bytes
    at: "datetime | None"
    rank_ms: int
    run: bytes | None


class ReadState(Journal):
    """Takes records one by one and collects their events."""

    call_prefix = CALL_PREFIX

    def __init__(self, salt: bytes, fallback_id: str) -> None:
        super().__init__(AGENT, salt, "")
        self.fallback_id = fallback_id
        self.seed = b""
        """What the uids of the current record's events start from."""
        self.inline_run: str = ""
        """Hex of the subagent run that inline sidechain records (no ``agentId``) belong to."""
        self.usages: dict[str, Tokens] = {}
        self.prompt_of: dict[str, str] = {}
        """Parent's uuid -> uuid of the first human prompt below it."""
        self.queued: set[bytes] = set()
        self.titled: set[bytes] = set()
        """Sessions that a person gave a title."""
        self.take_earlier: Callable[[ReadState, bytes], None] | None = None
        """Has another reading take the records before the cursor whose lines hold these bytes."""
        self._asked: set[bytes] = set()

    def open(self, record: Record) -> None:
        """Make this record the current one: its session, time and place in the order."""
        native_id = record.get("sessionId")
        if native_id != self.session.native_id or type(native_id) is not str:
            named = native_id if isinstance(native_id, str) and not is_placeholder(native_id) else ""
            self.switch_session(named or self.session.native_id or self.fallback_id)
        self.set_time(record.get("timestamp"))
        session = self.session
        if not session.root or session.version is None:
            _note_envelope(session, record)
        self.set_identity(record)
        if record.get("isSidechain") or "agentId" in record:
            self.run = self._run_of(record)
        else:
            self.run = None

    def set_identity(self, record: Record) -> None:
        """Derive the next events' uids from the record's uuid; one not genuine counts in its session only."""
        uuid = record.get("uuid")
        if type(uuid) is str and UUID(uuid):
            self.seed = uuid.encode()
        elif not is_placeholder(uuid):
            self.seed = self.session.uid + repr(uuid).encode("utf-8", "replace")
        else:
            self.seed = self.session.uid + orjson.dumps(record, option=orjson.OPT_SORT_KEYS)

    def judge(self, record: Record) -> None:
        """Note whether a record of the dialogue looks as the agent itself writes it."""
        session = self.session
        if not session.real:
            uuid, version = record.get("uuid"), record.get("version")
            session.real = bool(isinstance(uuid, str) and UUID(uuid) and isinstance(version, str) and _SEMVER(version))

    def _run_of(self, record: Record) -> bytes | None:
        agent = record.get("agentId")
        if isinstance(agent, str) and agent:
            return self.run_id(agent)
        if record.get("parentUuid") is None or not self.inline_run:
            self.inline_run = self.run_id(self.seed.hex()).hex()
        return bytes.fromhex(self.inline_run)

    def part(self, name: str | int) -> bytes:
        """Return the uid of an event of the current record; ``name`` tells its events apart."""
        return blake2b(b"%b\0%b" % (self.seed, str(name).encode()), digest_size=16).digest()

    def note(self, kind: MarkKind, name: str, text: str) -> None:
        """Add a mark of the current record."""
        self.mark(self.part("mark"), kind, name, text)

    def keep_unknown(self, name: str, content: object) -> None:
        """Keep what this version does not know, as it is."""
        self.unknown[name] = self.unknown.get(name, 0) + 1
        self.mark(self.part(f"unknown {name}"), MarkKind.UNKNOWN, name, to_json(content))

    def find_parent(self, parent: str) -> str | None:
        """Return the first human prompt below that record, looked for before the cursor too; None if unknown."""
        if parent not in self.prompt_of:
            self.look_back(parent)
        return self.prompt_of.get(parent)

    def remember_parent(self, parent: str, prompt: str) -> None:
        """Keep the first human prompt below a record."""
        if len(self.prompt_of) >= _KNOWN_PARENTS:
            del self.prompt_of[next(iter(self.prompt_of))]
        self.prompt_of[parent] = prompt

    def look_back(self, words: str) -> None:
        """Learn calls, texts and prompts from earlier lines with these words, which are asked for once."""
        needle = orjson.dumps(words)[1:-1]
        if self.take_earlier is not None and needle not in self._asked:
            self._asked.add(needle)
            before = ReadState(self.salt, self.fallback_id)
            self.take_earlier(before, needle)
            self.learn_from(before)
            for parent, prompt in before.prompt_of.items():
                self.prompt_of.setdefault(parent, prompt)
            self.queued |= before.queued

    def note_usage(self, record: Record, message: Record, usage: Record) -> bool:
        """Note a message's tokens; return False if the message has no id of its own."""
        native = message.get("id")
        if not isinstance(native, str):
            return False
        output = to_count(usage.get("output_tokens"))
        if len(native) < GENUINE_ID or is_placeholder(native):
            native = self.uid("usage", native, *_name_message(record, usage)).hex()
        known = self.usages.get(native)
        ended = bool(message.get("stop_reason")) or (known is not None and known.ended)
        if known is None or output >= known.output:
            self.usages[native] = Tokens(
                output,
                usage,
                record.get("costUSD"),
                ended,
                self.model,
                self.session.uid,
                self.at,
                self.rank_ms,
                self.run,
            )
        elif ended:
            self.usages[native] = known._replace(ended=True)
        return True

    def batch_events(self) -> list[RawEvent]:
        """Return the sessions, the events, and one more of each message's tokens."""
        return [*super().batch_events(), *(_build_usage(native, one) for native, one in self.usages.items())]


def _name_message(record: Record, usage: Record) -> list[str]:
    """Return what tells a message from others of its session that have no id either; all its records have it.

    What a message reads grows with each, so that two hardly have the same counts.
    """
    request = record.get("requestId")
    if request is None or not is_placeholder(request):
        return [str(request)]
    return [str(usage.get(key)) for key in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")]


def _note_envelope(session: SessionState, record: Record) -> None:
    """Take what every record says of its session."""
    session.start_in(record.get("cwd"))
    for name, key in (("version", "version"), ("branch", "gitBranch"), ("entrypoint", "entrypoint")):
        value = record.get(key)
        if getattr(session, name) is None and isinstance(value, str) and value:
            setattr(session, name, value)


def _build_usage(native: str, tokens: Tokens) -> Usage[str]:
    """Build the event of a message's tokens; it has no place of its own in the order."""
    kept = tokens.usage.get("cache_creation")
    written = to_count(tokens.usage.get("cache_creation_input_tokens"))
    return Usage(
        stamp=Stamp(
            uid=blake2b(f"usage\0{native}".encode("utf-8", "replace"), digest_size=16).digest(),
            session=tokens.session,
            at=tokens.at,
            rank=tokens.rank_ms << RANK_BITS,
            agent_run=tokens.run,
        ),
        model=tokens.model if tokens.model is not None else "?",
        input=to_count(tokens.usage.get("input_tokens")),
        output=tokens.output,
        cache_write=written,
        cache_read=to_count(tokens.usage.get("cache_read_input_tokens")),
        cache_write_1h=min(written, to_count(kept.get("ephemeral_1h_input_tokens"))) if isinstance(kept, dict) else 0,
        cost=to_dollars(tokens.cost),
        unended=not tokens.ended,
    )
