"""Make the row of a session: sums only, with words of closed lists.

A tool's name may be a company's own, so calls are counted by what they do. So may a model's: one that no list of prices
knows is ``other`` where only counts leave.
"""

from datetime import UTC, datetime

from twiceshy.account.price_list import load_price_list
from twiceshy.base.model_names import name_model
from twiceshy.privacy.wire.random_ids import hash_session
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import fit_row, limit_level
from twiceshy.records.team import SessionSums, WireRow, WireValue

_OTHER = "other"
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
"""In place of a time that no log tells."""


def make_session_row(session: SessionSums, terms: SendingTerms) -> WireRow | None:
    """Return what may leave of a session; None where nothing may."""
    times = (session.first_at, session.last_at)
    data: dict[str, WireValue] = {
        "agent": session.agent,
        "model": name_known_model(session.model, terms),
        "session_hash": hash_session(session.agent, session.native_id),
        "project_hash": terms.hash_project(session.project),
        "team_epoch": None if terms.team is None else terms.team.epoch,
        "started_at": None if session.first_at is None else session.first_at.astimezone(UTC).isoformat(),
        "seconds": None if None in times else round((times[1] - times[0]).total_seconds(), 3),  # type: ignore[operator]  # asked before
        "cost_usd": session.cost_usd,
        "prompts": session.prompts,
        "calls": session.calls,
        "failed_calls": session.failed_calls,
        "edits": session.edits,
        "files": session.files,
        "corrections": session.corrections,
        "interruptions": session.interruptions,
        "commits": session.commits,
        "tokens_in": session.tokens_in,
        "tokens_out": session.tokens_out,
        "tokens_cached": session.tokens_cached,
        "tools": dict(session.actions),
        "failed_tools": dict(session.failed_actions),
        "outcomes": dict(session.outcomes),
    }
    at = session.last_at or session.first_at or _NO_TIME
    row = limit_level(
        WireRow(kind="session", id=terms.make_id("session", session.uid), rev=0, at=at, data=data), terms.level
    )
    return None if row is None else fit_row(row)


def name_known_model(spelling: str, terms: SendingTerms) -> str:
    """Return the name of a model as it may leave; ``unknown`` where no log tells one."""
    if not spelling:
        return "unknown"
    name = name_model(spelling)
    known = terms.level != "counts" or name in load_price_list().prices
    return name if known else _OTHER
