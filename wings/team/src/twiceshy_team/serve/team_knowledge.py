"""What a team gets from its server: made anew of the rows that changed, and given out after a cursor.

Nobody waits for a clock: who asks makes what changed since somebody last asked, and everybody else reads it.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from twiceshy.advice.team_trials import pool_trials
from twiceshy.insights.project_facts.team_facts import pool_facts
from twiceshy.judgement.outcomes.team_effects import compare_models, pool_effects
from twiceshy.lessons.lessons_of_people import pool_lessons
from twiceshy.records.team import Caller
from twiceshy.records.team_knowledge import TeamKnowledge, TeamLimit
from twiceshy.run.limits import NEWEST, pool_limits
from twiceshy_team.store.base import Statements, TeamStore
from twiceshy_team.store.knowledge import evidence, kept

_BUDGET_S = 2.0
"""Seconds for limits in one question; commands that are left wait for the next (guess, 2026-11-23: a client waits 10 s
for its answer)."""
_MakeItems = Callable[[Statements, datetime], list[kept.Item]]


def build_knowledge(store: TeamStore, caller: Caller, since: str, now: datetime) -> TeamKnowledge:
    """Return what the caller's team knows that changed after a cursor; with an empty one all of it.

    It is no more than some thousand things: who gets any asks again with the new cursor.

    Raises:
        StoreUnwritable: the database cannot be reached or takes nothing.
    """
    refresh_knowledge(store, caller.team, now)
    with store.begin(caller.team) as found:
        return kept.read_changes(found, since)


def suggest_team_limits(store: TeamStore, caller: Caller, team_hash: bytes, now: datetime) -> tuple[TeamLimit, ...]:
    """Return how long one command may take, as the team's runs teach."""
    refresh_knowledge(store, caller.team, now)
    with store.begin(caller.team) as found:
        return kept.read_limits(found, team_hash)


def encode_knowledge(found: TeamKnowledge) -> bytes:
    """Return the body of the answer."""
    return kept.ANSWER.encode(found)


def refresh_knowledge(store: TeamStore, team: str, now: datetime, clock: Callable[[], float] = time.monotonic) -> int:
    """Make what changed since it was made last; return how many things differ."""
    with store.begin(team) as found:
        if not _find_due(found, now):
            return 0
    with store.begin(team, write=True) as found:
        kept.hold_knowledge(found)
        return _make_parts(found, now, clock)


def _find_due(found: Statements, now: datetime) -> dict[str, str]:
    """Return the parts whose rows changed, or that are a day old, each with the rows' state now."""
    intake = kept.count_intake(found)
    made = {part: state for (part, _), state in kept.read_states(found).items() if part != _COMMAND}
    states = {
        part: f"{now.date()} " + " ".join(intake.get(kind, "") for kind in kinds) for part, kinds in _ROWS.items()
    }
    return {part: state for part, state in states.items() if state.split()[1:] and made.get(part) != state}


def _make_parts(found: Statements, now: datetime, clock: Callable[[], float]) -> int:
    """Make anew what is due; what is not done within its time stays due."""
    changes = 0
    for part, state in _find_due(found, now).items():
        if part == "limit":
            more, done = _make_limits(found, now, clock)
            changes += more
        else:
            changes += kept.keep_items(found, _MAKERS[part](found, now), {part: None}, now)
            done = True
        if done:
            kept.note_state(found, part, b"", state)
    return changes


def _find_due_commands(found: Statements) -> dict[bytes, tuple[str, tuple[bytes, ...]]]:
    """Return commands whose runs changed, with the state of their runs now and who runs them."""
    made = {key: state for (_, key), state in kept.read_states(found, _COMMAND).items()}
    runs, words = evidence.count_runs(found), evidence.count_feedback(found)
    due = {
        key: (state, people)
        for key, (count, people) in runs.items()
        if (state := f"{count} {len(people)} {words.get(key, 0)}") != made.get(key)
    }
    return due | {key: (_NOBODY, ()) for key, state in made.items() if key not in runs and state != _NOBODY}


def _make_limits(found: Statements, now: datetime, clock: Callable[[], float]) -> tuple[int, bool]:
    """Make the limits of commands whose runs changed; return the changes, and whether none is left."""
    changes, begun = 0, clock()
    for key, (state, people) in _find_due_commands(found).items():
        if clock() - begun > _BUDGET_S:
            return changes, False
        runs = evidence.read_runs(found, key, people, NEWEST // max(len(people), 1) + 1) if people else []
        changes += kept.keep_items(found, pool_limits(key, runs, now), {"limit": key}, now)
        kept.note_state(found, _COMMAND, key, state)
    return changes, True


_COMMAND = "command"
"""Part of one command's limits; its key is the command's hash."""
_NOBODY = "0"
"""State of a command that two people ran once and now do not any more."""
_ROWS: Mapping[str, tuple[str, ...]] = {
    "lesson": ("lesson",),
    "fact": ("fact",),
    "effect": ("trial", "effect", "session"),
    "limit": ("execution", "feedback"),
}
"""Kinds of rows that each kind of knowledge is made of."""


def _make_effects(found: Statements, _now: datetime) -> list[kept.Item]:
    """Return the trials, habits and models of the team."""
    return [
        *pool_trials(evidence.read_trial_sums(found)),
        *pool_effects(evidence.read_effect_sums(found)),
        *compare_models(list(evidence.read_model_sums(found))),
    ]


_MAKERS: Mapping[str, _MakeItems] = {
    "lesson": lambda found, now: [*pool_lessons(evidence.read_lesson_votes(found), now)],
    "fact": lambda found, now: [*pool_facts(evidence.read_fact_votes(found), now)],
    "effect": _make_effects,
}
