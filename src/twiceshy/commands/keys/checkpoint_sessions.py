"""Under which id an agent knows a session that a recorder's checkpoint names."""

import re
from typing import Final

_WITH_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d-(?=[0-9a-f]{8}-[0-9a-f]{4}-)")


def strip_day(session_id: str) -> str:
    """Return the agent's own id: until January 2026 Entire put the day before it.

    >>> strip_day("2026-01-21-de1ed521-f8fc-44f4-b8a3-970e99616ca2")
    'de1ed521-f8fc-44f4-b8a3-970e99616ca2'
    """
    return _WITH_DAY.sub("", session_id)
