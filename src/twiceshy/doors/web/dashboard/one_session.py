"""One session: what became of it, then its moments in parts that are asked for as they come near.

The frame names the parts and where each begins; `timeline.js` fetches those that are looked at and empties the others,
so that a session of 50,000 moments is as light as one of two hundred.
"""

from typing import Any, NamedTuple
from urllib.parse import urlencode

from twiceshy.base.errors import NotFound
from twiceshy.base.values import Scope
from twiceshy.doors.web.dashboard.asked import Asked, Drawn, link_message, link_session
from twiceshy.doors.web.dashboard.moment_rows import draw_fold, draw_moment, draw_whole
from twiceshy.doors.web.dashboard.session_list import cut_line, write_session_cost
from twiceshy.doors.web.report_parts import write_minute
from twiceshy.recipes import look, pages
from twiceshy.records import ids
from twiceshy.records.moments import MomentPart, SessionFrame, ShownPart, SubagentFold, WholeMoment
from twiceshy.records.views import SessionLine, Timeline

_TITLE = 300  # characters of a session's title (guess, 2026-11-23)
_LONGEST = 200  # characters of an error in the list (guess, 2026-11-23)
_LAST_RANK = (1 << 63) - 1  # beyond every rank (definition of SQLite's integers, 2026-11-23)
_ANSWERS = (
    ("completed", "completed"),
    ("corrected", "corrected"),
    ("rolled_back", "rolled back"),
    ("tests_green", "tests green"),
)


class PartOfRun(NamedTuple):
    """What a part of a session is drawn from."""

    part: ShownPart
    folds: tuple[SubagentFold, ...]
    """Runs of subagents that begin in it."""


def read_timeline(asked: Asked) -> dict[str, Timeline]:
    """Return the whole session, as `twiceshy show` does."""
    found = look.show(asked.config, asked.path["id"], Scope(), full=False)
    if not isinstance(found, Timeline):
        raise NotFound(f"{asked.path['id'][:40]} is no id of a session. `twiceshy sessions` lists them.")
    return {"timeline": found}


def read_session(asked: Asked) -> SessionFrame:
    """Return the session without its moments."""
    return pages.read_outline(
        asked.config, asked.path["id"], at=_read_uid(asked.query.get("at", "")), everything="all" in asked.query
    )


def draw_session(found: SessionFrame, asked: Asked) -> Drawn:
    """Draw the heading, and where the parts of the timeline stand."""
    line, words = found.session, asked.words
    took = words.duration((line.last_at - line.first_at).total_seconds()) if line.last_at and line.first_at else ""
    here = link_session(line.uid)
    return Drawn(
        "session.html",
        {
            "id": line.id,
            "here": here,
            "title": cut_line(line.title or "nothing was typed", _TITLE),
            "facts": _describe_facts(found, took),
            "counts": _describe_counts(line, asked),
            "answers": [(said, line.outcomes[name]) for name, said in _ANSWERS if name in line.outcomes],
            "files": [
                {
                    "path": one.path,
                    "href": link_message(line.uid, one.call),
                    "edits": words.plural(one.edits, "edit"),
                    "lines": f"+{one.added} -{one.removed}",
                }
                for one in found.files
            ],
            "failures": [
                {
                    "error": one.error,
                    "message": cut_line(one.message or "(without a message)", _LONGEST),
                    "count": words.plural(one.times, "time"),
                    "href": link_message(line.uid, one.call),
                }
                for one in found.failures
            ],
            "failure_words": words.plural(len(found.failures), "different error"),
            "file_words": words.plural(len(found.files), "changed file"),
            "parts": list(_draw_parts(found.parts, here, None, everything=found.everything)),
            "left_out": ", ".join(words.plural(count, name) for name, count in found.left_out.items()),
            "everything": found.everything,
            "at": _draw_place(found),
            "missed": "at" in asked.query and found.place is None,
        },
    )


def _draw_place(found: SessionFrame) -> dict[str, Any]:
    """Return where the moment is that the address names, and in which subagent's run."""
    place = found.place
    if place is None:
        return {"uid": "", "rank": "", "run": "", "fold": ""}
    return {
        "uid": place.uid.hex(),
        "rank": place.rank,
        "run": place.agent_run.hex() if place.agent_run else "",
        "fold": found.runs[place.agent_run] if place.agent_run else "",
    }


def _describe_facts(found: SessionFrame, took: str) -> list[str]:
    line = found.session
    agent = f"{line.agent} {found.version}" if found.version else line.agent
    facts = [line.id, line.project, agent, f"branch {found.branch}" if found.branch else ""]
    when = f"{write_minute(line.first_at)} UTC" if line.first_at else "without times"
    return [fact for fact in (*facts, when, took) if fact]


