"""Pages about what several people's work shows: lessons, effects, facts and limits."""

from twiceshy.doors.web.dashboard.asked import LinkedCell, LinkedRow, RowTable
from twiceshy.records.effects import PooledEffect
from twiceshy.records.team_knowledge import TeamKnowledge, TeamLesson
from twiceshy.screens.number_words import NumberWords
from twiceshy.wings.team import serve
from twiceshy.wings.team.server.board.board_asked import BoardAsked, BoardDrawn

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
