"""One moment of a session as a line of its timeline, and opened: whole texts, what it gave back, what it changed."""

from datetime import UTC, datetime
from typing import Any

from twiceshy.doors.web.dashboard.asked import link_message, link_session
from twiceshy.doors.web.dashboard.session_list import cut_line
from twiceshy.doors.web.side_by_side import pair_texts
from twiceshy.records.moments import ShownChange, SubagentFold, WholeMoment
from twiceshy.records.views import PromptVerdict, TimelineEntry
from twiceshy.screens.moment_words import describe_change, extract_text, label_moment
from twiceshy.screens.number_words import NumberWords

_ABOUT = 240  # characters of a line (definition: the store keeps that much of a text beside its row, 2026-11-23)
_MESSAGE = 200  # characters of an error (guess, 2026-11-23)
_LABEL = 40  # characters of a tool's name (guess, 2026-11-23)
_MOST_TEXT = 20_000  # characters of an opened text (guess, 2026-11-23: some screens full)
_FAILURES = {"error": "failed", "cascade": "cancelled"}


def draw_moment(moment: TimelineEntry, session: bytes, begin: datetime | None, words: NumberWords) -> dict[str, Any]:
    """Return what the template names of a line."""
    about = "" if len(moment.edits) > 1 else extract_text(moment.text)  # the files say it better
    paths = ", ".join(edit.path for edit in moment.edits) if len(moment.edits) > 1 else ""
    return {
        "uid": moment.uid.hex(),
        "href": link_message(session, moment.uid),
        "clock": write_clock(moment.at, begin, words),
        "tone": _find_tone(moment),
        "label": cut_line(label_moment(moment), _LABEL),
        "about": cut_line(paths or about, _ABOUT),
        "outcome": ", ".join(_describe_outcome(moment, words)),
        "error": moment.error or "",
        "message": cut_line(moment.message, _MESSAGE) if moment.failure and moment.message else "",
        "says": cut_line(f"you said: {moment.words}", _ABOUT) if moment.words else "",
        "verdict": _describe_verdict(moment.corrects, words) if moment.corrects else "",
    }


def draw_fold(
    fold: SubagentFold, session: bytes, begin: datetime | None, words: NumberWords, *, everything: bool
) -> dict[str, Any]:
    """Return the line of a subagent's whole run."""
    counts = (
        words.plural(fold.moments, "moment"),
        words.plural(fold.calls, "call"),
        f"{words.number(fold.failures)} failed",
        words.plural(fold.edits, "edit"),
    )
    rest = "&all=1" if everything else ""
    return {
        "run": fold.run.hex(),
        "parts": f"{link_session(session)}/run?run={fold.run.hex()}{rest}",
        "clock": write_clock(fold.at, begin, words),
        "counts": ", ".join(counts),
        "about": cut_line(fold.task, _ABOUT),
    }


def write_clock(at: datetime | None, begin: datetime | None, words: NumberWords) -> str:
    """Return the time since the session began."""
    return words.duration(max((at - begin).total_seconds(), 0.0)) if at and begin else ""


def _find_tone(moment: TimelineEntry) -> str:
    if moment.failure and moment.failure != "cascade":
        return "bad"
    return "own" if moment.human else moment.kind


def _describe_outcome(moment: TimelineEntry, words: NumberWords) -> list[str]:
    """Return what came of a call: the change, or how it failed, and how long it took."""
    parts = []
    if len(moment.edits) == 1:
        parts.append(describe_change(moment.edits[0]))
    elif moment.edits:
        parts.append(words.plural(len(moment.edits), "file"))
    if moment.failure:
        exit_code = f", exit {moment.exit_code}" if moment.exit_code else ""
        parts.append(_FAILURES.get(moment.failure, moment.failure) + exit_code)
    if moment.duration_s is not None and moment.duration_s >= 1:
        parts.append(words.duration(moment.duration_s))
    return parts


def _describe_verdict(found: PromptVerdict, words: NumberWords) -> str:
    said = ", ".join(f"\u201c{cut_line(piece, _LABEL)}\u201d" for piece in found.words)
    why = said or found.why.replace("-", " ")
    return f"corrects the work before it ({words.percent(found.confidence)} sure): {why}"


def draw_whole(found: WholeMoment) -> dict[str, Any]:
    """Return what the template names of an opened moment."""
    moment = found.moment
    return {
        "text": _cut_text(moment.text),
        "result": _cut_text(moment.result or ""),
        "error": moment.error or "",
        "changes": [_draw_change(one) for one in found.changes],
        "model": moment.name if moment.kind in {"reply", "thinking"} else "",
        "at": f"{moment.at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if moment.at else "",
    }


def _draw_change(one: ShownChange) -> dict[str, Any]:
    notes = (
        (one.partial, "a part of the file"),
        (one.created, "new"),
        (one.deleted, "deleted"),
        (one.user_modified, "changed by you"),
    )
    known = one.before is not None or one.after is not None
    return {
        "path": one.path,
        "notes": ", ".join(said for holds, said in notes if holds),
        "diff": pair_texts(one.before or "", one.after or "") if known else None,
    }


def _cut_text(text: str) -> dict[str, Any]:
    """Return the beginning of a text, and how much is behind it."""
    return {"shown": text[:_MOST_TEXT], "left_out": max(len(text) - _MOST_TEXT, 0)}