def _describe_counts(line: SessionLine, asked: Asked) -> str:
    words = asked.words
    failed = f"{words.number(line.failures)} failed"
    return f"{words.plural(line.prompts, 'prompt')}, {words.plural(line.calls, 'call')}, {failed}, " + words.plural(
        line.edits, "edit"
    )


def _draw_parts(
    parts: tuple[MomentPart, ...], here: str, run: bytes | None, *, everything: bool
) -> list[dict[str, Any]]:
    """Return the address and the size of each part; the last has no end, as an agent may still work."""
    ends = [part.first - 1 for part in parts[1:]] + [_LAST_RANK]
    return [
        {
            "count": part.moments,
            "first": part.first,
            "last": last,
            "href": f"{here}/part?"
            + urlencode(
                {"first": part.first, "last": last}
                | ({"run": run.hex()} if run else {})
                | ({"all": "1"} if everything else {})
            ),
        }
        for part, last in zip(parts, ends, strict=True)
    ]


def read_part(asked: Asked) -> PartOfRun:
    """Return the moments between two ranks, with the subagents that begin among them."""
    wanted = _ask_part(asked)
    part = pages.read_part(asked.config, wanted)
    if wanted.agent_run is not None:
        return PartOfRun(part, ())
    folds = asked.kept.ask(("folds", wanted.session), lambda: pages.read_folds(asked.config, wanted.session))
    return PartOfRun(part, tuple(fold for fold in folds if wanted.first <= fold.first <= wanted.last))


def draw_part(found: PartOfRun, asked: Asked) -> Drawn:
    """Draw a line for each moment and each subagent."""
    begin, session = found.part.begin, _read_session_uid(asked)
    everything = "all" in asked.query
    rows = [(rank, draw_moment(one, session, begin, asked.words)) for rank, one in found.part.moments]
    rows += [(fold.first, draw_fold(fold, session, begin, asked.words, everything=everything)) for fold in found.folds]
    return Drawn("moments.html", {"rows": [row for _, row in sorted(rows, key=lambda pair: pair[0])]})


def read_run(asked: Asked) -> tuple[MomentPart, ...]:
    """Return the parts of a subagent's run."""
    return pages.read_run_parts(asked.config, _ask_part(asked))


def draw_run(found: tuple[MomentPart, ...], asked: Asked) -> Drawn:
    """Draw where its parts stand."""
    wanted = _ask_part(asked)
    here = link_session(wanted.session)
    return Drawn("parts.html", {"parts": _draw_parts(found, here, wanted.agent_run, everything=wanted.everything)})


def read_moment(asked: Asked) -> WholeMoment:
    """Return one moment with whole texts."""
    return pages.read_whole_moment(asked.config, _read_session_uid(asked), _read_uid(asked.path["uid"]) or b"")


def draw_one_moment(found: WholeMoment, _: Asked) -> Drawn:
    """Draw its texts, what it gave back and what it changed."""
    return Drawn("moment.html", draw_whole(found))


def read_cost(asked: Asked) -> SessionLine:
    """Return the session with its cost."""
    name = asked.path["id"]
    return asked.kept.ask(("session cost", name), lambda: pages.read_session_cost(asked.config, name))


def draw_cost(found: SessionLine, asked: Asked) -> Drawn:
    """Draw what it cost, at list prices."""
    return Drawn("session_cost.html", {"cost": write_session_cost(found, asked)})


def _ask_part(asked: Asked) -> "pages.PartAsked":
    return pages.PartAsked(
        session=_read_session_uid(asked),
        first=_read_rank(asked.query.get("first", ""), 0),
        last=_read_rank(asked.query.get("last", ""), _LAST_RANK),
        agent_run=_read_uid(asked.query.get("run", "")),
        everything="all" in asked.query,
    )


def _read_rank(text: str, default: int) -> int:
    return min(int(text), _LAST_RANK) if text.isascii() and text.isdigit() and len(text) < 20 else default  # digits


def _read_uid(text: str) -> bytes | None:
    """Return the bytes of an id in hex; None where it is none."""
    try:
        return bytes.fromhex(text) or None
    except ValueError:
        return None


def _read_session_uid(asked: Asked) -> bytes:
    """Return the uid of the session in the address: parts are asked for by the whole of it."""
    return _read_uid(asked.path["id"].removeprefix(f"{ids.SESSION}-")) or b""
