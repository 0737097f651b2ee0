"""Members and tokens, for administrators: who takes part, with which tokens, and what was erased."""

from datetime import datetime

from twiceshy.doors.web.dashboard.asked import LinkedCell, LinkedRow, RowTable
from twiceshy.records.team import TokenLine
from twiceshy.screens.number_words import NumberWords
from twiceshy.wings.team import serve
from twiceshy.wings.team.serve import BoardPeople
from twiceshy.wings.team.server.board.board_asked import BoardAsked, BoardDrawn

_DIGITS = 8  # of an id or a token's hash, enough to name it to a command (guess, 2026-11-23)


def read_people(asked: BoardAsked) -> BoardPeople:
    """Return who is in the team."""
    return serve.read_board_people(asked.server, asked.caller, serve.find_days(asked.now, asked.days))


def draw_people(found: BoardPeople, asked: BoardAsked) -> BoardDrawn:
    """Draw members with sums of their work, tokens, and what was erased."""
    words = asked.words
    names = {one.member: one.name for one in found.members}
    activity = {one.member: one for one in found.activity}
    members: list[LinkedRow] = []
    for one in found.members:
        did = activity.get(one.member)
        counts = (did.rows, did.sessions, did.runs, did.events) if did else (0, 0, 0, 0)
        last = words.day(did.last_day) if did and did.last_day else ""
        members.append((LinkedCell(one.name), one.member.hex()[:_DIGITS], last, *map(words.number, counts)))
    tokens: list[LinkedRow] = [
        (
            LinkedCell(one.digest.hex()[:_DIGITS]),
            one.label,
            names.get(one.member, ""),
            ", ".join(sorted(one.scopes)),
            _write_state(one, asked.now, words),
            words.day(one.last_used_on) if one.last_used_on else "never",
        )
        for one in found.tokens
    ]
    erasures: list[LinkedRow] = [
        (LinkedCell(str(one.day)), one.reason or "not told", *map(words.number, (one.people, one.rows)))
        for one in reversed(found.erasures)
    ]
    tables = [
        RowTable(
            "Members",
            ("name", "id", "last rows", "rows", "sessions", "runs", "events"),
            members,
            "There is no member. Make one: `twiceshy serve member`.",
            frozenset({3, 4, 5, 6}),
        ),
        RowTable(
            "Tokens",
            ("token", "label", "member", "may", "state", "last used"),
            tokens,
            "There is no token. Make one: `twiceshy serve token`.",
            note="Named by the beginning of its SHA-256; the token itself was shown once and is nowhere.",
        ),
        RowTable(
            "Erased", ("day", "why", "people", "rows"), erasures, "Nothing was erased in these days.", frozenset({2, 3})
        ),
    ]
    lead = f"{words.plural(len(found.members), 'member')}, {words.plural(len(found.tokens), 'token')}."
    return BoardDrawn((lead,), tables)


def _write_state(token: TokenLine, now: datetime, words: NumberWords) -> str:
    """Return whether a token holds, and until when."""
    if token.revoked_at is not None:
        return f"revoked {words.day(token.revoked_at)}"
    if token.expires_at is None:
        return "holds"
    return f"{'expired' if token.expires_at <= now else 'holds until'} {words.day(token.expires_at)}"
