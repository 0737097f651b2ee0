"""Do all that a team needs of this machine: make rows of what is new, send them, and take back what the team knows."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic

from twiceshy.archive.hook_files import mark_team
from twiceshy.base.config import Config
from twiceshy.records.team import ServerAddress, SyncSummary
from twiceshy_team.remote.batch_answers import name_client
from twiceshy_team.remote.http_target import ANSWER_S, send_request
from twiceshy_team.sync.fill_outbox import fill_outbox
from twiceshy_team.sync.pull_knowledge import pull_knowledge
from twiceshy_team.sync.send_outbox import may_still_ask, read_clock, send_outbox
from twiceshy_team.sync.server_settings import find_server

_LEAST_S = 0.2
"""With less time than this left nothing is asked (seconds; guess, 2026-11-23)."""


def sync_team(
    config: Config,
    env: Mapping[str, str],
    *,
    seconds: float | None = None,
    asked: bool = False,
    pause: Callable[[], None] = lambda: None,
) -> SyncSummary:
    """Send what is new and take what is known; return what came of it. The arguments are those of ``send_outbox``.

    Raises:
        ConfigError: the token cannot be used.
        StoreBusy: another process does it now.
        StoreError: the data folder cannot be used.
    """
    until = None if seconds is None else monotonic() + seconds
    fill_outbox(config, read_clock(), pause)
    done = send_outbox(config, env, seconds=seconds, asked=asked, pause=pause)
    if done.again and not done.stopped:
        fill_outbox(config, read_clock(), pause)
        left = None if until is None else until - monotonic()
        done = _join(done, send_outbox(config, env, seconds=left, asked=asked, pause=pause))
    server = find_server(config, env)
    if server is None:
        mark_team(config, asked=False)
    if server is None or (done.stopped and not may_still_ask(config, server)):
        return done
    pause()
    pulled = pull_knowledge(config, _Asker(server, until).ask, source=server.url)
    return replace(done, learned=pulled.changed)


def _join(first: SyncSummary, second: SyncSummary) -> SyncSummary:
    """Return what two sendings did, one behind the other."""
    return replace(
        second,
        sent=first.sent + second.sent,
        known=first.known + second.known,
        refused=dict(Counter(first.refused) + Counter(second.refused)),
        again=first.again + second.again,
    )


class _Asker:
    """Asks a server for what it knows; after the first question without an answer it asks no more."""

    def __init__(self, server: ServerAddress, until: float | None) -> None:
        self._server = server
        self._until = until
        self._silent = False

    def ask(self, path: str) -> bytes | None:
        """Return the body of an answer; None where there was no good one."""
        seconds = ANSWER_S if self._until is None else min(ANSWER_S, self._until - monotonic())
        if self._silent or seconds < _LEAST_S:
            return None
        answer = send_request(self._server, "GET", path, headers={"User-Agent": name_client()}, seconds=seconds)
        self._silent = not answer.status
        return answer.body if answer.status == 200 else None
