"""The pages of all sessions and of search: what `twiceshy sessions` and `twiceshy search` say, with filters."""

import re
from typing import Any
from urllib.parse import urlencode

from twiceshy.doors.web.dashboard.asked import Asked, Drawn, link_message, link_session
from twiceshy.doors.web.outcome_words import name_outcome
from twiceshy.doors.web.report_parts import write_minute
from twiceshy.recipes import look, pages
from twiceshy.records.views import SearchHit, SearchResult, SessionLine, SessionList
from twiceshy.stats.text.quoting import show_invisible

_ROWS = 50  # of one page (definition of the dashboard, 2026-11-23)
_LONGEST = 160  # characters of a title or a hit (guess, 2026-11-23: two lines of a wide screen)
_MOST_WORDS = 20  # of a query (guess, 2026-11-23)
_WORD = re.compile(r'"([^"]*)"|(\S+)')
_AGES = (("", "any time"), ("24h", "24 hours"), ("7d", "7 days"), ("30d", "30 days"), ("3m", "3 months"))
_OUTCOMES = (
    ("", "any"),
    ("completed", "completed"),
    ("not-completed", "not completed"),
    ("corrected", "corrected"),
    ("rolled-back", "rolled back"),
    ("tests-passed", "tests passed"),
    ("tests-failed", "tests failed"),
)
_KINDS = (("", "everything"), ("prompt", "prompts"), ("command", "calls"), ("error", "errors"), ("reply", "replies"))


def read_sessions(asked: Asked) -> SessionList:
    """Return the newest sessions that fit, or those behind the one that was shown last."""
    outcome, after = asked.query.get("outcome", ""), _read_hex(asked.query.get("after", ""))

    def read() -> SessionList:
        return look.list_sessions(asked.config, asked.scope, limit=_ROWS, outcome=outcome, after=after)

    # An age means another time at each request, so that it would never be found again.
    is_lasting = not asked.query.get("since") and not asked.query.get("until")
    return asked.kept.ask(("sessions", asked.scope, outcome, after), read) if is_lasting else read()


def _read_hex(text: str) -> bytes:
    """Return the bytes of an id; none where it is no id."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def draw_sessions(found: SessionList, asked: Asked) -> Drawn:
    """Draw a table with a row for each session."""
    kept = {name: asked.query[name] for name in ("project", "agent", "since", "outcome") if asked.query.get(name)}
    more = urlencode({**kept, "after": found.sessions[-1].uid.hex()}) if found.more else ""
    return Drawn(
        "sessions.html",
        {
            **_draw_filters(asked),
            "total": asked.words.plural(found.total, "session"),
            "filtered": bool(kept),
            "rows": [_draw_line(line, asked) for line in found.sessions],
            "more": f"/sessions?{more}" if more else "",
            "first": f"/sessions?{urlencode(kept)}" if asked.query.get("after") else "",
            "several": len({line.agent for line in found.sessions}) > 1,
        },
    )


def _draw_filters(asked: Asked) -> dict[str, Any]:
    choices = asked.kept.ask(("filter choices",), lambda: pages.read_filter_choices(asked.config))
    return {
        "projects": choices.projects,
        "agents": choices.agents,
        "ages": _AGES,
        "outcomes": _OUTCOMES,
        "kinds": _KINDS,
        "chosen": {name: asked.query.get(name, "") for name in ("q", "project", "agent", "since", "outcome", "kind")},
    }


def _draw_line(line: SessionLine, asked: Asked) -> dict[str, Any]:
    words = asked.words
    took = words.duration((line.last_at - line.first_at).total_seconds()) if line.last_at and line.first_at else ""
    title = cut_line(line.title or "nothing was typed", _LONGEST)
    return {
        "href": link_session(line.uid),
        "failures_href": f"{link_session(line.uid)}#session-errors" if line.failures else "",
        "edits_href": f"{link_session(line.uid)}#session-files" if line.edits else "",
        "title": title if line.real else f"(imitation) {title}",
        "at": write_minute(line.last_at or line.first_at),
        "project": line.project,
        "agent": line.agent,
        "took": took,
        "cost": write_session_cost(line, asked),
        "outcome": name_outcome(line.outcomes),
        "calls": words.number(line.calls),
        "failures": words.number(line.failures),
        "edits": words.number(line.edits),
    }


def write_session_cost(line: SessionLine, asked: Asked) -> str:
    """Return what a session cost; empty where it is not known."""
    return "" if line.cost_usd is None else asked.words.dollars(line.cost_usd) + "+" * line.cost_partial


def cut_line(text: str, longest: int) -> str:
    """Return the text on one line, cut."""
    line = show_invisible(" ".join(text[: 2 * longest].split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"


def read_search(asked: Asked) -> SearchResult:
    """Return the places where all words stand, best first."""
    words = [phrase or word for phrase, word in _WORD.findall(asked.query.get("q", ""))][:_MOST_WORDS]
    if not words:
        return SearchResult(words=[], hits=[], more=False)
    limit = asked.count("limit", _ROWS, 10 * _ROWS)
    return pages.search_everything(asked.config, words, asked.scope, kind=asked.query.get("kind") or None, limit=limit)


def draw_search(found: SearchResult, asked: Asked) -> Drawn:
    """Draw each place with a way to the very message."""
    told = [
        {"kind": one.kind, "who": one.writer[:8], "at": write_minute(one.at), "text": cut_line(one.text, _LONGEST)}
        for one in found.told
    ]
    limit = asked.count("limit", _ROWS, 10 * _ROWS)
    wider = urlencode({**asked.query, "limit": str(limit + _ROWS)}) if found.more and limit < 10 * _ROWS else ""
    return Drawn(
        "search.html",
        {
            **_draw_filters(asked),
            "hits": [_draw_hit(hit, found.words) for hit in found.hits],
            "told": told,
            "more": f"/search?{wider}" if wider else "",
            "says": asked.words.plural(len(found.hits), "place") + (" and more" if found.more else ""),
        },
    )


def _draw_hit(hit: SearchHit, words: list[str]) -> dict[str, Any]:
    return {
        "href": link_message(hit.session_uid, hit.uid),
        "kind": hit.kind,
        "project": hit.project,
        "at": write_minute(hit.at),
        "pieces": _mark(_cut_around(" ".join(hit.text.split()), words), words),
    }


def _cut_around(text: str, words: list[str]) -> str:
    """Return the text from shortly before the first of the words."""
    found = re.search("|".join(map(re.escape, words)), text, re.IGNORECASE) if words else None
    start = max(0, found.start() - _LONGEST // 3) if found and len(text) > _LONGEST else 0
    return ("…" if start else "") + cut_line(text[start:], _LONGEST)


def _mark(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """Return the text in pieces, each with whether it is one of the words."""
    if not words:
        return [(text, False)]
    pieces = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return [(piece, bool(at % 2)) for at, piece in enumerate(pieces) if piece]
