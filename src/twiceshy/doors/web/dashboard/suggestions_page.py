"""What would help, where it goes, and whether it did: each change is shown whole before a button can make it."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.base.errors import UsageError
from twiceshy.doors.web.dashboard.asked import Asked, Done, Drawn, LinkedCell, RowTable
from twiceshy.insights import suggest
from twiceshy.recipes import look
from twiceshy.records.suggestions import Comeback, RemedyEffect, RemedyPlan, Suggestion, SuggestionList, SuggestionPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.base.values import Scope

_LINES = frozenset({"text", "ask"})
_VERDICTS = {
    Comeback.TOO_EARLY: "too early to tell",
    Comeback.FEWER: "fewer",
    Comeback.MORE: "more",
    Comeback.NOT_COUNTED: "nothing is counted",
}


class ShownSuggestion(NamedTuple):
    """One suggestion, and the change that writing it would make."""

    place: SuggestionPlace
    one: Suggestion
    plan: RemedyPlan
    others_get_it: bool
    """Git tracks the only file that there is for it: nobody decides that for a person."""


def read_suggestions(asked: Asked) -> SuggestionList:
    """Return what `twiceshy suggest --all` says."""
    return _list_within(asked, asked.scope)


def _list_within(asked: Asked, scope: Scope) -> SuggestionList:
    return asked.kept.ask(
        ("suggest", scope),
        lambda: suggest.list_suggestions(asked.config, scope, _find_here(), only_here=False),
    )


def draw_suggestions(found: SuggestionList, asked: Asked) -> Drawn:
    """Draw a table for each file, and what became of remedies that were applied."""
    tables = [_draw_place(place, asked) for place in found.places]
    if not tables:
        empty = "Nothing is suggested for these sessions: no mistake has a remedy that your files do not have already."
        tables = [RowTable("Suggestions", (), (), empty)]
    tables.append(_draw_effects(found.effects, asked))
    says = "Each leads to the change that it would make. Nothing is written before you have seen it."
    values = {"heading": "Suggestions", "lead": (says,), "filtered": True, "parts": (), "tables": tables}
    return Drawn("table_page.html", values)


def _draw_place(place: SuggestionPlace, asked: Asked) -> RowTable:
    rows = [
        (
            LinkedCell(
                f"{one.setting.key} = {one.setting.value}" if one.setting else one.text, f"/suggestions/{one.id}"
            ),
            one.evidence,
            asked.words.number(one.tokens) if one.tokens else "",
        )
        for one in place.suggestions
    ]
    note = "Git tracks this file: others get what stands in it." if place.tracked else ""
    return RowTable(place.title, ("what", "evidence", "tokens a session"), rows, "", frozenset({2}), note)


def _draw_effects(found: Sequence[RemedyEffect], asked: Asked) -> RowTable:
    number = asked.words.number
    rows = [
        (
            LinkedCell(one.text, f"/suggestions/{one.id}"),
            asked.words.day(one.applied_at),
            f"{number(one.before)} of {number(one.before_sessions)}",
            f"{number(one.after)} of {number(one.after_sessions)}",
            _VERDICTS[one.verdict],
        )
        for one in found
    ]
    columns = ("what", "since", "sessions with the mistake before", "and after", "verdict")
    return RowTable("Applied", columns, rows, "None was applied yet.", frozenset({2, 3}))


def read_suggestion(asked: Asked) -> ShownSuggestion | RemedyPlan:
    """Return one suggestion with its change; of one that was applied how it is taken out.

    Raises:
        NotFound: there is none with that id.
    """
    name, here = asked.path["id"], _find_here()
    found = _list_within(asked, look.choose_scope(asked.config, asked.scope))  # counts are those of the report
    if not suggest.has_suggestion(found, name):
        found = read_suggestions(asked)
    if not suggest.has_suggestion(found, name):
        return suggest.plan_undo(asked.config, name, here)
    ((place, chosen),) = suggest.choose(found, name)
    if place.path is None:
        return ShownSuggestion(place, chosen[0], RemedyPlan(changes=[], refusals=[]), others_get_it=False)
    is_shared = chosen[0].kind.value in _LINES and place.tracked
    own = {place.project_identity: place.own} if is_shared and place.own is not None else {}
    plan = suggest.plan_write(asked.config, found, name, here, own)
    return ShownSuggestion(place, chosen[0], plan, others_get_it=is_shared and place.own is None)


def draw_suggestion(found: ShownSuggestion | RemedyPlan, asked: Asked) -> Drawn:
    """Draw the change as a diff, with the button and the command that make it."""
    name = asked.path["id"]
    plan = found.plan if isinstance(found, ShownSuggestion) else found
    command, act = f"twiceshy suggest {name} --undo", "undo"
    if isinstance(found, ShownSuggestion):
        command, act = f"twiceshy suggest {name} --write", "write"
    shared = isinstance(found, ShownSuggestion) and found.others_get_it
    if isinstance(found, ShownSuggestion) and found.others_get_it and found.place.path is not None:
        command += f" --to {found.place.path.name}"
    return Drawn(
        "suggestion.html",
        {
            "id": name,
            "act": act,
            "command": command,
            "text": found.one.text if isinstance(found, ShownSuggestion) else "Applied",
            "evidence": found.one.evidence if isinstance(found, ShownSuggestion) else "",
            "diffs": _draw_diffs(plan),
            "refusals": [f"{one.path} stays as it is: {one.reason}." for one in plan.refusals],
            "by_hand": isinstance(found, ShownSuggestion) and found.place.path is None,
            "shared": shared,
            "seen": _sign(plan),
        },
    )


def _draw_diffs(plan: RemedyPlan) -> list[dict[str, object]]:
    return [
        {
            "path": str(one.change.path),
            "lines": [(_name_line(line), line) for line in suggest.render_diff(one.change).splitlines()],
            "notes": one.change.notes,
        }
        for one in plan.changes
    ]


def _name_line(line: str) -> str:
    """Return the class of a diff's line."""
    if line.startswith(("+++", "---", "@@")):
        return "place"
    return {"+": "come", "-": "gone"}.get(line[:1], "same")


