"""When Claude Code deletes its own logs: at its start, without a word, those not written to for some days."""

import json
from collections.abc import Mapping
from pathlib import Path

from twiceshy.base.foreign_files import read_foreign

SETTING = "cleanupPeriodDays in its settings.json"
_LARGEST = 4 << 20  # bytes of settings; such files have some KB (guess, 2026-11-22)
_DEFAULT_DAYS = 30
"""Days without use, as documented of ``cleanupPeriodDays``."""


def read_retention_days(env: Mapping[str, str], home: Path) -> int:
    """Return the days without a write after which a log is deleted: ``cleanupPeriodDays``, else 30."""
    folder = Path(env.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    try:
        settings = json.loads(read_foreign(folder / "settings.json", _LARGEST))
    except (OSError, ValueError, RecursionError):  # none, or one that Claude Code would not take either
        return _DEFAULT_DAYS
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return days if type(days) is int and days >= 0 else _DEFAULT_DAYS
