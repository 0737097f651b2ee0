"""Events as rows: plain tuples in the order of the schema's columns, and long texts as compressed packs.

Pure, and made to run in worker processes: everything expensive (hashing, compression, reading command lines,
fingerprints) happens here, so that the one writer only inserts. What comes out holds nothing but tuples of str, int,
float, bytes and None, which are cheap to send.

Lone surrogates, which JSON can spell and UTF-8 cannot, become U+FFFD in every stored text; halves of a pair that stand
side by side become their character.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from twiceshy.archive.bodies import Pack, make_packs
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scrubbed
from twiceshy.commands.shell import command_heads
from twiceshy.commands.shell.masked_status import is_masked
from twiceshy.commands.telling import find_telling_line
from twiceshy.records.events import (
    HUMAN_KINDS,
    Edit,
    Event,
    Mark,
    Prompt,
    PromptKind,
    Reply,
    Session,
    ToolCall,
    ToolResult,
    Usage,
)
from twiceshy.stats.text import fingerprint

Value = None | int | float | str | bytes
Row = tuple[Value, ...]

INLINE = 240
"""Characters up to which a text stays whole in its row. Measured on 2026-11-21 with the next two."""
HEAD = 240
"""Characters of a longer one that stay in the row, of what was said. Measured on 2026-11-21 with the next one."""
SHORT_HEAD = 120
"""The same of what tools took and gave. Rows are not compressed. Measured on 2026-11-21 (benchmarks/store.py): with
480 / 240 / 240 the whole store is 4 % larger."""
COMMAND = 500
"""Characters of a command that stay in its row. Guess of 2026-11-21: most commands are whole."""
WORDS_OF_PROMPT = 8192
"""Characters of a prompt that are searched. Guess of 2026-11-21: what is longer was pasted."""
WORDS_OF_COMMAND = 2048
"""Characters of a command that are searched. Guess of 2026-11-21."""
LONGEST_MESSAGE = 500
"""Characters kept of an error's line. Guess of 2026-11-21."""
LONGEST_PLACEHOLDER = 40
"""By definition of the pattern below: 31 for the name, 6 for the hash, and the three marks."""
_PLACEHOLDER = re.compile(r"\[[a-z][a-z0-9-]{1,30}:[0-9a-f]{6}\]")
_COLUMNS = {
    "prompt": "rank at agent_run kind human text body images",
    "reply": "rank at agent_run thinking model text body",
    "call": "rank at agent_run tool action path path_key command head masked query first_line line_count timeout_s "
    "background input body",
    "result": "rank at failure fingerprint message exit_code duration_s words commit_hash lines_returned lines_total "
    "text body",
    "edit": "rank at agent_run call path path_key before after partial created deleted added removed added_hashes "
    "removed_hashes user_modified",
    "usage": "at model input output cache_write cache_read cache_write_1h cost unended",
    "mark": "rank at agent_run kind name text body",
}
COLUMNS = {table: tuple(columns.split()) for table, columns in _COLUMNS.items()}
"""Columns of the event tables, in the order of a row's values behind the place of its session and its uid."""
TABLES = tuple(COLUMNS)
TIME_PLACES = {table: 2 + columns.index("at") for table, columns in COLUMNS.items()}
BODY_PLACES = {
    table: [2 + place for place, column in enumerate(columns) if column in {"body", "before", "after"}]
    for table, columns in COLUMNS.items()
}
"""Values of a row that are addresses of long texts."""
SEARCHED = {"prompt": 0, "call": 1, "result": 2, "reply": 3}
"""Tables whose words can be searched, by what stands in the lowest two bits of their rowid in ``words``."""
UNSEARCHED = frozenset({PromptKind.META, PromptKind.SKILL})
"""Text of the client that is the same in every session: nobody looks for it."""


class SessionColumns(NamedTuple):
    """What a batch says about a session."""

    uid: bytes
    agent: str
    native_id: str
    project: str
    """Its identity."""
    project_name: str
    cwd: str | None
    branch: str | None
    version: str | None
    entrypoint: str | None
    title: str | None
    first_at: str | None
    last_at: str | None
    real: int


class RowBatch(NamedTuple):
    """A batch of events in insertion form. A row begins with the place of its session in ``sessions``."""

    sessions: tuple[bytes, ...]
    """``Session.uid`` of every session that a row speaks of."""
    known: tuple[SessionColumns, ...]
    tables: dict[str, list[Row]]
    words: dict[str, list[str]]
    """For each row of a searched table the words to find it by, or an empty text."""
    packs: list[Pack]
    toolless: tuple[int, ...]
    """Rows of ``result`` that failed and whose call came earlier: their fingerprint waits for the tool's name."""


def pack_events(events: Sequence[Event]) -> RowBatch:
    """Convert events to rows ready for insertion; keep their order within each table."""
    batch = _BatchBuilder()
    for event in events:
        batch.take[type(event)](event)
    return batch.finish()


