"""Which `twiceshy suggest` stands beside each insight that a page shows."""

import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.doors.cli.terminal_identity import identify_terminal
from twiceshy.insights import suggest
from twiceshy.records.insights import Insight


def offer_suggestions(config: Config, insights: Sequence[Insight]) -> dict[str, str]:
    """Return by id of an insight what to type behind ``twiceshy suggest``; those without an open remedy have nothing.

    On a terminal it is the insight's number, which is remembered for it; elsewhere nobody types the number back, so it
    is the id.
    """
    here = suggest.HostEnvironment(os.environ, Path.home(), Path.cwd())
    opened = suggest.find_open(config, [one for one in insights if one.remedies], here)
    numbers = {number: one.id for number, one in enumerate(insights, 1) if one.id in opened}
    terminal = identify_terminal() if sys.stdout.isatty() else ""
    suggest.remember_shown(config, terminal, numbers, datetime.now(UTC))
    return {id_: str(number) if terminal else id_ for number, id_ in numbers.items()}
