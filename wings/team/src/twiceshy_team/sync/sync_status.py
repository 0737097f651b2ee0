"""Show how sending stands: what waits, byte for byte where asked, and what the server says to an empty batch."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from time import monotonic

from twiceshy.archive import health_rows as rows
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.outbox import put_notes, read_all, read_notes, read_state
from twiceshy.archive.times import parse_time
from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.privacy.wire.batches import MOST_ROWS
from twiceshy.privacy.wire.row_kinds import LEVELS
from twiceshy.records.team import RemoteAnswer, ServerAddress, ServerTest, SyncStatus
from twiceshy.records.upkeep import Check
from twiceshy_team.remote.batch_answers import AnswerError, post_batch, read_batch_answer
from twiceshy_team.sync.fill_outbox import fill_outbox
from twiceshy_team.sync.leaving_lines import LeavingLines
from twiceshy_team.sync.send_outbox import find_wait, read_clock
from twiceshy_team.sync.server_settings import SENDING, find_server, fingerprint


def read_status(config: Config, env: Mapping[str, str], now: datetime) -> SyncStatus:
    """Return how sending stands; nothing is opened but the store.

    Raises:
        StoreError: the store cannot be read.
    """
    status = SyncStatus(backend=config.telemetry_backend, url=config.sync_url, level=config.sync_level)
    server, trouble = _try_settings(config, env)
    if not has_store(config.home):
        return replace(status, trouble=trouble)
    with Store.open(config.home, readonly=True) as store:
        state = read_state(store.connection, now)
        notes = read_notes(store.connection)
    return replace(
        status,
        rows=state.rows,
        size_bytes=state.size,
        due=state.due,
        oldest_at=state.oldest_at,
        refused=state.refused,
        last_answer=notes.get("last_answer", ""),
        last_answer_at=parse_time(notes.get("last_answer_at")),
        last_done_at=parse_time(notes.get("last_done_at")),
        next_try_at=find_wait(notes, now),
        not_allowed=server is not None and notes.get("refused_as") == fingerprint(server),
        trouble=trouble,
    )


def _try_settings(config: Config, env: Mapping[str, str]) -> tuple[ServerAddress | None, str]:
    """Return whom to send to, and why that is nobody."""
    if config.telemetry_backend not in SENDING:
        return None, ""
    try:
        server = find_server(config, env)
    except ConfigError as error:
        return None, str(error)
    return server, "" if server else "no server is named: set sync.url"


def list_lines(config: Config) -> Iterator[bytes]:
    """Put what is new into the outbox, and yield the exact lines that would leave now, those first that wait longest.

    Raises:
        StoreError: the store cannot be used.
    """
    if config.telemetry_backend == "local" or not has_store(config.home):
        return
    fill_outbox(config, read_clock())
    with Store.open(config.home, readonly=True) as store:
        lines = LeavingLines(config, store.salt)
        waiting = read_all(store.connection)
        while some := list(islice(waiting, MOST_ROWS)):  # what is refused is kept in sending, which says why
            yield from (row.body for row in lines.sort(some).ready)


def ask_server(config: Config, env: Mapping[str, str]) -> ServerTest:
    """Send one empty batch, and return what it showed; where the server takes it, sending goes on at once.

    Raises:
        ConfigError: the token cannot be used.
        StoreError: the store cannot be written.
    """
    server = find_server(config, env)
    if server is None:
        return ServerTest(state="not-set", words=_explain_local(config), level=config.sync_level)
    begun = monotonic()
    answer = post_batch(server, [])
    found = replace(_judge(server, answer, config), seconds=round(monotonic() - begun, 2))
    if found.state == "ok" and has_store(config.home):
        with Store.open(config.home) as store, store.begin_writing() as connection:
            put_notes(connection, {"refused_as": "", "tries": "", "next_at": "", "told": ""})
    return found


def _explain_local(config: Config) -> str:
    """Return why nothing is sent."""
    if config.telemetry_backend == "local":
        return "telemetry.backend is local: nothing is sent, and no connection was opened."
    if config.telemetry_backend == "file":
        return "telemetry.backend is file: rows are written to be carried, and no connection was opened."
    return "No server is named: set sync.url. No connection was opened."


def _judge(server: ServerAddress, answer: RemoteAnswer, config: Config) -> ServerTest:
    """Return what an answer to an empty batch says."""
    test = ServerTest(
        state="unreachable", words="", url=server.url, certificate=_name_check(server), level=config.sync_level
    )
    if answer.trouble:
        return replace(test, words=f"{answer.trouble[0].upper()}{answer.trouble[1:]}.")
    if answer.status in {401, 403}:
        why = "does not know this token, or it has expired" if answer.status == 401 else "does not let it write"
        return replace(test, state="not-allowed", words=f"The server {why} ({answer.status}). Ask its administrator.")
    if answer.status in {429, 503}:
        return replace(test, state="busy", words=f"The server is full or at rest ({answer.status}). Try again later.")
    try:
        found = read_batch_answer(answer.body) if answer.status == 200 else None
    except AnswerError:
        found = None
    if found is None:
        words = f"What answers there is no server of ours (status {answer.status}). Correct sync.url."
        return replace(test, state="no-server", words=words)
    return replace(
        test,
        state="ok",
        words="The server takes rows of this token.",
        server_version=found.version,
        server_level=found.level,
        level=_find_stricter(config.sync_level, found.level),
    )


def _name_check(server: ServerAddress) -> str:
    """Return how the connection is kept private, in words."""
    if server.url.startswith("http:"):
        return "none: it does not leave this machine"
    return f"checked against {server.ca_file}" if server.ca_file else "checked against the system's authorities"


def _find_stricter(ours: str, theirs: str) -> str:
    known = [level for level in LEVELS if level in {ours, theirs}]
    return known[0] if known else ours


# Write the team row of `twiceshy doctor`: what waits for the team's server, how long, and what it said last.

_NAME = "team"
_LONG = timedelta(days=1)
"""Rows that wait longer are worth a word (guess, 2026-11-23: a laptop's night, and a server that is repaired)."""


def check_sync(config: Config, env: Mapping[str, str], now: datetime) -> Iterator[Check]:
    """Yield one row where something is to leave, and none where nothing is; no connection is opened.

    Raises:
        StoreError: the store cannot be read.
    """
    if config.telemetry_backend != "local":
        yield _judge_state(read_status(config, env, now), now)


def _judge_state(status: SyncStatus, now: datetime) -> Check:
    """Return the row."""
    words = _describe_waiting(status, now)
    if status.trouble:
        return rows.problem(_NAME, f"{words}; {status.trouble.rstrip('.')}", "Set it, then run `twiceshy sync --test`.")
    if status.not_allowed:
        return rows.problem(
            _NAME,
            f"not allowed any more by {status.url}; {words}",
            "Ask your team's administrator for a token, then run `twiceshy sync --test`.",
        )
    if status.last_answer_at is not None:
        words += f"; last answer {status.last_answer_at:%Y-%m-%d %H:%M} UTC: {status.last_answer}"
    if status.refused:
        count = sum(status.refused.values())
        why = max(status.refused, key=lambda reason: status.refused[reason])
        words += f"; {count} refused and kept ({why})"
        return rows.note(_NAME, words, "`twiceshy sync --status` lists the reasons.")
    if status.oldest_at is not None and now - status.oldest_at > _LONG:
        return rows.note(_NAME, words, "It is tried again by itself; `twiceshy sync` tries now.")
    return rows.ok(_NAME, words)


def _describe_waiting(status: SyncStatus, now: datetime) -> str:
    """Return in words what waits."""
    count = sum(status.rows.values())
    if not count or status.oldest_at is None:
        return "nothing waits to be sent"
    words = "1 row waits" if count == 1 else f"{count:,} rows wait"
    return f"{words} ({status.size_bytes / 1000:.0f} kB, the oldest for {_describe_age(now - status.oldest_at)})"


def _describe_age(age: timedelta) -> str:
    """Return an age in its largest unit."""
    minutes = max(int(age.total_seconds()), 0) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d"