def clean(text: str) -> str:
    """Return the text as UTF-8 can spell it.

    >>> clean("a" + chr(0xD83D) + chr(0xDE00) + chr(0xD800)) == "a" + chr(0x1F600) + chr(0xFFFD)
    True
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def hash_body(text: bytes) -> bytes:
    """Return the address of a text, given as UTF-8."""
    return blake2b(text, digest_size=16).digest()


def cut(text: str, size: int) -> str:
    """Return the first characters of a text, but no part of a placeholder, which would look like something else.

    >>> cut("cd /home/[user:0a1b2c]/src", 14), cut("cd /home/[user:0a1b2c]/src", 22)
    ('cd /home/', 'cd /home/[user:0a1b2c]')
    """
    start = text.rfind("[", max(0, size - LONGEST_PLACEHOLDER), size)
    whole = _PLACEHOLDER.match(text, start) if start >= 0 else None
    return text[: start if whole is not None and whole.end() > size else size]


def project_name(identity: str) -> str:
    """Return a project's short name, for display: the last part of its identity.

    A first commit has none: its folder's is put in its place where that is known. A person's own folder is ``~``.

    >>> project_name("remote:host/owner/name"), project_name("folder:/home/ann/web-shop/")
    ('name', 'web-shop')
    >>> project_name("folder:/home/[user:67c2c2]")
    '~'
    """
    kind, _, rest = identity.partition(":")
    last = rest.rstrip("/\\").replace("\\", "/").rpartition("/")[2]
    if _PLACEHOLDER.fullmatch(last):
        return "~"
    return (last[:12] if kind == "root" else last) or identity


def first_line(text: str) -> str:
    """Return the first line with words in it, of the part that stays in the row."""
    return cut(text, HEAD).lstrip().partition("\n")[0].rstrip()


@lru_cache(maxsize=4096)
def read_shape(command: str) -> tuple[str, int]:
    """Return a command's program and subcommand, and 1 where its status is hidden."""
    return command_heads.head(command), int(is_masked(command))


