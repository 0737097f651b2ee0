"""Pages about what several people's work shows: lessons, effects, facts and limits."""

from collections.abc import Callable
from datetime import datetime

from twiceshy.base.config import Config
from twiceshy.base.plugins import ask_for
from twiceshy.doors.web import fleet_rows
from twiceshy.doors.web.dashboard.asked import LinkedCell, LinkedRow, RowTable
from twiceshy.records.effects import PooledEffect
from twiceshy.records.fleet import FleetReport
from twiceshy.records.questions import FLEET
from twiceshy.records.team import TokenLine
from twiceshy.records.team_knowledge import TeamKnowledge, TeamLesson
from twiceshy.screens.number_words import NumberWords
from twiceshy_team import serve
from twiceshy_team.serve import BoardPeople
from twiceshy_team.server.board.board_asked import BoardAsked, BoardDrawn, BoardPage

_NO_NAME = 12  # digits of a keyed hash that stand for a command without a name (guess, 2026-11-23)
_FORMS = {
    "promoted": "told to every member",
    "disputed": "disputed: told to nobody",
    "withdrawn": "taken back",
}
_NEEDS_TWO = "Nothing yet. It takes the work of two people, and texts leave from the level `anonymous` on."


def read_knowledge(asked: BoardAsked) -> TeamKnowledge:
    """Return all that the team knows."""
    return serve.read_all_knowledge(asked.server, asked.caller, asked.now)


def draw_lessons(found: TeamKnowledge, asked: BoardAsked) -> BoardDrawn:
    """Draw lessons with how much each person's work says of them; who they are is told nowhere."""
    words = asked.words
    rows: list[LinkedRow] = [
        (
            LinkedCell(one.text or f"{one.kind} {one.key.hex()[:_NO_NAME]}"),
            one.category.replace("_", " "),
            _write_people(one, words),
            words.number(sum(person.seen for person in one.people)),
            _write_reviews(one),
            words.percent(one.confidence),
            _write_state(one),
        )
        for one in sorted(found.lessons, key=lambda one: (one.state, -one.confidence, one.key))
    ]
    columns = ("lesson", "category", "times, each person", "all", "reviews", "confidence", "now")
    told = sum(one.state == "promoted" for one in found.lessons)
    lead = f"{words.plural(told, 'lesson')} of two or more people's work: members get them with their next `learn`."
    note = "What a member dismissed at home stays silent there, whatever the team says."
    table = RowTable("Lessons", columns, rows, _NEEDS_TWO, frozenset({3, 5}), note)
    return BoardDrawn((lead,), (table,), has_window=False)


def _write_state(lesson: TeamLesson) -> str:
    """Return who hears of it: without words it says something only to who met the same thing."""
    if lesson.state == "promoted" and not lesson.text:
        return "told where it happened too: nobody sent its words"
    return _FORMS[lesson.state]


def _write_people(lesson: TeamLesson, words: NumberWords) -> str:
    return ", ".join(words.number(person.seen) for person in lesson.people)


def _write_reviews(lesson: TeamLesson) -> str:
    """Return how many kept and dismissed it at home."""
    said = [person.review for person in lesson.people if person.review != "none"]
    return ", ".join(f"{said.count(word)} {word}" for word in ("kept", "dismissed") if word in said)


def draw_effects(found: TeamKnowledge, asked: BoardAsked) -> BoardDrawn:
    """Draw trials, habits and models: each a difference with its interval, people as witnesses."""
    kinds = (
        ("trial", "Warnings, by trial", "No trial has cases of two people yet."),
        ("habit", "Habits", "No habit was seen with two people yet."),
        ("model", "Models, side by side in each person's own work", "No two models were used by two people yet."),
    )
    tables = [
        RowTable(
            title,
            ("compared", "outcome", "people", "cases", "difference", "95 %", "verdict"),
            [_draw_effect(one, asked.words) for one in found.effects if one.kind == kind],
            empty,
            frozenset({2, 3, 4}),
        )
        for kind, title, empty in kinds
    ]
    lead = (
        "A difference of shares in points; each person counts as one witness, so that one busy member proves nothing.",
        "An interval that holds 0 says that chance would do.",
    )
    return BoardDrawn(lead, tables, has_window=False)