def _sign(plan: RemedyPlan) -> str:
    """Return what tells this change from any other: what was shown is what is written."""
    shown = "\0".join(f"{one.change.path}\0{one.change.before}\0{one.change.after}" for one in plan.changes)
    return hashlib.sha256(shown.encode(errors="replace")).hexdigest()


def write_suggestion(asked: Asked) -> Done:
    """Make the change that was shown.

    Raises:
        UsageError: it is another by now, or there is nothing to write.
    """
    found = read_suggestion(asked)
    if not isinstance(found, ShownSuggestion) or found.others_get_it:
        raise UsageError("that is not written from here; the page names the command.")
    _check_seen(found.plan, asked)
    suggest.write(asked.config, found.plan, asked.now.astimezone(UTC))
    undone = suggest.plan_undo(asked.config, asked.path["id"], _find_here())
    back = f"/api/suggestions/{asked.path['id']}/undo"
    return Done(f"Written into {_name_files(found.plan)}.", back, {"seen": _sign(undone)}, "/suggestions")


def undo_suggestion(asked: Asked) -> Done:
    """Take it out of its file again.

    Raises:
        UsageError: the file is another by now.
    """
    plan = suggest.plan_undo(asked.config, asked.path["id"], _find_here())
    _check_seen(plan, asked)
    suggest.undo(asked.config, plan, asked.now.astimezone(UTC))
    return Done(f"Taken out of {_name_files(plan)}.", goes_to="/suggestions")


def _check_seen(plan: RemedyPlan, asked: Asked) -> None:
    if not plan.changes:
        raise UsageError("there is nothing to change.")
    if asked.query.get("seen") != _sign(plan):
        raise UsageError("a file changed since the diff was shown: load the page again and look at it first.")


def _name_files(plan: RemedyPlan) -> str:
    return ", ".join(str(one.change.path) for one in plan.changes)


def _find_here() -> suggest.HostEnvironment:
    return suggest.HostEnvironment(os.environ, Path.home(), Path.cwd())
