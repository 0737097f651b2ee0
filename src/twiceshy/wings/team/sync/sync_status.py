"""Show how sending stands: what waits, byte for byte where asked, and what the server says to an empty batch."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from time import monotonic

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.outbox import read_all, read_state
from twiceshy.archive.sync_notes import put_notes, read_notes
from twiceshy.archive.times import parse_time
from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.privacy.wire.batches import MOST_ROWS
from twiceshy.privacy.wire.row_kinds import LEVELS
from twiceshy.records.sync import RemoteAnswer, ServerAddress, ServerTest, SyncStatus
from twiceshy.wings.team.remote.batch_answers import AnswerError, read_batch_answer
from twiceshy.wings.team.remote.batch_request import post_batch
from twiceshy.wings.team.sync.fill_outbox import fill_outbox
from twiceshy.wings.team.sync.leaving_lines import LeavingLines
from twiceshy.wings.team.sync.send_outbox import find_wait, read_clock
from twiceshy.wings.team.sync.server_settings import SENDING, find_server, fingerprint


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
