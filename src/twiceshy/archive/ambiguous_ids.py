"""The error for an id that nothing has, or that several things have."""

from collections.abc import Sequence

from twiceshy.base.errors import NotFound
from twiceshy.records import ids

_MOST_NAMED = 10
"""Things that an error lists (guess of 2026-11-21: half a screen)."""


def make_id_error(start: ids.IdPrefix, found: Sequence[str], elsewhere: str) -> NotFound:
    """Return the error for an id that nothing has, or that several things have."""
    typed = f"{start.kind}-{start.digits}"
    if not found:
        return NotFound(f"nothing has an id that begins with {typed}. See `{elsewhere}`.")
    lines = [f"  {line}" for line in found[:_MOST_NAMED]]
    if len(found) > _MOST_NAMED:
        lines.append("  …")
    return NotFound("\n".join([f"{typed} could be one of these; say more of it:", *lines]))
