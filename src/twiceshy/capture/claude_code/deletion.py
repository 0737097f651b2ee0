"""When Claude Code deletes its own logs: silently, at its start, what was not written to for some days."""

import json
from collections.abc import Mapping
from pathlib import Path

DEFAULT_DAYS = 30
"""As its documentation says of ``cleanupPeriodDays``."""


def deletes_after_days(env: Mapping[str, str], home: Path) -> int:
    """Days without a write after which a log goes: ``cleanupPeriodDays`` of the user's settings, else 30."""
    folder = Path(env.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    try:
        settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or one that Claude Code would not take either
        return DEFAULT_DAYS
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return days if type(days) is int and days >= 0 else DEFAULT_DAYS
