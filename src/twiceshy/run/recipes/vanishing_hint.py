"""Say once that what is recorded on a CI machine goes with it, and what to set so that it does not.

It is said where nobody decided about it: the setting is untouched, and this is the first run that such a machine keeps.
"""

import os
from pathlib import Path

from twiceshy.archive.db import ARCHIVE
from twiceshy.base.config import load
from twiceshy.base.errors import TwiceshyError
from twiceshy.records.runs import RunPlan

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
