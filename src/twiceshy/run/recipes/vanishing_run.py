"""Keep a run of a machine that will not be there tomorrow: its rows go to the team's server, and nothing stays here.

They are in a file before anything is sent, so that a machine that dies has left all it could. What the server took is
then taken out of the file; what it did not take waits there for `sync --from`.
"""

import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from twiceshy.archive import outbox
from twiceshy.archive.db import ARCHIVE, Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError, StoreError, TwiceshyError
from twiceshy.base.plugins import ask_for
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.questions import OUTBOX, RowSender
from twiceshy.records.runs import RunPlan
from twiceshy.records.team import WaitingRow, WireRow

_SEND_S = 5.0
"""Seconds for a server at the end of a run (guess, 2026-11-23: nobody waits longer at the end of a command)."""


def keep_apart(config: Config, rows: Sequence[WireRow], now: datetime) -> None:
    """Send a run's rows; what the server did not take lies in a file of its own afterwards.

    Raises:
        ToolMissing: nothing here can send; the run is lost.
        StoreUnwritable: the file cannot be written; the run is lost.
    """
    waiting = [WaitingRow(id=row.id, rev=row.rev, kind=row.kind, body=encode_row(row)) for row in rows]
    sender = ask_for(OUTBOX, "telemetry.backend = http")
    file = sender.write_carried(config, waiting, now)
    if not config.sync_url:
        return
    with suppress(ConfigError, StoreError):  # without a token, or on a full disk: it lies in the file
        left = _send(sender, config, rows, now)
        if len(left) < len(waiting):
            if left:
                sender.write_carried(config, left, now)
            file.unlink(missing_ok=True)


def _send(sender: RowSender, config: Config, rows: Sequence[WireRow], now: datetime) -> list[WaitingRow]:
    """Send rows from an outbox that is made for them and removed again; return those that were not taken.

    Raises:
        ConfigError: there is no token that can be used.
        StoreError: the outbox could not be made.
    """
    with tempfile.TemporaryDirectory(prefix="twiceshy-") as folder:
        home = Path(folder) / "home"
        with Store.open(home) as store, store.begin_writing() as connection:
            outbox.put_rows(connection, rows, now)
        sender.send_outbox(replace(config, home=home), os.environ, seconds=_SEND_S)
        with Store.open(home) as store:
            return list(outbox.read_all(store.connection))


# Say once that what is recorded on a CI machine goes with it, and what to set so that it does not.
#
# It is said where nobody decided about it: the setting is untouched, and this is the first run that such a machine
# keeps.

_HINT = (
    "this machine's records go when it goes. Set TWICESHY_TELEMETRY_BACKEND to `http` (and TWICESHY_SYNC_URL) to send "
    "them to your team's server, to `file` to carry them away, or to `local` to read this no more."
)


def find_hint(plan: RunPlan) -> str:
    """Return the hint where it is due; else an empty text."""
    try:
        flags = {"home": plan.home or None, "telemetry.level": plan.telemetry or None}
        config = load(flags, os.environ, Path.cwd())
        decided = config.origins["telemetry.backend"] != "default"
        kept = config.enabled and config.telemetry_level != "none"
        return _HINT if kept and not decided and not (config.home / ARCHIVE).exists() else ""
    except (TwiceshyError, OSError):
        return ""  # what is wrong there says whoever records the run
