"""When Claude Code deletes its own logs: at its start, without a word, those not written to for some days."""

import json
from collections.abc import Mapping
from pathlib import Path

SETTING = "cleanupPeriodDays in its settings.json"
_DEFAULT_DAYS = 30
"""Days without use, as documented of ``cleanupPeriodDays``."""


def read_retention_days(env: Mapping[str, str], home: Path) -> int:
    """Return the days without a write after which a log is deleted: ``cleanupPeriodDays``, else 30."""
    folder = Path(env.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    try:
        settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or one that Claude Code would not take either
        return _DEFAULT_DAYS
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return days if type(days) is int and days >= 0 else _DEFAULT_DAYS