def _draw_effect(one: PooledEffect, words: NumberWords) -> tuple[LinkedCell | str, ...]:
    verdict = one.verdict.replace("-", " ")
    needed = f" ({words.number(one.needed)} needed)" if one.verdict == "too-few" and one.needed else ""
    return (
        LinkedCell(one.says or one.name),
        one.outcome.replace("-", " "),
        words.number(one.people),
        words.number(one.n),
        f"{100 * one.difference:+.1f}",
        f"{100 * one.low:+.1f} to {100 * one.high:+.1f}",
        verdict + needed,
    )


def draw_facts(found: TeamKnowledge, asked: BoardAsked) -> BoardDrawn:
    """Draw how things are done in projects, and how long commands may take."""
    words = asked.words
    facts: list[LinkedRow] = [
        (
            LinkedCell(one.says or one.command or one.key.hex()[:_NO_NAME]),
            one.command,
            words.number(one.people),
            words.number(one.worked),
        )
        for one in found.facts
    ]
    limits: list[LinkedRow] = [
        (
            LinkedCell(one.team_hash.hex()[:_NO_NAME]),
            "silence" if one.kind == "idle" else "time",
            words.rough_duration(one.value_s),
            *map(words.number, (one.runs, one.people)),
        )
        for one in found.limits
    ]
    tables = [
        RowTable("Facts", ("fact", "command", "people", "used"), facts, _NEEDS_TWO, frozenset({2, 3})),
        RowTable(
            "Limits of commands",
            ("command", "limits", "to", "runs", "people"),
            limits,
            "No command was run often enough by two people yet.",
            frozenset({2, 3, 4}),
            "Named by the beginning of its keyed hash; a member's `runs suggest` knows the command's words.",
        ),
    ]
    lead = f"{words.plural(len(facts), 'fact')} about projects and {words.plural(len(limits), 'limit')} of commands."
    return BoardDrawn((lead,), tables, has_window=False)


# Members and tokens, for administrators: who takes part, with which tokens, and what was erased.

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
            _write_member_state(one, asked.now, words),
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


def _write_member_state(token: TokenLine, now: datetime, words: NumberWords) -> str:
    """Return whether a token holds, and until when."""
    if token.revoked_at is not None:
        return f"revoked {words.day(token.revoked_at)}"
    if token.expires_at is None:
        return "holds"
    return f"{'expired' if token.expires_at <= now else 'holds until'} {words.day(token.expires_at)}"


# The fleet's report on a team's board, where the server's own setting `fleet.output` names an output.
#
# It is of a whole organisation, which is more than one team's members asked for: with the scope `admin` all of it is
# shown, with `read` nothing.


def list_fleet_pages(config: Config) -> tuple[BoardPage, ...]:
    """Return the page of the output that is set; none where none is."""
    if not config.fleet_output:
        return ()
    return (BoardPage("/fleet", "Fleet", "admin", _read(config), draw_fleet),)


def _read(config: Config) -> Callable[[BoardAsked], FleetReport]:
    """Return what reads the report of that output."""

    def read(asked: BoardAsked) -> FleetReport:
        by = fleet_rows.choose_dimension(asked.query.get("by", ""))
        fleet = ask_for(FLEET, "the page of a fleet")
        return fleet.build_fleet_report(config, config.fleet_output, by, asked.query.get("team", ""))

    return read


def draw_fleet(found: FleetReport, asked: BoardAsked) -> BoardDrawn:
    """Draw what is worth doing, then every table."""
    worth = [f"{one.says}. {one.cost} · {one.do}" for one in fleet_rows.list_worth_doing(found, asked.words)]
    lead = (
        fleet_rows.describe_whole(found, asked.words),
        *fleet_rows.describe_limits(found, asked.words),
        *(f"{number}. {line}" for number, line in enumerate(worth, 1)),
        "Another dimension stands in the address: `?by=repository`, `agent`, `model` or `month`.",
    )
    return BoardDrawn(lead, fleet_rows.draw_all(found, asked.words), has_window=False)
