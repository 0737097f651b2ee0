"""Turn exported values into fields of a row: what is no word, number or flag of the form that is kept is left out."""

import re
from datetime import UTC, datetime, timedelta

from twiceshy.logs.otlp.exported import Attributes, Scalar
from twiceshy.logs.otlp.exporter import Exporter, take_first
from twiceshy.privacy.wire.random_ids import hash_session
from twiceshy.privacy.wire.wire_rows import make_row_id
from twiceshy.records.team import WireValue

_WORD = re.compile(r"[A-Za-z0-9_.:/@+\-\[\]() ]{1,80}")
_NAME = re.compile(r"[A-Za-z0-9_.:/\-]{1,80}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,12})?")
_MOST = 1e15
"""Of any number (guess, 2026-11-23: what a server's sums can hold)."""
_OWN_TOOL = "mcp_tool"
"""What a tool of somebody's own server is called where its name may not be kept: Claude Code's own word for it."""
_START = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST_NS = 4_102_444_800 * 10**9
"""The year 2100: later times are damage (guess, 2026-11-23)."""
_LONGEST_ID = 256
"""Characters of an id or account; longer ones are cut before they are hashed (guess, 2026-11-23)."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def read_origin(exporter: Exporter, resource: Attributes, attributes: Attributes, salt: bytes) -> dict[str, WireValue]:
    """Return agent, session and person of a record: hashes only."""
    session = take_id(resource, attributes, exporter.session)
    account = take_id(resource, attributes, exporter.account)
    return {
        "agent": exporter.agent,
        "session_hash": hash_session(exporter.agent, session) if session else None,
        "person": make_row_id(salt, "account", account.strip().casefold()).hex() if account else None,
    }


def take_id(resource: Attributes, attributes: Attributes, names: tuple[str, ...]) -> str:
    """Return an id of a record or of its resource; empty where it has none."""
    found = take_first(attributes, names) if names else None
    if found is None:
        found = take_first(resource, names)
    return "" if found is None or isinstance(found, bool) else str(found)[:_LONGEST_ID]


def fit_name(name: str) -> str:
    """Return the name of an event or counter; ``unnamed`` where it is no identifier."""
    return name if _NAME.fullmatch(name) else "unnamed"


def fit_word(value: Scalar | None) -> str | None:
    """Return a value as a word; None where it is none."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value)
    return text if _WORD.fullmatch(text) and not text.isspace() else None


def fit_tool(exporter: Exporter, attributes: Attributes, tool: str | None, *, named: bool) -> str | None:
    """Return the name of a tool; of somebody's own tool only where it may be ``named``."""
    own = tool is not None and ("__" in tool or take_first(attributes, exporter.own_tools) is not None)
    return _OWN_TOOL if own and not named else tool


def fit_number(value: Scalar | None) -> int | float | None:
    """Return a value as a number that is not below 0, also where it was sent as a text."""
    if isinstance(value, str):
        value = float(value) if "." in value and _NUMBER.fullmatch(value) else _read_whole(value)
    if isinstance(value, bool) or value is None:
        return None
    return value if 0 <= value <= _MOST else None


def fit_count(value: Scalar | None) -> int | None:
    """Return a value as a whole number that is not below 0."""
    found = fit_number(value)
    return None if found is None else int(found)


def fit_flag(value: Scalar | None) -> bool | None:
    """Return a value as a flag, also where it was sent as a text."""
    return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value).lower())


def find_time(time_ns: int, text: Scalar | None, now: datetime) -> datetime:
    """Return when something was: by its number of nanoseconds, else by its text, else now."""
    if 0 < time_ns <= _LATEST_NS:
        return _START + timedelta(microseconds=time_ns // 1000)
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) and len(text) < _LONGEST_ID else now
        return found.astimezone(UTC) if found.tzinfo else now
    except (ValueError, OverflowError):
        return now


def fit_commit(commit: str | None) -> str | None:
    """Return the id of a commit; None where it is none."""
    return commit if commit is not None and _COMMIT.fullmatch(commit) else None


def _read_whole(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text) else None