class _BatchBuilder:
    """Builder of one batch's rows."""

    def __init__(self) -> None:
        self.sessions: dict[bytes, int] = {}
        self.known: dict[bytes, SessionColumns] = {}
        self.tables: dict[str, list[Row]] = {name: [] for name in TABLES}
        self.words: dict[str, list[str]] = {name: [] for name in SEARCHED}
        self.bodies: dict[bytes, bytes] = {}
        self.versions: dict[bytes, bytes] = {}
        self.usage: dict[bytes, Row] = {}
        self.tools: dict[bytes, str] = {}
        self.toolless: list[int] = []
        self.take: dict[type, Callable[[Any], None]] = {
            Session: self.session,
            Prompt: self.prompt,
            Reply: self.reply,
            ToolCall: self.call,
            ToolResult: self.result,
            Edit: self.edit,
            Usage: self.tokens,
            Mark: self.mark,
        }

    def finish(self) -> RowBatch:
        self.tables["usage"] = list(self.usage.values())
        return RowBatch(
            tuple(self.sessions),
            tuple(self.known.values()),
            self.tables,
            self.words,
            make_packs(self.versions) + make_packs(self.bodies),
            tuple(self.toolless),
        )

    def place_of(self, uid: bytes) -> int:
        """Return the place of a session in the batch; add it where it is new."""
        return self.sessions.setdefault(uid, len(self.sessions))

    def shorten(self, text: str, head: int = HEAD) -> tuple[str, bytes | None]:
        """Return what stays in the row, and the address of the whole where that is not all."""
        if len(text) <= INLINE:
            return clean(text), None
        key = self.body(text, self.bodies)
        return clean(cut(text, head)), key

    def body(self, text: str, into: dict[bytes, bytes]) -> bytes:
        """Add a text that is stored whole; return its address."""
        try:
            raw = text.encode()
        except UnicodeEncodeError:
            raw = clean(text).encode()
        key = hash_body(raw)
        if key not in self.bodies and key not in self.versions:
            into[key] = raw
        return key

    def session(self, event: Session[Scrubbed]) -> None:
        self.place_of(event.uid)
        row = SessionColumns(
            event.uid,
            event.agent,
            clean(event.native_id),
            clean(event.project),
            clean(project_name(event.project)),
            cwd=event.cwd and clean(event.cwd),
            branch=event.branch and clean(event.branch),
            version=event.version and clean(event.version),
            entrypoint=event.entrypoint and clean(event.entrypoint),
            title=event.title and clean(event.title),
            first_at=format_time(event.first_at),
            last_at=format_time(event.last_at),
            real=int(event.real),
        )
        self.known[event.uid] = _merge_session_rows(self.known[event.uid], row) if event.uid in self.known else row

    def prompt(self, event: Prompt[Scrubbed]) -> None:
        stamp = event.stamp
        text, body = self.shorten(event.text)
        self.tables["prompt"].append(
            (
                self.place_of(stamp.session),
                stamp.uid,
                stamp.rank,
                format_time(stamp.at),
                stamp.agent_run,
                event.kind.value,
                int(event.kind in HUMAN_KINDS),
                text,
                body,
                event.images,
            )
        )
        self.words["prompt"].append("" if event.kind in UNSEARCHED else clean(cut(event.text, WORDS_OF_PROMPT)))

    def reply(self, event: Reply[Scrubbed]) -> None:
        stamp = event.stamp
        text, body = self.shorten(event.text)
        self.tables["reply"].append(
            (
                self.place_of(stamp.session),
                stamp.uid,
                stamp.rank,
                format_time(stamp.at),
                stamp.agent_run,
                int(event.thinking),
                event.model and clean(event.model),
                text,
                body,
            )
        )
        self.words["reply"].append("" if event.thinking else first_line(text))

    def call(self, event: ToolCall[Scrubbed]) -> None:
        stamp = event.stamp
        self.tools[event.call] = event.tool
        command = event.command
        head, masked = (None, 0) if command is None else read_shape(command)
        span = event.span or (None, None)
        text, body = self.shorten(event.input, SHORT_HEAD)
        self.tables["call"].append(
            (
                self.place_of(stamp.session),
                event.call,
                stamp.rank,
                format_time(stamp.at),
                stamp.agent_run,
                clean(event.tool),
                event.action.value,
                event.path and clean(event.path),
                event.path_key,
                command and clean(cut(command, COMMAND)),
                head and clean(head),
                masked,
                event.query and clean(cut(event.query, COMMAND)),
                span[0],
                span[1],
                event.timeout_s,
                int(event.background),
                text,
                body,
            )
        )
        self.words["call"].append(clean(cut(command, WORDS_OF_COMMAND)) if command else "")

    def result(self, event: ToolResult[Scrubbed]) -> None:
        stamp = event.stamp
        key = message = None
        if event.failure is not None:
            message = clean(cut(find_telling_line(event.text, event.exit_code, event.failure.value), LONGEST_MESSAGE))
            tool = self.tools.get(event.call)
            if tool is None:
                self.toolless.append(len(self.tables["result"]))
            key = fingerprint.fingerprint(message, tool or "")
        lines = event.lines or (None, None)
        text, body = self.shorten(event.text, SHORT_HEAD)
        self.tables["result"].append(
            (
                self.place_of(stamp.session),
                event.call,
                stamp.rank,
                format_time(stamp.at),
                event.failure and event.failure.value,
                key,
                message,
                event.exit_code,
                event.duration_s,
                event.words and clean(event.words),
                event.commit and clean(event.commit),
                lines[0],
                lines[1],
                text,
                body,
            )
        )
        self.words["result"].append(message or "")

    def edit(self, event: Edit[Scrubbed]) -> None:
        stamp = event.stamp
        self.tables["edit"].append(
            (
                self.place_of(stamp.session),
                stamp.uid,
                stamp.rank,
                format_time(stamp.at),
                stamp.agent_run,
                event.call,
                clean(event.path),
                event.path_key,
                None if event.before is None else self.body(event.before, self.versions),
                None if event.after is None else self.body(event.after, self.versions),
                int(event.partial),
                int(event.created),
                int(event.deleted),
                event.added,
                event.removed,
                event.added_hashes,
                event.removed_hashes,
                int(event.user_modified),
            )
        )

    def tokens(self, event: Usage[Scrubbed]) -> None:
        stamp = event.stamp
        seen = self.usage.get(stamp.uid)
        if seen is None or (event.output, not event.unended) > (seen[5], not seen[10]):
            self.usage[stamp.uid] = (
                self.place_of(stamp.session),
                stamp.uid,
                format_time(stamp.at),
                clean(event.model),
                event.input,
                event.output,
                event.cache_write,
                event.cache_read,
                event.cache_write_1h,
                event.cost,
                int(event.unended),
            )

    def mark(self, event: Mark[Scrubbed]) -> None:
        stamp = event.stamp
        text, body = self.shorten(event.text, SHORT_HEAD)
        self.tables["mark"].append(
            (
                self.place_of(stamp.session),
                stamp.uid,
                stamp.rank,
                format_time(stamp.at),
                stamp.agent_run,
                event.kind.value,
                clean(event.name),
                text,
                body,
            )
        )


def _merge_session_rows(old: SessionColumns, new: SessionColumns) -> SessionColumns:
    """Merge two rows of one session: gaps are filled, ends move outwards, the later title counts."""
    filled = SessionColumns._make(
        before if before is not None else after for before, after in zip(old, new, strict=True)
    )
    return filled._replace(
        title=old.title if new.title is None else new.title,
        first_at=min((at for at in (old.first_at, new.first_at) if at is not None), default=None),
        last_at=max((at for at in (old.last_at, new.last_at) if at is not None), default=None),
        real=int(bool(old.real) and bool(new.real)),
    )
